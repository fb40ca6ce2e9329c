"""Every write to the state of a running sync: each names the state and the owner that it expects to find."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from catalog.models import Album, SyncOperation, SyncRecord
from catalog.services.process import stop_requested

BEAT_SECONDS = 0.5
Status = SyncOperation.Status
Stage = SyncOperation.Stage

SHARES = {
    True: {Stage.FETCHING: (0, 10), Stage.PROCESSING: (10, 60), Stage.ENRICHING: (60, 98), Stage.FINALIZING: (98, 99)},
    False: {Stage.FETCHING: (0, 20), Stage.PROCESSING: (20, 98), Stage.FINALIZING: (98, 99)},
}
"""From which to which per cent a stage leads, with and without Spotify."""

HALFWAY_SECONDS = 4
"""After this time a stage whose end is unknown counts as half done, after twice as long as three quarters done."""


class SyncLost(Exception):
    """The operation is no longer running, or no longer ours: another process gave this sync up for dead."""


class SyncCancelled(Exception):
    """Somebody asked for the end of the sync."""


class SyncStopped(Exception):
    """The process was told to end."""


@dataclass
class Progress:
    """How far the stage has come, as this process knows it before it is written."""

    stage: SyncOperation.Stage = Stage.FETCHING
    done: int = 0
    total: int | None = None
    percent: int = 0
    began: float = 0.0


class SyncJournal:
    """The state of one running sync, written by the process that owns it."""

    def __init__(
        self, operation_id: int, owner: str, *, enriches: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.operation_id = operation_id
        self._shares = SHARES[enriches]
        self._owner = owner
        self._clock = clock
        self._beaten = 0.0
        self._unwritten: dict[str, Any] = {}
        self._progress = Progress(began=clock())

    def take(self) -> bool:
        """Make the pending operation ours; whether that succeeded."""
        pending = SyncOperation.objects.filter(pk=self.operation_id, status=Status.PENDING)
        return bool(pending.update(status=Status.RUNNING, owner=self._owner, started_at=Now(), beat_at=Now()))

    def fence(self) -> None:
        """Begin a transaction: raise `SyncLost` unless the operation is still running and still ours."""
        self._write()

    def count(self, processed: int = 0, tab: str = "", **counts: int) -> None:
        """Add to the counters, in the transaction that changed what they count."""
        self._progress.done += processed
        fields: dict[str, Any] = {name: F(name) + number for name, number in counts.items() if number}
        if processed:
            fields["albums_processed"] = F("albums_processed") + processed
        if tab:
            fields["tab"] = tab
        self._write(**fields)

    def beat(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of the model, as update() takes them
        """Give a sign of life, at most two a second; raises where the sync has to end."""
        if stop_requested.is_set():
            raise SyncStopped
        self._unwritten |= fields
        if self._clock() - self._beaten < BEAT_SECONDS:
            return
        self._beaten = self._clock()
        self._write()
        if SyncOperation.objects.filter(pk=self.operation_id, cancel_requested=True).exists():
            raise SyncCancelled

    def enter(self, stage: SyncOperation.Stage, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        """Begin a stage."""
        total = fields.get("spotify_total" if stage == Stage.ENRICHING else "total_albums")
        self._progress = Progress(stage, 0, total, self._progress.percent, self._clock())
        self._write(stage=stage, tab="", waiting_until=None, **fields)

    def advance(self, done: int, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        """Say how far the stage is, and beat."""
        self._progress.done = max(done, self._progress.done)
        self.beat(**fields)

    def note(self, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        """Write down facts at once."""
        self._write(**fields)

    def _write(self, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        running = SyncOperation.objects.filter(pk=self.operation_id, status=Status.RUNNING, owner=self._owner)
        progress = {"percent": self._percent(), "eta_seconds": self._eta(), "beat_at": Now()}
        if not running.update(**(progress | self._unwritten | fields)):
            raise SyncLost
        self._unwritten = {}

    def _percent(self) -> int:
        progress = self._progress
        start, end = self._shares[progress.stage]
        if progress.total is None:
            share = 1 - 0.5 ** ((self._clock() - progress.began) / HALFWAY_SECONDS)
        else:
            share = min(1.0, progress.done / progress.total) if progress.total else 1.0
        progress.percent = max(progress.percent, int(start + (end - start) * share))
        return progress.percent

    def _eta(self) -> float | None:
        progress = self._progress
        if not progress.total or not progress.done:
            return None
        elapsed = self._clock() - progress.began
        return round(elapsed * max(0, progress.total - progress.done) / progress.done, 1)


def end(
    operation: Q,
    status: SyncOperation.Status,
    *,
    nowait: bool = False,
    **fields: Any,  # noqa: ANN401 - as in SyncJournal.beat
) -> bool:
    """End the operation that ``operation`` finds, and record what came of it; whether there was one.

    ``operation`` names the state, and the owner, that the operation must still have. With ``nowait`` an operation
    whose owner is in the middle of a transaction raises OperationalError, where the database can tell.
    """
    with transaction.atomic():
        found = SyncOperation.objects.active().filter(operation).select_for_update(nowait=nowait).first()
        if found is None:
            return False
        changed = SyncOperation.objects.filter(operation, pk=found.pk, status=found.status).update(
            status=status, stage=Stage.NONE, finished_at=Now(), waiting_until=None, eta_seconds=None, **fields
        )
        if not changed:
            return False
        if found.kind == SyncOperation.Kind.SYNC:
            record(SyncOperation.objects.get(pk=found.pk))
    return True


def record(operation: SyncOperation) -> SyncRecord:
    """Write down what came of an operation that has just ended."""
    finished = operation.finished_at or operation.beat_at
    started = operation.started_at or operation.created_at
    listed = Album.objects.aggregate(number=Count("pk", filter=Q(removed_at=None)))
    return SyncRecord.objects.create(
        operation=operation,
        outcome=operation.status,
        started_at=started,
        finished_at=finished,
        duration_seconds=max(0.0, (finished - started).total_seconds()),
        total_in_catalog=listed["number"],
        warnings=operation.warnings,
        **operation.counts,
    )
