"""Numbered pages of a list."""

from collections.abc import Callable, Iterator

from django.core.paginator import Page


def page_links(page: Page, address: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """Yield the numbers of the first, the last and the nearest pages with their addresses, and gaps with none."""
    last, before = page.paginator.num_pages, 0
    for number in sorted({1, page.number - 1, page.number, page.number + 1, last}):
        if 1 <= number <= last:
            if number - before == 2:
                yield str(number - 1), address(number - 1)
            elif number - before > 2:
                yield "…", ""
            yield str(number), address(number)
            before = number
