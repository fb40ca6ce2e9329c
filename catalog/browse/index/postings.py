"""Which albums each word stands in: exactly, at its beginning, inside, or with typos."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate
from typing import TypeVar

from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA

MANY = 1000
"""Albums from which on a word keeps a bitmap. Most words stand in one album or two, and take four bytes for each."""
USUAL = 0.01
"""The share of words that have a letter from which on it tells words apart."""

A_FEW = 1000
"""Words that are compared as fast as they are chosen from."""

NO_PLACES = BitMap()
Key = TypeVar("Key")


class Numbers(dict[str, "array[int]"]):
    """The albums of each word, in any order, and some of them twice.

    Most words stand in one album: all of them share the array of this album, which is never changed.
    """

    def add(self, words: Iterable[str], albums: "array[int]") -> None:
        """Take note of words in more albums."""
        for word in words:
            before = self.get(word)
            if before is None:
                self[word] = albums if len(albums) == 1 else albums[:]
            elif len(before) == 1:
                self[word] = before + albums
            else:
                before.extend(albums)


def numbers_by(values: Iterable[Key]) -> "Mapping[Key, array[int]]":
    """Return the albums of each value, for the values of all albums in their order."""
    found: defaultdict[Key, array[int]] = defaultdict(partial(array, "I"))
    for number, value in enumerate(values):
        found[value].append(number)
    return found


class Postings:
    """Sorted words, each with the numbers of its albums: a slice of one long array."""

    def __init__(self, numbers: Numbers) -> None:
        self.words: Sequence[str] = sorted(numbers)
        albums = [numbers[word] for word in self.words]
        self._bitmaps = {place: BitMap(each) for place, each in enumerate(albums) if len(each) >= MANY}
        for place in self._bitmaps:
            albums[place] = array("I")
        self._numbers = array("I", b"".join(albums))
        self._starts = array("I", accumulate(map(len, albums), initial=0))

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
        alike = [self.words[place] for place in self._spellings.alike(word, typos)]
        near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=typos, limit=None)
        return self._any(found for found, *_ in near)

    def get_ready(self) -> None:
        """Make now what the first reader who mistypes a word would wait for."""
        _ = self._spellings, self._lines

    def _any(self, words: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *map(self.exactly, words))

    def _between(self, first: int, last: int) -> BitMap:
        found = BitMap(self._numbers[self._starts[first] : self._starts[last]])
        many = (self._bitmaps[place] for place in range(first, last) if place in self._bitmaps)
        return BitMap.union(found, *many)

    @cached_property
    def _spellings(self) -> "Spellings":
        return Spellings(self.words)

    @cached_property
    def _lines(self) -> str:
        return "\n" + "".join(f"{word}\n" for word in self.words)


class Spellings:
    """The places of words by how long they are and which letters they have."""

    def __init__(self, words: Sequence[str], a_few: int = A_FEW) -> None:
        self._a_few = a_few
        self._of_length = {length: BitMap(places) for length, places in numbers_by(map(len, words)).items()}
        having: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        for place, word in enumerate(words):
            for letter in set(word):
                having[letter].append(place)
        self._having = {letter: BitMap(places) for letter, places in having.items()}
        self._usual = {letter for letter, places in having.items() if len(places) >= USUAL * len(words)}

    def alike(self, word: str, typos: int) -> BitMap:
        """Return the words of about this length that lack so many of its letters at most, or have as many others.

        A typo takes one letter away and brings one at most, so that all near words are among them.
        """
        lengths = range(len(word) - typos, len(word) + typos + 1)
        found = BitMap.union(NO_PLACES, *(self._of_length.get(length, NO_PLACES) for length in lengths))
        having = (self._having.get(letter, NO_PLACES) for letter in set(word))
        found = _failing((found - each for each in having), found, typos)
        if len(found) < self._a_few:
            return found
        return _failing((found & self._having[letter] for letter in self._usual.difference(word)), found, typos)


def _failing(failures: Iterable[BitMap], places: BitMap, most: int) -> BitMap:
    """Return the places that fail so many times at most."""
    by_number = [places] + [NO_PLACES] * most
    for failed in failures:
        for number in range(most, 0, -1):
            by_number[number] = by_number[number] - failed | by_number[number - 1] & failed
        by_number[0] = by_number[0] - failed
    return BitMap.union(*by_number)


class Either:
    """Two collections of words as one."""

    def __init__(self, one: Postings, other: Postings) -> None:
        self._one, self._other = one, other

    @property
    def words(self) -> Sequence[str]:
        """The words of both, sorted."""
        return sorted({*self._one.words, *self._other.words})

    def exactly(self, word: str) -> BitMap:
        """Return the albums with this word."""
        return self._one.exactly(word) | self._other.exactly(word)

    def starting(self, beginning: str) -> BitMap:
        """Return the albums with a word that begins so."""
        return self._one.starting(beginning) | self._other.starting(beginning)

    def containing(self, part: str) -> BitMap:
        """Return the albums with a word that has this in it."""
        return self._one.containing(part) | self._other.containing(part)

    def near(self, word: str, typos: int) -> BitMap:
        """Return the albums with a word that differs by so many letters at most."""
        return self._one.near(word, typos) | self._other.near(word, typos)

    def get_ready(self) -> None:
        """Make now what the first reader who mistypes a word would wait for."""
        self._one.get_ready()
        self._other.get_ready()
