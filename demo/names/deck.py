"""Draws from a list as from a shuffled deck of cards, so that nothing comes twice before everything came once."""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

Card = TypeVar("Card")


class Deck(Generic[Card]):
    """A shuffled deck that is shuffled anew when it is used up."""

    def __init__(self, cards: Sequence[Card], random: Random) -> None:
        self._cards = cards
        self._random = random
        self._left: list[Card] = []

    def draw(self) -> Card:
        """Take the next card."""
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()
