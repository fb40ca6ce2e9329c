"""The status that pages and machines see: read from the database at most twice a second by each process."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from catalog.models import Album, ReviewRow, SpotifyQuota, SyncOperation
from catalog.services import clock
from catalog.services.facts import Fact
from catalog.services.prepared import PreparedQuery
from catalog.services.spotify.errors import NO_CREDENTIALS
from catalog.services.spotify.pacer import Lane
from catalog.services.sync.recovery import recover_if_lost
from catalog.services.sync.status import SyncStatus

PATIENCE = timedelta(seconds=60)
"""After this time a sync that was due is overdue: a scheduler looks every few seconds, and is restarted in ten."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SNAPSHOT_SECONDS, LATE_SECONDS = 0.5, 1.0


def read_status() -> SyncStatus:
    """Return the active sync, or the latest one that ended, and the catalogue; ends one whose process is gone."""
    operation = _latest().first()
    if operation is not None and recover_if_lost(operation, settings.SYNC.stale_after_seconds):
        operation = _latest().first()
    if operation is None:
        listed = Album.objects.listed().count()
        following = next_sync_at()
        overdue = overdue_since(following, None)
        return SyncStatus(total_in_catalog=listed, notes=notes(), next_sync_at=following, overdue_since=overdue)
    clock.learn(operation.now)
    told = {name: getattr(operation, name) for name in _facts()} | {"next_sync_at": next_sync_at()}
    if not operation.is_active:  # else the scheduler waits for its end
        told["overdue_since"] = overdue_since(told["next_sync_at"], told["last_due_at"])
    status = status_of(operation, told)
    has_ended_preview = operation.kind == SyncOperation.Kind.PREVIEW and not operation.is_active
    return _beside(status, told) if has_ended_preview else status


def next_sync_at() -> datetime | None:
    """Return the next due time of the schedule, unless there is none or an undo has paused it."""
    interval = settings.SYNC.interval
    if interval is None or SyncOperation.objects.is_schedule_paused():
        return None
    return clock.due_time(interval, clock.Clock().now()) + interval


def overdue_since(following: datetime | None, met: datetime | None) -> datetime | None:
    """Return the due time before the next one if it has passed for a while and none so late was met."""
    interval = settings.SYNC.interval
    if following is None or interval is None:
        return None
    due = following - interval
    is_late = clock.Clock().now() - due > PATIENCE
    return due if is_late and (met is None or met < due) else None


@cache
def _latest() -> PreparedQuery[SyncOperation]:
    return PreparedQuery(SyncOperation.objects.get_queryset().with_silence().annotate(**_facts())[:1])


def _beside(preview: SyncStatus, facts: Mapping[str, Any]) -> SyncStatus:
    """Return the status of the latest sync or undo, with the preview that has ended since."""
    operation = SyncOperation.objects.get_queryset().writing().with_silence().first()
    if operation is None:
        return SyncStatus(**facts, notes=preview.notes, now=preview.now, preview=preview)
    return status_of(operation, {**facts, "preview": preview})


@cache
def _facts() -> Mapping[str, Any]:
    """Return what is said of the catalogue beside the operation, to be read in the same query."""
    committed = SyncOperation.objects.committed()
    fruitful = committed.filter(has_changes=1)
    # Not `undoable_sync()`: this is asked twice a second, and the page of the undo says if there is no log.
    undoable = SyncOperation.objects.fruitful()
    # Not `exclude(due_at=None)`: that walks over every operation that nobody scheduled.
    scheduled = SyncOperation.objects.get_queryset().filter(due_at__gt=LONG_AGO).order_by("-due_at")
    block = SpotifyQuota.objects.filter(pk=Lane.API, blocked_until__gt=Now())
    return {
        # SQLite knows how many there are, and need not look at each of those that are listed.
        "total_in_catalog": _number_of(Album.objects.get_queryset()) - _number_of(Album.objects.removed()),
        "rows_to_review": _number_of(ReviewRow.objects.to_review()),
        "last_sync_id": Subquery(committed.values("pk")[:1]),
        "last_synced_at": Subquery(committed.values("sheet_committed_at")[:1]),
        "unchanged_since": Subquery(fruitful.values("sheet_committed_at")[:1]),
        "undoable_id": Subquery(undoable.values("pk")[:1]),
        "undoable_since": Subquery(undoable.values("created_at")[:1]),
        "last_due_at": Subquery(scheduled.values("due_at")[:1]),
        "last_scheduled_at": Subquery(scheduled.values("created_at")[:1]),
        "spotify_blocked_until": Subquery(block.values("blocked_until")[:1]),
        "spotify_blocked_reason": Coalesce(Subquery(block.values("blocked_reason")[:1]), Value("")),
        "added_by_last_sync": Coalesce(Subquery(committed.values("created")[:1]), 0),
    }


def _number_of(rows: QuerySet[Any]) -> Subquery:
    """Return how many rows there are, to be counted within another query; `Count` would group them."""
    number = Func(template="COUNT(*)", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(number=number).values("number"))


def status_of(operation: SyncOperation, facts: Mapping[str, Any] | None = None) -> SyncStatus:
    """Return the status of one operation, and facts about the catalogue beside it."""
    is_undo = operation.kind == SyncOperation.Kind.UNDO and operation.status == SyncOperation.Status.COMPLETED
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
        is_for_staff=operation.is_for_staff,
        only_spotify=bool(operation.options.get("only_spotify")),
        applied_preview=None if operation.options.get("force") else operation.options.get("accept"),
        plan_digest=operation.plan_digest,
        is_applied=operation.sheet_committed_at is not None,
        started_at=operation.started_at,
        updated_at=operation.finished_at or operation.beat_at,
        finished_at=operation.finished_at,
        waiting_until=operation.waiting_until,
        elapsed_seconds=operation.elapsed_seconds,
        eta_seconds=operation.eta_seconds,
        counts=operation.counts,
        warnings=tuple(map(Fact.stored, operation.warnings)),
        notes=notes(),
        error=error if operation.error_code else None,
        undone_at=operation.finished_at if is_undo else None,
        now=getattr(operation, "now", None),
        **(facts or {}),
    )


def notes() -> tuple[Fact, ...]:
    """Return what asks for nothing: without a key of Spotify's, covers come all the same."""
    return () if settings.SPOTIFY.has_credentials else (NO_CREDENTIALS,)


class Look:
    """The status as it was read at one moment, and what was written of it."""

    def __init__(self, status: SyncStatus, began: float, at: float) -> None:
        self.status = status
        self.began = began
        self.at = at
        self.rendered: dict[object, str] = {}
        """Pages' panels of this status, by what tells their readers apart."""
        self._written: tuple[str, str] | None = None

    def written(self, write: Callable[[SyncStatus], str]) -> tuple[str, str]:
        """Return the status as ``write`` puts it, with its ETag: written for the first who asks, and kept for others.

        The next look is written anew even if nothing changed: words tell how long ago things were.
        """
        if self._written is None:
            body = write(self.status)
            self._written = body, f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
        return self._written


class Snapshot:
    """One look for all readers of this process, renewed by the first one who comes after half a second.

    The others need not wait for that one: they get the look before, unless it is older than a second.
    """

    def __init__(
        self, read: Callable[[], SyncStatus] = read_status, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._renewing = threading.Lock()
        self._latest: Look | None = None

    def look(self, *, fresh: bool = False) -> Look:
        """Return what was read last, or read anew if that is too old; a fresh look begins after it is asked for."""
        if fresh:
            asked = self._clock()
            with self._renewing:
                latest = self._latest
                return latest if latest and latest.began > asked else self._renew()
        if look := self._younger_than(SNAPSHOT_SECONDS):
            return look
        late = self._younger_than(LATE_SECONDS)
        if not self._renewing.acquire(blocking=late is None) and late is not None:
            return late
        try:
            return self._younger_than(SNAPSHOT_SECONDS) or self._renew()
        finally:
            self._renewing.release()

    def get(self, *, fresh: bool = False) -> SyncStatus:
        """Return the status alone."""
        return self.look(fresh=fresh).status

    def reset(self) -> None:
        """Forget what was read."""
        self._latest = None

    def _younger_than(self, seconds: float) -> Look | None:
        latest = self._latest
        return latest if latest and self._clock() - latest.at <= seconds else None

    def _renew(self) -> Look:
        began = self._clock()
        self._latest = look = Look(self._read(), began, self._clock())
        return look


@cache
def current_snapshot() -> Snapshot:
    """Return the snapshot of this process."""
    return Snapshot()
