"""Two names that are likely one, as curators are asked about them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """A genre or an artist of a pair: what names it in addresses, its name, its albums, and where they are from."""

    key: str
    name: str
    albums: int
    countries: Sequence[str] = ()


@dataclass(frozen=True)
class Pair:
    """The rarer name would become a spelling of the one that more albums have."""

    kept: Side
    other: Side
    why: str
    """The code of the reason."""


Names = tuple[str, str]


def still_open(
    pairs: Iterable[Pair], fold: Callable[[str], str], aliases: Iterable[str], dismissed: Iterable[Names]
) -> Sequence[Pair]:
    """Return the pairs that no curator has decided on, of names that are compared as they are folded."""
    merged = set(map(fold, aliases))
    apart = {frozenset(map(fold, names)) for names in dismissed}
    asked = ((pair, fold(pair.kept.name), fold(pair.other.name)) for pair in pairs)
    return [pair for pair, *names in asked if not merged.intersection(names) and frozenset(names) not in apart]
