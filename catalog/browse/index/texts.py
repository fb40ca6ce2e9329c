"""Which words stand in which albums, collected while albums are read in their order."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow, Catalogue
from catalog.browse.index.postings import Numbers, add_to, several
from catalog.browse.index.values import Values
from catalog.browse.index.words import joined_pairs, words

SEARCHED = ("genre", "vocal", "country", "year")
"""Groups of filters whose values are words of the albums that have them."""


class Texts:
    """Albums by word, by neighbouring words without what is between them, by artist, by title and by phrase."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._artists = catalogue.artists
        self._aliases = catalogue.artist_aliases
        self._joined = catalogue.joined
        self._places: dict[int, int] = {}
        self.artist_names: list[str] = []
        self.artist_keys = array("Q")
        self.artist_of = array("I")
        self._words = lru_cache(10_000)(words)  # texts that many albums share
        self.words, self.pairs, self.artists, self.titles = (_none() for _ in range(4))
        self.phrases: dict[str, BitMap] = {}

    def add(self, number: int, album: AlbumRow) -> None:
        """Take note of the texts of an album."""
        artist = self._joined.get(album.artist, album.artist)
        self.artist_of.append(self._places.setdefault(artist, len(self._places)))
        if len(self._places) > len(self.artist_names):
            self.artist_names.append(self._artists[artist])
            self.artist_keys.append(artist)
        called = list(map(words, self._called(artist, album.artist)))
        for key in {"".join(each) for each in called}:
            add_to(self.artists, key, number)
        title = words(album.title)
        add_to(self.titles, "".join(title), number)
        self._add_words((*called, title, *map(self._words, (album.format, album.tab, album.country))), number)
        if album.label:
            self._add_words([self._words(album.label)], number)

    def with_values(self, values: Values, bitmaps: Mapping[str, Mapping[str, BitMap]]) -> Numbers:
        """Return the albums by word, those of filters' values too; a name of several words is a phrase."""
        by_word: defaultdict[str, BitMap] = defaultdict(BitMap)
        for group in SEARCHED:
            for slug, value in values[group].items():
                for name in dict.fromkeys((value.label, *value.names)):
                    self._add_name(words(name), bitmaps[group][slug], by_word)
        for word, albums in by_word.items():
            if word in self.words:
                albums.update(several(self.words[word]))
        return {**self.words, **by_word}

    def _called(self, artist: int, written: int) -> Iterator[str]:
        """Yield the names of an artist, and those of the one that the sheet has instead."""
        for each in dict.fromkeys((artist, written)):
            yield self._artists[each]
            yield from self._aliases.get(each, ())

    def _add_words(self, texts: Iterable[Sequence[str]], number: int) -> None:
        for word in set(chain.from_iterable(texts)):
            add_to(self.words, word, number)
        for pair in {pair for text in texts for pair in joined_pairs(text)}:
            add_to(self.pairs, pair, number)

    def _add_name(self, name: Sequence[str], albums: BitMap, by_word: dict[str, BitMap]) -> None:
        for word in name:
            by_word[word] |= albums
        if len(name) > 1:
            phrase = " ".join(name)
            self.phrases[phrase] = self.phrases.get(phrase, BitMap()) | albums
            by_word["".join(name)] |= albums


def _none() -> Numbers:
    return {}
