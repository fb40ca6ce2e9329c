"""What of a sync that has just ended is worth a message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from catalog.models import Delivery, ReviewRow, SyncOperation
from catalog.services.albums.guards import HELD

Event, Kind, Status = Delivery.Event, SyncOperation.Kind, SyncOperation.Status

STILL_BROKEN = timedelta(hours=23)
"""After this time the same failure is told again: an hour less than a day, so that a daily sync does so each time."""

DATABASE_REFUSED = "database_refused"
"""The code of rows that each sync tries anew, and notes as failures of its own."""


@dataclass(frozen=True)
class NewRows:
    """Rows and tabs that a sync was the first to meet."""

    to_review: int = 0
    skipped: int = 0

    def __bool__(self) -> bool:
        return bool(self.to_review or self.skipped)


def event_of(operation: SyncOperation, now: datetime) -> "tuple[Delivery.Event, str] | None":
    """Return what to tell of an operation that has ended, and what caused it; None if nothing is worth a message.

    A failure is told when it begins, when its cause changes, and once a day while it lasts; then that syncs work again.
    Nothing is told of previews, undos, cancelled syncs, and those that only asked Spotify: somebody watches them.
    """
    if operation.kind != Kind.SYNC or operation.options.get("only_spotify"):
        return None
    told = Delivery.objects.about_syncs().exclude(event=Event.REVIEW).first()
    broken = told if told and told.event in Delivery.BREAKS else None
    if cause := _cause(operation):
        is_known = broken is not None and broken.cause == cause and now - broken.created_at < STILL_BROKEN
        return None if is_known else (Event.HELD if operation.error_code in HELD else Event.FAILED, cause)
    if operation.status != Status.COMPLETED:
        return None
    if broken:
        return Event.RECOVERED, ""
    return (Event.REVIEW, "") if new_rows(operation) else None


def _cause(operation: SyncOperation) -> str:
    """Return why a sync is broken, empty if it isn't. One interruption is a restart, two in a row are a fault."""
    if operation.status == Status.FAILED:
        return f"{operation.error_code} {operation.error_parameters.get('tab', '')}".strip()[:250]
    if operation.status == Status.INTERRUPTED:
        before = SyncOperation.objects.syncs().filter(pk__lt=operation.pk).exclude(status=Status.CANCELLED).first()
        return "interrupted" if before and before.status == Status.INTERRUPTED else ""
    return ""


def new_rows(operation: SyncOperation) -> NewRows:
    """Count what a sync found; one that read a part of the sheet leaves that to the next whole one."""
    if operation.status != Status.COMPLETED or "limit" in operation.options:
        return NewRows()
    tried_again = Q(code=DATABASE_REFUSED)
    found = operation.failures.exclude(tried_again).aggregate(
        to_review=Count("pk", filter=Q(is_doubt=True)), skipped=Count("pk", filter=Q(is_doubt=False))
    )
    refused = ReviewRow.objects.get_queryset().filter(tried_again, first_seen_in=operation).count()
    return NewRows(found["to_review"], found["skipped"] + refused)
