"""What the server knows of marks: the list that a browser asks for, and the marks of an account."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from lxml import html
from pytest_django import DjangoAssertNumQueries

from catalog.models import Album, Mark
from catalog.services.marks import MOST_MARKS
from catalog.views.listener.marks import MOST_A_MINUTE
from tests.factories import Page, add_album
from tests.sheets import album
from tests.syncs import sync_tabs

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

MARKS = "/catalog/mine/marks/"
LIST = "/catalog/mine/albums/"
PAGES = ("/catalog/mine/", "/catalog/mine/?mine=heard", "/catalog/mine/?mine=new")


@pytest.fixture
def shelf() -> dict[str, Album]:
    coal = add_album("Leprous", "Coal", genres=["Prog-metal"], country="Norway")
    virus = add_album("Haken", "Virus", genres=["Prog-metal", "Djent"])
    bloom = add_album("Caligula's Horse", "Bloom", genres=["Alt-rock"])
    return {each.title: each for each in (coal, virus, bloom)}


@pytest.fixture
def listener(client: Client) -> User:
    user = User.objects.create_user("ihsahn")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _no_changes_yet() -> None:
    cache.clear()


def titles(client: Client, query: str = "", **body: object) -> list[str]:
    response = client.post(f"{LIST}{query}", body)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    found = html.fragment_fromstring(response.content.decode(), create_parent=True)
    return [" ".join(each.text_content().split()) for each in found.xpath(".//h2[@class='tile__title']")]


def keys(*albums: Album) -> str:
    return ",".join(str(each.pk) for each in albums)


def post(client: Client, told: object, **headers: str) -> Any:
    body = told if isinstance(told, str) else json.dumps(told)
    return client.post(MARKS, body, content_type="application/json", headers=headers)


# The list


def test_the_latest_mark_comes_first_unless_another_order_is_asked_for(client: Client, shelf: dict[str, Album]) -> None:
    marked = keys(*shelf.values())
    assert titles(client, albums=marked) == ["Bloom", "Virus", "Coal"]
    assert titles(client, "?sort=artist", albums=marked) == ["Bloom", "Virus", "Coal"]
    assert titles(client, "?sort=title", albums=marked) == ["Bloom", "Coal", "Virus"]
    assert titles(client, "?sort=nonsense", albums=marked) == ["Bloom", "Virus", "Coal"]


def test_my_albums_are_searched_and_filtered_like_the_catalogue(client: Client, shelf: dict[str, Album]) -> None:
    marked = keys(shelf["Coal"], shelf["Bloom"])
    assert titles(client, "?q=leprous", albums=marked) == ["Coal"]
    assert titles(client, "?q=haken", albums=marked) == []
    assert titles(client, "?genre=prog-metal", albums=marked) == ["Coal"]


def test_numbers_that_make_no_sense_are_ignored(client: Client, shelf: dict[str, Album]) -> None:
    broken = f"x,,-1,1.5,{'9' * 400},²,{10**14},{shelf['Coal'].pk},{shelf['Coal'].pk}"
    assert titles(client, albums=broken) == ["Coal"]
    assert titles(client) == []


def test_a_list_is_paged_and_costs_six_queries_at_most(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    albums = [add_album("Haken", f"Demo {number:03}") for number in range(120)]
    titles(client)  # builds the index
    with django_assert_max_num_queries(6):
        assert titles(client, "?page=3", albums=keys(*albums)) == [f"Demo {number:03}" for number in range(19, -1, -1)]
    shown = client.post(f"{LIST}?q=demo&genre=prog-metal&sort=title", {"albums": keys(*albums)}).content.decode()
    assert re.findall(r'href="(\?[^"]*page=2[^"]*)"', shown)[0] == (
        "?mine=want&amp;q=demo&amp;sort=title&amp;page=2&amp;genre=prog-metal"
    )


def test_what_is_new_was_added_after_the_last_visit(client: Client, shelf: dict[str, Album]) -> None:
    now = timezone.now()
    Album.objects.filter(title="Coal").update(added_at=now - timedelta(days=3))
    since = int((now - timedelta(days=1)).timestamp())
    assert titles(client, "?mine=new", since=since) == ["Bloom", "Virus"]
    for broken in ("", "yesterday", "-5", "9" * 30, "٣"):
        assert titles(client, "?mine=new", since=broken) == []


def test_an_album_that_left_the_sheet_keeps_its_mark_and_leads_to_its_page(
    client: Client, shelf: dict[str, Album]
) -> None:
    Album.objects.filter(title="Coal").update(removed_at=timezone.now())
    response = client.post(LIST, {"albums": keys(*shelf.values())})
    found = html.fragment_fromstring(response.content.decode(), create_parent=True)
    assert len(found.xpath(".//li[@data-album-id]")) == 2
    assert found.xpath(".//details//a/@href") == [f"/catalog/albums/{shelf['Coal'].pk}/"]
    assert "1 marked album left the sheet" in " ".join(found.text_content().split())


@pytest.mark.parametrize("address", PAGES)
def test_the_page_around_the_list_is_the_same_for_everybody(address: str, shelf: dict[str, Album]) -> None:
    first, second = (Page(Client(), address).response.content for _ in range(2))
    without_clock = re.compile(rb'data-now="[^"]*"')
    assert without_clock.sub(b"", first) == without_clock.sub(b"", second)


def test_pages_of_the_catalogue_hold_nothing_of_marks(client: Client, shelf: dict[str, Album]) -> None:
    first = client.get("/catalog/albums/")
    other = Client().get("/catalog/albums/", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 304
    assert b"data-account" not in first.content
    assert b'aria-pressed="true"' not in first.content


# The account


def test_an_account_keeps_marks_and_gives_them_back(client: Client, listener: User, shelf: dict[str, Album]) -> None:
    coal, virus = shelf["Coal"].pk, shelf["Virus"].pk
    changed = post(client, {"add": {"want": [coal, virus, coal], "heard": [virus]}})
    assert changed.json() == {"want": [coal, virus], "heard": [virus], "hide": []}
    assert post(client, {"remove": {"want": [coal], "hide": [coal]}}).json()["want"] == [virus]
    assert client.get(MARKS).json() == {"want": [virus], "heard": [virus], "hide": []}
    assert titles(client, "?mine=want", albums=str(coal)) == ["Virus"]


def test_the_marks_of_an_account_are_nobody_elses(client: Client, listener: User, shelf: dict[str, Album]) -> None:
    post(client, {"add": {"want": [shelf["Coal"].pk]}})
    other = Client()
    other.force_login(User.objects.create_user("akerfeldt"))
    assert other.get(MARKS).json() == {"want": [], "heard": [], "hide": []}
    assert "private" in client.get(MARKS).headers["Cache-Control"]


def test_unchanged_marks_are_not_sent_again(client: Client, listener: User, shelf: dict[str, Album]) -> None:
    etag = post(client, {"add": {"want": [shelf["Coal"].pk]}}).headers["ETag"]
    assert client.get(MARKS, headers={"If-None-Match": etag}).status_code == 304
    post(client, {"remove": {"want": [shelf["Coal"].pk]}})
    assert client.get(MARKS, headers={"If-None-Match": etag}).status_code == 200


def test_without_an_account_there_is_nothing_to_read_or_write(client: Client, shelf: dict[str, Album]) -> None:
    for response in (client.get(MARKS), post(client, {"add": {"want": [shelf["Coal"].pk]}})):
        assert (response.status_code, response.json()["error"]["code"]) == (401, "signed_out")
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        "", "{", "null", "[]", "7", '"want"', '{"want": [1]}', '{"add": [1]}', '{"add": {"want": 1}}',
        '{"add": {"love": [1]}}', '{"add": {"want": ["1"]}}', '{"add": {"want": [1.0]}}', '{"add": {"want": [true]}}',
        '{"add": {"want": [0]}}', '{"add": {"want": [-1]}}', '{"add": {"want": [1e400]}}',
        '{"add": {"want": [99999999999999999999]}}', "[" * 100_000, '{"add": {"want": [1, null]}}', "\udcff",
    ],
)  # fmt: skip
def test_what_is_no_marks_changes_nothing(client: Client, listener: User, told: str) -> None:
    album = add_album("Haken", "Aquarius")
    post(client, {"add": {"want": [album.pk]}})
    body = told.encode("utf-8", "surrogateescape")
    refused = client.post(MARKS, body, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "not_marks")
    assert client.get(MARKS).json() == {"want": [album.pk], "heard": [], "hide": []}


def test_marks_are_bounded_in_number_and_size(client: Client, listener: User) -> None:
    album = add_album("Haken", "Aquarius")
    assert post(client, {"add": {"want": list(range(1, MOST_MARKS + 2))}}).status_code == 400
    assert post(client, json.dumps({"add": {}}) + " " * 600_000).status_code == 413
    assert post(client, {"add": {"want": [album.pk, 10**15]}}).json()["want"] == [album.pk]


@pytest.mark.long
def test_one_mark_too_many_changes_nothing(client: Client, listener: User, shelf: dict[str, Album]) -> None:
    first = add_album("Haken", "Demo").pk
    artist = shelf["Coal"].artist
    Album.objects.bulk_create(
        Album(artist=artist, title=f"Demo {number}", tab="t", entry_hash="") for number in range(MOST_MARKS // 3)
    )
    many = list(Album.objects.filter(title__startswith="Demo ").values_list("pk", flat=True))
    marked = {"hide": many, "heard": many, "want": many[2:]}
    Mark.objects.bulk_create(
        Mark(user=listener, album_id=album, kind=kind) for kind, albums in marked.items() for album in albums
    )
    with connection.cursor() as cursor:  # or PostgreSQL checks each mark with the plan of the few albums before
        cursor.execute("ANALYZE")
    last = [*many[:2], *([first] * (MOST_MARKS % 3)), first]
    refused = post(client, {"add": {"want": last, "heard": [first], "hide": [first]}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_many")
    assert client.get(MARKS).json()["want"] == many[2:]


def test_nobody_changes_marks_faster_than_anybody_presses(client: Client, listener: User) -> None:
    answers = [post(client, {}).status_code for _ in range(MOST_A_MINUTE + 1)]
    assert (answers[-2], answers[-1]) == (200, 429)


def test_changing_marks_needs_the_token(listener: User, shelf: dict[str, Album]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(listener)
    assert post(strict, {"add": {"want": [shelf["Coal"].pk]}}).status_code == 403
    assert not Mark.objects.exists()
    strict.get("/catalog/mine/")
    token = strict.cookies["csrftoken"].value
    assert post(strict, {"add": {"want": [shelf["Coal"].pk]}}, **{"X-CSRFToken": token}).status_code == 200


def test_marks_survive_a_rename_a_removal_and_a_return(client: Client, listener: User, path: Any) -> None:
    link = {"spotify": "2bF0pQmLdMrTU9hZRnl9Wp"}
    others = [album("Haken", f"Demo {number}") for number in range(20)]
    sync_tabs(path, {"2024 Prog-metal": [*others, album("Leprous", "Cole", **link)]})
    pk = Album.objects.get(title="Cole").pk
    post(client, {"add": {"want": [pk]}})
    sync_tabs(path, {"2024 Prog-metal": [*others, album("Leprous", "Coal", **link)]})
    assert titles(client) == ["Coal"]
    sync_tabs(path, {"2024 Prog-metal": others})
    assert (titles(client), client.get(MARKS).json()["want"]) == ([], [pk])
    sync_tabs(path, {"2024 Prog-metal": [*others, album("Leprous", "Coal", **link)]})
    assert titles(client) == ["Coal"]
