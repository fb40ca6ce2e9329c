"""Turns counts into the shapes of charts; the templates draw them as SVG. Pure: numbers in, shapes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FULL = 100
"""The length of the longest bar, and the height of the tallest column, in units of a drawing."""


@dataclass(frozen=True)
class Counted:
    """So many albums that have something in common, and the address of their list."""

    name: str
    albums: int
    address: str


@dataclass(frozen=True)
class Segment:
    """A part of a column: where it begins from the top, and how tall it is. Its series gives it its colour."""

    counted: Counted
    series: int
    y: str
    height: str


@dataclass(frozen=True)
class Column:
    """A whole, such as a year, its parts, and what is drawn of them from the base upwards."""

    whole: Counted
    parts: Sequence[Counted]
    segments: Sequence[Segment]


@dataclass(frozen=True)
class Bar:
    """A value and how long its bar is."""

    counted: Counted
    length: str


def stacked(columns: Iterable[tuple[Counted, Sequence[Counted]]]) -> list[Column]:
    """Return columns of parts, on a scale that begins at nothing and ends at the tallest."""
    listed = list(columns)
    tallest = max((whole.albums for whole, _ in listed), default=0)
    return [Column(whole, parts, _stack(parts, tallest)) for whole, parts in listed]


def shares(columns: Iterable[tuple[Counted, int]], largest: float) -> list[Column]:
    """Return columns as tall as the part that each is of a number, where the largest part is the tallest."""
    found: list[Column] = []
    for counted, of in columns:
        height = _units(counted.albums / of / largest) if of and largest else 0
        drawn = [Segment(counted, 1, _text(FULL - height), _text(height))] if height else []
        found.append(Column(counted, [counted], drawn))
    return found


def bars(counted: Iterable[Counted]) -> list[Bar]:
    """Return bars on a scale that begins at nothing and ends at the longest."""
    listed = list(counted)
    longest = max((each.albums for each in listed), default=0)
    return [Bar(each, _text(_units(each.albums / longest) if longest else 0)) for each in listed]


def _stack(parts: Sequence[Counted], tallest: int) -> list[Segment]:
    segments: list[Segment] = []
    below = 0
    for series, part in enumerate(parts, 1):
        bottom, top = (_units(albums / tallest) for albums in (below, below + part.albums))
        below += part.albums
        if part.albums:
            segments.append(Segment(part, series, _text(FULL - top), _text(top - bottom)))
    return segments


def _units(share: float) -> float:
    return round(FULL * share, 2)


def _text(units: float) -> str:
    return f"{units:.2f}".rstrip("0").rstrip(".")
