"""What a list says of itself: its title, and how many albums it has, the same whole and in parts."""

import pytest
from django.test import Client

from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

LIST = "/catalog/albums/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shelf() -> None:
    for number in range(26):
        add_album("Haken", f"Demo {number}", genres=["Prog-metal", *(["Djent"] if number == 7 else [])])


@pytest.mark.parametrize(
    ("query", "title", "announcement"),
    [
        ("", "Albums", "26 albums"),
        ("?per_page=25&page=2", "Albums, page 2", "26 albums, page 2 of 2"),
        ("?per_page=25&page=99", "Albums, page 2", "26 albums, page 2 of 2"),
        ("?q=haken", "haken · Albums", "26 albums"),
        ("?q=hakem", "hakem · Albums", "No exact match: 26 albums"),
        ("?q=polka", "polka · Albums", "No albums match “polka”."),
        ("?when=all", "All · Albums", "26 albums"),
        ("?when=week&q=demo", "demo · This week · Albums", "No albums match “demo”."),
        ("?when=upcoming", "Upcoming · Albums", "No albums are announced."),
        ("?genre=djent", "Djent · Albums", "1 album"),
        ("?q=demo&genre_not=djent&format=lp", "demo · Without Djent · LP · Albums", "25 albums"),
        ("?q=demo&genre=djent&year=2020&format=lp&scene=metal", "demo · Djent · 2020 · 2 more · Albums", "1 album"),
        ("?q=%3Ctitle%3E%22%26amp%3B", '<title>"&amp; · Albums', 'No albums match “<title>"&amp;”.'),
    ],
)
def test_the_whole_page_and_each_change_of_it_say_the_same(
    client: Client, shelf: None, query: str, title: str, announcement: str
) -> None:
    whole, changed = Page(client, f"{LIST}{query}"), Page(client, f"{LIST}{query}", **HTMX)
    for page in (whole, changed):
        assert page.texts("title") == [f"{title} · progmetal"]
        assert page.texts("[data-announcement]") == [announcement]
    assert whole.texts("#list-announcement") == [""]
    assert changed.texts("#list-announcement") == []


@pytest.mark.usefixtures("shelf")
def test_the_title_is_the_same_for_those_who_are_signed_in(admin_client: Client) -> None:
    page = Page(admin_client, f"{LIST}?q=haken&per_page=25&page=2")
    assert page.texts("title") == ["haken · Albums, page 2 · progmetal"]


@pytest.mark.usefixtures("shelf")
def test_the_heading_and_the_albums_can_take_the_focus(client: Client) -> None:
    page = Page(client, LIST)
    assert page.values("#results h1", "tabindex") == ["-1"]
    assert page.values("#results", "tabindex") == ["-1"]
