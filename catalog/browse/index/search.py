"""Finds albums by words, best matches first, as tiers of albums that stand one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap
from rapidfuzz import fuzz, process

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.words import is_symbol, squashed, words

MOST_WORDS = 24
MOST_NEAR_WORDS = 8
"""Words of a query that are looked for with typos, which takes a millisecond or more each."""

LONGEST_PHRASE = 6
A_FEW = 10
"""Albums from which on nobody needs near words too."""

LEAST_LIKENESS = 72
"""Percent of the letters that a name must share with what was typed, to be suggested instead."""

LEAST_FOR_BEGINNING, LEAST_FOR_TYPO, LEAST_FOR_TWO_TYPOS = 3, 4, 7
"""Letters that a word needs at least: one or two letters match whole words only."""


@dataclass(frozen=True)
class Found:
    """The albums that a search finds, in tiers: those of a better match first. No album is in two."""

    tiers: Sequence[BitMap]
    is_near_only: bool
    """Whether nothing is spelled as it was asked for, and all of them have near words."""

    @cached_property
    def albums(self) -> BitMap:
        """All of them."""
        return BitMap.union(BitMap(), *self.tiers)


@dataclass(frozen=True)
class Asked:
    """A word of a query, or several that name a genre, a vocal style or a country."""

    text: str
    phrase: BitMap | None = None


class Search:
    """One search in one index."""

    def __init__(self, index: CatalogueIndex, text: str) -> None:
        self._index = index
        self._text = text
        self._near_words: dict[str, BitMap] = {}
        self.asked = list(self._phrases(_without_symbols(words(text)[:MOST_WORDS], index)))

    @cached_property
    def found(self) -> Found:
        """The albums: named so first, then whole words, beginnings, and where these are few, near words."""
        tiers = _Tiers()
        if self.asked:
            for albums in (*self._named(), self._matching(self._whole), self._matching(self._beginning)):
                tiers.add(albums)
        spelled = len(tiers.albums)
        near_words = [each for each in self.asked if each.phrase is None]
        if self.asked and spelled < A_FEW and len(near_words) <= MOST_NEAR_WORDS:
            tiers.add(self._matching(self._near))
            tiers.add(self._matching(self._inside))
        return Found(tiers.kept, is_near_only=bool(tiers.albums) and not spelled)

    def without_one_word(self) -> Iterator[tuple[str, int]]:
        """Yield what is left of the query without each of its words in turn, and how many albums it would find."""
        if 1 < len(self.asked) <= MOST_NEAR_WORDS:
            for place in range(len(self.asked)):
                others = self.asked[:place] + self.asked[place + 1 :]
                if number := len(self._matching(self._beginning, others)):
                    yield " ".join(each.text for each in others), number

    def _named(self) -> Iterator[BitMap]:
        """Yield the artists with exactly this name, as written and otherwise, artists that begin so, and titles."""
        index, key = self._index, squashed(self._text)
        artists = index.artists.exactly(key)
        yield BitMap(number for number in artists if self._is_written_so(number))
        yield artists
        if len(key) >= LEAST_FOR_BEGINNING:
            yield index.artists.starting(key)
        yield index.titles.exactly(key)
        if len(key) >= LEAST_FOR_BEGINNING:
            yield index.titles.starting(key)

    def _is_written_so(self, number: int) -> bool:
        name = self._index.artist_names[self._index.artist_of[number]]
        return name.casefold() == self._text.casefold()

    def _matching(self, match: Callable[[str], BitMap], asked: Sequence[Asked] | None = None) -> BitMap:
        """Return the albums that have all that is asked for; two words may be written as one."""
        asked = self.asked if asked is None else asked
        before: BitMap | None = None
        found: BitMap | None = None
        for place, each in enumerate(asked):
            own = match(each.text) if each.phrase is None else each.phrase
            fitting = own if found is None else found & own
            last = asked[place - 1] if place else None
            if last and each.phrase is None and last.phrase is None:
                as_one = self._index.words.exactly(last.text + each.text)
                fitting |= as_one if before is None else before & as_one
            before, found = found, fitting
        return BitMap() if found is None else found

    def _whole(self, word: str) -> BitMap:
        return self._index.words.exactly(word) | self._index.pairs.exactly(word)

    def _beginning(self, word: str) -> BitMap:
        whole = self._whole(word)
        return whole | self._index.words.starting(word) if len(word) >= LEAST_FOR_BEGINNING else whole

    def _near(self, word: str) -> BitMap:
        if word not in self._near_words:
            can_have_typos = len(word) >= LEAST_FOR_TYPO and not is_symbol(word)
            near = self._index.words.near(word, typos_in(word)) if can_have_typos else BitMap()
            self._near_words[word] = self._beginning(word) | near
        return self._near_words[word]

    def _inside(self, word: str) -> BitMap:
        found = self._near(word)
        return found | self._index.words.containing(word) if len(word) >= LEAST_FOR_BEGINNING else found

    def _phrases(self, asked: Sequence[str]) -> Iterator[Asked]:
        """Yield words, and runs of words that name something, the longest first."""
        place = 0
        while place < len(asked):
            length = min(LONGEST_PHRASE, len(asked) - place)
            while length > 1 and " ".join(asked[place : place + length]) not in self._index.phrases:
                length -= 1
            text = " ".join(asked[place : place + length])
            yield Asked(text, self._phrase(text) if length > 1 else None)
            place += length

    def _phrase(self, text: str) -> BitMap:
        """Return the albums of what a phrase names, and those that have it in their names."""
        key = text.replace(" ", "")
        return self._index.phrases[text] | self._index.artists.containing(key) | self._index.titles.containing(key)


class _Tiers:
    """Albums in the order of how well they match, each in its best place."""

    def __init__(self) -> None:
        self.kept: list[BitMap] = []
        self.albums = BitMap()

    def add(self, albums: BitMap) -> None:
        if new := albums - self.albums:
            self.kept.append(new)
            self.albums |= new


def _without_symbols(asked: Sequence[str], index: CatalogueIndex) -> list[str]:
    """Leave out signs between words, such as a dash, unless a name has them or there is nothing else."""
    kept = [word for word in asked if not is_symbol(word) or index.words.exactly(word)]
    return kept or list(asked)


def typos_in(word: str) -> int:
    """Return how many typos are forgiven in a word."""
    return 2 if len(word) >= LEAST_FOR_TWO_TYPOS else 1


def closest_name(index: CatalogueIndex, text: str) -> str:
    """Return the artist whose name is nearest to what somebody typed; nothing if none is near."""
    asked = " ".join(words(text))
    folded = index.folded_artist_names
    match = process.extractOne(asked, folded, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS) if asked else None
    return index.artist_names[match[2]] if match else ""
