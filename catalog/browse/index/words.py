"""Cuts texts into the words that a search compares. Pure: values in, values out."""

import re
from collections.abc import Iterator, Sequence
from operator import add

from catalog.services.sheet.text import fold_once

LONGEST_WORD = 60

BETWEEN_WORDS = re.compile(r"[-\u2010-\u2015\u2212/_,:;|•·…]+")
"""What stands between two words as a blank does."""

AND = re.compile(r"(?<!\S)[&+](?!\S)|(?<=\w)&(?=\w)")

SYMBOLS = re.compile(r"(?<!\S)(?:[^\w\s]|_)+(?!\S)")
"""Parts without a letter or a digit, such as `///` or `∞`: words as they stand."""


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, symbols last: `∞ Black-metal & Jazz` has black, metal, and, jazz, ∞."""
    if text.isascii() and text.replace(" ", "").isalnum():  # as most texts are
        found = text.lower().split()
    else:
        said = AND.sub(" and ", text)
        found = fold_once(BETWEEN_WORDS.sub(" ", said)).split() if any(map(str.isalnum, said)) else []
        found += SYMBOLS.findall(said.casefold())
    return tuple(word[:LONGEST_WORD] for word in found) if len(text) > LONGEST_WORD else tuple(found)


def squashed(text: str) -> str:
    """Return the words of a text without what is between them: `Jay-Zed` and `jay zed` are equal so."""
    return "".join(words(text))


def joined_pairs(found: Sequence[str]) -> Iterator[str]:
    """Yield each two neighbours as one word, for searches that leave out the hyphen or the blank."""
    return map(add, found, found[1:])


def is_symbol(word: str) -> bool:
    """Whether a word has no letter or digit."""
    return not any(map(str.isalnum, word))
