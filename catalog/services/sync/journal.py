"""How far a running sync is, written twice a second: the sign of life of its process, and the look for a cancel."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from catalog.models import SyncOperation
from catalog.services.sync.forecast import Forecast
from catalog.services.sync.shutdown import stop_requested

BEAT_SECONDS = 0.5


class SyncLost(Exception):
    """The operation is no longer running, or no longer ours: another process gave this sync up for dead."""


class SyncCancelled(Exception):
    """Somebody asked for the end of the sync."""


class SyncStopped(Exception):
    """The process was told to end."""


class SyncJournal:
    """The progress of one running sync, written by the process that owns it."""

    def __init__(
        self,
        operation: SyncOperation,
        owner: str,
        usual: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.operation_id = operation.pk
        self._operation = operation
        self._owner = owner
        self._clock = clock
        self._forecast = Forecast(usual, clock())
        self._done = 0
        self._beaten = 0.0
        self._unwritten: dict[str, object] = {}

    def fence(self) -> None:
        """Begin a transaction: raise `SyncLost` unless the operation is still running and still ours."""
        self._write()

    def count(self, processed: int = 0, tab: str = "", **counts: int) -> None:
        """Add to the counters, in the transaction that changed what they count."""
        self._done += processed
        fields: dict[str, object] = {name: F(name) + number for name, number in counts.items() if number}
        if processed:
            fields["albums_processed"] = F("albums_processed") + processed
        if tab:
            fields["tab"] = tab
        self._write(**fields)

    def beat(self, **fields: object) -> None:
        """Give a sign of life with some fields of the operation, at most two a second; raises where it has to end."""
        if stop_requested.is_set():
            raise SyncStopped
        self._unwritten |= fields
        if self._clock() - self._beaten < BEAT_SECONDS:
            return
        self._beaten = self._clock()
        self._write()
        self._operation.refresh_from_db(fields=["cancel_requested"])
        if self._operation.cancel_requested:
            raise SyncCancelled

    def enter(
        self,
        stage: SyncOperation.Stage,
        step: str,
        *,
        pieces: int | None = None,
        seconds: float = float("inf"),
        **fields: object,
    ) -> None:
        """Begin a stage, or a step of it, as the forecast knows them."""
        self._forecast.enter(step, self._clock(), pieces=pieces, seconds=seconds)
        self._done = 0
        self._write(stage=stage, tab="", waiting_until=None, step_seconds=self._forecast.took, **fields)

    def expect(self, step: str, seconds: float) -> None:
        """Say that a step to come takes at most so long."""
        self._forecast.expect(step, seconds)

    def advance(self, done: int, of: int, **fields: object) -> None:
        """Say how many pieces of the step are done, and beat."""
        self._done = max(done, self._done)
        self._forecast.resize(of)
        if isinstance(until := fields.get("waiting_until"), datetime):
            self._forecast.wait(self._clock(), max(0.0, (until - timezone.now()).total_seconds()))
        self.beat(**fields)

    def note(self, **fields: object) -> None:
        """Write down facts at once."""
        self._write(**fields)

    def end(self, status: SyncOperation.Status, **fields: object) -> bool:
        """End the sync; whether it was still ours to end."""
        return self._operation.end(self._owner, status, **fields)

    def _write(self, **fields: object) -> None:
        now = self._clock()
        left = self._forecast.shown(now, self._done)
        progress: dict[str, object] = {
            "percent": self._forecast.percent(now, self._done),
            "eta_seconds": None if left is None else round(left, 1),
        }
        if not self._operation.beat(self._owner, **(progress | self._unwritten | fields)):
            raise SyncLost
        self._unwritten = {}
