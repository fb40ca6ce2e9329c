"""Time as services see it, so that tests can move it."""

import time
from datetime import datetime

from django.utils import timezone


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Return the time of day, which other processes share."""
        return timezone.now()

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
