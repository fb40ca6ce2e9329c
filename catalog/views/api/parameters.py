"""Which parameters of a list have invalid values. Pages ignore them; a program should be told."""

from collections.abc import Iterator

from django.http import QueryDict

from catalog.browse.index.calendar import MOMENTS
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.parameters import number_of
from catalog.browse.query import GROUPS, LONGEST_PAGE, MOST_VALUES, PER_PAGE, CatalogQuery

LONGEST_SHOWN = 100
"""Characters of a broken value that an answer repeats."""


def broken_parameters(asked: QueryDict, query: CatalogQuery, index: CatalogueIndex) -> list[tuple[str, str]]:
    """Return the names and the values that were left out of a query; other names are nobody's business."""
    return [(name, value[:LONGEST_SHOWN]) for name, value in _broken(asked, query, index)]


def _broken(asked: QueryDict, query: CatalogQuery, index: CatalogueIndex) -> Iterator[tuple[str, str]]:
    known = {"when": MOMENTS, "sort": query.sorts, "per_page": [str(number) for number in PER_PAGE]}
    for name, values in known.items():
        if (value := asked.get(name, "")) and value not in values:
            yield name, value
    if (page := asked.get("page", "")) and not number_of(page, LONGEST_PAGE):
        yield "page", page
    if (artist := asked.get("artist", "")) and query.artist is None:
        yield "artist", artist
    for group in GROUPS:
        values = asked.getlist(group)
        for place, value in enumerate(values):
            if value and (place >= MOST_VALUES or index.genre_slugs.get(value, value) not in query.chosen[group]):
                yield group, value
