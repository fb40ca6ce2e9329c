"""Which words stand in which albums."""

from array import array
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow, Catalogue
from catalog.browse.index.postings import Numbers, Postings, numbers_by
from catalog.browse.index.values import Values
from catalog.browse.index.words import joined_pairs, words

SEARCHED = ("genre", "vocal", "country", "year")
"""Groups of filters whose values are words of the albums that have them."""


class _Words:
    """Albums by word, and by neighbouring words without what is between them.

    What many albums share, such as an artist or a country, is cut into words once for all of them.
    """

    def __init__(self) -> None:
        self.single, self.pairs = Numbers(), Numbers()

    def add(self, text: Sequence[str], numbers: "array[int]", whole: Numbers | None = None) -> None:
        self.single.add(text, numbers)
        self.pairs.add(joined_pairs(text), numbers)
        if whole is not None:
            whole.add(("".join(text),), numbers)


class AlbumTexts:
    """What the albums' own rows say: titles, formats, tabs, countries and labels."""

    def __init__(self, albums: Sequence[AlbumRow]) -> None:
        found, titles = _Words(), Numbers()
        for number, album in enumerate(albums):
            found.add(words(album.title), array("I", (number,)), titles)
        for shared in (
            numbers_by(album.format for album in albums),
            numbers_by(album.tab for album in albums),
            numbers_by(album.country for album in albums),
            numbers_by(album.label or "" for album in albums),
        ):
            for text, numbers in shared.items():
                found.add(words(text), numbers)
        self.words, self.pairs, self.titles = Postings(found.single), Postings(found.pairs), Postings(titles)


class NameTexts:
    """What people call the albums' artists, genres, vocal styles, countries and years. Several words are a phrase."""

    def __init__(
        self,
        catalogue: Catalogue,
        albums: Sequence[AlbumRow],
        values: Values,
        bitmaps: Mapping[str, Mapping[str, BitMap]],
    ) -> None:
        self._catalogue = catalogue
        self._found, artists = _Words(), Numbers()
        self.phrases: dict[str, BitMap] = {}
        for artist, numbers in numbers_by(album.artist for album in albums).items():
            for name in self._called(artist):
                self._found.add(words(name), numbers, artists)
        for group in SEARCHED:
            for slug, value in values[group].items():
                for name in dict.fromkeys((value.label, *value.names)):
                    self._add_name(words(name), bitmaps[group][slug])
        self.words, self.pairs = Postings(self._found.single), Postings(self._found.pairs)
        self.artists = Postings(artists)

    def _called(self, written: int) -> Iterator[str]:
        """Yield the names of an artist, and those of the one that the sheet has instead."""
        kept = self._catalogue.joined.get(written, written)
        for each in (kept,) if kept == written else (kept, written):
            yield self._catalogue.artists[each]
            yield from self._catalogue.artist_aliases.get(each, ())

    def _add_name(self, name: Sequence[str], albums: BitMap) -> None:
        numbers = array("I", albums)
        self._found.single.add(name, numbers)
        if len(name) > 1:
            phrase = " ".join(name)
            self.phrases[phrase] = self.phrases[phrase] | albums if phrase in self.phrases else albums
            self._found.single.add(("".join(name),), numbers)
