"""Pairs of artists that are likely one: the same name but for capitals, accents and blanks, or a typo. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from catalog.browse.curation.pairs import Pair, Side
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.words import squashed

REASONS = ("spelling", "typo", "elsewhere")
"""The codes of reasons, from the strongest to the weakest; bands from elsewhere often share a name."""

LEAST_FOR_TYPO, MOST_FOR_TYPO = 7, 60
"""Letters of a name: shorter ones are like too many others, and longer ones take too long."""

MOST_ALIKE = 12
"""Names that may be one at most. Of a series of more, none is likely to be another."""


def artist_pairs(index: CatalogueIndex) -> Sequence[Pair]:
    """Return the pairs, likeliest first."""
    keys = [squashed(name) for name in index.artist_names]
    sides = _Sides(index)
    pairs = [*_spelled_alike(keys, sides), *_with_typos(keys, sides)]
    return sorted(pairs, key=lambda pair: (REASONS.index(pair.why), -pair.kept.albums, pair.kept.name.casefold()))


class _Sides:
    """Artists by their places in the index, with their albums, countries and genres."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._index = index

    def side(self, place: int) -> Side:
        albums = self._index.albums_at(place)
        bitmaps = self._index.newest.bitmaps["country"]
        labels = [value.label for slug, value in self._index.values["country"].items() if bitmaps[slug] & albums]
        return Side(str(self._index.artist_keys[place]), self._index.artist_names[place], len(albums), sorted(labels))

    def share_a_genre(self, one: int, other: int) -> bool:
        albums, others = self._index.albums_at(one), self._index.albums_at(other)
        return any(each & albums and each & others for each in self._index.newest.bitmaps["genre"].values())

    def ranked(self, places: Iterable[int]) -> Sequence[int]:
        """Return artists by their albums; of equal ones those whose names are written as names usually are."""
        albums, names = self._index.albums_of, self._index.artist_names
        return sorted(places, key=lambda place: (-albums[place], *_shouting(names[place]), names[place]))


def _shouting(name: str) -> tuple[bool, int]:
    return name.isupper() or name.islower(), sum(map(str.isupper, name))


def _spelled_alike(keys: Sequence[str], sides: _Sides) -> Iterator[Pair]:
    found: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    for places in found.values():
        if 1 < len(places) <= MOST_ALIKE:
            first, *others = map(sides.side, sides.ranked(places))
            for other in others:
                yield Pair(first, other, "elsewhere" if _disagree(first, other) else "spelling")


def _disagree(one: Side, other: Side) -> bool:
    return bool(one.countries and other.countries and not set(one.countries) & set(other.countries))


def _with_typos(keys: Sequence[str], sides: _Sides) -> Iterator[Pair]:
    """Yield names of one country and a shared genre that differ by one letter."""
    for places in _near(keys):
        first, other = sides.ranked(places)
        one, two = sides.side(first), sides.side(other)
        if set(one.countries) & set(two.countries) and sides.share_a_genre(first, other):
            yield Pair(one, two, "typo")


def _near(keys: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return names that differ by one letter, found by what is left of them without any one letter."""
    left: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        if LEAST_FOR_TYPO <= len(key) <= MOST_FOR_TYPO:
            for each in {key, *(key[:number] + key[number + 1 :] for number in range(len(key)))}:
                left.setdefault(each, []).append(place)
    few = (places for places in left.values() if len(places) <= MOST_ALIKE)
    pairs = {(one, other) for places in few for one in places for other in places if one < other}
    return sorted(pair for pair in pairs if _is_typo(*(keys[place] for place in pair)))


def _is_typo(one: str, other: str) -> bool:
    """Whether two names differ by one letter; a digit tells them apart."""
    digits = ([letter for letter in name if letter.isdigit()] for name in (one, other))
    return OSA.distance(one, other, score_cutoff=1) == 1 and next(digits) == next(digits)
