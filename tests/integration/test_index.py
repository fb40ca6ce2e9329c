"""The index gives what the database would: lists, orders and counts, after whatever changes the catalogue."""

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils.timezone import localdate
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.browse.index.current import build_index, current_index
from catalog.browse.index.entries import Versions, read_versions
from catalog.browse.index.search import Search
from catalog.models import (
    Album,
    AlbumGenre,
    Artist,
    ArtistAlias,
    CatalogueVersion,
    Genre,
    GenreAlias,
    SpotifyAlbum,
    VocalStyle,
)  # fmt: skip
from tests.browsing import assert_artists_equal, assert_equal, assert_up_to_date
from tests.factories import Page, add_album
from tests.syncs import meanwhile

LIST = "/catalog/albums/"
NOW = re.compile(rb'data-now="[^"]*"')
GENRES = ("Djent", "Prog-metal", "Post-rock")
COUNTRIES = ("Oslo, Norway", "UK / Norway", "Austin, TX", "In Space", "")
days = st.integers(-8, 8) | st.integers(-400, 400)
near_days = days.map(lambda day: localdate() + timedelta(days=day))
albums_of_any_kind = st.lists(
    st.fixed_dictionaries(
        {
            "artist": st.sampled_from(["Haken", "Ihsahn", "Ø", "///", "The Haken"]),
            "title": st.sampled_from(["Virus", "Ámr", "virus", "∞"]),
            "genres": st.lists(st.sampled_from(GENRES), unique=True, max_size=3),
            "vocal": st.sampled_from(["Clean", "Harsh", None]),
            "country": st.sampled_from(COUNTRIES),
            "scene": st.sampled_from(["metal", "rock", None]),
            "format": st.sampled_from(["LP", "2xLP", "EP", "Single", ""]),
            "release_date": st.none() | st.dates() | near_days,
            "undated_in": near_days.map(lambda day: day.year) | st.none(),
            "is_linked": st.booleans(),
            "removed_at": st.sampled_from([None, None, None, "2026-01-01T00:00Z"]),
        }
    ),
    max_size=8,
)
queries = st.fixed_dictionaries(
    {
        "genre": st.lists(st.sampled_from(["djent", "prog-metal", "post-rock", "none"]), max_size=2),
        "genre_all": st.lists(st.sampled_from(["djent", "prog-metal"]), max_size=2),
        "genre_not": st.lists(st.sampled_from(["djent", "post-rock"]), max_size=2),
        "vocal": st.lists(st.sampled_from(["clean", "harsh", "x"]), max_size=2),
        "country": st.lists(st.sampled_from(["norway", "united-states", "x"]), max_size=2),
        "scene": st.lists(st.sampled_from(["metal", "rock"]), max_size=1),
        "format": st.lists(st.sampled_from(["lp", "ep", "other"]), max_size=2),
        "when": st.sampled_from([["out"], ["week"], ["month"], ["upcoming"], ["all"]]),
        "sort": st.sampled_from([["newest"], ["oldest"], ["artist"], ["title"], ["added"]]),
    }
)


class TestTheIndexEqualsTheDatabase(TestCase):
    @settings(max_examples=25)
    @given(albums_of_any_kind, st.lists(queries, min_size=1, max_size=2))
    def test_lists_orders_and_counts(self, shelf: list[dict[str, Any]], asked: list[dict[str, Sequence[str]]]) -> None:
        for number, facts in enumerate(shelf):
            undated = facts.pop("undated_in")
            facts["spotify_id"] = f"{number:022}" if facts.pop("is_linked") else None
            year = {} if facts["release_date"] else {"year": undated}
            add_album(**{**facts, **year, "title": f"{facts['title']} {number}"})
        for artist in Artist.objects.filter(name="Haken"):
            ArtistAlias.objects.create(artist=artist, name="ihsahn", key="ihsahn")
        index = build_index()
        assert_artists_equal(index)
        for query in asked:
            assert_equal(index, query)


@pytest.mark.django_db
@pytest.mark.postgresql
def test_what_curators_change_shows_at_once(admin_client: Client) -> None:
    album = add_album("Haken", "Virus", genres=["Djent", "Prog-metal"])
    add_album("Ihsahn", "Ámr", genres=["Post-rock"])
    djent = Genre.objects.get(key="djent")
    for address, sent in (
        (f"/catalog/curate/genres/{djent.pk}/", {"name": "Djent metal"}),
        (f"/catalog/curate/genres/{djent.pk}/", {"alias": "Thall"}),
        (f"/catalog/curate/artists/{album.artist_id}/", {"alias": "HKN"}),
    ):
        assert admin_client.post(address, sent).status_code == 302
        assert_up_to_date()
    for text in ("thall", "djent metal", "hkn"):
        assert Page(admin_client, f"{LIST}?q={text}").titles == ["Virus"]


@pytest.mark.django_db
@pytest.mark.postgresql
def test_the_next_index_has_what_is_renamed_and_not_what_has_gone() -> None:
    haken = add_album("Haken", "Virus", genres=["Djent"], country="Oslo, Norway")
    add_album("Haken", "Virus Alive Alive", genres=["Post-rock"], country="Oslo, Norway")
    ihsahn = add_album("Ihsahn", "Amr", genres=["Djent"], country="Oslo, Norway")
    changes: dict[str, tuple[Callable[[], object], dict[str, set[str]]]] = {
        "an artist": (
            lambda: Artist.objects.filter(pk=haken.artist_id).update(name="Mastodon"),
            {
                "haken": set(),
                "mastodon": {"Virus", "Virus Alive Alive"},
                "norway": {"Virus", "Virus Alive Alive", "Amr"},
            },
        ),
        "a title": (
            lambda: Album.objects.filter(pk=haken.pk).update(title="Vector", title_key="vector", year=2018),
            {
                "virus": {"Virus Alive Alive"},
                "vector": {"Vector"},
                "alivealive": {"Virus Alive Alive"},
                "2018": {"Vector"},
            },
        ),
        "a country": (
            lambda: Album.objects.filter(pk=ihsahn.pk).update(country="Austin, TX"),
            {"norway": {"Vector", "Virus Alive Alive"}, "usa": {"Amr"}, "texas": set()},
        ),
        "a genre": (
            lambda: Genre.objects.filter(key="djent").update(name="Thall", key="thall", slug="thall"),
            {"djent": set(), "thall": {"Vector", "Amr"}, "post rock": {"Virus Alive Alive"}},
        ),
        "an alias": (
            lambda: ArtistAlias.objects.create(artist=ihsahn.artist, name="Mastodon", key="mastodon"),
            {"mastodon": {"Vector", "Virus Alive Alive", "Amr"}, "ihsahn": {"Vector", "Virus Alive Alive", "Amr"}},
        ),
        "no album": (lambda: Album.objects.filter(pk=haken.pk).update(removed_at=haken.added_at), {"vector": set()}),
    }
    for name, (change, found) in changes.items():
        change()
        assert_up_to_date()
        for text, titles in found.items():
            index = current_index().get()
            albums = [index.keys[number] for number in Search(index, text).found.albums]
            assert set(Album.objects.filter(pk__in=albums).values_list("title", flat=True)) == titles, (name, text)


@pytest.mark.django_db
@pytest.mark.postgresql
def test_spellings_of_a_genre_are_offered_and_listed_as_one(client: Client) -> None:
    for number, (title, genre) in enumerate([("A", "Post-rock"), ("B", "Post-rock"), ("C", "Post Rock")]):
        add_album("Haken", title, genres=[genre] if number < 2 else [])
    other = Genre.objects.create(name="Post Rock", key="post rock", slug="post-rock-2")
    AlbumGenre.objects.create(album=Album.objects.get(title="C"), genre=other, position=0)
    page = Page(client, LIST)
    assert (page.texts("#genre-main .choice__name"), page.texts("#genre-main .choice__count")) == (["Post-rock"], ["3"])
    old = Page(client, f"{LIST}?genre=post-rock-2")
    assert sorted(old.titles) == ["A", "B", "C"]
    assert old.values("[data-album-grid]", "hx-get") == [f"{LIST}?genre=post-rock"]
    GenreAlias.objects.create(genre=other, name="Djent", key="djent")
    add_album("Leprous", "Coal", genres=["Djent"])
    assert sorted(Page(client, f"{LIST}?genre=djent").titles) == ["A", "B", "C", "Coal"]


def version() -> int:
    return read_versions().albums


@pytest.mark.django_db
@pytest.mark.postgresql
def test_whatever_changes_the_catalogue_changes_its_version() -> None:
    album = add_album("Haken", "Virus", genres=["Djent"], spotify_id="1" * 22)
    changes: dict[str, Callable[[], object]] = {
        "a new album": lambda: add_album("Leprous", "Coal"),
        "many albums at once": lambda: Album.objects.update(title="Aphelion"),
        "a genre's name": lambda: Genre.objects.filter(key="djent").update(name="DJENT"),
        "an alias of a genre": lambda: GenreAlias.objects.create(
            genre=Genre.objects.get(key="djent"), name="dj", key="dj"
        ),
        "no alias of a genre": lambda: GenreAlias.objects.all().delete(),
        "an alias of an artist": lambda: ArtistAlias.objects.create(artist=album.artist, name="HKN", key="hkn"),
        "no alias of an artist": lambda: ArtistAlias.objects.all().delete(),
        "a name of an artist": lambda: Artist.objects.filter(name="Haken").update(name="HAKEN"),
        "a vocal style": lambda: VocalStyle.objects.update(name="Sung"),
        "genres of an album": lambda: AlbumGenre.objects.filter(album=album).delete(),
        "a label": lambda: SpotifyAlbum.objects.update(label="InsideOut"),
        "no album": lambda: Album.objects.filter(pk=album.pk).delete(),
    }
    for name, change in changes.items():
        before = version()
        change()
        assert version() != before, name


@pytest.mark.django_db
@pytest.mark.postgresql
def test_covers_change_what_tiles_show_and_not_the_index() -> None:
    add_album(spotify_id="1" * 22)
    before = read_versions()
    SpotifyAlbum.objects.update(cover_medium="https://i.scdn.co/image/x")
    after = read_versions()
    assert after.albums == before.albums
    assert after.spotify != before.spotify


@pytest.mark.django_db
@pytest.mark.postgresql
def test_a_change_that_is_rolled_back_leaves_the_version() -> None:
    add_album()
    before = version()
    with transaction.atomic():
        add_album("Leprous", "Coal")
        assert version() != before
        transaction.set_rollback(True)
    assert version() == before


@pytest.mark.django_db
def test_a_catalogue_without_a_version_is_empty_and_gets_one_with_its_first_album() -> None:
    CatalogueVersion.objects.all().delete()
    assert read_versions() == (0, 0)
    add_album()
    assert version()


@pytest.mark.django_db
def test_a_page_from_kept_parts_says_what_one_rendered_whole_says(client: Client, admin_client: Client) -> None:
    add_album("Haken", "Virus & <Co>")
    for query in ("", "?q=%3Cb%3E+%26+virus", "?genre=prog-metal&sort=title"):
        whole, parts = Page(admin_client, f"{LIST}{query}"), Page(client, f"{LIST}{query}")
        for selector in ("title", "h1", "[data-album-tile]", "#filters", ".chip", ".empty"):
            assert parts.texts(selector) == whole.texts(selector)
        assert parts.values("#q", "value") == whole.values("#q", "value")


@pytest.mark.django_db
def test_genres_can_be_required_and_excluded(client: Client) -> None:
    add_album(title="Both", genres=["Djent", "Post-rock"])
    add_album(title="Djent alone", genres=["Djent"])
    add_album(title="Neither", genres=["Prog-metal"])
    assert Page(client, f"{LIST}?genre_all=djent&genre_all=post-rock").titles == ["Both"]
    assert set(Page(client, f"{LIST}?genre_not=post-rock").titles) == {"Djent alone", "Neither"}
    page = Page(client, f"{LIST}?genre_all=djent&genre_not=post-rock")
    assert page.titles == ["Djent alone"]
    assert {"Remove With Djent ×", "Remove Without Post-rock ×"} <= set(page.texts(".chip"))


@pytest.mark.django_db
def test_rare_genres_are_brought_when_somebody_looks_for_them(client: Client) -> None:
    for number in range(20):
        add_album("Haken", f"Album {number}", genres=["Djent", f"Kind {number:02}"])
    page = Page(client, LIST)
    assert len(page.find("#genre-main .choice")) == 14
    assert page.texts(".facet__more-name") == ["More genres (7)"]
    found = Page(client, f"{LIST}choices/genre/?find_genre=kind&scene=metal")
    assert len(found.texts(".choice__name")) == 7
    assert set(found.texts(".choice__count")) == {"1"}
    assert Page(client, f"{LIST}?find_genre=kind-19").texts("#genre-more .choice__name") == ["Kind 19"]
    assert client.get(f"{LIST}choices/year/").status_code == 404


@pytest.mark.django_db
def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    album = add_album()
    first = client.get(LIST)
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get(LIST, headers=again).status_code == 304
    assert Client().get(LIST, headers=again).status_code == 304
    assert client.get(f"{LIST}?sort=title", headers=again).status_code == 200
    Album.objects.filter(pk=album.pk).update(title="Affinity")
    assert client.get(LIST, headers=again).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("anyone")
def test_each_reader_has_a_token_of_their_own_in_the_same_page() -> None:
    add_album()
    readers = [Client(enforce_csrf_checks=True) for _ in range(2)]
    tokens = [Page(reader, LIST).values("input[name=csrfmiddlewaretoken]", "value")[0] for reader in readers]
    assert tokens[0] != tokens[1]
    answers = [
        reader.post("/catalog/sync/cancel/", {"csrfmiddlewaretoken": token}).status_code
        for reader, token in ((readers[0], tokens[0]), (readers[0], tokens[1]))
    ]
    assert answers == [303, 403]


@pytest.mark.django_db
def test_a_page_is_the_same_compressed_or_not(client: Client) -> None:
    add_album("Sólstafir", "Köld")
    plain, packed = client.get(LIST), client.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    unpacked = gzip.decompress(packed.content)
    assert NOW.sub(b"", unpacked) == NOW.sub(b"", plain.content)
    assert zlib.crc32(unpacked).to_bytes(4, "little") == packed.content[-8:-4]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="nothing to test: SQLite has one writer at a time")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_of_the_catalogue_do_not_wait_for_each_other() -> None:
    one, other = add_album("Haken", "Virus", spotify_id="1" * 22), add_album("Leprous", "Coal", spotify_id="2" * 22)
    before = read_versions()

    def change_other() -> Versions:
        try:
            SpotifyAlbum.objects.filter(pk=other.spotify_id).update(label="InsideOut")
            Album.objects.filter(pk=other.pk).update(title="Malina")
            return read_versions()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Album.objects.filter(pk=one.pk).update(title="Affinity")
        between = pool.submit(change_other).result(timeout=10)
        SpotifyAlbum.objects.filter(pk=one.spotify_id).update(label="InsideOut")
    after = read_versions()
    assert len({before.albums, between.albums, after.albums}) == 3
    assert len({before.spotify, between.spotify, after.spotify}) == 3


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["album", "albumgenre", "artistalias", "artist", "genre", "genrealias", "vocalstyle"])
def test_an_index_may_be_read_while_a_sync_writes(table: str) -> None:
    add_album("Haken", "Virus")
    with meanwhile(f'FROM "catalog_{table}"', lambda: add_album("Leprous", "Coal", genres=["Art rock"], vocal="Soft")):
        assert len(build_index()) in {1, 2}
    assert len(build_index()) == 2
