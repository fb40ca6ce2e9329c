"""What a visitor asks the catalogue for: the query string, read once, broken values left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Q
from django.db.models.functions import NullIf
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from catalog.models import Album, Genre, VocalStyle
from catalog.models.album import AlbumQuerySet
from catalog.services.sheet.text import clean, fold

SORTS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "artist": "Artist, A to Z",
    "title": "Title, A to Z",
    "added": "Last added",
}
PER_PAGE = (25, 50, 100)
USUAL_PER_PAGE = 50
SCENES: dict[str, str] = dict(Album.Scene.choices)
FORMATS = {"lp": "LP", "ep": "EP", "other": "Other"}
IS_FORMAT = {"lp": Q(format__iendswith="lp"), "ep": Q(format__iendswith="ep")}
IS_FORMAT["other"] = ~(IS_FORMAT["lp"] | IS_FORMAT["ep"])
SLUG = re.compile(r"[-\w]{1,210}")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
LONGEST_SEARCH = 200
MOST_VALUES = 50


@dataclass(frozen=True)
class Chip:
    """One thing that is asked for, and the address of the list without it."""

    label: str
    address: str


class CatalogQuery:
    """The list that is asked for: search, filters (or within a group, and between groups), order and page."""

    def __init__(self, query: QueryDict, remembered_per_page: str = "") -> None:
        self._query = query
        self.text = clean(query.get("q", "")[:LONGEST_SEARCH])
        self.sort = query.get("sort", "") if query.get("sort") in SORTS else "newest"
        self.per_page = self.chosen_per_page or _per_page(remembered_per_page) or USUAL_PER_PAGE
        self.page = query.get("page", "1")

    @property
    def chosen_per_page(self) -> int | None:
        """How many albums a page the query string itself asks for."""
        return _per_page(self._query.get("per_page", ""))

    @cached_property
    def chosen(self) -> dict[str, dict[str, str]]:
        """The labels of the filters by group and value, in the order of the page."""
        genres, vocals = self._values("genre", SLUG), self._values("vocal", SLUG)
        scenes, formats = self._query.getlist("scene"), self._query.getlist("format")
        return {
            "genre": dict(Genre.objects.filter(slug__in=genres).values_list("slug", "name")) if genres else {},
            "vocal": dict(VocalStyle.objects.filter(slug__in=vocals).values_list("slug", "name")) if vocals else {},
            "year": {year: year for year in sorted(self._values("year", YEAR), reverse=True)},
            "scene": {value: label for value, label in SCENES.items() if value in scenes},
            "format": {value: label for value, label in FORMATS.items() if value in formats},
        }

    def albums(self, leaving_out: str = "") -> AlbumQuerySet:
        """Return the albums that are asked for, one group of filters left out where its choices are counted."""
        chosen = {group: list(values) for group, values in self.chosen.items() if values and group != leaving_out}
        found = Album.objects.listed().matching(fold(self.text).split())
        if "genre" in chosen:
            found = found.in_genres(chosen["genre"])
        if "vocal" in chosen:
            found = found.sung(chosen["vocal"])
        if "year" in chosen:
            found = found.filter(year__in=chosen["year"])
        if "scene" in chosen:
            found = found.filter(scene__in=chosen["scene"])
        if "format" in chosen:
            found = found.filter(any_format(chosen["format"]))
        return found

    def in_order(self) -> AlbumQuerySet:
        """Return the albums that are asked for, in the order that is asked for; those without a date come last."""
        found = self.albums()
        if self.sort == "oldest":
            date = NullIf(F("release_order"), 0)
            return found.order_by(date.asc(nulls_last=True), "artist_key", "title_key", "pk")
        if self.sort == "artist":
            return found.order_by("artist_key", "title_key", "pk")
        if self.sort == "title":
            return found.order_by("title_key", "artist_key", "pk")
        if self.sort == "added":
            return found.order_by("-added_at", "-release_order", "artist_key", "title_key", "pk")
        return found.newest_first()

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.text) or any(self.chosen.values())

    @property
    def filter_count(self) -> int:
        """How many filters are chosen, the search left aside."""
        return sum(map(len, self.chosen.values()))

    @property
    def chips(self) -> Iterator[Chip]:
        """What narrows the list, one by one."""
        if self.text:
            yield Chip(f"“{self.text}”", self.address(without=("q", self.text)))
        for group, values in self.chosen.items():
            for value, label in values.items():
                yield Chip(label, self.address(without=(group, value)))

    @property
    def address_of_all(self) -> str:
        """The address of the list with nothing that narrows it, in the same order."""
        return _address([pair for pair in self._pairs() if pair[0] in {"sort", "per_page"}])

    def address(self, page: int = 1, without: tuple[str, str] | None = None) -> str:
        """Return the shortest address of this list, of one of its pages, or of it without one filter."""
        pairs = [pair for pair in self._pairs() if pair != without]
        return _address([*pairs, ("page", str(page))] if page > 1 else pairs)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.text:
            yield "q", self.text
        for group, values in self.chosen.items():
            for value in values:
                yield group, value
        if self.sort != "newest":
            yield "sort", self.sort
        if self.per_page != USUAL_PER_PAGE:
            yield "per_page", str(self.per_page)

    def _values(self, name: str, pattern: re.Pattern[str]) -> set[str]:
        return {value for value in self._query.getlist(name)[:MOST_VALUES] if pattern.fullmatch(value)}


def any_format(groups: list[str]) -> Q:
    """Return the condition that an album's format is in one of these groups."""
    condition = Q()
    for group in groups:
        condition |= IS_FORMAT[group]
    return condition


def _address(pairs: list[tuple[str, str]]) -> str:
    path = reverse("catalog:album_list")
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _per_page(text: str) -> int | None:
    return int(text) if text in {str(number) for number in PER_PAGE} else None
