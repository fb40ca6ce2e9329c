"""An album's page leads on: to its artist's other albums, and to albums like it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from catalog.browse.index.current import build_index
from catalog.browse.similar import around, similar
from catalog.models import Album
from tests.factories import Page, add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]
LIST = "/catalog/albums/"


def tiles(page: Page, section: str) -> list[str]:
    return [
        " ".join(each.text_content().split())
        for each in page.tree.xpath(f"//section[@aria-labelledby='{section}']//h2/a[@class='tile__link']")
    ]


def test_rare_genres_count_most_then_vocals_country_and_year(client: Client) -> None:
    here = add_album("Haken", "Here", genres=["Prog-metal", "Zeuhl"], country="London, UK", vocal="Clean")
    add_album("Magma", "Same in all but country", genres=["Zeuhl", "Prog-metal"], country="France")
    add_album("Universe", "Rare genre", genres=["Zeuhl"], country="Japan")
    for number in range(9):
        add_album(f"Band {number}", f"Common {number}", country="UK" if number == 4 else "Italy")
    add_album("Nobody", "Nothing in common", genres=["Djent"])
    add_album("Haken", "Of its own", genres=["Prog-metal", "Zeuhl"])
    page = Page(client, f"{LIST}{here.pk}/")
    assert tiles(page, "by-artist") == ["Of its own"]
    assert tiles(page, "similar")[:3] == ["Same in all but country", "Rare genre", "Common 4"]
    assert len(tiles(page, "similar")) == 6


def test_an_album_without_genres_or_out_of_the_catalogue_is_like_none(client: Client) -> None:
    plain, gone = add_album(genres=[]), add_album("Leprous", "Coal", removed_at="2026-01-01T00:00Z")
    add_album("Magma", "Köhntarkösz")
    for album in (plain, gone):
        assert tiles(Page(client, f"{LIST}{album.pk}/"), "similar") == []


def test_what_shares_most_genres_comes_first_and_the_album_itself_never() -> None:
    for number in range(40):
        genres = [name for place, name in enumerate(("A", "B", "C", "D")) if number >> place & 1]
        add_album(f"Band {number}", f"Title {number}", genres=genres, vocal=("Clean", "Harsh")[number % 3 == 0])
    here = Album.objects.get(title="Title 11")
    index = build_index()
    number = index.number_of(here.pk)
    assert number is not None
    own = index.by_artist(number)
    found = list(similar(index, ["a", "b", "d"], [("vocal", "clean"), *around(None)], leaving_out=own))
    assert len(found) == len(set(found) - {here.pk})
    shared = [set(Album.objects.get(pk=pk).genres.values_list("slug", flat=True)) & {"a", "b", "d"} for pk in found]
    assert [len(each) for each in shared] == sorted(map(len, shared), reverse=True)
    assert min(map(len, shared)) == 1


def test_the_page_takes_few_queries(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(30):
        add_album(f"Band {number % 3}", f"Demo {number}")
    Page(client, f"{LIST}{Album.objects.all()[0].pk}/")
    with django_assert_max_num_queries(6):
        Page(client, f"{LIST}{Album.objects.all()[4].pk}/")
