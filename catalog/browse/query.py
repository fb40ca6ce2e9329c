"""What a visitor asks the catalogue for: the query string, read once, broken values left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from django.http import QueryDict
from django.urls import get_script_prefix, reverse
from django.utils.timezone import localdate
from pyroaring import BitMap

from catalog.browse.index.calendar import MOMENTS, OUT, UPCOMING
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import group_of
from catalog.browse.index.search import Search, closest_name
from catalog.browse.listing import RELEVANCE, Listing, When
from catalog.browse.parameters import LONGEST_TEXT, list_address, number_of
from catalog.services.sheet.text import clean

SORTS = ("newest", "oldest", "artist", "title", "added")
PER_PAGE = (25, 50, 100)
USUAL_PER_PAGE = 50
GROUPS = ("genre", "genre_all", "genre_not", "vocal", "year", "country", "scene", "format")
"""What a list is filtered by, in the order of the page. Genres can also be required, or excluded."""

LONG_GROUPS = ("genre", "country")
"""Groups of so many choices that the rarer ones are looked for."""

FORMATS = ("feed", "albums_calendar", "albums_csv", "albums_json", "random_album")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
MOST_VALUES = 50
LONGEST_PAGE = 7
LONGEST_FIND = 60


@dataclass(frozen=True)
class Chip:
    """One thing that is asked for, and the address of the list without it. A group's values may have names."""

    group: str
    value: str
    label: str
    address: str


@dataclass(frozen=True)
class Moment:
    """A part of the catalogue by date: how many albums it has of what is asked for, and the address of these."""

    name: str
    count: int
    address: str
    is_shown: bool


@dataclass(frozen=True)
class AskedArtist:
    """The artist whose albums are asked for, and its place in the index."""

    pk: int
    name: str
    place: int


class CatalogQuery:
    """The list that is asked for: search, filters (or within a group, and between groups), order and page."""

    def __init__(self, query: QueryDict, index: CatalogueIndex, remembered_per_page: str = "") -> None:
        self._query = query
        self._index = index
        self.text = clean(query.get("q", "")[:LONGEST_TEXT])
        self.today = localdate()
        self.when = query.get("when", "") if query.get("when") in MOMENTS else OUT
        self.usual_sort = RELEVANCE if self.text else "oldest" if self.when == UPCOMING else "newest"
        self.sorts = (RELEVANCE, *SORTS) if self.text else SORTS
        self.sort = query.get("sort", "") if query.get("sort") in self.sorts else self.usual_sort
        self.per_page = self.chosen_per_page or _per_page(remembered_per_page) or USUAL_PER_PAGE
        self.artist = _artist(query.get("artist", ""), index)
        self.page = number_of(query.get("page", ""), LONGEST_PAGE) or 1

    @property
    def chosen_per_page(self) -> int | None:
        """How many albums a page the query string itself asks for."""
        return _per_page(self._query.get("per_page", ""))

    @cached_property
    def chosen(self) -> dict[str, dict[str, str]]:
        """The filters by group and value, in the order of the page, with the names that the index has for them."""
        return {group: dict(self._chosen_of(group)) for group in GROUPS}

    @cached_property
    def search(self) -> Search | None:
        """The search for the words that are asked for."""
        return Search(self._index, self.text) if self.text else None

    @cached_property
    def albums(self) -> Listing:
        """The albums that are asked for, in the order that is asked for."""
        return self.albums_of(self.when, self.sort)

    def albums_of(self, moment: str, sort: str, only: BitMap | None = None) -> Listing:
        """Return what is asked for of another part of the catalogue, in another order, or of some albums by number."""
        chosen = {group: list(values) for group, values in self.chosen.items() if values}
        found = self.search.found if self.search else None
        if self.artist:
            theirs = self._index.albums_at(self.artist.place)
            only = theirs if only is None else theirs & only
        return Listing(self._index, chosen, When(moment, self.today), sort, found, only)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells this page of this list from all others, without looking for its albums."""
        return (*self.pairs(), self.today, self.per_page, self.page, *map(self.finding, LONG_GROUPS))

    @property
    def filters_key(self) -> tuple[object, ...]:
        """What tells the filters beside this list from all others: they are the same on each of its pages."""
        narrowing = (pair for pair in self.pairs() if pair[0] not in {"sort", "per_page"})
        return (*narrowing, self.today, *map(self.finding, LONG_GROUPS))

    @property
    def is_by_week(self) -> bool:
        """Whether the list tells what comes when."""
        return self.when == UPCOMING and self.sort in {"newest", "oldest"}

    @property
    def is_filtered(self) -> bool:
        """Whether words or filters narrow the list."""
        return bool(self.text or self.artist) or any(self.chosen.values())

    @property
    def ticked(self) -> list[str]:
        """The filters that are chosen, as `group:value`."""
        return [f"{group}:{value}" for group, values in self.chosen.items() for value in values]

    @property
    def filter_count(self) -> int:
        """How many filters are chosen, the search left aside."""
        return sum(map(len, self.chosen.values())) + bool(self.artist)

    @property
    def chips(self) -> Iterator[Chip]:
        """What narrows the list, one by one."""
        if self.text:
            yield Chip("q", self.text, self.text, self.address(without=("q", self.text)))
        if self.artist:
            field = ("artist", str(self.artist.pk))
            yield Chip(*field, self.artist.name, self.address(without=field))
        for group, values in self.chosen.items():
            for value, label in values.items():
                yield Chip(group, value, label, self.address(without=(group, value)))

    @property
    def is_near_only(self) -> bool:
        """Whether nothing is spelled as it was asked for."""
        return self.search is not None and self.search.found.is_near_only

    @cached_property
    def closest_name(self) -> str:
        """The artist whose name is nearest to the words that find nothing as they are spelled."""
        return closest_name(self._index, self.text)

    @property
    def address_of_closest(self) -> str:
        """The address of the list of that name."""
        return list_address([("q", self.closest_name)])

    @property
    def with_one_word_less(self) -> Iterator[tuple[str, int, str]]:
        """Yield what is left of the words without one of them, how many albums that finds, and its address."""
        found = self.search.without_one_word() if self.search else ()
        yield from ((text, number, list_address([("q", text)])) for text, number in found)

    def finding(self, group: str) -> str:
        """Return what rare choices of a group are looked for, where scripts don't do it."""
        return clean(self._query.get(f"find_{group}", "")[:LONGEST_FIND])

    @property
    def address_of_all(self) -> str:
        """The address of the list with nothing that narrows it, in the same order."""
        return list_address([pair for pair in self.pairs() if pair[0] in {"when", "sort", "per_page"}])

    def address(self, page: int = 1, without: tuple[str, str] | None = None, when: str = "") -> str:
        """Return the shortest address of this list, of one of its pages, of it without one filter, or at a time."""
        pairs = [pair for pair in self.pairs(when) if pair != without]
        return list_address([*pairs, ("page", str(page))] if page > 1 else pairs)

    @property
    def formats(self) -> Mapping[str, str]:
        """The addresses of this list in other formats, and of any album of it, by the names of their views."""
        string = self.address().partition("?")[2]
        return {name: f"{path}?{string}" if string else path for name, path in _formats(get_script_prefix()).items()}

    @cached_property
    def moments(self) -> Sequence[Moment]:
        """The parts of the catalogue by date, the whole last, with what they have of what is asked for."""
        counts = self.albums.by_moment.items()
        return [Moment(name, count, self.address(when=name), is_shown=name == self.when) for name, count in counts]

    def pairs(self, when: str = "") -> Iterator[tuple[str, str]]:
        """Yield what tells this list, or the same of another time, from all others, as fields of a form."""
        if self.text:
            yield "q", self.text
        if (when or self.when) != OUT:
            yield "when", when or self.when
        if self.artist:
            yield "artist", str(self.artist.pk)
        for group, values in self.chosen.items():
            for value in values:
                yield group, value
        if self.sort != self.usual_sort:
            yield "sort", self.sort
        if self.per_page != USUAL_PER_PAGE:
            yield "per_page", str(self.per_page)

    def _chosen_of(self, group: str) -> Iterator[tuple[str, str]]:
        known, genres = self._index.values[group_of(group)], self._index.values["genre"]
        asked = list(dict.fromkeys(self._query.getlist(group)[:MOST_VALUES]))
        if group == "year":
            yield from ((year, year) for year in sorted(filter(YEAR.fullmatch, asked), reverse=True))
        else:
            named = (self._index.genre_slugs.get(value, value) for value in asked) if known is genres else asked
            chosen = ((value, known[value].label) for value in known.keys() & named)
            yield from sorted(chosen, key=lambda pair: (pair[1].casefold(), pair[0]))


@cache
def _formats(_prefix: str) -> Mapping[str, str]:
    return {name: reverse(f"catalog:{name}") for name in FORMATS}


def _artist(text: str, index: CatalogueIndex) -> AskedArtist | None:
    pk = number_of(text)
    place = None if pk is None else index.place_of_artist(pk)
    return None if place is None else AskedArtist(index.artist_keys[place], index.artist_names[place], place)


def _per_page(text: str) -> int | None:
    return int(text) if text in {str(number) for number in PER_PAGE} else None
