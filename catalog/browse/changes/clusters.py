"""Splits text where a reader would: never inside a letter that several code points make."""

import unicodedata

JOINER = "\u200d"
LONGEST = 40
"""Code points that are kept together at most; the longest emoji has about ten, and a hostile cell has thousands."""


def clusters(text: str) -> list[str]:
    """Return the letters of a text as a reader counts them."""
    found: list[str] = []
    for letter in text:
        if found and len(found[-1]) < LONGEST and _belongs_to(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def tokens(text: str) -> list[str]:
    """Return the words of a text, and each letter between them."""
    found: list[str] = []
    was_in_word = False
    for cluster in clusters(text):
        is_in_word = cluster[0].isalnum()
        if is_in_word and was_in_word:
            found[-1] += cluster
        else:
            found.append(cluster)
        was_in_word = is_in_word
    return found


def _belongs_to(before: str, letter: str) -> bool:
    last = before[-1]
    if unicodedata.category(letter).startswith("M") or letter == JOINER or last == JOINER:
        return True
    if _is_skin_tone(letter) or ("\ud800" <= last <= "\udbff" and "\udc00" <= letter <= "\udfff"):
        return True
    return len(before) == 1 and _is_flag(last) and _is_flag(letter)


def _is_skin_tone(letter: str) -> bool:
    return "\U0001f3fb" <= letter <= "\U0001f3ff"


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
