"""What is shown of the time left, in ten runs as they were recorded: it is near the truth, and never jumps up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.sync.forecast import rounded
from tests.recorded_runs import Run, Shown, Step, replay

FETCH, READ = Step("fetching", [(2.1, 0)]), Step("reading", [(7.5, 0)])
APPLY = Step(
    "applying", [(1.4, 1750), (2.7, 3000), (4.2, 4750), (5.8, 6750), (7.2, 9000), (8.7, 11_000), (10.0, 12_500),
    (11.2, 13_500), (12.6, 15_250), (14.0, 16_500), (15.2, 17_602)], pieces=17_602,
)  # fmt: skip
SLOW = Step(
    "applying", [(9.0, 1750), (20.0, 4000), (33.0, 6500), (47.0, 9250), (60.0, 12_250), (74.0, 15_000), (88.0, 17_602)],
    pieces=17_602,
)  # fmt: skip
DEMO = Step(
    "enriching", [(0.6, 0), (1.3, 40), (2.5, 80), (3.8, 140), (5.7, 200), (7.6, 280), (9.6, 340), (11.5, 420),
    (13.3, 480), (14.6, 540), (15.2, 547)], pieces=547, most_seconds=20,
)  # fmt: skip
PACED = Step("enriching", [(0.1, 1), (15.0, 70), (30.0, 144), (45.0, 214), (60.1, 285)], pieces=547, most_seconds=60)
PAUSED = Step(
    "enriching", [(6.0, 120), (18.0, 120), (21.0, 180), (33.0, 420)], pieces=420, most_seconds=60, waits=[(6.0, 12.0)]
)
BUDGET = Step("enriching", [(5.0, 14), (10.0, 29), (20.0, 60)], pieces=60, most_seconds=60)
OEMBED = Step("enriching", [(5.0, 66), (10.0, 130), (20.0, 262), (31.0, 400)], pieces=400, most_seconds=60)
SMALL = [Step("fetching", [(0.1, 0)]), Step("reading", [(0.5, 0)]), Step("applying", [(0.4, 597)], pieces=597)]
NOTHING = Step("enriching", [(0.1, 0)], pieces=0, most_seconds=60)
EARLIER = [{"fetching": 2.0, "reading": 4.0, "applying": 9.0, "enriching": 20.0, "each_album": 0.0005}]

RUNS = {
    "first sync of the demo": Run([*SMALL, DEMO], enrich_seconds=20, spotify=(None, 20)),
    "first sync of the sheet alone": Run([FETCH, READ, APPLY], enrich_seconds=0, spotify=(None, 0)),
    "first sync with Spotify": Run([FETCH, READ, APPLY, PACED], spotify=(None, 60)),
    "slow machine that was fast before": Run([FETCH, READ, SLOW, NOTHING], EARLIER, spotify=(0, 0)),
    "edit of a few rows": Run([FETCH, READ, Step("applying", [(0.3, 5)], pieces=5), NOTHING], EARLIER, spotify=(0, 60)),
    "no change": Run([FETCH, Step("reading", [(0.4, 0)]), Step("applying", [(0.1, 0)], pieces=0), NOTHING], EARLIER),
    "Spotify blocked": Run([FETCH, READ, APPLY, NOTHING], EARLIER, spotify=(0, 0)),
    "Spotify paced": Run([*SMALL, PACED], EARLIER, spotify=(60, 60)),
    "a pause that Spotify asks for": Run([*SMALL, PAUSED], EARLIER, spotify=(60, 60)),
    "a daily budget": Run([*SMALL, BUDGET], EARLIER, spotify=(60, 60)),
    "covers from oEmbed alone": Run([OEMBED], EARLIER, left_out=frozenset({"fetching", "reading", "applying"})),
    "a download that hangs": Run([Step("fetching", [(120.0, 0)])], EARLIER),
    "cancelled in between": Run([FETCH, READ, Step("applying", [(4.2, 4750)], pieces=17_602)], spotify=(None, 0)),
}
UNFINISHED = {"a download that hangs", "cancelled in between"}
each_run = pytest.mark.parametrize("name", RUNS)
every = pytest.mark.parametrize("every", [0.25, 0.5, 2.0])


def jumps(shown: list[Shown]) -> list[tuple[Shown, Shown]]:
    """Return where what is shown rose by more than half from one look to the next in the same step."""
    told = [each for each in shown if each.left is not None]
    return [
        (before, after)
        for before, after in pairwise(told)
        if before.step == after.step and (after.left or 0) > 1.5 * (before.left or 0)
    ]


@each_run
@every
def test_the_time_left_is_near_the_truth_once_a_fifth_is_over(name: str, every: float) -> None:
    run = RUNS[name]
    if name in UNFINISHED:
        return
    for each in replay(run, every):
        if each.left is None or each.at < max(run.took / 5, run.last_surprise):
            continue
        truth = run.took - each.at
        assert abs(each.left - truth) <= max(5.0, 0.3 * truth), (each, truth)


@each_run
@every
def test_the_time_left_never_jumps_up(name: str, every: float) -> None:
    assert jumps(list(replay(RUNS[name], every))) == []


@pytest.mark.parametrize("name", [
    "first sync of the demo", "first sync of the sheet alone", "first sync with Spotify", "a daily budget",
    "slow machine that was fast before", "Spotify paced", "a pause that Spotify asks for", "covers from oEmbed alone",
])  # fmt: skip
def test_a_long_run_shows_a_time_before_two_thirds_of_it_are_over(name: str) -> None:
    run = RUNS[name]
    assert next(each.at for each in replay(run) if each.left is not None) < run.took * 2 / 3


def test_nothing_is_shown_while_a_download_hangs_or_spotify_makes_a_sync_wait() -> None:
    assert {each.left for each in replay(RUNS["a download that hangs"])} == {None}
    pause = [each for each in replay(RUNS["a pause that Spotify asks for"]) if 7.0 <= each.at < 19.0]
    assert {each.left for each in pause} == {None}


@given(
    st.lists(st.tuples(st.floats(0.5, 60), st.integers(0, 400)), min_size=1, max_size=8),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 30)), max_size=3),
    st.sampled_from([10.0, 60.0, float("inf")]),
)
def test_it_never_jumps_up_however_uneven_the_pace_is(
    parts: list[tuple[float, int]], waits: list[tuple[float, float]], most: float
) -> None:
    points: list[tuple[float, int]] = []
    for seconds, pieces in parts:
        at, done = points[-1] if points else (0.0, 0)
        points.append((at + seconds, done + pieces))
    step = Step("enriching", points, pieces=points[-1][1], most_seconds=most, waits=sorted(waits))
    run = Run([step], left_out=frozenset({"fetching", "reading", "applying"}))
    shown = list(replay(run))
    assert jumps(shown) == []
    assert all(before.percent <= after.percent for before, after in pairwise(shown))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, 3), (3.4, 3), (4.1, 4), (9.6, 10), (13, 15), (22, 20), (44, 40), (55.1, 60), (70, 60), (80, 90), (149, 120),
     (151, 180), (290, 300), (600, 600), (730, 600), (1000, 900), (3500, 3600), (5000, 5400), (7300, 7200)],
)  # fmt: skip
def test_a_time_is_rounded_as_people_say_it(seconds: float, said: int) -> None:
    assert rounded(seconds) == said


def test_the_next_larger_time_is_at_most_half_as_much_again() -> None:
    said = sorted({rounded(seconds / 10) for seconds in range(200_000)})
    assert max(after / before for before, after in pairwise(said)) <= 1.5
