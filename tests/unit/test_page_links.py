"""The numbers under a list: the first, the last and the nearest pages, and gaps of more than one page."""

import pytest
from django.core.paginator import Paginator

from catalog.browse.pages import page_links


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, "1"),
        (1, 2, "1 2"),
        (1, 10, "1 2 … 10"),
        (3, 10, "1 2 3 4 … 10"),
        (4, 10, "1 2 3 4 5 … 10"),  # page 2 alone takes no more room than its dots
        (5, 10, "1 … 4 5 6 … 10"),
        (7, 10, "1 … 6 7 8 9 10"),
        (10, 10, "1 … 9 10"),
    ],
)
def test_pages_far_away_are_left_out(page: int, pages: int, shown: str) -> None:
    links = list(page_links(Paginator(range(pages), 1).page(page), "?page={}".format))
    assert " ".join(name for name, _ in links) == shown
    assert all(address == ("" if name == "…" else f"?page={name}") for name, address in links)
