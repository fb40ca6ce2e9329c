"""Any list as JSON, CSV, a calendar and a feed, as their readers understand them."""

import csv
import gzip
import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import feedparser
import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from catalog.browse.index.current import current_index
from catalog.formats.names import album_uuid
from catalog.models import Album, AlbumChange, Artist, SpotifyAlbum, SyncOperation
from catalog.views.formats.answers import KnownSince
from tests.factories import Page, add_album
from tests.integration.test_any_query import EVIL, shelf, some_parameters, valid_parameters
from tests.long import amount

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

JSON, CSV, ICS, FEED = FORMATS = (
    "/catalog/albums.json",
    "/catalog/albums.csv",
    "/catalog/albums.ics",
    "/catalog/feed/",
)
ATOM = "{http://www.w3.org/2005/Atom}"
QUERIES = 6
COVER = "https://i.scdn.co/image/m"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))


def events(answer: Any) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def titles(client: Client, address: str, query: str) -> list[str]:
    """Return the titles of a list in one of its formats."""
    answer = client.get(f"{address}?{query}")
    if address == JSON:
        return [album["title"] for album in answer.json()["albums"]]
    if address == CSV:
        return [row["title"].rstrip("\u2007") for row in rows(answer)]
    found = feedparser.parse(answer.content)
    return [entry.title.partition(" – ")[2] for entry in found.entries]


@pytest.fixture
def shown() -> list[Album]:
    """Return three albums of two artists: two that are out, and one that comes next week."""
    coming = localdate() + timedelta(days=7)
    return [
        add_album(
            "Leprous", "Coal", release_date=date(2013, 5, 20), country="Notodden, Norway",
            genres=["Prog-metal", "Djent"],
        ),
        add_album("Haken", "Virus", vocal="Harsh"),
        add_album("Haken", "Fauna", release_date=coming, bandcamp_url="https://haken.bandcamp.com/", format="EP"),
    ]  # fmt: skip


@pytest.mark.parametrize("address", [JSON, CSV, FEED])
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["Virus", "Coal"]),
        ("sort=oldest", ["Coal", "Virus"]),
        ("when=all", ["Fauna", "Virus", "Coal"]),
        ("when=upcoming", ["Fauna"]),
        ("genre=djent", ["Coal"]),
        ("vocal=harsh&when=all", ["Virus"]),
        ("q=leprous", ["Coal"]),
        ("year=1950", []),
        ("when=never&genre=nonsense&page=x&per_page=7&artist=y", ["Virus", "Coal"]),
    ],
)
def test_each_format_has_the_albums_of_the_list(
    client: Client, shown: list[Album], address: str, query: str, wanted: list[str]
) -> None:
    assert titles(client, address, query) == wanted
    assert Page(client, f"/catalog/albums/?{query}").titles == wanted


@pytest.mark.parametrize("address", [JSON, CSV, FEED])
def test_an_artists_albums_are_a_list_too(client: Client, shown: list[Album], address: str) -> None:
    haken = Artist.objects.get(name="Haken").pk
    assert titles(client, address, f"artist={haken}&when=all") == ["Fauna", "Virus"]
    assert titles(client, address, f"artist={haken}&q=virus") == ["Virus"]
    assert titles(client, address, f"artist={haken}&genre=djent") == []
    in_other_digits = str(haken).translate({ord(str(digit)): 0x0660 + digit for digit in range(10)})
    for unknown in ("9" * 18, "9" * 40, "-1", in_other_digits):
        assert titles(client, address, f"artist={unknown}") == ["Virus", "Coal"], unknown


def test_the_artist_is_a_filter_of_the_page(client: Client, shown: list[Album]) -> None:
    haken = Artist.objects.get(name="Haken").pk
    page = Page(client, f"/catalog/albums/?artist={haken}")
    assert page.texts(".chip")[0] == "Remove Haken ×"
    assert page.values("input[name=artist]", "value") == [str(haken)]
    assert page.texts("title") == ["Haken · Albums · progmetal"]
    assert Page(client, f"/catalog/albums/?artist={haken}&when=all").texts(".results__count") == ["2 of 3"]


def test_json_tells_where_the_other_pages_are(client: Client) -> None:
    for number in range(60):
        add_album("Haken", f"Virus {number:02}")
    first = client.get(f"{JSON}?per_page=25")
    document = first.json()
    assert {name: document[name] for name in ("count", "page", "pages", "per_page")} == {
        "count": 60, "page": 1, "pages": 3, "per_page": 25,
    }  # fmt: skip
    assert document["previous"] is None
    assert document["url"] == "http://testserver/catalog/albums/?per_page=25"
    assert f'<{document["next"]}>; rel="next"' in first.headers["Link"]
    seen: list[int] = []
    while document:
        seen += [album["id"] for album in document["albums"]]
        document = client.get(document["next"]).json() if document["next"] else None
    assert len(seen) == len(set(seen)) == 60


def test_json_has_the_keys_of_the_export_and_where_an_album_leads(client: Client) -> None:
    album = add_album("Leprous", "Coal", spotify_id="2bF0pQmLdMrTU9hZRnl9Wp", cover=COVER)
    (found,) = client.get(JSON).json()["albums"]
    assert (found["artist"], found["title"], found["genres"], found["cover_url"]) == (
        "Leprous", "Coal", ["Prog-metal"], COVER,
    )  # fmt: skip
    assert found["url"] == f"http://testserver/catalog/albums/{album.pk}/"
    for name in ("url", "artist_url", "api_url", "artist_api_url"):
        assert client.get(found[name]).status_code == 200


# Feeds


def test_a_feed_follows_rfc_4287(client: Client, shown: list[Album]) -> None:
    answer = client.get(f"{FEED}?when=all&q=")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.content)
    assert (found.bozo, found.version) == (False, "atom10")
    tree = ET.fromstring(answer.content)
    for part in (tree, *tree.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated", "")).tzinfo
        assert part.findtext(f"{ATOM}author/{ATOM}name")
        assert [link.get("rel") for link in part.findall(f"{ATOM}link")].count("alternate") == 1
    links = {link.get("rel"): link.get("href") for link in tree.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/catalog/feed/?when=all"
    assert links["alternate"] == "http://testserver/catalog/albums/?when=all"
    ids = [entry.id for entry in found.entries]
    assert len(set(ids)) == len(ids) == 3
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each) for each in (*ids, found.feed.id))


def test_the_pages_of_a_feed_lead_to_each_other(client: Client) -> None:
    for number in range(60):
        add_album("Haken", f"Virus {number:02}")
    address: str | None = f"{FEED}?per_page=25"
    ids: list[str] = []
    names: set[str] = set()
    while address:
        found = feedparser.parse(client.get(address).content)
        ids += [entry.id for entry in found.entries]
        names.add(found.feed.id)
        address = next((link.href for link in found.feed.links if link.rel == "next"), None)
    assert len(ids) == len(set(ids)) == 60
    assert len(names) == 1


def entry_of(client: Client, album: Album, **headers: str) -> Any:
    found = feedparser.parse(client.get(FEED, {"when": "all"}, headers=headers).content)
    return next(entry for entry in found.entries if entry.link.endswith(f"/{album.pk}/"))


def test_names_stay_when_albums_are_edited_or_the_site_moves(client: Client, shown: list[Album]) -> None:
    coal, coming = shown[0], shown[2]
    before, event = entry_of(client, coal).id, events(client.get(ICS))[0]["UID"]
    Album.objects.filter(pk=coal.pk).update(title="Coal (Deluxe)", release_date=date(2014, 1, 1), tab="2014")
    Album.objects.filter(pk=coming.pk).update(title="Fauna II", release_date=localdate() + timedelta(days=9))
    Artist.objects.filter(name="Leprous").update(name="Leprous (NO)")
    assert entry_of(client, coal).title == "Leprous (NO) – Coal (Deluxe)"
    assert entry_of(client, coal, Host="localhost").id == before
    assert entry_of(client, coal, Host="localhost").link == f"http://localhost/catalog/albums/{coal.pk}/"
    assert events(client.get(ICS, headers={"Host": "localhost"}))[0]["UID"] == event
    assert before == f"urn:uuid:{album_uuid(coal.pk, Album.objects.get(pk=coal.pk).added_at)}"


def test_an_entry_was_updated_when_a_sync_last_changed_the_album(client: Client, shown: list[Album]) -> None:
    coal, later = shown[0], now() + timedelta(hours=1)
    assert entry_of(client, coal).updated == entry_of(client, coal).published
    operation = SyncOperation.objects.create(status="completed")
    AlbumChange.objects.create(operation=operation, album=coal, kind="updated", changed_at=later)
    Album.objects.filter(pk=coal.pk).update(title="Coal II")
    assert datetime.fromisoformat(entry_of(client, coal).updated) == later
    found = feedparser.parse(client.get(FEED, {"when": "all"}).content)
    assert datetime.fromisoformat(found.feed.updated) == later


def test_a_feed_shows_the_cover_and_the_facts(client: Client) -> None:
    add_album("Leprous", "Coal", spotify_id="2bF0pQmLdMrTU9hZRnl9Wp", cover=COVER, release_date=date(2013, 5, 20))
    (entry,) = feedparser.parse(client.get(FEED).content).entries
    assert f'src="{COVER}"' in entry.summary
    assert "20 May 2013 · LP · Prog-metal · Clean · London, UK" in " ".join(entry.summary.split())
    assert [tag.term for tag in entry.tags] == ["Prog-metal"]
    assert entry.author == "Leprous"


def test_an_empty_feed_has_a_date_of_its_own(client: Client) -> None:
    first, second = (ET.fromstring(client.get(FEED).content) for _ in range(2))
    assert first.findtext(f"{ATOM}updated") == second.findtext(f"{ATOM}updated")


# Calendars


def test_a_calendar_has_what_is_to_come_soonest_first(client: Client) -> None:
    today = localdate()
    for title, days in (("Out", -400), ("Later", 30), ("Today", 0), ("Soon", 2)):
        add_album(title=title, release_date=today + timedelta(days=days))
    add_album(title="Undated", release_date=None, year=today.year + 1)
    answer = client.get(ICS)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer)
    assert [event["SUMMARY"] for event in found] == ["Haken – Today", "Haken – Soon", "Haken – Later"]
    assert [event.decoded("DTSTART") for event in found] == [today + timedelta(days=days) for days in (0, 2, 30)]
    assert all(event["DTSTART"].params["VALUE"] == "DATE" for event in found)
    assert [event["SUMMARY"] for event in events(client.get(f"{ICS}?when=all&q=soon"))] == ["Haken – Soon"]


@time_machine.travel("2026-03-12T09:00Z", tick=False)  # a Thursday
def test_a_calendar_of_a_week_has_all_of_it(client: Client) -> None:
    for day in (8, 9, 12, 15, 16):
        add_album(title=f"On the {day}.", release_date=date(2026, 3, day))
    assert [str(event["SUMMARY"]) for event in events(client.get(f"{ICS}?when=week"))] == [
        "Haken – On the 9.", "Haken – On the 12.", "Haken – On the 15.",
    ]  # fmt: skip


def test_a_calendar_follows_rfc_5545(client: Client) -> None:
    odd = 'Über, alle; "Maßen" \\ groß\nund länger als fünfundsiebzig Oktette 🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘🤘\x07'
    album = add_album("Ärzte, Die; \\", odd, release_date=localdate() + timedelta(days=1), genres=["A; B", "C"])
    content = client.get(ICS).content
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if len(line) > 75 or re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)]
    content.decode()
    for line in lines:
        line.decode()  # no character is torn apart
    (event,) = events(client.get(ICS))
    assert event["SUMMARY"] == f"Ärzte, Die; \\ – {odd}".replace("\x07", "")
    assert event["CATEGORIES"].cats == ["A; B", "C"]
    assert event["URL"] == f"http://testserver/catalog/albums/{album.pk}/"
    for name in ("UID", "DTSTAMP", "DTSTART"):
        assert name in event
    assert event.decoded("DTSTAMP").tzinfo


def test_an_empty_calendar_is_one(client: Client) -> None:
    calendar = icalendar.Calendar.from_ical(client.get(ICS).content)
    assert (calendar["VERSION"], len(calendar.walk("VEVENT")), len(calendar.subcomponents)) == ("2.0", 0, 1)


# What all have in common


@pytest.mark.parametrize("address", FORMATS)
def test_who_has_it_is_told_so(client: Client, shown: list[Album], address: str) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        first = client.get(address)
        assert "Last-Modified" not in first.headers, "a change in the same second would have the same date"
        clock.shift(5)
        known = client.get(address)
        etag, modified = known.headers["ETag"], known.headers["Last-Modified"]
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}, {"If-None-Match": f'"x", {etag}'}):
            answer = client.get(address, headers=headers)
            assert (answer.status_code, body(answer), answer.headers["ETag"]) == (304, b"", etag)
            assert answer.headers["Cache-Control"] == "public, no-cache"
        clock.shift(5)
        Album.objects.filter(title="Fauna").update(title="Fauna II")
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            assert client.get(address, headers=headers).status_code == 200
        assert client.get(address).headers["ETag"] != etag


@pytest.mark.parametrize("address", [JSON, FEED, "/catalog/api/albums/"])
def test_what_one_program_asks_for_is_there_for_the_next(client: Client, shown: list[Album], address: str) -> None:
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    with CaptureQueriesContext(connection) as queries:
        plain = client.get(address)
    assert not [query["sql"] for query in queries if "catalog_album" in query["sql"]]
    assert gzip.decompress(packed.content) == plain.content
    assert (packed.headers["Content-Encoding"], plain.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"]
    assert plain.headers.get("Link") == packed.headers.get("Link")
    assert b"//testserver/" in plain.content
    assert b"//testserver/" not in client.get(address, headers={"Host": "localhost"}).content


def test_what_spotify_tells_makes_another_answer(client: Client) -> None:
    add_album(spotify_id="2bF0pQmLdMrTU9hZRnl9Wp")
    etag = client.get(JSON).headers["ETag"]
    SpotifyAlbum.objects.update(cover_medium=COVER)
    answer = client.get(JSON, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json()["albums"][0]["cover_url"]) == (200, COVER)


def test_the_day_is_part_of_the_date(client: Client) -> None:
    moment = datetime(2026, 3, 12, 23, 59, tzinfo=UTC)
    times = iter([moment, moment, moment + timedelta(minutes=2)])
    known = KnownSince(lambda: next(times))
    known.since("state")
    assert known.modified("state") == datetime(2026, 3, 13, tzinfo=UTC)


@pytest.mark.parametrize("address", FORMATS)
def test_pages_of_other_sites_may_read_them_and_no_cookie_is_set(
    client: Client, shown: list[Album], address: str
) -> None:
    answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not answer.cookies
    head = client.head(address)
    assert (head.status_code, body(head), head.headers["ETag"]) == (200, b"", answer.headers["ETag"])


@pytest.mark.parametrize("address", FORMATS)
def test_the_number_of_queries_does_not_grow(client: Client, address: str) -> None:
    add_album()
    coming = localdate() + timedelta(days=3)
    for count in (1, 120):
        for number in range(count):
            add_album(f"Artist {number}", f"{count} {number}", genres=["A", "B", "C"], release_date=coming)
        current_index().get()
        with CaptureQueriesContext(connection) as queries:
            body(client.get(f"{address}?when=all&per_page=100"))
        assert len(queries) <= QUERIES, [query["sql"][:80] for query in queries]


def test_the_list_offers_its_formats(client: Client, shown: list[Album]) -> None:
    page = Page(client, "/catalog/albums/?genre=djent&page=1")
    addresses = [f"{address}?genre=djent" for address in (FEED, ICS, CSV, JSON)]
    assert page.values("link[rel=alternate]", "href") == addresses
    assert page.values(".formats a", "href") == ["/catalog/albums/random/?genre=djent", *addresses, "/catalog/api/"]
    assert page.texts(".formats a") == ["Random album", "Feed", "Calendar", "CSV", "JSON", "API"]
    artist = Page(client, Artist.objects.get(name="Haken").get_absolute_url())
    for address in artist.values("link[rel=alternate]", "href"):
        assert f"artist={Artist.objects.get(name='Haken').pk}" in address
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", FORMATS)
def test_hostile_texts_are_texts(client: Client, address: str) -> None:
    shelf()
    controls = "a\x00b" if connection.vendor == "sqlite" else "ab"
    add_album(f"{EVIL}]]>\ufffe{controls}\x0b", "=1+1", release_date=localdate() + timedelta(days=1))
    answer = client.get(f"{address}?when=all&{urlencode({'q': ''})}")
    content = body(answer)
    if address == FEED:
        assert not feedparser.parse(content).bozo
        ET.fromstring(content)
    elif address == CSV:
        assert "'=1+1" in [row["title"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
    elif address == ICS:
        assert len(events(answer)) == 3
    else:
        assert EVIL in answer.json()["albums"][0]["artist"]


class TestAnyQueryForPrograms(TestCase):
    @settings(max_examples=amount("QUERIES", 8, 15))
    @given(some_parameters)
    def test_every_answer_is_whole(self, parameters: list[tuple[str, str]]) -> None:
        shelf()
        string = urlencode([(name, value.encode("utf-8", "replace").decode()) for name, value in parameters])
        current_index().get()
        for path in FORMATS:
            with CaptureQueriesContext(connection) as queries:
                answer = Client().get(f"{path}?{string}")
                content = body(answer)
            assert (answer.status_code, len(queries) <= QUERIES) == (200, True), (path, parameters)
            if path == FEED:
                assert not feedparser.parse(content).bozo, parameters
            if path == ICS:
                icalendar.Calendar.from_ical(content)

    @settings(max_examples=amount("QUERIES", 8, 15))
    @given(valid_parameters)
    def test_each_format_has_the_same_albums(self, asked: dict[str, str]) -> None:
        shelf()
        query = urlencode(asked)
        keys = [album["id"] for album in Client().get(f"{JSON}?{query}").json()["albums"]]
        assert [int(row["id"]) for row in rows(Client().get(f"{CSV}?{query}"))] == keys
        entries = feedparser.parse(Client().get(f"{FEED}?{query}").content).entries
        assert [int(entry.link.rstrip("/").rpartition("/")[2]) for entry in entries] == keys
        shown = Page(Client(), f"/catalog/albums/?{query}").values("[data-album-tile]", "data-album-id")
        assert list(map(int, shown)) == keys
