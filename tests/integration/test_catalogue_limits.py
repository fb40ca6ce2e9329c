"""How much of a query string is looked at, and which choices a filter offers."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

LIST = "/catalog/albums/"


def choices(page: Page, group: str) -> dict[str, str]:
    names, counts = page.texts(f"#{group} .choice__name"), page.texts(f"#{group} .choice__count")
    return dict(zip(names, counts, strict=True))


def test_of_a_filter_the_first_fifty_values_count(client: Client) -> None:
    add_album("Haken", "Virus", genres=["Djent"])
    add_album("Leprous", "Coal", genres=["Art-rock"])
    noise = "&".join(f"genre=noise-{number}" for number in range(49))
    assert Page(client, f"{LIST}?{noise}&genre=djent").titles == ["Virus"]
    assert sorted(Page(client, f"{LIST}?{noise}&genre=noise&genre=djent").titles) == ["Coal", "Virus"]


def test_of_a_search_the_first_two_hundred_characters_count(client: Client) -> None:
    add_album("Haken", "Virus")
    assert Page(client, f"{LIST}?q=haken{'+' * 195}polka").titles == ["Virus"]
    assert Page(client, f"{LIST}?q=haken{'+' * 190}polka").titles == []


def test_a_choice_of_which_nothing_is_left_stays_as_long_as_it_is_ticked(client: Client) -> None:
    add_album("Haken", "Virus", vocal="Clean")
    add_album("Leprous", "Coal", vocal="Harsh", removed_at=timezone.now())
    assert choices(Page(client, LIST), "vocal-main") == {"Clean": "1"}
    ticked = Page(client, f"{LIST}?vocal=harsh")
    assert choices(ticked, "vocal-main") == {"Clean": "1", "Harsh": "0"}
    assert ticked.values("input[checked]", "value") == ["harsh"]


def test_fourteen_genres_are_in_sight_and_a_rarer_one_once_it_is_ticked(client: Client) -> None:
    for number in range(1, 17):
        add_album(title=f"Album {number}", genres=[f"Genre {each:02}" for each in range(1, number + 1)])
    page = Page(client, LIST)
    assert list(choices(page, "genre-main")) == [f"Genre {number:02}" for number in range(1, 15)]
    assert page.texts(".facet__more-name") == ["More genres (2)"]
    found = Page(client, f"{LIST}choices/genre/?find_genre=genre")
    assert dict(zip(found.texts(".choice__name"), found.texts(".choice__count"), strict=True)) == {
        "Genre 15": "2",
        "Genre 16": "1",
    }
    assert "Genre 16" in choices(Page(client, f"{LIST}?genre=genre-16"), "genre-main")
