"""Counts albums by year, vocal style, genre, country and format, with what stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from catalog.browse.index.calendar import ALL
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.values import Value
from catalog.browse.parameters import list_address
from catalog.browse.statistics.shapes import Bar, Column, Counted, bars, shares, stacked

LEAST_SHARE = 0.01
"""Of the busiest year's albums: years before the first one that has so many are in the tables only."""

MOST_YEARS = 30
MOST_STYLES, MOST_GENRES, MOST_COUNTRIES = 4, 12, 15
LEAST_FOR_RISING = 0.01
"""Of all albums, that a genre must have for its rise to be no accident."""

OTHERS, UNKNOWN = "others", "unknown"
"""Names of parts that no value has."""


@dataclass(frozen=True)
class GenreYears:
    """A genre over the years: each column is its share of that year's albums."""

    whole: Counted
    columns: Sequence[Column]
    peak: str
    percent: float

    @property
    def parts(self) -> Sequence[Counted]:
        """The genre's albums of each year."""
        return [column.whole for column in self.columns]


@dataclass(frozen=True)
class Rise:
    """The genre whose share grew most between the first and the last years, in per cent."""

    genre: Counted
    first: tuple[str, str]
    last: tuple[str, str]
    before: float
    after: float


class Statistics:
    """What the page of statistics shows of one version of the catalogue."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._index = index
        self._bitmaps = index.newest.bitmaps

    @property
    def total(self) -> int:
        """The number of all albums."""
        return len(self._index)

    @cached_property
    def all_years(self) -> Sequence[str]:
        """The years that have albums, the earliest first."""
        return sorted(value.slug for value in self._index.offered["year"])

    @cached_property
    def years(self) -> Sequence[str]:
        """The years of the charts, one after the other, the empty ones too."""
        if not self.all_years:
            return []
        least = LEAST_SHARE * max(len(self._of("year", year)) for year in self.all_years)
        first = next(int(year) for year in self.all_years if len(self._of("year", year)) >= least)
        last = int(self.all_years[-1])
        return [str(year) for year in range(max(first, last - MOST_YEARS + 1), last + 1)]

    @cached_property
    def vocal_names(self) -> Sequence[str]:
        """The names of the parts of a year's column, from the base upwards."""
        return [*(name for name, _ in self._vocal_groups), UNKNOWN]

    @cached_property
    def vocals(self) -> Sequence[Column]:
        """The albums of each year by vocal style."""
        return stacked((self._year(year), self._vocals_of(year)) for year in self.years)

    @cached_property
    def vocal_table(self) -> Sequence[Column]:
        """The same of all years that have albums, the latest first."""
        return stacked((self._year(year), self._vocals_of(year)) for year in reversed(self.all_years))

    @cached_property
    def genres(self) -> Sequence[GenreYears]:
        """The most frequent genres over the years, each on a scale of its own."""
        return [self._genre_years(genre) for genre in self._index.offered["genre"][:MOST_GENRES]]

    @cached_property
    def countries(self) -> Sequence[Bar]:
        """The countries with the most albums."""
        return bars(self._counted("country", value) for value in self._index.offered["country"][:MOST_COUNTRIES])

    @cached_property
    def more_countries(self) -> int:
        """How many countries have fewer albums than these."""
        return len(self._index.offered["country"]) - len(self.countries)

    @cached_property
    def formats(self) -> Sequence[Bar]:
        """The albums of each format."""
        return bars(self._counted("format", value) for value in self._index.offered["format"])

    @cached_property
    def debuts(self) -> Sequence[Column]:
        """The albums of each year: debuts, and the others above them."""
        return stacked((self._year(year), self._debuts_of(year)) for year in self.years)

    @cached_property
    def busiest(self) -> Counted | None:
        """The year with the most albums."""
        return max(map(self._year, self.years), key=lambda year: year.albums, default=None)

    @cached_property
    def one_in(self) -> tuple[Counted, int] | None:
        """The latest year with debuts, and that one album in so many was one."""
        for column in reversed(self.debuts):
            debuts = column.segments[0].counted.albums if column.segments else 0
            if debuts and column.segments[0].series == 1:
                return column.whole, round(column.whole.albums / debuts)
        return None

    @cached_property
    def rising(self) -> Rise | None:
        """The frequent genre that grew most."""
        third = len(self.years) // 3
        if not third:
            return None
        first, last = self.years[:third], self.years[-third:]
        frequent = [
            genre
            for genre in self._index.offered["genre"]
            if len(self._of("genre", genre.slug)) >= LEAST_FOR_RISING * self.total and self._share(genre.slug, first)
        ]
        growth = {genre: self._share(genre.slug, last) / self._share(genre.slug, first) for genre in frequent}
        if not growth or max(growth.values()) <= 1:
            return None
        genre = max(growth, key=lambda each: growth[each])
        before, after = (round(100 * self._share(genre.slug, years), 1) for years in (first, last))
        return Rise(self._counted("genre", genre), (first[0], first[-1]), (last[0], last[-1]), before, after)

    def _of(self, group: str, slug: str) -> BitMap:
        return self._bitmaps[group].get(slug, BitMap())

    def _counted(self, group: str, value: Value) -> Counted:
        return Counted(value.label, len(self._of(group, value.slug)), _address({group: [value.slug]}))

    def _year(self, year: str) -> Counted:
        return Counted(year, len(self._of("year", year)), _address({"year": [year]}))

    @cached_property
    def _vocal_groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        styles = self._index.offered["vocal"]
        frequent = [(style.label, [style.slug]) for style in styles[:MOST_STYLES]]
        rest = [style.slug for style in styles[MOST_STYLES:]]
        return [*frequent, (OTHERS, rest)] if rest else frequent

    def _vocals_of(self, year: str) -> Sequence[Counted]:
        albums = self._of("year", year)
        known: list[Counted] = []
        for name, slugs in self._vocal_groups:
            number = sum(self._both(albums, "vocal", slug) for slug in slugs)
            known.append(Counted(name, number, _address({"year": [year], "vocal": slugs})))
        unknown = len(albums) - sum(each.albums for each in known)
        return [*known, Counted(UNKNOWN, unknown, _address({"year": [year]}))]

    def _both(self, albums: BitMap, group: str, slug: str) -> int:
        return albums.intersection_cardinality(self._of(group, slug))

    def _debuts_of(self, year: str) -> Sequence[Counted]:
        albums, address = self._of("year", year), _address({"year": [year]})
        debuts = albums.intersection_cardinality(self._index.debuts)
        return [Counted("debuts", debuts, address), Counted(OTHERS, len(albums) - debuts, address)]

    def _genre_years(self, genre: Value) -> GenreYears:
        columns: list[tuple[Counted, int]] = []
        for year in self.years:
            albums = self._of("year", year)
            number = self._both(albums, "genre", genre.slug)
            address = _address({"genre": [genre.slug], "year": [year]})
            columns.append((Counted(year, number, address), len(albums)))
        peak = max(self.years, key=lambda year: self._share(genre.slug, [year]))
        largest = self._share(genre.slug, [peak])
        return GenreYears(self._counted("genre", genre), shares(columns, largest), peak, round(100 * largest, 1))

    def _share(self, genre: str, years: Sequence[str]) -> float:
        """Return which part of the albums of some years a genre has."""
        albums = BitMap.union(BitMap(), *(self._of("year", year) for year in years))
        return self._both(albums, "genre", genre) / len(albums) if albums else 0


def _address(chosen: Mapping[str, Sequence[str]]) -> str:
    pairs = [(group, value) for group, values in chosen.items() for value in values]
    return list_address([*pairs, ("when", ALL)])
