"""The orders that a list can have: albums are numbered anew in each, so that a page of any selection is a slice."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow

NEWEST = "newest"
Bitmaps = Mapping[str, Mapping[str, BitMap]]
"""The albums with each value of each group of filters."""

NO_ALBUMS = BitMap()


def in_each_order(albums: Iterable[AlbumRow]) -> dict[str, list[AlbumRow]]:
    """Return the albums in every order; those without a date come last by date, both ways."""
    by_name = sorted(albums, key=lambda album: (album.artist_key, album.title_key, album.pk))
    newest = sorted(by_name, key=lambda album: -album.release_order)
    return {
        NEWEST: newest,
        "oldest": sorted(by_name, key=lambda album: album.release_order or 10_000_000),
        "artist": sorted(newest, key=lambda album: (sorted_by(album.artist_key), album.artist_key)),
        "title": sorted(by_name, key=lambda album: (album.title_key, album.artist_key, album.pk)),
        "added": sorted(newest, key=lambda album: album.added_at, reverse=True),
    }


def sorted_by(artist_key: str) -> str:
    """Return what an artist is looked up under: The Ocean under O."""
    return artist_key.removeprefix("the ")


def group_of(name: str) -> str:
    """Return the group whose values a filter names: `genre_all` and `genre_not` name genres too."""
    return name.removesuffix("_all").removesuffix("_not")


class Order:
    """One order of all albums, and the albums of each filter's values, as places in this order."""

    def __init__(self, numbers: "array[int]", bitmaps: Bitmaps) -> None:
        self.numbers = numbers
        """The numbers of the albums, which are their places among the newest."""
        self.places = array("I", bytes(4 * len(numbers)))
        for place, number in enumerate(numbers):
            self.places[number] = place
        self.bitmaps: Bitmaps = {
            group: {value: self.placed(bitmap) for value, bitmap in values.items()} for group, values in bitmaps.items()
        }

    def placed(self, numbers: BitMap) -> BitMap:
        """Return albums by their places in this order."""
        return BitMap(array("I", map(self.places.__getitem__, numbers)))

    def select(self, chosen: Mapping[str, Sequence[str]], within: BitMap | None = None) -> BitMap:
        """Return what fits: any value of a group, all of `genre_all`, none of `genre_not`."""
        found = BitMap(range(len(self.numbers))) if within is None else within
        for group, values in chosen.items():
            known = self.bitmaps[group_of(group)]
            bitmaps = [known.get(value, NO_ALBUMS) for value in values]
            if group == "genre_all":
                found = BitMap.intersection(found, *bitmaps)
            elif group == "genre_not":
                found = found - BitMap.union(*bitmaps) if bitmaps else found
            elif bitmaps:
                found = found & BitMap.union(*bitmaps)
        return found


class Newest(Order):
    """The order that gives albums their numbers."""

    def __init__(self, size: int, bitmaps: Bitmaps) -> None:
        self.numbers = self.places = array("I", range(size))
        self.bitmaps = bitmaps

    def placed(self, numbers: BitMap) -> BitMap:
        """Return the same: here an album's place is its number."""
        return numbers
