"""The curators' pages: who may see them, what they find, and what they change."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Album, Artist, ArtistAlias, Genre, GenreAlias, SyncOperation
from tests.factories import Page, add_album
from tests.sheets import album
from tests.syncs import sync_tabs

pytestmark = pytest.mark.django_db

CURATE, REMOVED = "/catalog/curate/", "/catalog/albums/removed/"
GENRES, ARTISTS, PLACES = (f"{CURATE}{name}/" for name in ("genres", "artists", "places"))
SUGGESTIONS = (f"{GENRES}suggestions/", f"{ARTISTS}suggestions/")
TAB = "2024 Prog-metal"
NASTY = "<script>alert(1)</script>" + "x" * 170


def genre(name: str = "Prog-metal") -> Genre:
    return Genre.objects.create(name=name, key=name.casefold(), slug=f"g{Genre.objects.count()}")


def queries(client: Client, address: str) -> int:
    client.get(address)  # builds the index of what has changed
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_pages_are_for_staff_alone(client: Client) -> None:
    one, other = f"{GENRES}{genre().pk}/", f"{ARTISTS}{Artist.objects.create(name='Haken').pk}/"
    for user in (None, User.objects.create_user("visitor")):
        if user:
            client.force_login(user)
        for address in (CURATE, GENRES, one, ARTISTS, other, PLACES, *SUGGESTIONS, REMOVED):
            form = {"name": "Djent", "alias": "Djent", "restore": "1"}
            for answer in (client.get(address), client.post(address, form)):
                assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")
        assert Page(client, "/catalog/albums/").find(f"nav a[href={CURATE}]") == []
    assert (Genre.objects.get().name, ArtistAlias.objects.count()) == ("Prog-metal", 0)


def test_staff_find_each_page_from_the_navigation(staff: Client) -> None:
    assert CURATE in Page(staff, "/catalog/albums/").values("nav a", "href")
    links = Page(staff, CURATE).values(".desk__link", "href")
    assert {REMOVED, GENRES, ARTISTS, PLACES, "/catalog/sync/history/", "/catalog/sync/preview/"} <= set(links)
    for address in links:
        assert staff.get(address).status_code == 200


def test_forms_need_a_token(path: Path) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_user("einar", is_staff=True))
    gone = add_album(removed_at="2026-01-01T00:00:00Z")
    assert strict.post(REMOVED, {"restore": gone.pk}).status_code == 403
    assert Album.objects.removed().exists()


@pytest.mark.postgresql
def test_an_album_is_found_restored_and_hidden_again(staff: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus"), album("Caligula's Horse", "Rise")]})
    sync_tabs(path, {TAB: [album()]})
    page = Page(staff, f"{REMOVED}?q=HAKEN&tab=2024+Prog-metal")
    assert page.texts("tbody th") == ["Virus"]
    (pk,) = page.values("[name=restore]", "value")
    answer = staff.post(f"{REMOVED}?q=HAKEN", {"restore": pk})
    assert (answer.status_code, answer["Location"]) == (302, f"{REMOVED}?q=HAKEN")
    kept = Page(staff, f"{REMOVED}?show=kept")
    assert kept.texts(".notice") == [
        "“Virus” is back in the catalogue. No sync removes it until the sheet lists it again."
    ]
    assert (kept.texts("tbody th"), Album.objects.kept().get().kept_by) == (["Virus"], "einar")
    staff.post(REMOVED, {"stop": pk})
    assert Page(staff, REMOVED).texts(".notice") == ["“Virus” is hidden again."]
    assert Album.objects.removed().count() == 2


def test_a_restore_during_a_sync_is_refused_in_a_sentence(staff: Client) -> None:
    gone = add_album(removed_at="2026-01-01T00:00:00Z")
    SyncOperation.objects.create()
    staff.post(REMOVED, {"restore": gone.pk})
    assert Page(staff, REMOVED).texts(".notice") == [
        "A sync is running, so nothing was changed. Try again when it has ended."
    ]
    assert not Album.objects.listed().exists()


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 40, "²"])
def test_a_number_that_names_no_album_changes_nothing(staff: Client, asked: str) -> None:
    assert staff.post(REMOVED, {"restore": asked}).status_code == 302
    (said,) = Page(staff, REMOVED).texts(".notice")
    assert said.startswith("Nothing was changed")


@pytest.mark.postgresql
def test_hostile_names_and_queries_are_escaped_and_bounded(staff: Client) -> None:
    add_album(NASTY, NASTY, genres=[NASTY], removed_at="2026-01-01T00:00:00Z")
    alias = ArtistAlias.objects.create(artist=Artist.objects.get(), name=NASTY, key=NASTY)
    ones = (f"{GENRES}{Genre.objects.get().pk}/", f"{ARTISTS}{alias.artist.pk}/")
    for address in (CURATE, GENRES, ARTISTS, *ones, PLACES, *SUGGESTIONS, REMOVED):
        for query in ("", "?q=%00%3Cscript%3Ealert(1)" + "y" * 900, "?tab=%00&page=-7&show=%00&q=<script>"):
            answer = staff.get(address + query)
            assert answer.status_code == 200
            assert b"<script>alert" not in answer.content
            assert b"y" * 201 not in answer.content


def test_queries_do_not_grow_with_rows(staff: Client) -> None:
    def add(start: int, end: int) -> None:
        for each in range(start, end):
            of = genre(f"Genre {each}")
            GenreAlias.objects.create(genre=of, name=f"Spelling {each}", key=f"spelling {each}")
            gone = add_album(f"Artist {each}", genres=[f"Genre {each}"], removed_at="2026-01-01T00:00:00Z")
            ArtistAlias.objects.create(artist=gone.artist, name=f"A. {each}", key=f"a {each}")

    add(0, 2)
    ones = (f"{GENRES}{Genre.objects.earliest('pk').pk}/", f"{ARTISTS}{Artist.objects.earliest('pk').pk}/")
    addresses = (CURATE, GENRES, ARTISTS, f"{ARTISTS}?q=a", *ones, PLACES, *SUGGESTIONS, REMOVED)
    few = [queries(staff, address) for address in addresses]
    add(2, 30)
    assert [queries(staff, address) for address in addresses] == few
    assert max(few) <= 12


@pytest.mark.postgresql
def test_a_spelling_is_added_with_the_next_sync_and_removed(staff: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(genres="Prog-metal"), album("Haken", "Virus", genres="Prog Metal")]})
    metal = Genre.objects.get(key="prog-metal")
    address = f"{GENRES}{metal.pk}/"
    staff.post(address, {"alias": "  prog   METAL "})
    page = Page(staff, address)
    assert page.texts(".notice") == ["“prog METAL” now means Prog-metal."]
    assert Page(staff, f"{GENRES}?q=prog+metal").texts("tbody td") == ["1", "", "1", "prog METAL"]
    sync_tabs(path, {TAB: [album(genres="Prog-metal"), album("Haken", "Virus", genres="Prog Metal")]})
    assert "2 albums" in Page(staff, address).texts(".lead")
    (alias,) = page.values("[name=remove]", "value")
    staff.post(address, {"remove": alias})
    assert not GenreAlias.objects.exists()
    staff.post(address, {"remove": alias})
    assert Page(staff, address).texts(".notice")[-1] == "This has already been removed."


def test_a_genre_is_renamed_and_its_key_stays(staff: Client) -> None:
    of = genre()
    staff.post(f"{GENRES}{of.pk}/", {"name": "Progressive metal"})
    of.refresh_from_db()
    assert (of.name, of.key) == ("Progressive metal", "prog-metal")


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("name", "PROG-ROCK", "“PROG-ROCK” already means Prog-rock."),
        ("name", "a, b", "“a, b” has a comma, which separates genres."),
        ("alias", "prog-METAL", "“prog-METAL” is how Prog-metal is written anyway."),
        ("alias", "a, b", "“a, b” has a comma, which separates genres."),
    ],
)
def test_a_name_that_would_mean_two_genres_is_refused_beside_its_field(
    staff: Client, field: str, given: str, said: str
) -> None:
    of = genre()
    genre("Prog-rock")
    answer = staff.post(f"{GENRES}{of.pk}/", {field: given})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    of.refresh_from_db()
    assert (of.name, GenreAlias.objects.count()) == ("Prog-metal", 0)


@pytest.mark.postgresql
def test_places_that_name_no_country_are_listed_with_their_albums(staff: Client) -> None:
    assert Page(staff, PLACES).texts(".empty__title") == ["Every place has its country."]
    for number, country in enumerate(("In Space", "Oslo, Norway", "Huntington, VW", "In Space", "", "<b>&?")):
        add_album(f"Band {number}", country=country)
    add_album("Gone", country="Atlantis", removed_at="2026-01-01T00:00:00Z")
    page = Page(staff, PLACES)
    assert page.texts("tbody th") == ["In Space", "<b>&?", "Huntington, VW"]
    assert page.texts("tbody td") == ["2", "1", "1"]
    assert "3 unknown" in Page(staff, CURATE).texts(".desk__count")
    (address, *_) = page.values("tbody a", "href")
    assert sorted(Page(staff, address).texts(".tile__artist")) == ["Band 0", "Band 3"]


def test_a_long_list_of_places_has_pages(staff: Client) -> None:
    for number in range(51):
        add_album(f"Band {number}", country=f"Nowhere {number:02}")
    page = Page(staff, f"{PLACES}?page=2")
    assert page.texts("tbody th") == ["Nowhere 50"]
    assert page.values(".pages a", "href") == ["?page=1", "?page=2"]
