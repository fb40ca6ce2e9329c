"""The list that is asked for, as a sequence of primary keys: any slice of it costs the same."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from pyroaring import BitMap

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import NEWEST
from catalog.browse.index.search import Found

Chosen = Mapping[str, Sequence[str]]
"""The values that are asked for, by group of filters."""

RELEVANCE = "relevance"


class Listing:
    """The albums that fit filters and words, in an order."""

    def __init__(self, index: CatalogueIndex, chosen: Chosen, sort: str, found: Found | None = None) -> None:
        self._index = index
        self._chosen = chosen
        self._found = found
        self._order = index.orders[NEWEST if sort == RELEVANCE else sort]
        self._is_ranked = sort == RELEVANCE and found is not None

    def __len__(self) -> int:
        return sum(map(len, self._tiers))

    def __getitem__(self, places: slice) -> list[int]:
        """Return the primary keys at these places."""
        start, stop, _ = places.indices(len(self))
        keys: list[int] = []
        for tier in self._tiers:
            if start < len(tier) and stop > 0:
                numbers = map(self._order.numbers.__getitem__, tier[max(start, 0) : stop])
                keys.extend(self._index.keys[number] for number in numbers)
            start, stop = start - len(tier), stop - len(tier)
        return keys

    def beside(self, group: str) -> BitMap:
        """Return what fits everything but one group, by number: what that group's counts are of."""
        others = {name: values for name, values in self._chosen.items() if name != group}
        within = self._found.albums if self._found else None
        return self._index.newest.select(others, within)

    @cached_property
    def _tiers(self) -> Sequence[BitMap]:
        if self._is_ranked and self._found:
            return [self._order.select(self._chosen, tier) for tier in self._found.tiers]
        within = self._order.placed(self._found.albums) if self._found else None
        return [self._order.select(self._chosen, within)]
