"""Pairs of genres that are likely one: the same words, a typo, another ending, or a word left out. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.browse.curation.pairs import Pair, Side
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.words import words

SHORT = {
    "progressive": "prog", "alternative": "alt", "psychedelic": "psych", "psychedelia": "psych", "gothic": "goth",
    "improvisation": "improv", "traditional": "trad", "garde": "", "avantgarde": "avant", "music": "", "scene": "",
    "rnb": "r and b", "osdm": "old school death metal", "dsbm": "depressive black metal", "edm": "electronic dance",
    "kraut": "krautrock",
}  # fmt: skip
"""Words that are also written shorter, or left out, and abbreviations."""

ENDINGS = ("ism", "ist", "al", "ic", "ed", "y", "s")
"""What a word may end with or not, and mean the same: `Minimalist`, `Orchestral`, `Breakbeats`."""

LEFT_OUT, INSTEAD = "metal", "rock"
"""What is left out where nobody misses it, as in `Atmospheric Sludge`, unless the other one may be meant as well."""

REASONS = ("words", "typo", "order", "ending", "left_out")
"""The codes of reasons, from the strongest to the weakest."""

LEAST_FOR_TYPO, LEAST_FOR_CHANGED_LETTER, LEAST_FOR_TWO_TYPOS = 4, 5, 10
"""Letters that a word needs at least: many short words become others when one letter changes."""

SHORTEST_STEM = 5

MOST_WITH_TYPO = 20
"""Albums that have a word at most, in one genre alone, for it to be a typo: what more have is a word."""

FEW = 30
"""Albums of a genre at most, for it to be another's for less than the same words: others are known by their names."""

RARER = 4
"""How many times as many albums the other genre must have then."""

TOGETHER = 0.2
"""The share of a genre's albums that have the other one too, from which on the sheet tells the two apart."""


Said = Mapping[str, Sequence[str]]
"""The words of each genre, by slug."""


def genre_pairs(index: CatalogueIndex) -> Sequence[Pair]:
    """Return the pairs, likeliest first; a genre stands on one side of them only."""
    albums = index.newest.bitmaps["genre"]
    values = (value for slug, value in index.values["genre"].items() if albums[slug])
    genres = [Side(value.slug, value.label, len(albums[value.slug])) for value in values]
    genres.sort(key=lambda genre: (-genre.albums, genre.key))
    found: dict[str, Pair] = {}
    for pair in _likely(genres):
        if pair.kept.key not in found and not _stand_together(index, pair):
            found.setdefault(pair.other.key, pair)
    return sorted(found.values(), key=lambda pair: (REASONS.index(pair.why), -pair.kept.albums, pair.other.name))


def _likely(genres: Sequence[Side]) -> Iterator[Pair]:
    written = {genre.key: words(genre.name) for genre in genres}
    right = _corrections(genres, written)
    corrected = {key: _shortened([right.get(word, word) for word in said]) for key, said in written.items()}
    written = {key: _shortened(said) for key, said in written.items()}
    yield from _alike(genres, "words", written)
    yield from _alike(genres, "typo", corrected)
    yield from _alike(genres, "order", {key: sorted(said) for key, said in corrected.items()})
    yield from _rarer(_alike(genres, "ending", {key: list(map(_stem, said)) for key, said in corrected.items()}))
    yield from _rarer(_completed(genres, corrected))


def _shortened(said: Sequence[str]) -> Sequence[str]:
    """Return words as they are compared."""
    return " ".join(SHORT.get(word, word) for word in said).split() or said


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return _stem(word.removesuffix(ending))
    return word


def _alike(genres: Iterable[Side], why: str, said: Said) -> Iterator[Pair]:
    """Yield the genres that have the same words as one with more albums."""
    first: dict[tuple[str, ...], Side] = {}
    for genre in genres:
        kept = first.setdefault(tuple(said[genre.key]), genre)
        if kept != genre:
            yield Pair(kept, genre, why)


def _completed(genres: Sequence[Side], said: Said) -> Iterator[Pair]:
    """Yield the genres that one with a word more has far more albums than, and than what else may be meant."""
    known = {tuple(said[genre.key]): genre for genre in reversed(genres)}
    for genre in genres:
        longer, rival = (known.get((*said[genre.key], word)) for word in (LEFT_OUT, INSTEAD))
        if longer and (rival is None or rival.albums * RARER <= longer.albums):
            yield Pair(longer, genre, "left_out")


def _rarer(pairs: Iterable[Pair]) -> Iterator[Pair]:
    for pair in pairs:
        if pair.other.albums <= FEW and pair.other.albums * RARER <= pair.kept.albums:
            yield pair


def _stand_together(index: CatalogueIndex, pair: Pair) -> bool:
    albums = index.newest.bitmaps["genre"]
    both = albums[pair.kept.key].intersection_cardinality(albums[pair.other.key])
    return both > pair.other.albums * TOGETHER


def _corrections(genres: Iterable[Side], said: Said) -> dict[str, str]:
    """Return words by the typos in them: rare ones near others that more albums have."""
    # Words that are known without any album: nobody writes them by mistake.
    albums, names = Counter(dict.fromkeys(SHORT, MOST_WITH_TYPO + 1)), Counter(dict.fromkeys(SHORT, 2))
    for genre in genres:
        for word in set(said[genre.key]):
            albums[word] += genre.albums
            names[word] += 1
    known = sorted(filter(_is_long, albums), key=lambda word: (-albums[word], word))
    rare = [word for word in known if names[word] == 1 and albums[word] <= MOST_WITH_TYPO]
    return dict(_corrected(rare, known))


def _is_long(word: str) -> bool:
    return len(word) >= LEAST_FOR_TYPO


def _corrected(rare: Iterable[str], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield typos with the likeliest words; known ones come by their albums."""
    for word in rare:
        near = process.extract(word, known[: known.index(word)], scorer=OSA.distance, score_cutoff=2, limit=None)
        meant = [place for other, typos, place in near if _is_typo(word, other, int(typos))]
        if meant:
            yield word, known[min(meant)]


def _is_typo(word: str, other: str, typos: int) -> bool:
    if sorted(word) == sorted(other):
        return True
    least = LEAST_FOR_TWO_TYPOS if typos > 1 else LEAST_FOR_CHANGED_LETTER if len(word) == len(other) else 0
    return word[0] == other[0] and len(word) >= least
