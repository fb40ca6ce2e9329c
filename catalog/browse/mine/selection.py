"""The albums that somebody marked, as a list: narrowed, in an order, page by page."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.http import QueryDict
from pyroaring import BitMap

from catalog.browse.index.calendar import ALL
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import NEWEST
from catalog.browse.parameters import query_string
from catalog.browse.query import SORTS, CatalogQuery
from catalog.models import Mark

NEW = "new"
KINDS = (*Mark.Kind.values, NEW)
"""What a list of one's own can be of: a mark, or what is new since the last visit."""

MARKED = "marked"
OWN_SORTS = (MARKED, *SORTS)


def kind_of(query: QueryDict) -> str:
    """Return what a list is of, the first kind where the query string names none."""
    return query.get("mine", "") if query.get("mine") in KINDS else KINDS[0]


class Selection:
    """Marked albums by their primary keys, the latest mark last. Those that aren't listed are told apart."""

    def __init__(self, query: QueryDict, keys: Sequence[int], index: CatalogueIndex) -> None:
        self._asked = CatalogQuery(query, index)
        self.kind = kind_of(query)
        self.sort = query.get("sort", "") if query.get("sort") in OWN_SORTS else MARKED
        self.text, self.page = self._asked.text, self._asked.page
        numbers = {key: index.number_of(key) for key in reversed(keys)}
        self._numbers = {number: key for key, number in numbers.items() if number is not None}
        self.missing = [key for key, number in numbers.items() if number is None]
        """Marked albums that have left the catalogue, or never were in it."""

    @cached_property
    def albums(self) -> list[int]:
        """The primary keys of the albums that fit, in the order that is asked for."""
        order = NEWEST if self.sort == MARKED else self.sort
        fitting = self._asked.albums_of(ALL, order, BitMap(self._numbers))[:]
        if self.sort != MARKED:
            return fitting
        found = set(fitting)
        return [key for key in self._numbers.values() if key in found]

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters leave some out."""
        return self._asked.is_filtered

    def address(self, page: int) -> str:
        """Return the query string of a page."""
        fields = {"mine": self.kind, "q": self.text, "sort": "" if self.sort == MARKED else self.sort}
        return query_string(fields | {"page": page if page > 1 else ""}) + "".join(self._filters())

    def _filters(self) -> Iterator[str]:
        for group, values in self._asked.chosen.items():
            yield from (f"&{query_string({group: value})[1:]}" for value in values)
