"""The API keeps what `openapi.json` promises, whatever it is asked."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_script_prefix, set_script_prefix
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openapi_spec_validator import OpenAPIV31SpecValidator

from catalog.browse.index.calendar import MOMENTS
from catalog.browse.index.current import current_index
from catalog.browse.index.values import FORMATS
from catalog.browse.listing import RELEVANCE
from catalog.browse.query import GROUPS, MOST_VALUES, PER_PAGE, SORTS
from catalog.formats.records import KEYS
from catalog.models import Album, Artist, ArtistAlias, SpotifyAlbum, SyncOperation
from catalog.services.sync.snapshot import current_snapshot
from catalog.views.api.description import DESCRIPTION
from tests.factories import Page, add_album
from tests.integration.test_any_query import shelf, some_parameters, valid_parameters
from tests.long import amount

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

API = "/catalog/api/"
ALBUMS, SYNC = f"{API}albums/", f"{API}sync/"
DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
STATUS = json.loads(
    (Path(__file__).resolve().parents[2] / "specs/004-sync-button/contracts/status.schema.json").read_text(
        encoding="utf-8"
    )
)
QUERIES = 6
COAL = "2bF0pQmLdMrTU9hZRnl9Wp"


def checked(answer: Any) -> Any:
    """Return what an answer says, which has to be what the description promises for its address and status."""
    path = re.sub(r"/\d+/", "/{id}/", answer.request["PATH_INFO"])
    promised = DOCUMENT["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
    ((kind, content),) = promised.items()
    assert answer.headers["Content-Type"] == kind
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    said = answer.json()
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(said)
    return said


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem that an answer with this status tells."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    said = answer.json()
    schema = {"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(said)
    assert said["status"] == status
    return said


@pytest.fixture
def coal() -> Album:
    album = add_album(
        "Leprous", "Coal", spotify_id=COAL, cover="https://i.scdn.co/image/m", release_date=date(2013, 5, 20)
    )
    tracks = [{"number": 1, "disc": 1, "name": "Foe", "seconds": 315.2}, {"number": 2, "disc": 1, "name": "Chronic"}]
    SpotifyAlbum.objects.update(state="complete", tracks=tracks, total_tracks=2, label="InsideOut")
    return album


# The description


def test_the_description_is_valid_and_served(client: Client) -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    for address, headers in ((f"{API}openapi.json", {}), (API, {"Accept": "application/json"})):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.json() == DOCUMENT


def test_below_another_path_the_description_says_so(client: Client) -> None:
    before = get_script_prefix()
    set_script_prefix("/prog/")
    try:
        answer = client.get(f"{API}openapi.json")
    finally:
        set_script_prefix(before)
    assert answer.json()["servers"] == [{"url": "/prog"}]


def test_the_description_names_what_the_code_knows() -> None:
    parameters = DOCUMENT["components"]["parameters"]
    listed = [each["$ref"].rpartition("/")[2] for each in DOCUMENT["paths"][ALBUMS]["get"]["parameters"]]
    assert set(listed) == set(parameters) == {"q", "when", "artist", "sort", "page", "per_page", *GROUPS}
    values = {name: each["schema"].get("items", each["schema"]).get("enum") for name, each in parameters.items()}
    assert values["when"] == list(MOMENTS)
    assert values["sort"] == [*SORTS, RELEVANCE]
    assert values["per_page"] == list(PER_PAGE)
    assert values["format"] == list(FORMATS)
    assert values["scene"] == Album.Scene.values
    assert {parameters[group]["schema"]["maxItems"] for group in GROUPS} == {MOST_VALUES}
    schemas = DOCUMENT["components"]["schemas"]
    assert list(schemas["Album"]["properties"])[: len(KEYS)] == list(KEYS)
    assert schemas["SyncStatus"]["required"] == STATUS["required"]


def test_the_page_tells_all_of_it(client: Client) -> None:
    page = Page(client, API)
    assert page.response.status_code == 200
    text = page.tree.text_content()
    for path, item in DOCUMENT["paths"].items():
        assert path in text
        assert item["get"]["description"] in " ".join(text.split())
    rows = page.texts("tbody th")
    for schema in DOCUMENT["components"]["schemas"].values():
        assert set(schema.get("properties", {})) <= set(rows)
    assert page.values("link[rel=service-desc]", "href") == [f"{API}openapi.json"]
    assert page.response.headers["Link"] == f'<{API}openapi.json>; rel="service-desc"'
    assert all(source.startswith("/static/") for source in page.values("script[src]", "src"))


# What it answers


def test_a_list_is_that_of_the_page(client: Client, coal: Album) -> None:
    add_album("Haken", "Virus", genres=["Djent"])
    said = checked(client.get(ALBUMS, {"genre": "djent"}))
    assert (said["count"], [album["title"] for album in said["albums"]]) == (1, ["Virus"])
    assert said["self"] == f"http://testserver{ALBUMS}?genre=djent"
    assert said["url"] == "http://testserver/catalog/albums/?genre=djent"
    assert checked(client.get(ALBUMS))["albums"] == client.get("/catalog/albums.json").json()["albums"]


def test_pages_lead_to_each_other(client: Client) -> None:
    for number in range(60):
        add_album("Haken", f"Virus {number:02}")
    titles: list[str] = []
    address = f"{ALBUMS}?per_page=25&sort=title"
    while address:
        answer = client.get(address)
        titles += [album["title"] for album in checked(answer)["albums"]]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        address = found[1] if found else ""
    assert titles == [f"Virus {number:02}" for number in range(60)]
    said = problem(client.get(f"{ALBUMS}?page=4&per_page=25"), 404)
    assert said["detail"] == "The list has no page 4. Its last page is 3."


def test_an_album_comes_with_links_and_tracks(client: Client, coal: Album) -> None:
    said = checked(client.get(f"{ALBUMS}{coal.pk}/"))
    assert (said["title"], said["label"], said["links"]) == (
        "Coal",
        "InsideOut",
        [f"https://open.spotify.com/album/{COAL}"],
    )
    assert said["tracks"] == [
        {"disc": 1, "number": 1, "name": "Foe", "seconds": 315.2},
        {"disc": 1, "number": 2, "name": "Chronic", "seconds": None},
    ]
    bare = add_album("Haken", "Virus", genres=[], vocal=None, release_date=None, release_text="TBA", scene=None)
    assert checked(client.get(f"{ALBUMS}{bare.pk}/"))["tracks"] == []


def test_an_artist_comes_with_albums_and_leads_to_all(client: Client, coal: Album) -> None:
    add_album("Leprous", "Pitfalls", release_date=date(2019, 10, 25), country="Notodden, Norway")
    other = add_album("Leprous (NO)", "Bilateral", release_date=date(2011, 8, 22))
    leprous = coal.artist
    ArtistAlias.objects.create(artist=leprous, name="Leprous (NO)", key="leprous no")
    for pk in (leprous.pk, other.artist.pk):
        said = checked(client.get(f"{API}artists/{pk}/"))
        assert (said["id"], said["name"], said["other_names"]) == (leprous.pk, "Leprous", ["Leprous (NO)"])
        assert (said["count"], said["years"], said["genres"]) == (3, [2011, 2019], ["Prog-metal"])
        assert said["countries"] == ["Norway", "United Kingdom"]
        assert [album["title"] for album in said["albums"]] == ["Pitfalls", "Coal", "Bilateral"]
    assert [album["title"] for album in checked(client.get(said["albums_url"]))["albums"]] == [
        "Pitfalls",
        "Coal",
        "Bilateral",
    ]
    assert b"Bilateral" in client.get(said["feed_url"]).content
    assert client.get(said["url"]).status_code == 200


def test_the_sync_is_the_status_object(client: Client) -> None:
    current_snapshot().reset()
    assert checked(client.get(SYNC))["status"] == "never"
    SyncOperation.objects.create(
        status="failed", error_code="sheet_not_found", error_parameters={"status": 404}, started_at="2026-11-20T12:00Z",
        finished_at="2026-11-20T12:00:09Z",
    )  # fmt: skip
    current_snapshot().reset()
    said = checked(client.get(SYNC))
    assert (said["status"], said["error"]["code"]) == ("failed", "sheet_not_found")
    etag = client.get(SYNC).headers["ETag"]
    assert client.get(SYNC, headers={"If-None-Match": etag}).status_code == 304


# Errors


@pytest.mark.parametrize("path", ["x", "albums/x/", "albums/1/tracks/", "artists/", "openapi.yaml", "sync/x", "//"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_unknown_address_is_a_problem(client: Client, path: str, method: str) -> None:
    said = problem(getattr(client, method)(f"{API}{path}"), 404)
    assert (said["type"], said["title"]) == ("about:blank", "Not Found")
    assert said["instance"] == f"{API}{path}"


@pytest.mark.parametrize("path", ["albums/999999/", "artists/999999/", f"albums/{'9' * 30}/", "artists/0/"])
def test_what_is_not_in_the_catalogue_is_a_problem(client: Client, path: str) -> None:
    problem(client.get(API + path), 404)


def test_a_removed_album_is_not_in_the_api(client: Client) -> None:
    album = add_album(removed_at="2026-01-01T00:00Z")
    assert "No album" in problem(client.get(f"{ALBUMS}{album.pk}/"), 404)["detail"]
    problem(client.get(f"{API}artists/{album.artist.pk}/"), 404)


@pytest.mark.parametrize("path", ["", "openapi.json", "albums/", "albums/1/", "artists/1/", "sync/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_it_only_reads(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, f"{API}{path}")
    assert problem(answer, 405)["title"] == "Method Not Allowed"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("query", "broken"),
    [
        ("page=x", ["page"]), ("page=0", ["page"]), ("page=-1", ["page"]), ("page=12345678", ["page"]),
        ("per_page=7", ["per_page"]), ("when=never", ["when"]), ("sort=best", ["sort"]), ("sort=relevance", ["sort"]),
        ("artist=x", ["artist"]), ("artist=99999", ["artist"]), ("year=20x0", ["year"]), ("genre=nonsense", ["genre"]),
        ("genre=prog-metal&genre=x&genre_not=y&scene=pop", ["genre", "genre_not", "scene"]),
        ("country=atlantis", ["country"]),
        ("vocal=%00", ["vocal"]), ("format=vhs", ["format"]),
    ],
)  # fmt: skip
def test_an_invalid_value_is_a_problem(client: Client, coal: Album, query: str, broken: list[str]) -> None:
    said = problem(client.get(f"{ALBUMS}?{query}"), 422)
    assert [each["parameter"] for each in said["errors"]] == broken
    assert all(name in said["detail"] for name in broken)
    assert client.get(f"/catalog/albums.json?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["utm_source=x", "q=", "genre=", "page=1", "q=coal&sort=relevance", "year=1999", "page="]
)
def test_what_is_no_business_of_ours_is_ignored(client: Client, coal: Album, query: str) -> None:
    checked(client.get(f"{ALBUMS}?{query}"))


def test_a_slash_at_the_end_is_found(client: Client, coal: Album) -> None:
    answer = client.get(f"{API}albums?q=coal")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{ALBUMS}?q=coal")


# For programs and pages of other sites


@pytest.mark.parametrize("path", ["albums/", "albums/{album}/", "artists/{artist}/"])
def test_who_has_it_is_told_so(client: Client, coal: Album, path: str) -> None:
    address = API + path.format(album=coal.pk, artist=coal.artist.pk)
    etag = client.get(address).headers["ETag"]
    answer = client.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")
    SpotifyAlbum.objects.update(total_tracks=3)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_browser_may_ask_from_any_site(client: Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for path in ("albums/", "albums/1/", "artists/1/", "sync/", "openapi.json", "nowhere"):
        answer = client.options(API + path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "GET" in answer.headers["Access-Control-Allow-Methods"]
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert {"ETag", "Link"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_nothing_depends_on_who_asks(client: Client, coal: Album) -> None:
    paths = ["albums/", f"albums/{coal.pk}/", f"artists/{coal.artist.pk}/"]
    guests = [client.get(API + path).content for path in paths]
    client.force_login(User.objects.create_user("einar", is_staff=True))
    assert [client.get(API + path).content for path in paths] == guests


@pytest.mark.parametrize("path", ["albums/?when=all&per_page=100", "albums/{album}/", "artists/{artist}/", "sync/", ""])
def test_the_number_of_queries_does_not_grow(client: Client, coal: Album, path: str) -> None:
    for number in range(120):
        add_album("Leprous", f"Coal {number}", genres=["A", "B"])
    current_index().get()
    current_snapshot().reset()
    with CaptureQueriesContext(connection) as queries:
        assert (
            client.get(API + path.format(album=coal.pk, artist=Artist.objects.only("pk").get().pk)).status_code == 200
        )
    assert len(queries) - 1 <= QUERIES


class TestAnyQueryOfTheApi(TestCase):
    @settings(max_examples=amount("QUERIES", 8, 15))
    @given(some_parameters)
    def test_every_answer_is_as_described(self, parameters: list[tuple[str, str]]) -> None:
        shelf()
        string = urlencode([(name, value.encode("utf-8", "replace").decode()) for name, value in parameters])
        answer = Client().get(f"{ALBUMS}?{string}")
        assert answer.status_code in {200, 404, 422}, parameters
        checked(answer)

    @settings(max_examples=amount("QUERIES", 8, 15))
    @given(valid_parameters, st.sampled_from(["25", "50", "100"]))
    def test_every_filter_is_answered(self, asked: dict[str, str], per_page: str) -> None:
        shelf()
        if asked.get("sort") == RELEVANCE:
            asked["q"] = "script"
        checked(Client().get(f"{ALBUMS}?{urlencode({**asked, 'per_page': per_page})}"))
