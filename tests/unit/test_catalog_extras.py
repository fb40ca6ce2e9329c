"""How pages write durations, moments and lengths."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def written(filter_name: str, value: object) -> str:
    return Template("{% load catalog_extras %}{{ value|" + filter_name + " }}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.0, "under 0.1 s"),
        (0.049, "under 0.1 s"),
        (0.05, "0.1 s"),
        (0.42, "0.4 s"),
        (0.949, "0.9 s"),
        (0.95, "1 s"),
        (9.2, "9 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (80, "1 min 20 s"),
        (3599.4, "59 min 59 s"),
        (3600, "1 h"),
        (3659, "1 h"),
        (7500, "2 h 5 min"),
        (3_600_000, "1,000 h"),
    ],
)
def test_a_duration_is_written_in_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert written("duration", seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0, "0:00"), (59.6, "1:00"), (301, "5:01"), (3599, "59:59"), (3600, "1:00:00"), (3723, "1:02:03")],
)
def test_a_track_has_a_length_as_players_show_it(seconds: float | None, text: str) -> None:
    assert written("track_length", seconds) == text


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "1 month ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=730), "2 years ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_the_past_is_told_in_one_unit(passed: timedelta, text: str) -> None:
    assert written("ago", NOON - passed) == text


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 25, 12, 59, 59, tzinfo=UTC), "12:59:59 UTC"),
        (datetime(2026, 11, 25, 13, tzinfo=UTC), "13:00 UTC"),
        (datetime(2026, 11, 25, 7, 17, 43, tzinfo=UTC), "07:17 UTC"),
        (datetime(2026, 11, 26, 0, 5, tzinfo=UTC), "tomorrow 00:05 UTC"),
        (datetime(2026, 11, 24, 23, 55, tzinfo=UTC), "yesterday 23:55 UTC"),
        (datetime(2026, 11, 27, 14, 30, tzinfo=UTC), "27 Nov 14:30 UTC"),
        (datetime(2026, 5, 3, 14, 30, tzinfo=UTC), "3 May 14:30 UTC"),
    ],
)
def test_a_moment_names_its_day_unless_that_is_today(moment: datetime, text: str) -> None:
    assert written("clock_time", moment) == text


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("left", "text"), [(24, "in 24 s"), (90, "in 1 min 30 s"), (1, "in 1 s"), (0.4, "now"), (-3, "now")]
)
def test_what_is_to_come_is_counted_down(left: float, text: str) -> None:
    assert written("countdown", NOON + timedelta(seconds=left)) == text
