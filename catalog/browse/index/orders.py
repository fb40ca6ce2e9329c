"""The orders that a list can have: albums are numbered anew in each, so that a page of any selection is a slice."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from operator import attrgetter
from typing import Self

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow

NEWEST = "newest"
Bitmaps = Mapping[str, Mapping[str, BitMap]]
"""The albums with each value of each group of filters."""

NO_ALBUMS = BitMap()

UNDATED = 10_000_000
"""Later than the last day that Python knows."""


def in_each_order(albums: Iterable[AlbumRow]) -> dict[str, list[AlbumRow]]:
    """Return the albums in every order; those without a date come last by date, both ways.

    Sorted by one key after the other, the last one first: texts are compared several times faster than tuples.
    """
    by_title = sorted(sorted(albums, key=attrgetter("pk")), key=attrgetter("title_key"))
    by_name = sorted(by_title, key=attrgetter("artist_key"))
    newest = sorted(by_name, key=attrgetter("release_order"), reverse=True)
    by_artist = sorted(newest, key=attrgetter("artist_key"))
    return {
        NEWEST: newest,
        "oldest": sorted(by_name, key=lambda album: album.release_order or UNDATED),
        "artist": sorted(by_artist, key=lambda album: sorted_by(album.artist_key)),
        "title": sorted(by_name, key=attrgetter("title_key")),
        "added": sorted(newest, key=attrgetter("added_at"), reverse=True),
    }


def sorted_by(artist_key: str) -> str:
    """Return what an artist is looked up under: The Ocean under O."""
    return artist_key.removeprefix("the ")


def group_of(name: str) -> str:
    """Return the group whose values a filter names: `genre_all` and `genre_not` name genres too."""
    return name.removesuffix("_all").removesuffix("_not")


class Order:
    """One order of all albums, and the places in it of the albums that filters ask for."""

    def __init__(self, numbers: "array[int]", bitmaps: Bitmaps) -> None:
        self.numbers = numbers
        """The numbers of the albums, which are their places among the newest."""
        self.places = array("I", bytes(4 * len(numbers)))
        for place, number in enumerate(numbers):
            self.places[number] = place
        self.use(bitmaps)

    def with_bitmaps(self, bitmaps: Bitmaps) -> Self:
        """Return the same order, of the same albums, for other values of filters."""
        other = copy(self)
        other.use(bitmaps)
        return other

    def use(self, bitmaps: Bitmaps) -> None:
        """Take these for the albums with each value of each filter, by number."""
        self.bitmaps = bitmaps
        self._placed: dict[tuple[str, str], BitMap] = {}

    def placed(self, numbers: BitMap) -> BitMap:
        """Return albums by their places in this order."""
        return BitMap(array("I", map(self.places.__getitem__, numbers)))

    def select(self, chosen: Mapping[str, Sequence[str]], within: BitMap | None = None) -> BitMap:
        """Return what fits: any value of a group, all of `genre_all`, none of `genre_not`."""
        found = BitMap(range(len(self.numbers))) if within is None else within
        for group, values in chosen.items():
            bitmaps = [self._with(group_of(group), value) for value in values]
            if group == "genre_all":
                found = BitMap.intersection(found, *bitmaps)
            elif group == "genre_not":
                found = found - BitMap.union(*bitmaps) if bitmaps else found
            elif bitmaps:
                found = found & BitMap.union(*bitmaps)
        return found

    def _with(self, group: str, value: str) -> BitMap:
        """Return the places of the albums with a value. Kept, and made when first asked for: most never are."""
        found = self._placed.get((group, value))
        if found is None:
            known = self.bitmaps[group].get(value)
            if known is None:  # not kept: anybody can ask for anything
                return NO_ALBUMS
            found = self._placed[group, value] = self.placed(known)
        return found


class Newest(Order):
    """The order that gives albums their numbers."""

    def __init__(self, size: int, bitmaps: Bitmaps) -> None:
        super().__init__(array("I", range(size)), bitmaps)

    def placed(self, numbers: BitMap) -> BitMap:
        """Return the same: here an album's place is its number."""
        return numbers
