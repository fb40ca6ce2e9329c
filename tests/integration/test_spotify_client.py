"""The client against a stand-in on a real socket: one value or one error a call."""

import json
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from catalog.services.clock import Clock
from catalog.services.spotify.client import SpotifyClient
from catalog.services.spotify.errors import (
    BAD_CREDENTIALS,
    AppForbidden,
    BadCredentials,
    BatchForbidden,
    InvalidId,
    MalformedAnswer,
    RateLimited,
    SpotifyError,
    TemporaryFailure,
    UnknownAlbum,
)
from catalog.wording import warning_line
from demo.responses import Request, Response, html_response, json_response, text_response
from demo.spotify import SpotifyStandIn
from demo.spotify_ids import spotify_id
from tests.spotify_world import PATIENT, SimulatedClock, settings_for

MALINA, VISIONS = spotify_id("Leprous", "Malina"), spotify_id("Haken", "Visions")


@pytest.fixture
def client(spotify: SpotifyStandIn) -> SpotifyClient:
    return client_of(spotify)


def client_of(spotify: SpotifyStandIn, **changes: object) -> SpotifyClient:
    return SpotifyClient(settings_for(spotify, **changes), Clock(), PATIENT)


def impatient_client_of(spotify: SpotifyStandIn) -> SpotifyClient:
    """Return a client that doesn't wait long for an answer."""
    return SpotifyClient(settings_for(spotify), Clock(), timeouts=(5.0, 1.0))


def test_twenty_albums_come_in_one_call(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    ids = [spotify_id("Haken", str(number)) for number in range(20)]
    answers = client.albums(ids)
    assert list(answers) == ids
    assert all(facts and facts.name and facts.tracks and facts.covers.medium for facts in answers.values())
    assert [seen.path.partition("?")[0] for seen in spotify.requests] == ["/api/token", "/v1/albums"]


def test_an_album_that_spotify_does_not_know_is_none_in_a_batch_and_an_error_alone(spotify: SpotifyStandIn) -> None:
    spotify.unknown = "missing"
    client = client_of(spotify)
    assert client.albums([MALINA, VISIONS]) == {MALINA: None, VISIONS: None}
    with pytest.raises(UnknownAlbum):
        client.album(MALINA)
    with pytest.raises(UnknownAlbum):
        client.cover(MALINA)


def test_development_mode_names_no_label(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    assert client.album(MALINA).label
    spotify.mode = "development"
    assert client.album(MALINA).label == ""


def test_oembed_gives_a_cover_without_credentials(spotify: SpotifyStandIn) -> None:
    facts = client_of(spotify, client_id="", client_secret="").cover(MALINA)
    assert facts.name
    assert facts.covers.medium.startswith(spotify.address)
    assert spotify.count("/api/token") == 0


def test_covers_of_unknown_hosts_are_left_out(spotify: SpotifyStandIn) -> None:
    client = client_of(spotify, image_hosts=("i.scdn.co",))
    assert not client.album(MALINA).covers
    assert not client.cover(MALINA).covers


@pytest.mark.parametrize("album_id", ["", "short", MALINA[:-1] + "-", MALINA + "\n", f"{MALINA}/tracks"])
def test_a_malformed_id_is_never_sent(spotify: SpotifyStandIn, client: SpotifyClient, album_id: str) -> None:
    for ask in (client.album, client.cover, lambda one: client.albums([MALINA, one])):
        with pytest.raises(InvalidId):
            ask(album_id)
    assert spotify.requests == []


@pytest.mark.parametrize(("wrong", "value"), [("client_id", "nobody"), ("client_secret", "ünknown€")])
def test_wrong_credentials_name_the_settings(spotify: SpotifyStandIn, wrong: str, value: str) -> None:
    assert re.search("SPOTIFY_CLIENT_ID .* SPOTIFY_CLIENT_SECRET", warning_line(BAD_CREDENTIALS))
    with pytest.raises(BadCredentials):
        client_of(spotify, **{wrong: value}).album(MALINA)
    assert spotify.count("/v1/") == 0


def test_development_mode_forbids_the_batch_only(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    spotify.mode = "development"
    with pytest.raises(BatchForbidden):
        client.albums([MALINA])
    assert client.album(MALINA).name


@pytest.mark.parametrize("fault", ["premium", "forbidden"])
def test_an_app_that_is_refused(spotify: SpotifyStandIn, client: SpotifyClient, fault: str) -> None:
    spotify.fail(fault)
    with pytest.raises(AppForbidden):
        client.album(MALINA)


def test_the_lapse_of_premium_is_not_taken_for_development_mode(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    spotify.fail("premium")
    with pytest.raises(AppForbidden, match="no_premium"):
        client.albums([MALINA])


@pytest.mark.parametrize(
    ("fault", "retry_after", "seconds", "is_quota"),
    [("rate_limited", 3, 3.0, False), ("rate_limited", None, None, False), ("quota", 16008, 16008.0, True)],
)
def test_both_kinds_of_429(
    spotify: SpotifyStandIn, client: SpotifyClient, fault: str, retry_after: int, seconds: float, *, is_quota: bool
) -> None:
    spotify.fail(fault, retry_after=retry_after)
    with pytest.raises(RateLimited) as caught:
        client.albums([MALINA])
    assert (caught.value.retry_after, caught.value.is_quota) == (seconds, is_quota)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("error", TemporaryFailure),
        ("bad_gateway", TemporaryFailure),
        ("unavailable", TemporaryFailure),
        ("reset", TemporaryFailure),
        ("stall", TemporaryFailure),
        ("truncated", TemporaryFailure),
        ("html", MalformedAnswer),
        ("empty", MalformedAnswer),
        ("garbage", MalformedAnswer),
    ],
)
@pytest.mark.parametrize("on", ["/v1/", "/api/token", "/oembed"])
def test_bad_weather(spotify: SpotifyStandIn, fault: str, error: type[SpotifyError], on: str) -> None:
    client = impatient_client_of(spotify)
    spotify.fail(fault, on=on)
    with pytest.raises(error):
        client.cover(MALINA) if on == "/oembed" else client.album(MALINA)


def test_a_lost_token_is_renewed_once(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    spotify.fail("unauthorized", times=1)
    assert client.album(MALINA).name
    assert spotify.count("/api/token") == 2


def test_a_new_token_that_is_refused_too_ends_the_trying(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    spotify.fail("unauthorized")
    with pytest.raises(BadCredentials):
        client.album(MALINA)
    assert (spotify.count("/api/token"), spotify.count("/v1/")) == (2, 2)


def test_a_token_is_renewed_a_minute_early(spotify: SpotifyStandIn) -> None:
    clock = SimulatedClock()
    client = SpotifyClient(settings_for(spotify), clock)
    for seconds, tokens in ((0, 1), (3539, 1), (1, 2)):
        clock.sleep(seconds)
        client.album(MALINA)
        assert spotify.count("/api/token") == tokens


class Hasty(SpotifyStandIn):
    """Says of its tokens that they live as long as `said`."""

    said: object = None

    def answer(self, request: Request) -> Response:
        good = super().answer(request)
        if request.path != "/api/token":
            return good
        return json_response({**json.loads(good.body), "expires_in": self.said})


@pytest.mark.parametrize("lives", [-5, 0, 1, 30, 60.0, 61, None, "60"])
def test_no_token_is_asked_for_before_every_call_however_shortly_it_lives(lives: object) -> None:
    with Hasty({}, unknown="invent") as spotify:
        spotify.said = lives
        clock = SimulatedClock()
        client = SpotifyClient(settings_for(spotify), clock)
        for _ in range(29):
            client.album(MALINA)
            clock.sleep(1)
        assert spotify.count("/api/token") == 1


def test_threads_share_one_token(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    start = threading.Barrier(4)

    def ask(_: int) -> str:
        start.wait()
        return client.album(MALINA).name

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert spotify.count("/api/token") == 1


def test_secrets_stay_out_of_logs_and_messages(spotify: SpotifyStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = impatient_client_of(spotify)
    client.album(MALINA)
    spotify.fail("stall", on="/")
    with pytest.raises(SpotifyError) as caught:
        client.albums([MALINA])
    told = caplog.text + repr(client) + str(caught.value) + repr(caught.value)
    for secret in (spotify.client_secret, "Bearer", "Basic"):
        assert secret not in told


class Chatterbox(SpotifyStandIn):
    def answer(self, request: Request) -> Response:
        good = super().answer(request)
        return good if request.path == "/api/token" else replace(good, body=good.body + b" " * 6_000_000)


def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    with Chatterbox({}, unknown="invent") as spotify, pytest.raises(MalformedAnswer, match="too_large"):
        client_of(spotify).album(MALINA)


class Oddity(SpotifyStandIn):
    """Gives out tokens, and one answer to everything else."""

    def __init__(self, said: Response) -> None:
        super().__init__({}, unknown="invent")
        self.said = said

    def answer(self, request: Request) -> Response:
        return super().answer(request) if request.path == "/api/token" else self.said


def json_error(status: int, error: object, **headers: str) -> Response:
    return json_response({"error": error}, status, **headers)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (json_error(400, "invalid id"), MalformedAnswer),
        (json_error(400, {"status": 400, "message": "Invalid base62 id"}), InvalidId),
        (text_response("Bad request", 400), MalformedAnswer),
        (json_error(401, "The access token expired"), BadCredentials),
        (json_error(403, "Forbidden"), AppForbidden),
        (html_response("Forbidden", 403), MalformedAnswer),
        (json_error(404, {"status": 404, "message": "Resource not found"}), UnknownAlbum),
        (html_response("Not Found", 404), MalformedAnswer),
        (json_error(404, {"status": 400, "message": "Not this one"}), MalformedAnswer),
        (json_error(404, {"status": 404}), MalformedAnswer),
        (replace(json_error(404, {"status": 404, "message": ""}), content_type="text/html"), MalformedAnswer),
        (text_response("", 408), TemporaryFailure),
        (json_error(429, "Too many requests"), RateLimited),
        (html_response("Too many requests", 429), RateLimited),
        (json_error(429, None), RateLimited),
        (json_error(500, "server_error"), TemporaryFailure),
        (text_response("upstream connect error", 504), TemporaryFailure),
        (replace(html_response("Moved", 302), headers={"Location": "/elsewhere"}), MalformedAnswer),
        (Response(204), MalformedAnswer),
        (json_response([]), MalformedAnswer),
        (json_response(None), MalformedAnswer),
        (json_response({}), MalformedAnswer),
        (json_response({"name": None, "images": None, "tracks": None}), MalformedAnswer),
        (json_response({"id": VISIONS, "name": "Visions"}), MalformedAnswer),
        (json_response({"id": MALINA, "name": "", "images": []}), UnknownAlbum),
    ],
)
def test_every_odd_answer_about_one_album_has_its_error(said: Response, error: type[SpotifyError]) -> None:
    with Oddity(said) as spotify, pytest.raises(error) as caught:
        client_of(spotify).album(MALINA)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "albums", [None, {}, [], [None], [None, None, None], "two"], ids=["null", "object", "none", "few", "many", "text"]
)
def test_a_batch_that_does_not_hold_what_was_asked_for_is_malformed(albums: object) -> None:
    with Oddity(json_response({"albums": albums})) as spotify, pytest.raises(MalformedAnswer):
        client_of(spotify).albums([MALINA, VISIONS])


def test_an_entry_of_a_batch_that_is_no_album_is_left_out() -> None:
    sparse = {"name": "Visions", "images": [], "release_date": "0000", "total_tracks": None}
    with Oddity(json_response({"albums": ["Malina", sparse]})) as spotify:
        answers = client_of(spotify).albums([MALINA, VISIONS])
    assert list(answers) == [VISIONS]
    visions = answers[VISIONS]
    assert visions is not None
    assert visions.tracks == ()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("9999999", 604_800.0), ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0), ("soon", None)],
)
def test_a_retry_after_in_any_shape_is_understood_or_none(spotify: SpotifyStandIn, said: str, seconds: float) -> None:
    spotify.fail("rate_limited", retry_after=said)
    with pytest.raises(RateLimited) as caught:
        SpotifyClient(settings_for(spotify), SimulatedClock()).album(MALINA)
    assert caught.value.retry_after == seconds


def test_an_album_that_was_taken_down_is_unknown(spotify: SpotifyStandIn, client: SpotifyClient) -> None:
    spotify.fail("taken_down")
    assert client.albums([MALINA]) == {MALINA: None}
    with pytest.raises(UnknownAlbum):
        client.album(MALINA)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (html_response("404 Not Found", 404), UnknownAlbum),
        (html_response("Something else"), MalformedAnswer),
        (html_response("503 Service Unavailable", 503), TemporaryFailure),
        (text_response("Too many requests", 429), RateLimited),
        (text_response("Unauthorized", 401), MalformedAnswer),
    ],
)
def test_every_odd_answer_of_oembed_has_its_error(said: Response, error: type[SpotifyError]) -> None:
    with Oddity(said) as spotify, pytest.raises(error):
        client_of(spotify).cover(MALINA)


def test_oembed_may_name_neither_cover_nor_size_but_not_nothing() -> None:
    with Oddity(json_response({"title": "Malina", "width": None, "thumbnail_width": None})) as spotify:
        facts = client_of(spotify).cover(MALINA)
        assert (facts.name, bool(facts.covers)) == ("Malina", False)
        spotify.said = json_response({"title": None, "thumbnail_url": None})
        with pytest.raises(MalformedAnswer):
            client_of(spotify).cover(MALINA)
