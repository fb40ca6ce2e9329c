"""Starts, runs and cancels syncs, one at a time, and tells how the latest one stands."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction

from catalog.conf import SyncSettings
from catalog.logs.context import of_operation
from catalog.models import SyncOperation
from catalog.services import clock
from catalog.services.albums.undo import undoable_sync
from catalog.services.spotify.enricher import AlbumEnricher
from catalog.services.sync.journal import SyncJournal
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.owner import this_process
from catalog.services.sync.progress.estimate import Range, usual_ranges
from catalog.services.sync.progress.forecast import usual_seconds
from catalog.services.sync.recovery import recover_if_lost
from catalog.services.sync.run import SyncRun

Kind, Status = SyncOperation.Kind, SyncOperation.Status

SYNCS_TO_LEARN_FROM = 5


class SyncAlreadyRunning(Exception):
    """A sync is already in progress."""

    def __init__(self, operation: SyncOperation | None) -> None:
        super().__init__()
        self.operation = operation


class NothingToUndo(Exception):
    """The sync that was to be undone is not the last one that changed the catalogue, or it is undone already."""


class OfferGone(Exception):
    """The list that was to be accepted has been, or a newer comparison or sync has come in between."""


class DueTimeTaken(Exception):
    """Another scheduler has started the sync of this due time."""


class SchedulePaused(Exception):
    """Somebody undid a sync, and nobody has had the sheet applied since."""


class SyncManager:
    """What pages, commands and the scheduler ask for. The operation itself sees to it that there is only one."""

    def __init__(self, sync: SyncSettings, make_enricher: Callable[[], AlbumEnricher]) -> None:
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
        kind: SyncOperation.Kind = Kind.SYNC,
        due_at: datetime | None = None,
        owner: str = "",
    ) -> SyncOperation:
        """Return a new pending operation; with an owner, if it is known already which process will run it.

        Raises `SyncAlreadyRunning` where the database holds an active one, `DueTimeTaken` where a scheduled sync of
        the same due time has been, `SchedulePaused`, `OfferGone` and `NothingToUndo`.
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
                # Nothing else can come in between: the slot is ours.
                if trigger == SyncOperation.Trigger.SCHEDULE and SyncOperation.objects.is_schedule_paused():
                    raise SchedulePaused
                if kind == Kind.UNDO:
                    _check_undo(asked.undo)
                if asked.accept is not None:
                    _check_offer(asked)
                return operation
        except IntegrityError as error:
            if due_at and SyncOperation.objects.filter(due_at=due_at).exists():
                raise DueTimeTaken from error
            raise SyncAlreadyRunning(SyncOperation.objects.active().first()) from error

    def run(self, operation_id: int, handed_over_by: str = "") -> None:
        """Run a pending operation to its end in this thread; nothing happens if somebody else took it."""
        with of_operation(operation_id):
            self._run(operation_id, handed_over_by)

    def _run(self, operation_id: int, handed_over_by: str) -> None:
        owner = this_process()
        operation = SyncOperation.objects.get_queryset().with_silence().get(pk=operation_id)
        clock.learn(operation.now)
        options = SyncOptions(**operation.options)
        usual, ranges = self._usual_times(operation, options)
        journal = SyncJournal(operation, owner, usual, ranges=ranges)
        if operation.claim(owner, handed_over_by):
            SyncRun(operation, journal, self._settings, self._make_enricher()).run()

    def _usual_times(self, operation: SyncOperation, options: SyncOptions) -> tuple[dict[str, float], dict[str, Range]]:
        """Return how long the steps take as a rule, and at least and at most: 0 for those that this one leaves out."""
        completed = SyncOperation.objects.syncs().filter(status=Status.COMPLETED, step_seconds__has_key="fetching")
        earlier = completed.values_list("step_seconds", flat=True)[:SYNCS_TO_LEARN_FROM]
        enrich_seconds = self._settings.enrich_seconds if options.seconds is None else options.seconds
        left_out = {
            "fetching": options.only_spotify or operation.kind == Kind.UNDO,
            "reading": options.only_spotify or operation.kind == Kind.UNDO,
            "applying": options.only_spotify or operation.kind == Kind.PREVIEW,
            "enriching": options.skip_spotify or operation.kind != Kind.SYNC,
        }
        out = [step for step, is_left_out in left_out.items() if is_left_out]
        usual = usual_seconds(earlier, enrich_seconds) | dict.fromkeys(out, 0.0)
        return usual, usual_ranges(earlier, enrich_seconds) | dict.fromkeys(out, (0.0, 0.0))

    def cancel(self, active: SyncOperation | None = None) -> bool:
        """Ask this operation, or the active one, to end; whether it is active. One that is pending ends at once."""
        active = active or self.recover()
        return active is not None and (active.cancel_pending() or active.request_cancel())

    def recover(self) -> SyncOperation | None:
        """Return the operation that is active, after ending one that is so only by name."""
        active = SyncOperation.objects.active().with_silence().first()
        if active is None or not recover_if_lost(active, self._settings.stale_after_seconds):
            return active
        return SyncOperation.objects.active().first()


def _check_undo(asked: int | None) -> None:
    sync = undoable_sync()
    if sync is None or sync.pk != asked:
        raise NothingToUndo


def _check_offer(asked: SyncOptions) -> None:
    offer = SyncOperation.objects.offers().filter(pk=asked.accept)
    if asked.digest:
        offer = offer.filter(plan_digest=asked.digest)
    if not offer.exists():
        raise OfferGone
