"""Cleans texts for people and folds them for comparing. Pure: values in, values out."""

import re
import unicodedata

INVISIBLE = {"Cf", "Cc", "Cs"}
"""Categories of characters that carry no text: format (zero-width, right-to-left override), control, surrogate."""

BARE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters whose accent Unicode does not take apart."""

MARKS = re.compile(r"[^\w\s]|_")
"""What is neither letter nor digit nor blank."""


def clean(text: str) -> str:
    """Return text in NFC without invisible characters, its blanks collapsed; otherwise as written."""
    if not text.isprintable():
        # A line break or a tab is a control character too, but stands for a blank.
        kept = (" " if character.isspace() else character for character in text)
        text = "".join(character for character in kept if unicodedata.category(character) not in INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return what is equal for texts that differ only in case, accents, punctuation and blanks.

    A text that has nothing else, such as ``///``, is only case-folded.
    """
    apart = text.lower()
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(BARE_LETTERS)
    return " ".join(MARKS.sub("", apart).split()) or clean(text).casefold()
