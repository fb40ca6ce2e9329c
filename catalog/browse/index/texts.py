"""Which words stand in which albums."""

from array import array
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow, Catalogue
from catalog.browse.index.postings import Numbers, numbers_by
from catalog.browse.index.values import Values
from catalog.browse.index.words import joined_pairs, words

SEARCHED = ("genre", "vocal", "country", "year")
"""Groups of filters whose values are words of the albums that have them."""


class Texts:
    """Albums by word, by neighbouring words without what is between them, by artist, by title and by phrase.

    What many albums share, such as an artist or a country, is cut into words once for all of them.
    """

    def __init__(self, catalogue: Catalogue, albums: Sequence[AlbumRow]) -> None:
        self._catalogue = catalogue
        self.words, self.pairs, self.artists, self.titles = (Numbers() for _ in range(4))
        self.phrases: dict[str, BitMap] = {}
        for artist, numbers in numbers_by(album.artist for album in albums).items():
            for name in self._called(artist):
                self._add(words(name), numbers, self.artists)
        for number, album in enumerate(albums):
            self._add(words(album.title), array("I", (number,)), self.titles)
        for shared in (
            numbers_by(album.format for album in albums),
            numbers_by(album.tab for album in albums),
            numbers_by(album.country for album in albums),
            numbers_by(album.label or "" for album in albums),
        ):
            for text, numbers in shared.items():
                self._add(words(text), numbers)

    def add_values(self, values: Values, bitmaps: Mapping[str, Mapping[str, BitMap]]) -> None:
        """Take note of the names of filters' values; one of several words is a phrase."""
        for group in SEARCHED:
            for slug, value in values[group].items():
                for name in dict.fromkeys((value.label, *value.names)):
                    self._add_name(words(name), bitmaps[group][slug])

    def _called(self, written: int) -> Iterator[str]:
        """Yield the names of an artist, and those of the one that the sheet has instead."""
        kept = self._catalogue.joined.get(written, written)
        for each in (kept,) if kept == written else (kept, written):
            yield self._catalogue.artists[each]
            yield from self._catalogue.artist_aliases.get(each, ())

    def _add(self, text: Sequence[str], numbers: "array[int]", whole: Numbers | None = None) -> None:
        self.words.add(text, numbers)
        self.pairs.add(joined_pairs(text), numbers)
        if whole is not None:
            whole.add(("".join(text),), numbers)

    def _add_name(self, name: Sequence[str], albums: BitMap) -> None:
        numbers = array("I", albums)
        self.words.add(name, numbers)
        if len(name) > 1:
            phrase = " ".join(name)
            self.phrases[phrase] = self.phrases[phrase] | albums if phrase in self.phrases else albums
            self.words.add(("".join(name),), numbers)
