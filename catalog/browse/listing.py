"""The list that is asked for, as a sequence of primary keys: any slice of it costs the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyroaring import BitMap

from catalog.browse.index.calendar import MOMENTS, OUT
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import NEWEST
from catalog.browse.index.search import Found

Chosen = Mapping[str, Sequence[str]]
"""The values that are asked for, by group of filters."""

RELEVANCE = "relevance"


@dataclass(frozen=True)
class When:
    """A part of the catalogue by date, as of a day."""

    moment: str
    today: date


class Listing:
    """The albums that fit filters, words and a time, in an order."""

    def __init__(
        self,
        index: CatalogueIndex,
        chosen: Chosen,
        when: When,
        sort: str,
        found: Found | None = None,
        only: BitMap | None = None,
    ) -> None:
        self._index = index
        self._chosen = chosen
        self._when = when
        self._found = found
        self._only = only
        self._sort = NEWEST if sort == RELEVANCE else sort
        self._order = index.orders[self._sort]
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

    def place_of(self, pk: int) -> int | None:
        """Return at which place an album stands, if it is one of the list."""
        number = self._index.number_of(pk)
        if number is None:
            return None
        place, before = self._order.places[number], 0
        for tier in self._tiers:
            if place in tier:
                return before + tier.rank(place) - 1
            before += len(tier)
        return None

    def beside(self, group: str) -> BitMap:
        """Return what fits everything but one group, by number: what that group's counts are of."""
        others = {name: values for name, values in self._chosen.items() if name != group}
        return self._index.newest.select(others, self._within(NEWEST))

    @property
    def puts_linked_first(self) -> bool:
        """Whether this is what is out now, newest first: otherwise its first pages would hardly have a cover."""
        return self._when.moment == OUT and self._sort == NEWEST and not self._is_ranked

    @property
    def waiting(self) -> int:
        """How many new albums stand behind those with a link to Spotify."""
        return len(self._tiers[1]) if self.puts_linked_first and self._tiers[0] else 0

    @cached_property
    def by_moment(self) -> Mapping[str, int]:
        """How many albums each part of the catalogue has of what fits otherwise."""
        found = [each for each in (self._found and self._found.albums, self._only) if each is not None]
        fitting = self._index.newest.select(self._chosen, BitMap.intersection(*found) if found else None)
        calendar, today = self._index.calendar, self._when.today
        return {moment: fitting.intersection_cardinality(calendar.albums(moment, today)) for moment in MOMENTS}

    @cached_property
    def _tiers(self) -> Sequence[BitMap]:
        if self._is_ranked and self._found:
            then = self._then(NEWEST)
            return [self._order.select(self._chosen, tier & then) for tier in self._found.tiers]
        found = self._order.select(self._chosen, self._within(self._sort))
        return self._index.calendar.linked_first(found, self._when.today) if self.puts_linked_first else [found]

    def _within(self, order: str) -> BitMap:
        """Return what fits words and time, as places in an order."""
        then = self._then(order)
        return then & self._index.orders[order].placed(self._found.albums) if self._found else then

    def _then(self, order: str) -> BitMap:
        albums = self._index.calendar.albums(self._when.moment, self._when.today, order)
        return albums if self._only is None else albums & self._index.orders[order].placed(self._only)
