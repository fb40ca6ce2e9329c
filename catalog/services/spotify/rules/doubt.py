"""Decides whether refusals are believed: several in a row may be an outage that only looks like an answer."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

REFUSALS_TO_DOUBT = 5

Call = TypeVar("Call")


@dataclass
class Doubt(Generic[Call]):
    """The refusals of one lane since it last knew an album; they are not written down before it knows one again."""

    held: list[Call] = field(default_factory=list[Call])
    in_a_row: int = 0
    is_checking: bool = False

    def refuse(self, call: Call, albums: int) -> None:
        """Hold a refusal of so many albums."""
        self.held.append(call)
        self.refuse_batch(albums)

    def refuse_batch(self, refusals: int = 1) -> None:
        """Count a refusal that says of none of its albums which it is for."""
        self.in_a_row += refusals

    def deepens(self, *, is_shaky: bool) -> bool:
        """Say whether an album that is known has to be asked for now, to learn who is right."""
        return not self.is_checking and self.is_deep(is_shaky=is_shaky)

    def is_deep(self, *, is_shaky: bool = False) -> bool:
        """Say whether there were too many refusals to believe them; a lane that just failed gets no credit."""
        return self.in_a_row >= (1 if is_shaky else REFUSALS_TO_DOUBT)

    def end(self) -> list[Call]:
        """Forget the refusals and return them."""
        held, self.held, self.in_a_row, self.is_checking = self.held, [], 0, False
        return held
