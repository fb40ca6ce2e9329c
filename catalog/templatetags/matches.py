"""Finds in a name what somebody typed, so that a template can mark it."""

import re
from collections.abc import Iterator

from django import template

from catalog.services.sheet.text import fold

register = template.Library()

WORD = re.compile(r"\S+")
LONGEST_WORD = 40
"""Longer words are not looked into letter by letter."""


@register.filter
def matches(name: str, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a name, each with whether it is what a word of the text stands for."""
    typed, end = fold(text).split(), 0
    for word in WORD.finditer(name):
        length = max((_typed_length(word[0], beginning) for beginning in typed), default=0)
        if length:
            if end < word.start():
                yield name[end : word.start()], False
            end = word.start() + length
            yield name[word.start() : end], True
    if end < len(name):
        yield name[end:], False


def _typed_length(word: str, beginning: str) -> int:
    """Return how many letters of a word are typed where it begins with what was typed: accents may need fewer."""
    if not fold(word).startswith(beginning):
        return 0
    lengths = range(1, min(len(word), LONGEST_WORD))
    return next((length for length in lengths if fold(word[:length]).startswith(beginning)), len(word))
