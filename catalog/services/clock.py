"""Time as services see it, so that tests can move it."""

import time
from datetime import UTC, datetime, timedelta

from django.utils import timezone

LEAST_LEAD = timedelta(seconds=1)
"""What the way to the database and back may take is no lead."""

_lead = timedelta()


def learn(database_now: datetime) -> None:
    """Take note of the database's time as it was read just now."""
    global _lead
    lead = database_now - timezone.now()
    _lead = lead if abs(lead) >= LEAST_LEAD else timedelta()


def due_time(interval: timedelta, now: datetime) -> datetime:
    """Return the last time that is a whole number of intervals after midnight of 1 January 1970."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // interval * interval


class Clock:
    """The time of the database, as far as this process has read it: the clocks of machines differ."""

    def now(self) -> datetime:
        """Return the time of day, which other processes share."""
        return timezone.now() + _lead

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
