"""An album's page leads to the next of the list that the visitor came from."""

import pytest
from django.test import Client

from catalog.models import Album
from tests.factories import Page, add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

LIST = "http://testserver/catalog/albums/"


@pytest.fixture
def albums() -> list[Album]:
    albums = [add_album("Haken", title, genres=["Djent"]) for title in ("Affinity", "Aquarius", "Fauna")]
    return [*albums, add_album("Ihsahn", "Ámr", genres=["Black metal"])]


def way(client: Client, album: Album, came_from: str) -> tuple[list[str], list[str]]:
    page = Page(client, album.get_absolute_url(), referer=came_from)
    return page.texts(".way a, .way span"), page.values(".way a", "href")


def test_the_list_that_was_followed_goes_on(client: Client, albums: list[Album]) -> None:
    first, second, _, other = albums
    texts, links = way(client, second, f"{LIST}?genre=djent&sort=title")
    assert texts == ["Back to the list", "2 of 3", "Previous", "Next"]
    assert links[0] == "/catalog/albums/?genre=djent&sort=title"
    page = Page(client, links[1])
    assert page.texts("h1") == [first.title]
    assert page.texts(".way a, .way span") == ["Back to the list", "1 of 3", "Next"]
    onward = Page(client, page.values(".way a", "href")[-1], referer=f"{LIST}{first.pk}/")
    assert onward.texts("h1") == [second.title]
    assert Page(client, links[2]).texts(".way a, .way span") == ["Back to the list", "3 of 3", "Previous"]
    assert onward.values("link[rel=canonical]", "href") == [f"http://testserver{second.get_absolute_url()}"]
    assert way(client, other, f"{LIST}?genre=djent") == ([], [])


def test_a_search_goes_on_in_its_own_order(client: Client, albums: list[Album]) -> None:
    texts, links = way(client, albums[3], f"{LIST}?q=ihsahn&per_page=25")
    assert (texts, links) == (["Back to the list", "1 of 1"], ["/catalog/albums/?q=ihsahn&per_page=25"])


def test_back_leads_to_the_right_page(client: Client) -> None:
    albums = [add_album("Haken", f"Album {number:03}") for number in range(60)]
    texts, links = way(client, albums[55], f"{LIST}?sort=title")
    assert (texts[1], links[0]) == ("56 of 60", "/catalog/albums/?sort=title&page=2")


@pytest.mark.parametrize(
    "referer",
    ["", "http://[", "http://example.org/catalog/albums/?genre=djent", "http://testserver/catalog/sync/history/"],
)
def test_other_pages_are_no_list(client: Client, albums: list[Album], referer: str) -> None:
    assert way(client, albums[0], referer) == ([], [])


@pytest.mark.parametrize("asked", ["a" * 5000, "x&" * 950, "%ff%00=%", "genre=<script>", "page=9999999&q=%00"])
def test_an_odd_list_does_no_harm(client: Client, albums: list[Album], asked: str) -> None:
    page = client.get(albums[0].get_absolute_url(), {"list": asked})
    assert page.status_code == 200
    assert b"<script>" not in page.content.replace(b'<script type="module"', b"")
