"""Draws from a list like from a shuffled deck of cards: nothing repeats until everything has been drawn."""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

Card = TypeVar("Card")


class Deck(Generic[Card]):
    """Reshuffled when it runs out."""

    def __init__(self, cards: Sequence[Card], random: Random) -> None:
        self._cards = cards
        self._random = random
        self._left: list[Card] = []

    def draw(self) -> Card:
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()
