"""Cleans texts for people and folds them for comparing. Pure: values in, values out."""

import re
import unicodedata
from functools import lru_cache

INVISIBLE = {"Cf", "Cc", "Cs"}
"""Categories of characters that carry no text: format (zero-width, right-to-left override), control, surrogate."""

BARE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters whose accent Unicode does not take apart."""

ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
"""Marks on letters of any script; a mark that makes another letter of it, as in kana, Thai and Hindi, is none."""

ACCENTED = re.compile(
    rf"(?<![^\W\u0000-\u02ff\u0370-\u052f\u1c80-\u1c8f\u1d00-\u1fff\u2c60-\u2c7f\u2de0-\u2dff\ua640-\uab6f])[{ACCENTS}]+"
)
"""Accents, except on a letter that is neither Latin nor Greek nor Cyrillic."""

HEARD = set("#%+=@$")
"""What is part of a name though it is no letter: C# is not C."""

SILENT = re.compile(r"[^\w\s#%+=@$]|_")
"""Of ASCII, the punctuation that people leave out."""


def clean(text: str) -> str:
    """Return text in NFC without invisible characters, its blanks collapsed; otherwise as written."""
    if not text.isprintable():
        # A line break or a tab is a control character too, but stands for a blank.
        kept = (" " if character.isspace() else character for character in text)
        text = "".join(character for character in kept if unicodedata.category(character) not in INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_once(text: str) -> str:
    """Return what `fold` does, for texts that are met once: without remembering it."""
    bare = SILENT.sub("", text.lower()) if text.isascii() else _fold_letters(text)
    return " ".join(bare.split()) or clean(text).casefold()


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Return what is equal for texts that differ only in case, accents, punctuation and blanks.

    A text that has nothing else, such as ``///``, is only case-folded.
    """
    return fold_once(text)


def _fold_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(BARE_LETTERS)
    bare = ACCENTED.sub("", apart)
    return unicodedata.normalize("NFC", "".join(filter(_is_heard, bare)))


def _is_heard(character: str) -> bool:
    """Whether a character is a letter or its mark, a digit, a blank, or a symbol with a meaning."""
    category = unicodedata.category(character)
    return category[0] in "LMNZ" or category in {"Sc", "So"} or character in HEARD or character.isspace()
