"""Albums that are like another one: by its genres, the rarer the better, and by vocals, country and year."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import log

from pyroaring import BitMap

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.orders import NO_ALBUMS

ENOUGH = 300
"""Albums that stay in the choice, the best so far: so it takes a millisecond, however large the catalogue."""

OF_A_GENRE = 0.4
"""What a shared vocal style, country or year weighs, compared with a genre that as many albums have."""

YEARS_NEARBY = 2


def similar(
    index: CatalogueIndex, genres: Iterable[str], others: Iterable[tuple[str, str]], leaving_out: BitMap
) -> Iterator[int]:
    """Yield the primary keys of the albums most like one, best first, but for some: its artist's own.

    ``genres`` are slugs; ``others`` are further groups and slugs that it has: vocal style, countries, year. What shares
    no genre is not like it.
    """
    shared = {index.genre_slugs.get(slug, slug) for slug in genres}
    by_genre = list(_weighed(index, (("genre", slug) for slug in shared), 1.0))
    candidates = BitMap.union(BitMap(), *(albums for _, albums in by_genre)) - leaving_out
    ranked: Sequence[tuple[float, BitMap]] = [(0.0, candidates)]
    for weight, albums in sorted((*by_genre, *_weighed(index, others, OF_A_GENRE)), key=lambda feature: -feature[0]):
        ranked = list(_best(_split(ranked, weight, albums)))
    yield from map(index.keys.__getitem__, chain.from_iterable(albums for _, albums in ranked))


def around(year: int | None) -> list[tuple[str, str]]:
    """Return a year and those nearby, as a group and a slug each."""
    return [("year", str(year + away)) for away in range(-YEARS_NEARBY, YEARS_NEARBY + 1)] if year else []


def _weighed(index: CatalogueIndex, values: Iterable[tuple[str, str]], share: float) -> Iterator[tuple[float, BitMap]]:
    for group, slug in values:
        albums = index.newest.bitmaps[group].get(slug, NO_ALBUMS)
        yield share * log(1 + len(index) / (1 + len(albums))), albums


def _split(ranked: Iterable[tuple[float, BitMap]], weight: float, feature: BitMap) -> Iterator[tuple[float, BitMap]]:
    for score, albums in ranked:
        yield score + weight, albums & feature
        yield score, albums - feature


def _best(ranked: Iterable[tuple[float, BitMap]]) -> Iterator[tuple[float, BitMap]]:
    found = 0
    for score, albums in sorted(filter(lambda each: each[1], ranked), key=lambda each: -each[0]):
        if found >= ENOUGH:
            return
        found += len(albums)
        yield score, albums
