"""Starts, runs and cancels syncs, one at a time, and tells how the latest one stands."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import SyncOperation
from catalog.services import process
from catalog.services.album_enricher import AlbumEnricher
from catalog.services.album_undo import undoable_sync
from catalog.services.sync_forecast import usual_seconds
from catalog.services.sync_journal import Status, SyncJournal, end
from catalog.services.sync_options import SyncOptions
from catalog.services.sync_run import ENRICHING_BROKE_OFF, SyncRun
from config.environment import Sync

logger = logging.getLogger(__name__)

SYNCS_TO_LEARN_FROM = 5
NO_WORKER = {
    "error_code": "no_worker",
    "error_message": "No worker took the sync.",
    "error_hint": "Start a worker with manage.py db_worker, or set TASKS_BACKEND=thread, then press Sync Now again.",
}


class SyncAlreadyRunning(Exception):
    """A sync is already in progress."""

    def __init__(self, operation: SyncOperation | None) -> None:
        super().__init__(self.__doc__)
        self.operation = operation


class NothingToUndo(Exception):
    """The sync that was to be undone is not the last one that changed the catalogue, or it is undone already."""


class DueTimeTaken(Exception):
    """Another scheduler has started the sync of this due time."""


class SyncManager:
    """The only writer of sync state."""

    def __init__(self, sync: Sync, make_enricher: Callable[[], AlbumEnricher]) -> None:
        self._settings = sync
        self._make_enricher = make_enricher

    @classmethod
    def from_settings(cls) -> "SyncManager":
        """Return the manager that the settings describe."""
        return cls(settings.SYNC, partial(AlbumEnricher.from_settings, settings.SPOTIFY))

    def start(
        self,
        trigger: SyncOperation.Trigger,
        *,
        started_by: str = "",
        options: SyncOptions | None = None,
        kind: SyncOperation.Kind = SyncOperation.Kind.SYNC,
        due_at: datetime | None = None,
        owner: str = "",
    ) -> SyncOperation:
        """Return a new pending operation; with an owner, if it is known already which process will run it.

        Raises `SyncAlreadyRunning` where the database holds an active one, `DueTimeTaken` where a scheduled sync of
        the same due time has been, and `NothingToUndo`.
        """
        if active := self.recover():
            raise SyncAlreadyRunning(active)
        asked = options or SyncOptions()
        try:
            with transaction.atomic():
                operation = SyncOperation.objects.create(
                    trigger=trigger,
                    started_by=started_by,
                    options=asked.given,
                    kind=kind,
                    due_at=due_at,
                    owner=owner,
                )
                if kind == SyncOperation.Kind.UNDO:  # nothing else can come in between: the slot is ours
                    _check_undo(asked.undo)
                return operation
        except IntegrityError as error:
            if due_at and SyncOperation.objects.filter(due_at=due_at).exists():
                raise DueTimeTaken from error
            raise SyncAlreadyRunning(SyncOperation.objects.active().first()) from error

    def run(self, operation_id: int) -> None:
        """Run a pending operation to its end in this thread; nothing happens if somebody else took it."""
        owner = process.this_process()
        operation = SyncOperation.objects.get(pk=operation_id)
        options = SyncOptions(**operation.options)
        journal = SyncJournal(operation_id, owner, self._usual_seconds(operation, options))
        if journal.take():
            SyncRun(operation, journal, owner, self._settings, self._make_enricher()).run()

    def _usual_seconds(self, operation: SyncOperation, options: SyncOptions) -> dict[str, float]:
        """Return how long the steps of this operation take as a rule, 0 for those that it leaves out."""
        earlier = SyncOperation.objects.syncs().filter(status=Status.COMPLETED, step_seconds__has_key="fetching")
        enrich_seconds = self._settings.enrich_seconds if options.seconds is None else options.seconds
        usual = usual_seconds(earlier.values_list("step_seconds", flat=True)[:SYNCS_TO_LEARN_FROM], enrich_seconds)
        left_out = {
            "fetching": options.only_spotify or operation.kind == SyncOperation.Kind.UNDO,
            "reading": options.only_spotify or operation.kind == SyncOperation.Kind.UNDO,
            "applying": options.only_spotify or operation.kind == SyncOperation.Kind.PREVIEW,
            "enriching": options.skip_spotify or operation.kind != SyncOperation.Kind.SYNC,
        }
        return usual | {step: 0.0 for step, is_left_out in left_out.items() if is_left_out}

    def cancel(self) -> bool:
        """Ask the active operation to end; whether there is one. One that is pending ends at once."""
        self.recover()
        if end(Q(status=Status.PENDING), Status.CANCELLED, cancel_requested=True):
            return True
        return bool(SyncOperation.objects.filter(status=Status.RUNNING).update(cancel_requested=True))

    def recover(self) -> SyncOperation | None:
        """Return the operation that is active, after ending one that is so only by name."""
        active = SyncOperation.objects.active().annotate(now=Now()).first()
        if active is not None:
            self.end_if_lost(active)
        return SyncOperation.objects.active().first()

    def end_if_lost(self, active: SyncOperation) -> bool:
        """End an operation, read with ``now``, whose process is gone or silent, or that nobody took; whether it did."""
        now: datetime = vars(active)["now"]
        is_silent = now - active.beat_at > timedelta(seconds=self._settings.stale_after_seconds)
        is_gone = bool(active.owner) and process.is_gone(active.owner)
        try:
            # What a process leaves behind gives its locks back in a moment; one that sleeps may hold them for long.
            return (is_silent or is_gone) and self._bury(active, is_gone=is_gone)
        except OperationalError:
            # A process that was stopped in a transaction holds its locks, or the disk is full: a later look ends it.
            logger.warning("lost sync could not be ended operation=%s", active.pk, exc_info=True)
            return False

    def _bury(self, lost: SyncOperation, *, is_gone: bool) -> bool:
        same = Q(pk=lost.pk, status=lost.status, owner=lost.owner)
        nowait = not is_gone
        if nowait:  # a beat that came in between shows that the owner lives after all
            same &= Q(beat_at__lte=lost.beat_at)
        if lost.status == Status.PENDING.value and not is_gone:
            ended = end(same, Status.FAILED, nowait=nowait, **NO_WORKER)
        elif lost.sheet_committed_at:
            warnings = [*lost.warnings, ENRICHING_BROKE_OFF]
            ended = end(same, Status.COMPLETED, nowait=nowait, percent=100, warnings=warnings)
        else:
            ended = end(same, Status.INTERRUPTED, nowait=nowait)
        if ended:
            logger.warning("lost sync ended operation=%s status=%s stage=%s", lost.pk, lost.status, lost.stage)
        return ended


def _check_undo(asked: int | None) -> None:
    sync = undoable_sync()
    if sync is None or sync.pk != asked:
        raise NothingToUndo
