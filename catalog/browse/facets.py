"""Counts, for each choice that a filter offers, the albums that it would show beside the other groups' choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import NO_ALBUMS
from catalog.browse.index.values import Value
from catalog.browse.index.words import squashed
from catalog.browse.query import LONG_GROUPS, CatalogQuery

SHOWN = {"genre": 14, "country": 10}
"""How many choices of a long group a page has. The others are brought when somebody looks for them."""

MOST_FOUND = 60


@dataclass(frozen=True)
class Choice:
    """A checkbox: what it is called, how many albums it would show, and whether it is ticked."""

    value: str
    label: str
    count: int
    is_chosen: bool
    is_required: bool = False
    is_excluded: bool = False

    @property
    def is_asked_for(self) -> bool:
        """Whether the list depends on it in any way."""
        return self.is_chosen or self.is_required or self.is_excluded


@dataclass(frozen=True)
class Facet:
    """A group of checkboxes, and how many rarer ones there are beside."""

    name: str
    choices: Sequence[Choice]
    more: int = 0


class Facets:
    """The filters beside one list, ranked by the whole catalogue, so that choices keep their places where they can.

    Only in long groups those that are asked for come first, and those that would show nothing last.
    """

    def __init__(self, query: CatalogQuery, index: CatalogueIndex) -> None:
        self._query = query
        self._index = index

    @cached_property
    def all(self) -> list[Facet]:
        """The filters in the order of the page. What is ticked is among the choices, however rare."""
        return [self._facet(name) for name in ("genre", "vocal", "year", "country", "scene", "format")]

    def find(self, name: str, text: str) -> list[Choice]:
        """Return the choices of a long group whose names have a text in them, beside those that the page has."""
        wanted, shown = squashed(text), {value.slug for value in self._shown(name)}
        offered = (value for value in self._index.offered[name] if value.slug not in shown)
        found = (value for value in offered if any(wanted in squashed(each) for each in (value.label, *value.names)))
        return list(self._counted(name, islice(found, MOST_FOUND)))

    def counts(self) -> dict[str, int]:
        """Return how many albums each choice of the page would show, by group and value."""
        return {f"{facet.name}:{choice.value}": choice.count for facet in self.all for choice in facet.choices}

    def _facet(self, name: str) -> Facet:
        more = len(self._index.offered[name]) - len(self._frequent(name))
        choices = list(self._counted(name, self._shown(name)))
        if name in LONG_GROUPS:
            choices.sort(key=lambda choice: 0 if choice.is_asked_for else 1 if choice.count else 2)
        return Facet(name, choices, more)

    def _shown(self, name: str) -> list[Value]:
        frequent = self._frequent(name)
        known = {value.slug for value in frequent}
        rare = (Value(slug, label) for slug, label in self._chosen(name).items() if slug not in known)
        return [*frequent, *rare]

    def _frequent(self, name: str) -> Sequence[Value]:
        return self._index.offered[name][: SHOWN.get(name)]

    def _counted(self, name: str, values: Iterable[Value]) -> Iterable[Choice]:
        albums, chosen = self._query.albums.beside(name), self._query.chosen
        required, excluded = (chosen.get(f"{name}_{how}", {}) for how in ("all", "not"))
        bitmaps = self._index.newest.bitmaps[name]
        for value in values:
            count = albums.intersection_cardinality(bitmaps.get(value.slug, NO_ALBUMS))
            marks = (value.slug in each for each in (chosen[name], required, excluded))
            yield Choice(value.slug, value.label, count, *marks)

    def _chosen(self, name: str) -> Mapping[str, str]:
        """Return what is asked for in a group, required and excluded values too."""
        chosen = self._query.chosen
        return {**chosen[name], **chosen.get(f"{name}_all", {}), **chosen.get(f"{name}_not", {})}
