"""The time that is left, as people were told in recorded runs: near the truth, without jumps, or not at all.

The runs are of the real sheet and of the stand-ins: when each step began, and how much was done at which second.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.sync.progress.estimate import rounded, told, usual_ranges
from catalog.services.sync.progress.forecast import Forecast, usual_seconds

RUNS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "recorded_runs.json").read_text(encoding="utf-8")
)
HANGS: list[list[Any]] = [["enter", 0.0, "fetching", None, None], *(["at", now / 2, 0] for now in range(240))]
RUNS["a download that hangs"] = {**RUNS["no change"], "seconds": 120.0, "events": HANGS}

WITHIN_SECONDS, WITHIN_SHARE = 5.0, 0.3
MOST_RISE = 1.5


@dataclass(frozen=True)
class Told:
    """What people were told at a second of a run that ended at another."""

    second: float
    stage: str
    left: int
    true: float


def replay(run: dict[str, Any], slower: float = 1.0) -> list[Told]:
    """Return what was told in a run that took so much longer than the recorded one, with the same syncs before."""
    earlier, most, end = run["earlier"], run["enrich_seconds"], run["seconds"] * slower
    forecast = Forecast(usual_seconds(earlier, most), 0.0, usual_ranges(earlier, most))
    found: list[Told] = []
    stage = ""
    for kind, *event in run["events"]:
        if kind == "enter":
            now, step, pieces, seconds = event
            stage = "processing" if step in {"reading", "applying"} else step
            forecast.enter(step, now * slower, pieces=pieces, seconds=seconds or float("inf"))
        elif kind == "expect":
            forecast.expect(*event)
        elif kind == "resize":
            forecast.resize(*event)
        elif kind == "wait":
            forecast.wait(event[0] * slower, event[1] * slower)
        else:
            now = event[0] * slower
            left = forecast.estimate(now, event[1])
            if left is not None:
                found.append(Told(now, stage, rounded(left), end - now))
    return found


@pytest.mark.parametrize("slower", [1.0, 0.3, 2.0])
@pytest.mark.parametrize("name", RUNS)
def test_what_is_told_is_near_the_truth_once_a_fifth_is_over(name: str, slower: float) -> None:
    run = RUNS[name]
    later = [each for each in replay(run, slower) if each.second > run["seconds"] * slower / 5]
    far_off = [each for each in later if abs(each.left - each.true) > max(WITHIN_SECONDS, WITHIN_SHARE * each.true)]
    assert far_off == []


@pytest.mark.parametrize("slower", [1.0, 0.3, 2.0])
@pytest.mark.parametrize("name", RUNS)
def test_it_never_jumps_up_by_more_than_half_within_a_stage(name: str, slower: float) -> None:
    said = replay(RUNS[name], slower)
    jumps = [
        (before, after)
        for before, after in itertools.pairwise(said)
        if before.stage == after.stage and after.left > before.left * MOST_RISE
    ]
    assert jumps == []


@pytest.mark.parametrize(("name", "least"), [
    ("first sync of the sample, with Spotify", 0.6), ("first sync of 17,600 albums", 0.5),
    ("slow answers of Spotify", 0.6), ("every album edited", 0.5),
])  # fmt: skip
def test_people_are_told_for_most_of_a_long_run(name: str, least: float) -> None:
    said = replay(RUNS[name])
    assert (said[-1].second - said[0].second) / RUNS[name]["seconds"] > least


def test_nothing_is_told_before_the_sheet_has_arrived() -> None:
    assert replay(RUNS["a download that hangs"]) == []
    assert "fetching" not in {each.stage for run in RUNS.values() for each in replay(run)}


@given(before=st.floats(0, 10_000), low=st.floats(0, 10_000), more=st.floats(0, 10_000))
def test_a_rise_is_no_jump_even_when_it_is_rounded(before: float, low: float, more: float) -> None:
    seconds = told(low, low + more, before)
    if seconds is not None:
        assert rounded(seconds) <= max(rounded(before) * MOST_RISE, rounded(before) + 1)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, 2), (2.5, 2), (9.4, 9), (12.4, 10), (57.4, 55), (58, 60), (74, 60), (76, 90), (110, 120), (290, 300)],
)
def test_seconds_are_rounded_as_people_say_them(seconds: float, said: int) -> None:
    assert rounded(seconds) == said
