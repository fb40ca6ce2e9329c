"""What the search suggests while somebody types: the answer, as a fragment and as JSON."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.browse.index.current import current_index
from catalog.templatetags.matches import matches
from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

SUGGEST = "/catalog/albums/suggest/"
JSON = {"Accept": "application/json"}


def suggested(client: Client, **query: str) -> dict[str, list[dict[str, str | int]]]:
    response = client.get(SUGGEST, query, headers=JSON)
    assert response.status_code == 200
    return response.json()


@pytest.mark.postgresql
def test_artists_come_with_their_number_of_albums_and_albums_with_their_artist(client: Client) -> None:
    add_album("Opeth", "Deliverance")
    damnation = add_album("Opeth", "Damnation")
    opus = add_album("Haken", "Opus")
    add_album("Operation: Mindcrime", "Resurrection", removed_at="2026-01-01T00:00Z")
    assert suggested(client, q="Op") == {
        "artists": [{"name": "Opeth", "albums": 2, "address": damnation.artist.get_absolute_url()}],
        "albums": [{"title": "Opus", "artist": "Haken", "address": opus.get_absolute_url()}],
    }
    assert suggested(client, q="  dÁMnation ")["albums"][0]["address"] == damnation.get_absolute_url()


@pytest.mark.postgresql
def test_the_exact_name_is_first_and_there_are_five_of_each(client: Client) -> None:
    for number in range(7):
        add_album("Yesterday", f"Yes, but {number}", release_date=date(2020, 1, 1))
        add_album(f"Yes and {number}", "Nothing")
    add_album("Yes", "Fragile")
    add_album("Haken", "Yes", release_date=date(1999, 1, 1))
    found = suggested(client, q="yes")
    assert [artist["name"] for artist in found["artists"][:2]] == ["Yes", "Yesterday"]
    assert found["albums"][0]["title"] == "Yes"
    assert [len(names) for names in found.values()] == [5, 5]


def test_a_fragment_holds_two_groups_of_options_that_are_links(client: Client) -> None:
    add_album("Sólstafir", "Köld")
    add_album("Leprous", "Solace & <Grief>")
    page = Page(client, f"{SUGGEST}?q=sol")
    assert page.values("[role=group]", "aria-labelledby") == ["suggested-artists", "suggested-albums"]
    assert page.texts(".suggestions__title") == ["Artists", "Albums"]
    assert page.texts("[role=option]") == ["Sólstafir 1 album", "Solace & <Grief> Leprous"]
    assert page.texts("mark") == ["Sól", "Sol"]
    assert page.values("a[role=option]", "aria-selected") == ["false", "false"]
    assert page.texts("[data-suggestion-count]") == ["2 suggestions"]


@pytest.mark.postgresql
@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%00", "q=%E2%80%8B", "q=%ED%A0%80", "p=x"])
def test_nothing_typed_suggests_nothing(client: Client, query: str) -> None:
    add_album()
    response = client.get(f"{SUGGEST}?{query}", headers=JSON)
    assert response.json() == {"artists": [], "albums": []}
    assert Page(client, f"{SUGGEST}?{query}").texts("[data-suggestion-count]") == ["No suggestions"]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "text",
    ["%", "_", "\\", "'; --", "<script>", '"', "🤘", "۝", "\u202e", "a" * 100_000, "é" * 3000, "a " * 3000, "[*"],
)
def test_odd_texts_are_texts_like_any_other(client: Client, text: str) -> None:
    add_album()
    assert suggested(client, q=text) == {"artists": [], "albums": []}
    page = Page(client, f"{SUGGEST}?q={'%25' if text == '%' else ''}")
    assert not page.find("script")


def test_hostile_names_are_escaped_marked_or_not(client: Client) -> None:
    add_album("<b>Bold</b>", '<img src=x onerror="alert(1)">')
    for text in ("<b>", "bbold", "img src"):
        page = Page(client, f"{SUGGEST}?q={text}")
        assert page.find("[role=option]")
        assert not page.find("b, img")


@pytest.mark.parametrize("albums", [3, 40])
def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, albums: int
) -> None:
    for number in range(albums):
        add_album(f"Artist {number}", f"Artful {number}")
    current_index().get()
    with django_assert_num_queries(2):
        client.get(f"{SUGGEST}?q=art")
    with django_assert_num_queries(0):
        client.get(f"{SUGGEST}?q=")


def test_the_answer_is_the_same_for_everybody_and_kept_for_a_moment(client: Client) -> None:
    add_album()
    response = client.get(f"{SUGGEST}?q=hak")
    assert response.headers["Cache-Control"] == "public, max-age=10"
    assert "Cookie" not in response.headers["Vary"]
    assert not response.cookies
    etag = response.headers["ETag"]
    assert client.get(f"{SUGGEST}?q=hak", headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{SUGGEST}?q=hak", headers={"If-None-Match": etag, **JSON}).status_code == 200


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("Opeth", "ope", [("Ope", True), ("th", False)]),
        ("Opeth", "opeth", [("Opeth", True)]),
        ("Opeth", "xyz", [("Opeth", False)]),
        ("The Ocean", "the oc", [("The", True), (" ", False), ("Oc", True), ("ean", False)]),
        ("Sólstafir", "sol", [("Sól", True), ("stafir", False)]),
        ("Mgła", "mgla", [("Mgła", True)]),
        ("Black-metal", "black-m", [("Black-m", True), ("etal", False)]),
        ("///", "/", [("/", True), ("//", False)]),
        ("", "a", []),
    ],
)
def test_the_typed_part_of_each_word_is_found(name: str, text: str, parts: list[tuple[str, bool]]) -> None:
    assert list(matches(name, text)) == parts
