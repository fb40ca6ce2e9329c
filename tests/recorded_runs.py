"""Runs of a sync as they were recorded: when each step began, how many pieces it had, and how many were done when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog.services.sync.forecast import Forecast, rounded, usual_seconds

BEAT = 0.5
Points = Sequence[tuple[float, int]]


@dataclass(frozen=True)
class Step:
    """One step: its points are (seconds since it began, pieces done); the last one is its end."""

    name: str
    points: Points
    pieces: int | None = None
    most_seconds: float = float("inf")
    waits: Sequence[tuple[float, float]] = ()
    """When Spotify asked for a pause, and for how many seconds."""

    @property
    def took(self) -> float:
        return self.points[-1][0]

    def done(self, at: float) -> int:
        """Return how many pieces were done at a second of the step, drawn between its points."""
        for (start, before), (end, after) in pairwise([(0.0, 0), *self.points]):
            if at < end:
                return before + int((after - before) * (at - start) / (end - start))
        return self.points[-1][1]


@dataclass(frozen=True)
class Run:
    """One sync, what earlier ones took, and how long Spotify was expected to take before and after the comparison."""

    steps: Sequence[Step]
    earlier: Sequence[dict[str, float]] = ()
    enrich_seconds: float = 60
    spotify: tuple[float | None, float | None] = (None, None)
    left_out: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def took(self) -> float:
        return sum(step.took for step in self.steps)

    @property
    def last_surprise(self) -> float:
        """When the last thing happened that nobody could know before: a pause that Spotify asked for."""
        began, last = 0.0, 0.0
        for step in self.steps:
            last = max([last, *(began + at + seconds for at, seconds in step.waits)])
            began += step.took
        return last


@dataclass(frozen=True)
class Shown:
    """What was on the screen at one moment: seconds left as people read them, or nothing."""

    at: float
    step: str
    left: int | None
    percent: int


def replay(run: Run, every: float = BEAT) -> Iterator[Shown]:
    """Lead a forecast through a run, and yield what it shows."""
    usual = usual_seconds(run.earlier, run.enrich_seconds) | dict.fromkeys(run.left_out, 0.0)
    forecast, began = Forecast(usual, 0.0), 0.0
    if run.spotify[0] is not None:
        forecast.expect("enriching", run.spotify[0])
    for step in run.steps:
        if step.name == "applying" and run.spotify[1] is not None:
            forecast.expect("enriching", run.spotify[1])
        forecast.enter(step.name, began, pieces=step.pieces, seconds=step.most_seconds)
        yield from _replay_step(forecast, step, began, every)
        began += step.took


def _replay_step(forecast: Forecast, step: Step, began: float, every: float) -> Iterator[Shown]:
    waits, at = list(step.waits), 0.0
    while at < step.took:
        while waits and waits[0][0] <= at:
            forecast.wait(began + at, waits.pop(0)[1])
        left = forecast.shown(began + at, step.done(at))
        percent = forecast.percent(began + at, step.done(at))
        yield Shown(began + at, step.name, None if left is None else rounded(left), percent)
        at += every
