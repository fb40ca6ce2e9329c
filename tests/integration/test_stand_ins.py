"""The stand-ins behave on real sockets as Google and Spotify do, and fail on demand in every known way."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml

from demo.google import GoogleStandIn
from demo.sample_albums import SampleAlbum
from demo.spotify import SpotifyStandIn
from demo.spotify_ids import spotify_id
from demo.upstreams import Upstreams
from tests.live import until

ROOT = Path(__file__).parents[2]
DESCRIPTION = ROOT.parent / "shared/data/spotify-openapi.yaml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_DEVELOPMENT_MODE = {"album_group", "available_markets", "label", "popularity"}

LEPROUS = SampleAlbum("Leprous", "Aphelion", "2021-08-27", "InsideOut")
HAKEN = SampleAlbum("Haken", "Fauna", "2023", "InsideOut")
COVERLESS = SampleAlbum("Caligula's Horse", "Charcoal Grace", "2024-01-26", has_cover=False)
LOST = SampleAlbum("Karnivool", "Sound Awake", "2009-06", is_missing=True)
ALBUMS = {album.spotify_id: album for album in (LEPROUS, HAKEN, COVERLESS, LOST)}
NOBODY = spotify_id("nobody", "nothing")

Get = Callable[..., requests.Response]


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    with GoogleStandIn(b"PK\x03\x04" + bytes(200_000)) as server:
        yield server


@pytest.fixture
def spotify() -> Iterator[SpotifyStandIn]:
    with SpotifyStandIn(ALBUMS) as server:
        yield server


def token(server: SpotifyStandIn, client_id: str = "", secret: str = "") -> requests.Response:
    credentials = (client_id or server.client_id, secret or server.client_secret)
    return requests.post(server.token_url, data={"grant_type": "client_credentials"}, auth=credentials, timeout=5)


@pytest.fixture
def get(spotify: SpotifyStandIn) -> Get:
    """Ask the Web API with a good token."""
    bearer = {"Authorization": f"Bearer {token(spotify).json()['access_token']}"}
    return lambda path, **query: requests.get(spotify.api_url + path, params=query, headers=bearer, timeout=5)


# Google


def test_export_redirects_once_to_the_workbook(google):
    answer = requests.get(google.sheet_url, timeout=5)
    assert answer.content == google.workbook
    assert answer.headers["Content-Type"] == XLSX
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "ETag" not in answer.headers
    assert [hop.status_code for hop in answer.history] == [307]
    assert answer.url.startswith(f"{google.address}/export/")


def test_another_sheet_is_unknown(google):
    answer = requests.get(google.sheet_url.replace("prog", "pop"), timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_workbook_can_be_replaced_while_it_runs(google, tmp_path):
    google.workbook = tmp_path / "next.xlsx"
    google.workbook.write_bytes(b"PK\x03\x04 next")
    assert requests.get(google.sheet_url, timeout=5).content == b"PK\x03\x04 next"


def test_workbook_can_be_replaced_from_another_process(google, tmp_path):
    (tmp_path / "next.xlsx").write_bytes(b"PK\x03\x04 next")
    settings = {"workbook": str(tmp_path / "next.xlsx")}
    assert requests.post(f"{google.address}/_stand-in/settings", json=settings, timeout=5).status_code == 200
    assert requests.get(google.sheet_url, timeout=5).content == b"PK\x03\x04 next"


def test_download_takes_the_time_it_is_told_to(google):
    google.seconds = 0.3
    assert requests.get(google.sheet_url, timeout=5).content == google.workbook
    assert google.paused == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("not_found", 404), ("forbidden", 403), ("rate_limited", 429), ("error", 500), ("unavailable", 503)],
)
def test_google_refuses_with_a_page(google, kind, status):
    google.fail(kind)
    answer = requests.get(google.sheet_url, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_google_asks_to_sign_in_with_a_good_status(google):
    google.fail("sign_in")
    answer = requests.get(google.sheet_url, timeout=5)
    assert (answer.status_code, answer.history[0].status_code) == (200, 302)
    assert "Sign in" in answer.text


def test_google_names_the_time_to_wait_only_if_it_is_given(google):
    google.fail("rate_limited", times=1)
    google.fail("rate_limited", times=1, retry_after=7)
    answers = [requests.get(google.sheet_url, timeout=5) for _ in range(3)]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, "7", None]
    assert answers[2].status_code == 200


@pytest.mark.parametrize(
    ("kind", "begins_with"), [("html", b"<!DOCTYPE html>"), ("garbage", b"PK\x03\x04"), ("empty", b"")]
)
def test_google_sends_something_that_is_no_workbook(google, kind, begins_with):
    google.fail(kind)
    answer = requests.get(google.sheet_url, timeout=5)
    assert answer.status_code == 200
    assert answer.content[:15].startswith(begins_with)
    assert not zipfile.is_zipfile(io.BytesIO(answer.content))


@pytest.mark.parametrize("kind", ["truncated", "reset", "stall"])
def test_download_breaks_off(google, kind):
    google.fail(kind, seconds=0.05)
    with pytest.raises(requests.ConnectionError if kind != "truncated" else requests.exceptions.ChunkedEncodingError):
        requests.get(google.sheet_url, timeout=5)


def test_download_is_slow_before_the_first_byte(google):
    google.fail("slow_start", seconds=0.4)
    answer = requests.get(google.sheet_url, timeout=5, stream=True)
    assert google.paused == 0.4
    assert answer.content == google.workbook


def test_download_is_slow_between_bytes(google):
    google.fail("drip", seconds=0.4)
    assert requests.get(google.sheet_url, timeout=5).content == google.workbook
    assert google.paused == pytest.approx(0.4, abs=0.02)
    google.fail("drip", seconds=600)
    with requests.get(google.sheet_url, timeout=5, stream=True) as answer:
        assert next(answer.iter_content(8))
    assert google.paused < 600


def test_huge_download_says_no_length_and_goes_on_and_on(google):
    google.fail("huge", megabytes=40)
    answer = requests.get(google.sheet_url, timeout=5, stream=True)
    assert "Content-Length" not in answer.headers
    assert sum(len(block) for block in answer.iter_content(1 << 20)) > 40_000_000


def test_redirects_may_lead_astray(google):
    google.fail("redirect_elsewhere", times=1)
    answer = requests.get(google.sheet_url, timeout=5, allow_redirects=False)
    assert answer.headers["Location"] == "http://files.example.org/export/workbook.xlsx"
    google.fail("redirect_loop")
    with pytest.raises(requests.TooManyRedirects):
        requests.get(google.sheet_url, timeout=5)


# Spotify's token


def test_token_is_given_for_good_credentials(spotify):
    answer = token(spotify).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)


@pytest.mark.parametrize(
    ("credentials", "description"),
    [({"client_id": "wrong"}, "Invalid client"), ({"secret": "wrong"}, "Invalid client secret")],
)
def test_bad_credentials_are_a_400_whose_error_is_a_string(spotify, credentials, description):
    answer = token(spotify, **credentials)
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_client", "error_description": description}


@pytest.mark.parametrize(
    ("header", "message"),
    [({}, "No token provided"), ({"Authorization": "Bearer made-up"}, "Invalid access token")],
)
def test_web_api_wants_a_token(spotify, header, message):
    answer = requests.get(f"{spotify.api_url}/albums/{LEPROUS.spotify_id}", headers=header, timeout=5)
    assert (answer.status_code, answer.json()) == (401, {"error": {"status": 401, "message": message}})


def test_token_expires(spotify):
    spotify.token_seconds = -1
    bearer = {"Authorization": f"Bearer {token(spotify).json()['access_token']}"}
    answer = requests.get(f"{spotify.api_url}/albums/{LEPROUS.spotify_id}", headers=bearer, timeout=5)
    assert answer.json()["error"]["message"] == "The access token expired"


# Spotify's albums


def test_album_agrees_with_the_sheet(get):
    album = get(f"/albums/{LEPROUS.spotify_id}").json()
    assert (album["name"], album["artists"][0]["name"], album["label"]) == ("Aphelion", "Leprous", "InsideOut")
    assert (album["release_date"], album["release_date_precision"]) == ("2021-08-27", "day")
    assert [image["width"] for image in album["images"]] == [640, 300, 64]
    assert 4 <= album["total_tracks"] == len(album["tracks"]["items"]) <= 11


def test_batch_keeps_the_order_and_has_nulls_for_what_is_unknown(get):
    ids = [HAKEN.spotify_id, NOBODY, LEPROUS.spotify_id, LOST.spotify_id, HAKEN.spotify_id]
    albums = get("/albums", ids=",".join(ids)).json()["albums"]
    assert [album and album["name"] for album in albums] == ["Fauna", None, "Aphelion", None, "Fauna"]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ("", "Invalid base62 id"),
        (f"{NOBODY},oops", "Invalid base62 id"),
        (",".join([NOBODY] * 21), "Too many ids requested"),
    ],
)
def test_batch_with_a_bad_list_is_refused_as_a_whole(get, ids, message):
    answer = get("/albums", ids=ids)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


@pytest.mark.parametrize(("album_id", "status"), [(NOBODY, 404), (LOST.spotify_id, 404), ("oops", 400)])
def test_single_album_may_be_unknown_gone_or_malformed(get, album_id, status):
    answer = get(f"/albums/{album_id}")
    assert (answer.status_code, answer.json()["error"]["status"]) == (status, status)


def test_albums_may_lack_a_cover_or_have_only_a_year(get):
    assert get(f"/albums/{COVERLESS.spotify_id}").json()["images"] == []
    assert get(f"/albums/{HAKEN.spotify_id}").json()["release_date_precision"] == "year"


def test_unknown_albums_can_be_invented_for_foreign_sheets(spotify, get):
    spotify.unknown = "invent"
    first, second = (get(f"/albums/{NOBODY}").json() for _ in range(2))
    assert first == second
    assert first["name"]


def test_development_mode_refuses_the_batch_and_leaves_fields_out(spotify, get):
    full = get(f"/albums/{LEPROUS.spotify_id}").json()
    spotify.mode = "development"
    refused = get("/albums", ids=LEPROUS.spotify_id)
    assert (refused.status_code, refused.json()) == (403, {"error": {"status": 403, "message": "Forbidden"}})
    album = get(f"/albums/{LEPROUS.spotify_id}").json()
    assert set(full) - set(album) == NOT_IN_DEVELOPMENT_MODE - {"album_group"}
    assert album["external_ids"]["upc"]


def test_development_mode_has_a_budget_of_single_albums(spotify, get):
    spotify.mode, spotify.budget = "development", 2
    answers = [get(f"/albums/{LEPROUS.spotify_id}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["reason"] == "QUOTA_EXCEEDED"
    assert answers[2].headers["Retry-After"] == "86400"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    if not DESCRIPTION.exists():
        pytest.skip("the copy of Spotify's OpenAPI description is not ours to publish and is not here")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return nullable_as_json_schema(yaml.load(DESCRIPTION.read_text(), loader))


def nullable_as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 says nullable where JSON Schema lists null among the types."""
    if isinstance(node, list):
        return [nullable_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: nullable_as_json_schema(value) for key, value in node.items()}
    return plain | ({"type": [plain["type"], "null"]} if plain.get("nullable") and "type" in plain else {})


@pytest.mark.parametrize("mode", ["extended", "development"])
def test_albums_follow_spotifys_own_description(spotify, get, description, mode):
    spotify.mode = mode
    schemas = description["components"]["schemas"]
    lacking = NOT_IN_DEVELOPMENT_MODE if mode == "development" else set()
    for name in ("AlbumObject", "AlbumBase"):
        required = [field for field in schemas[name]["required"] if field not in lacking]
        schemas = {**schemas, name: {**schemas[name], "required": required}}
    schema = {"$ref": "#/components/schemas/AlbumObject", "components": {"schemas": schemas}}
    for album in (LEPROUS, HAKEN, COVERLESS):
        jsonschema.Draft4Validator(schema).validate(get(f"/albums/{album.spotify_id}").json())


# Spotify's oEmbed and covers


@pytest.mark.parametrize("address", ["album/{}?si=abc", "intl-de/album/{}"])
def test_oembed_gives_title_and_cover_without_a_key(spotify, address):
    url = "https://open.spotify.com/" + address.format(LEPROUS.spotify_id)
    embed = requests.get(spotify.oembed_url, params={"url": url}, timeout=5).json()
    assert (embed["title"], embed["type"], embed["thumbnail_width"]) == ("Aphelion", "rich", 300)
    assert requests.get(embed["thumbnail_url"], timeout=5).headers["Content-Type"].startswith("image/svg+xml")


def test_oembed_may_lack_a_cover_or_not_know_the_album(spotify):
    coverless, lost = (
        requests.get(
            spotify.oembed_url, params={"url": f"https://open.spotify.com/album/{album.spotify_id}"}, timeout=5
        )
        for album in (COVERLESS, LOST)
    )
    assert "thumbnail_url" not in coverless.json()
    assert lost.status_code == 404


def test_covers_are_drawings_that_differ_from_album_to_album(spotify):
    def cover(album: SampleAlbum, size: int) -> str:
        return requests.get(f"{spotify.address}/image/{album.spotify_id}-{size}.svg", timeout=5).text

    assert cover(LEPROUS, 300).startswith('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"')
    assert cover(LEPROUS, 300) == cover(LEPROUS, 300)
    assert cover(LEPROUS, 300) == cover(LEPROUS, 64).replace('"64"', '"300"')
    assert cover(LEPROUS, 300) != cover(HAKEN, 300)
    assert "<text" not in cover(LEPROUS, 300)


# Spotify's faults


def test_plain_429_is_text_with_or_without_a_time_to_wait(spotify, get):
    spotify.fail("rate_limited", times=1)
    spotify.fail("rate_limited", times=1, retry_after=3)
    answers = [get(f"/albums/{LEPROUS.spotify_id}") for _ in range(3)]
    assert [(answer.status_code, answer.headers.get("Retry-After")) for answer in answers] == [
        (429, None),
        (429, "3"),
        (200, None),
    ]
    assert answers[0].text == "Too many requests"


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("quota", 429, "QUOTA_EXCEEDED"),
        ("premium", 403, "Active premium subscription required"),
        ("forbidden", 403, '"message": "Forbidden"'),
        ("unauthorized", 401, "The access token expired"),
        ("gone", 404, "Resource not found"),
        ("unavailable", 503, "<!DOCTYPE html>"),
        ("bad_gateway", 502, "<!DOCTYPE html>"),
        ("error", 500, "<!DOCTYPE html>"),
        ("html", 200, "<!DOCTYPE html>"),
        ("empty", 200, ""),
    ],
)
def test_spotify_fails_on_demand(spotify, get, kind, status, text):
    spotify.fail(kind)
    answer = get(f"/albums/{LEPROUS.spotify_id}")
    assert answer.status_code == status
    assert text in answer.text
    spotify.heal()
    assert get(f"/albums/{LEPROUS.spotify_id}").status_code == 200


def test_batch_may_hold_nothing_but_nulls(spotify, get):
    spotify.fail("gone")
    assert get("/albums", ids=f"{LEPROUS.spotify_id},{HAKEN.spotify_id}").json() == {"albums": [None, None]}


def test_albums_may_be_taken_down_and_leave_a_husk(spotify, get):
    spotify.fail("taken_down")
    known = f"{LEPROUS.spotify_id},{NOBODY}"
    husks = [get(f"/albums/{LEPROUS.spotify_id}").json(), *get("/albums", ids=known).json()["albums"]]
    assert husks[2] is None
    for husk in husks[:2]:
        assert (husk["id"], husk["name"], husk["images"], husk["tracks"]["items"]) == (LEPROUS.spotify_id, "", [], [])
    assert get(f"/albums/{NOBODY}").status_code == 404


def test_json_may_be_broken(spotify, get):
    spotify.fail("garbage")
    with pytest.raises(requests.JSONDecodeError):
        get(f"/albums/{LEPROUS.spotify_id}").json()


@pytest.mark.parametrize("kind", ["stall", "reset"])
def test_connection_breaks_without_an_answer(spotify, get, kind):
    spotify.fail(kind, seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        get(f"/albums/{LEPROUS.spotify_id}")


def test_tokens_are_given_while_the_web_api_refuses_unless_they_are_meant(spotify):
    spotify.fail("rate_limited")
    assert token(spotify).status_code == 200
    spotify.fail("unavailable", on="/api/token")
    assert token(spotify).status_code == 503


def test_a_share_of_the_calls_fails_the_same_ones_every_time():
    def statuses() -> list[int]:
        with SpotifyStandIn(ALBUMS) as server:
            server.fail("error", share=0.2, on="/oembed")
            return [requests.get(server.oembed_url, timeout=5).status_code for _ in range(60)]

    first = statuses()
    assert first == statuses()
    assert 4 <= first.count(500) <= 22


# Both


def test_requests_are_logged_in_order_with_their_times(spotify, get):
    get(f"/albums/{LEPROUS.spotify_id}")
    get("/albums", ids=HAKEN.spotify_id)
    assert [(seen.method, seen.path) for seen in spotify.requests] == [
        ("POST", "/api/token"),
        ("GET", f"/v1/albums/{LEPROUS.spotify_id}"),
        ("GET", f"/v1/albums?ids={HAKEN.spotify_id}"),
    ]
    assert spotify.requests[0].time <= spotify.requests[2].time
    assert (spotify.count("/v1/"), spotify.count("?ids=")) == (2, 1)


def test_latency_is_kept_to(spotify):
    spotify.latency = (0.1, 0.12)
    token(spotify)
    assert 0 < spotify.paused <= 0.12


def test_faults_and_settings_are_switched_over_http(spotify, get):
    control = f"{spotify.address}/_stand-in"
    requests.post(f"{control}/faults", json=[{"kind": "rate_limited", "times": 1, "retry_after": 2}], timeout=5)
    assert get(f"/albums/{LEPROUS.spotify_id}").headers["Retry-After"] == "2"
    requests.post(f"{control}/settings", json={"mode": "development"}, timeout=5)
    assert get("/albums", ids=LEPROUS.spotify_id).status_code == 403
    assert "rate_limited" in requests.get(f"{control}/faults", timeout=5).json()["kinds"]
    assert requests.delete(f"{control}/faults", timeout=5).json() == {"on": []}
    log = requests.get(f"{control}/requests", timeout=5).json()
    assert [seen["path"].partition("?")[0] for seen in log][1:] == [f"/v1/albums/{LEPROUS.spotify_id}", "/v1/albums"]


@pytest.mark.parametrize(
    ("resource", "body"),
    [
        ("faults", [{"kind": "no such thing"}]),
        ("faults", [{"kind": "error", "colour": "red"}]),
        ("settings", {"port": 1}),
    ],
)
def test_orders_that_make_no_sense_are_refused(spotify, resource, body):
    answer = requests.post(f"{spotify.address}/_stand-in/{resource}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_upstreams_tell_the_app_where_they_are_and_are_gone_afterwards():
    with Upstreams() as upstreams:
        environment = upstreams.environment()
        workbook = requests.get(environment["GOOGLE_SHEETS_XLSX_URL"], timeout=5).content
        assert environment["SPOTIFY_IMAGE_HOSTS"] == upstreams.spotify.host
        assert environment["SPOTIFY_API_URL"] == f"http://{upstreams.spotify.host}/v1"
    assert zipfile.is_zipfile(io.BytesIO(workbook))
    with pytest.raises(requests.ConnectionError):
        requests.get(environment["GOOGLE_SHEETS_XLSX_URL"], timeout=5)


def test_stopping_ends_what_is_still_stalling(google):
    google.fail("stall", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        requests.get(google.sheet_url, timeout=0.2)
    google.stop()
    until(lambda: google.paused)  # the pause is over long before its minute


# The demo's own housekeeping


def demo(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def test_demo_says_how_to_get_round_a_port_in_use(google):
    ended = demo(PORT=str(google.port))
    assert ended.returncode == 1
    assert "Choose another: PORT=8001 script/demo" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("wrong", [{"PORT": "high"}, {"PORT": "8999", "DEMO_SPOTIFY_MODE": "free"}])
def test_demo_refuses_settings_that_it_cannot_follow(wrong):
    ended = demo(**wrong)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_tethered_child_ends_with_its_parent(tmp_path):
    sleeper = f"import time, os; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-m", "demo.tether", str(os.getpid()), sys.executable, "-c", {sleeper!r}])
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    child = int(eventually(lambda: (tmp_path / "pid").read_text()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert eventually(lambda: "gone" if not is_running(child) else "") == "gone"


def is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def eventually(question: Callable[[], str]) -> str:
    """Ask until there is an answer, for ten seconds."""
    for _ in range(200):
        try:
            if answer := question():
                return answer
        except OSError:
            pass
        time.sleep(0.05)
    return ""


def test_log_over_http_is_json_of_plain_values(spotify):
    token(spotify)
    log = json.loads(requests.get(f"{spotify.address}/_stand-in/requests", timeout=5).text)
    assert set(log[0]) == {"time", "method", "path"}
