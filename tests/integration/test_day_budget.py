"""The day's budget of Spotify: visitors have half of it at most, and nobody more than is left."""

import pytest

from catalog.services.spotify.pacer import DayBudget
from tests.spotify_world import SimulatedClock

pytestmark = pytest.mark.django_db

DAY = 86_400


@pytest.mark.parametrize(
    ("by_syncs", "by_visitors", "left", "left_for_visitors"),
    [(0, 0, 10, 5), (3, 0, 7, 5), (8, 0, 2, 2), (10, 0, 0, 0), (0, 5, 5, 0), (4, 4, 2, 1), (6, 4, 0, 0)],
)
def test_visitors_get_what_is_left_of_their_half_and_of_the_whole(
    by_syncs: int, by_visitors: int, left: int, left_for_visitors: int
) -> None:
    budget = DayBudget(10, SimulatedClock())
    assert all(budget.reserve(for_visitor=False) for _ in range(by_syncs))
    assert all(budget.reserve(for_visitor=True) for _ in range(by_visitors))
    assert (budget.left(for_visitor=False), budget.left(for_visitor=True)) == (left, left_for_visitors)
    assert budget.reserve(for_visitor=True) == (left_for_visitors > 0)


def test_a_call_counts_for_a_day_to_the_second() -> None:
    clock = SimulatedClock()
    budget = DayBudget(1, clock)
    assert budget.reserve(for_visitor=False)
    clock.passed = DAY - 1
    assert not budget.reserve(for_visitor=False)
    clock.passed = DAY
    assert budget.reserve(for_visitor=False)
