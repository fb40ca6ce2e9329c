"""Words and the albums that they stand in: whatever is skipped to be fast, what is found is the same."""

from array import array

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from catalog.browse.index.postings import Numbers, Postings, Spellings

WORDS = st.text("abcdé1字", min_size=1, max_size=6)


def postings(words: list[str]) -> Postings:
    """Return postings in which each word stands in the album of its number."""
    numbers = Numbers()
    for number, word in enumerate(words):
        numbers.add([word], array("I", [number]))
    return Postings(numbers)


@given(st.lists(WORDS, unique=True), WORDS, st.integers(1, 2))
def test_near_words_are_those_within_so_many_typos(words: list[str], asked: str, typos: int) -> None:
    near = {number for number, word in enumerate(words) if OSA.distance(asked, word) <= typos}
    assert set(postings(words).near(asked, typos)) == near


@given(st.lists(WORDS, unique=True), WORDS, st.integers(1, 2))
def test_words_that_are_near_are_spelled_alike(words: list[str], asked: str, typos: int) -> None:
    near = {number for number, word in enumerate(words) if OSA.distance(asked, word) <= typos}
    many = set(Spellings(words, a_few=0).alike(asked, typos))
    assert near <= many <= set(Spellings(words).alike(asked, typos))


@given(st.lists(WORDS, unique=True), WORDS)
def test_words_are_found_whole_by_their_beginning_and_inside(words: list[str], asked: str) -> None:
    found = postings(words)
    assert set(found.exactly(asked)) == {number for number, word in enumerate(words) if word == asked}
    assert set(found.starting(asked)) == {number for number, word in enumerate(words) if word.startswith(asked)}
    assert set(found.containing(asked)) == {number for number, word in enumerate(words) if asked in word}
