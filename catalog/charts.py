"""Turns numbers into the bars of a small chart; the template draws them as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, log10

HEIGHT = 100
WIDTH = 578
MOST_STEP, BAR_SHARE = 17.0, 0.65


@dataclass(frozen=True)
class Bar:
    """One value, at its place from the left, measured from the base line upwards."""

    x: float
    y: float
    height: float
    value: float
    when: datetime
    outcome: str


@dataclass(frozen=True)
class Tick:
    """A line of the grid, and the value that it stands for."""

    y: float
    value: int


@dataclass(frozen=True)
class BarChart:
    """Bars on a scale of powers of ten, so that a first import and a daily trifle are both seen.

    One bar or a hundred take the same room: the latest stands at the right, and many bars are thinner.
    """

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    bar_width: float
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(values: Sequence[tuple[float, datetime, str]]) -> BarChart:
    """Return the chart of values, each with its time and its outcome, from left to right."""
    decades = max(1, ceil(log10(max([10.0, *(value for value, _, _ in values)]))))
    step = min(MOST_STEP, WIDTH / max(1, len(values)))
    return BarChart(tuple(_bars(values, decades, step)), tuple(_ticks(decades)), round(step * BAR_SHARE, 1))


def _bars(values: Sequence[tuple[float, datetime, str]], decades: int, step: float) -> Iterator[Bar]:
    first = WIDTH - len(values) * step + step * (1 - BAR_SHARE) / 2
    for place, (value, when, outcome) in enumerate(values):
        height = _height(value, decades)
        yield Bar(round(first + place * step, 1), round(HEIGHT - height, 1), round(height, 1), value, when, outcome)


def _ticks(decades: int) -> Iterator[Tick]:
    """Yield a tick a decade, every second one where there are many."""
    for decade in range(0, decades + 1, 1 if decades < 4 else 2):
        yield Tick(round(HEIGHT - _height(10**decade, decades), 1), 10**decade)


def _height(value: float, decades: int) -> float:
    """Return the height of a value: nothing at zero, the whole chart at the last decade."""
    return HEIGHT * log10(1 + value) / log10(1 + 10**decades)
