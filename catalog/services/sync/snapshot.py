"""The status that pages and machines see: read from the database at most twice a second by each process."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Count, IntegerField, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from catalog.models import Album, SpotifyQuota, SyncOperation
from catalog.services.facts import Fact
from catalog.services.spotify.pacer import Lane
from catalog.services.sync.recovery import end_if_lost
from catalog.services.sync.status import SyncStatus

SNAPSHOT_SECONDS, LATE_SECONDS = 0.5, 1.0
FACTS = (
    "total_in_catalog", "last_synced_at", "unchanged_since", "spotify_blocked_until", "spotify_blocked_reason",
    "added_by_last_sync",
)  # fmt: skip
"""What is said beside the operation itself, in the same query."""


def read_status() -> SyncStatus:
    """Return the active sync, or the latest one that ended, and the catalogue; ends one whose process is gone."""
    operation = _latest()
    if operation is not None and operation.is_active and end_if_lost(operation, settings.SYNC.stale_after_seconds):
        operation = _latest()
    if operation is None:
        return SyncStatus(total_in_catalog=Album.objects.listed().count())
    return status_of(operation)


def _latest() -> SyncOperation | None:
    one_row: dict[str, Any] = {"output_field": IntegerField()}
    listed = Album.objects.listed().order_by().values("removed_at").annotate(number=Count("pk")).values("number")
    committed = SyncOperation.objects.committed()
    fruitful = committed.filter(Q(created__gt=0) | Q(updated__gt=0) | Q(removed__gt=0) | Q(revived__gt=0))
    block = SpotifyQuota.objects.filter(pk=Lane.API, blocked_until__gt=Now())
    no_old_previews = ~Q(kind=SyncOperation.Kind.PREVIEW) | Q(status__in=SyncOperation.ACTIVE)
    return (
        SyncOperation.objects.filter(no_old_previews)
        .annotate(
            now=Now(),
            total_in_catalog=Coalesce(Subquery(listed[:1], **one_row), 0),
            last_synced_at=Subquery(committed.values("sheet_committed_at")[:1]),
            unchanged_since=Subquery(fruitful.values("sheet_committed_at")[:1]),
            spotify_blocked_until=Subquery(block.values("blocked_until")[:1]),
            spotify_blocked_reason=Coalesce(Subquery(block.values("blocked_reason")[:1]), Value("")),
            added_by_last_sync=Coalesce(Subquery(committed.values("created")[:1], **one_row), 0),
        )
        .first()
    )


def status_of(operation: SyncOperation) -> SyncStatus:
    """Return the status of one operation; without the facts of the catalogue where it was read without them."""
    facts = vars(operation)
    told = {name: facts[name] for name in FACTS if name in facts}
    is_undo = (
        operation.kind == SyncOperation.Kind.UNDO.value and operation.status == SyncOperation.Status.COMPLETED.value
    )
    error = Fact(operation.error_code, operation.error_parameters)
    return SyncStatus(
        id=operation.pk,
        kind=operation.kind,
        status=operation.status,
        stage=operation.stage,
        tab=operation.tab,
        albums_processed=operation.albums_processed,
        total_albums=operation.total_albums,
        spotify_processed=operation.spotify_processed,
        spotify_total=operation.spotify_total,
        percent=operation.percent,
        cancel_requested=operation.cancel_requested and operation.is_active,
        is_applied=operation.sheet_committed_at is not None,
        started_at=operation.started_at,
        updated_at=operation.finished_at or operation.beat_at,
        finished_at=operation.finished_at,
        waiting_until=operation.waiting_until,
        elapsed_seconds=operation.elapsed_seconds,
        eta_seconds=operation.eta_seconds,
        counts=operation.counts,
        warnings=tuple(map(Fact.stored, operation.warnings)),
        error=error if operation.error_code else None,
        undone_at=operation.finished_at if is_undo else None,
        **told,
    )


class Snapshot:
    """One status for all readers of this process, renewed by the first one who comes after half a second.

    The others need not wait for that one: they get the status of before, unless it is older than a second.
    """

    def __init__(
        self, read: Callable[[], SyncStatus] = read_status, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._renewing = threading.Lock()
        self._taken: tuple[float, SyncStatus] | None = None

    def get(self, *, fresh: bool = False) -> SyncStatus:
        """Return the status, read anew if asked for or if the last one is too old."""
        if not fresh and (status := self._younger_than(SNAPSHOT_SECONDS)):
            return status
        late = None if fresh else self._younger_than(LATE_SECONDS)
        if not self._renewing.acquire(blocking=late is None) and late is not None:
            return late
        try:
            return (None if fresh else self._younger_than(SNAPSHOT_SECONDS)) or self._renew()
        finally:
            self._renewing.release()

    def _younger_than(self, seconds: float) -> SyncStatus | None:
        taken = self._taken
        return taken[1] if taken and self._clock() - taken[0] <= seconds else None

    def _renew(self) -> SyncStatus:
        status = self._read()
        self._taken = self._clock(), status
        return status


snapshot = Snapshot()
