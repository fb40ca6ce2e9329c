"""Every write to the state of a running sync: each names the state and the owner that it expects to find."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from catalog.models import Album, SyncOperation, SyncRecord
from catalog.services.sync.forecast import Forecast
from catalog.services.sync.shutdown import stop_requested

BEAT_SECONDS = 0.5
Status = SyncOperation.Status
Stage = SyncOperation.Stage


class SyncLost(Exception):
    """The operation is no longer running, or no longer ours: another process gave this sync up for dead."""


class SyncCancelled(Exception):
    """Somebody asked for the end of the sync."""


class SyncStopped(Exception):
    """The process was told to end."""


class SyncJournal:
    """The state of one running sync, written by the process that owns it."""

    def __init__(
        self, operation_id: int, owner: str, usual: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.operation_id = operation_id
        self._owner = owner
        self._clock = clock
        self._forecast = Forecast(usual, clock())
        self._done = 0
        self._beaten = 0.0
        self._unwritten: dict[str, Any] = {}

    def take(self) -> bool:
        """Make the pending operation ours; whether that succeeded."""
        pending = SyncOperation.objects.filter(pk=self.operation_id, status=Status.PENDING, owner__in=("", self._owner))
        return bool(pending.update(status=Status.RUNNING, owner=self._owner, started_at=Now(), beat_at=Now()))

    def fence(self) -> None:
        """Begin a transaction: raise `SyncLost` unless the operation is still running and still ours."""
        self._write()

    def count(self, processed: int = 0, tab: str = "", **counts: int) -> None:
        """Add to the counters, in the transaction that changed what they count."""
        self._done += processed
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

    def enter(
        self,
        stage: SyncOperation.Stage,
        step: str,
        *,
        pieces: int | None = None,
        seconds: float = float("inf"),
        **fields: Any,  # noqa: ANN401 - as in beat
    ) -> None:
        """Begin a stage, or a step of it, as the forecast knows them."""
        self._forecast.enter(step, self._clock(), pieces=pieces, seconds=seconds)
        self._done = 0
        self._write(stage=stage, tab="", waiting_until=None, step_seconds=self._forecast.took, **fields)

    def advance(self, done: int, of: int, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        """Say how many pieces of the step are done, and beat."""
        self._done = max(done, self._done)
        self._forecast.resize(of)
        self.beat(**fields)

    def note(self, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        """Write down facts at once."""
        self._write(**fields)

    def _write(self, **fields: Any) -> None:  # noqa: ANN401 - as in beat
        running = SyncOperation.objects.filter(pk=self.operation_id, status=Status.RUNNING, owner=self._owner)
        now = self._clock()
        progress = {
            "percent": self._forecast.percent(now, self._done),
            "eta_seconds": round(self._forecast.left(now, self._done), 1),
            "beat_at": Now(),
        }
        if not running.update(**(progress | self._unwritten | fields)):
            raise SyncLost
        self._unwritten = {}


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
        if found.kind != SyncOperation.Kind.PREVIEW.value:
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
