"""Whatever the address says, every page is a page: of our own markup alone, with the counts of a plain query."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.timezone import localdate
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.browse.query import USUAL_PER_PAGE
from tests.browsing import ORDERS, expected
from tests.factories import Page, add_album
from tests.long import amount

LIST = "/catalog/albums/"
EVIL = "<script>alert(1)</script>\"'&amp;"
KNOWN = {
    "when": ["out", "week", "month", "upcoming", "all"],
    "genre": ["djent", "zeuhl"], "genre_all": ["djent"], "genre_not": ["zeuhl"], "vocal": ["clean", "harsh"],
    "country": ["norway"], "scene": ["metal", "rock"], "format": ["lp", "ep", "other"],
    "sort": list(ORDERS), "page": ["1", "2", "99999"], "per_page": ["25", "50"],
}  # fmt: skip
odd_texts = st.sampled_from([EVIL, "", "\0", "-1", "%", "'", "٣", "1e9", "null", "javascript:alert(1)"]) | st.text(
    max_size=30
)
some_parameters = st.lists(
    st.one_of(
        *(st.tuples(st.just(name), st.sampled_from(values) | odd_texts) for name, values in KNOWN.items()),
        st.tuples(st.sampled_from(["q", "find_genre", "find_country", "list", "year", "retry"]), odd_texts),
    ),
    max_size=6,
)
valid_parameters = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in KNOWN.items() if name not in {"page", "per_page"}}
)


def shelf() -> None:
    for number, (genres, country, when) in enumerate(
        [
            (["Djent"], "Oslo, Norway", localdate()), (["Djent", "Zeuhl"], EVIL, None), ([EVIL], "Norway / UK", None),
            (["Zeuhl"], "", localdate().replace(year=localdate().year + 1, day=1)),
        ]
    ):  # fmt: skip
        add_album(
            f"{EVIL}{number}", EVIL, genres=genres, country=country, release_date=when, year=localdate().year - number,
            vocal=EVIL if number else "Clean", format=EVIL if number > 1 else "EP", tab=EVIL, release_text=EVIL,
            bandcamp_url=f"https://example.com/{EVIL}",
        )  # fmt: skip


class TestAnyQuery(TestCase):
    @settings(max_examples=amount("QUERIES", 10, 20))
    @given(some_parameters, st.booleans())
    def test_every_page_is_a_page(self, parameters: list[tuple[str, str]], is_fragment: bool) -> None:
        shelf()
        headers = {"HX-Request": "true"} if is_fragment else {}
        string = urlencode([(name, value.encode("utf-8", "replace").decode()) for name, value in parameters])
        for path in (LIST, f"{LIST}choices/genre/", f"{LIST}suggest/"):
            answer = Client().get(f"{path}?{string}", headers=headers)
            assert answer.status_code == 200, (path, parameters)
            assert "<script>alert" not in answer.content.decode()
            assert not re.search(r"href=\"(?!https?://|/|\?|#|data:)", answer.content.decode()), parameters

    @settings(max_examples=amount("QUERIES", 10, 20))
    @given(valid_parameters)
    def test_the_counts_are_those_of_a_plain_query(self, asked: dict[str, str]) -> None:
        shelf()
        page = Page(Client(), f"{LIST}?{urlencode(asked)}")
        keys = [str(album.pk) for album in expected({name: [value] for name, value in asked.items()})]
        assert page.values("[data-album-tile]", "data-album-id") == keys[:USUAL_PER_PAGE]
        shown = page.texts("h1")[0].split()
        assert shown[1] == str(len(keys)), (asked, shown)


@pytest.mark.django_db
@pytest.mark.postgresql
def test_pages_about_one_thing_are_pages_too(client: Client) -> None:
    shelf()
    first: Any = Page(client, f"{LIST}?when=all")
    addresses = {*first.values(".tile__link", "href"), *first.values(".tile__artist a", "href")}
    assert len(addresses) == 8
    for address in addresses:
        answer = client.get(address, {"list": f"q={EVIL}", "x": EVIL}, follow=True)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
