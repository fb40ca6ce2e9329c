"""Which albums each word stands in: exactly, at its beginning, inside, or with typos."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import cast

from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA

MANY = 1000
"""Albums from which on a word keeps a bitmap. Most words stand in one album or two, and take four bytes for each."""


Numbers = dict[str, "int | array[int] | BitMap"]
"""The albums of each word. Most words stand in one album: its number takes no room of its own, an array does."""


def add_to(numbers: Numbers, word: str, number: int) -> None:
    """Take note of a word in one more album."""
    before = numbers.get(word)
    if before is None:
        numbers[word] = number
    elif isinstance(before, int):
        numbers[word] = array("I", (before, number))
    else:
        cast("array[int]", before).append(number)


def several(albums: "int | array[int] | BitMap") -> Collection[int]:
    """Return one album, or several, as a collection."""
    return (albums,) if isinstance(albums, int) else cast("Collection[int]", albums)


class Postings:
    """Sorted words, each with the numbers of its albums: a slice of one long array."""

    def __init__(self, numbers: Numbers) -> None:
        self.words: Sequence[str] = sorted(numbers)
        self._numbers = array("I")
        self._starts = array("I", (0,))
        self._bitmaps: dict[int, BitMap] = {}
        for place, word in enumerate(self.words):
            albums = several(numbers[word])
            if len(albums) < MANY:
                self._numbers.extend(albums)
            else:
                self._bitmaps[place] = BitMap(albums)
            self._starts.append(len(self._numbers))

    def exactly(self, word: str) -> BitMap:
        """Return the albums with this word."""
        place = bisect_left(self.words, word)
        is_known = place < len(self.words) and self.words[place] == word
        return self._between(place, place + 1) if is_known else BitMap()

    def starting(self, beginning: str) -> BitMap:
        """Return the albums with a word that begins so."""
        first = bisect_left(self.words, beginning)
        return self._between(first, bisect_left(self.words, beginning + "\U0010ffff", first))

    def containing(self, part: str) -> BitMap:
        """Return the albums with a word that has this in it."""
        found: set[str] = set()
        place = self._lines.find(part)
        while place >= 0:
            end = self._lines.find("\n", place)
            found.add(self._lines[self._lines.rfind("\n", 0, place) + 1 : end])
            place = self._lines.find(part, end)
        return self._any(found)

    def near(self, word: str, typos: int) -> BitMap:
        """Return the albums with a word that differs by so many letters at most: changed, missing, added, swapped."""
        lengths = range(len(word) - typos, len(word) + typos + 1)
        near = (
            process.extract(word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=typos, limit=None)
            for length in lengths
        )
        return self._any(found for found, *_ in chain.from_iterable(near))

    def _any(self, words: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *map(self.exactly, words))

    def _between(self, first: int, last: int) -> BitMap:
        found = BitMap(self._numbers[self._starts[first] : self._starts[last]])
        many = (self._bitmaps[place] for place in range(first, last) if place in self._bitmaps)
        return BitMap.union(found, *many)

    @cached_property
    def _lines(self) -> str:
        return "\n" + "".join(f"{word}\n" for word in self.words)

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        found: dict[int, list[str]] = {}
        for word in self.words:
            found.setdefault(len(word), []).append(word)
        return found
