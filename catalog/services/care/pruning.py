"""Deletes what nobody needs any more, in short transactions."""

import logging
from collections import Counter
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from catalog.models import AlbumChange, Delivery, ReviewRow, SyncFailure, SyncOperation, Upkeep
from catalog.models.sync_queries import SyncOperationQuerySet

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
"""So few that no sync waits: a transaction takes some milliseconds."""
A_DAY = timedelta(days=1)
OF_OTHER_APPS: tuple[tuple[str, str, str, Q], ...] = (
    ("django_tasks_database.DBTaskResult", "task results", "finished_at", Q(status__in=("SUCCESSFUL", "FAILED"))),
    ("axes.AccessAttempt", "logins", "attempt_time", Q()),
    ("axes.AccessFailureLog", "logins", "attempt_time", Q()),
    ("axes.AccessLog", "logins", "attempt_time", Q()),
)
"""Tables of other apps: what their rows are called, their time, and which of them are done."""


def prune_if_due(days: int) -> bool:
    """Prune if nobody has for a day, and if there is something to keep for so many days at most; whether it did."""
    if not days or not Upkeep.claim("prune", A_DAY):
        return False
    prune(days)
    return True


def prune(days: int) -> Counter[str]:
    """Delete what is older than so many days and of no use, and return how much of what.

    These are operations that changed nothing, failures, messages, task results, logins, and sessions that have expired.
    Whatever changed albums stays, with its change log, so that it can be undone as long as before. So does what pages
    show, and what the schedule goes by.
    """
    before = Now() - timedelta(days=days)
    shown = kept_operations()
    deleted: Counter[str] = Counter()
    deleted["operations"] = _delete(idle_operations().filter(finished_at__lt=before).exclude(pk__in=shown))
    old_failures = SyncFailure.objects.filter(operation__finished_at__lt=before)
    deleted["failures"] = _delete(old_failures.exclude(operation__in=shown))
    deleted["messages"] = _delete(Delivery.objects.settled().filter(created_at__lt=before))
    for label, name, time, is_done in OF_OTHER_APPS:
        deleted[name] += _delete(_all(apps.get_model(label)).filter(is_done, **{f"{time}__lt": before}))
    deleted["sessions"] = _delete(_all(apps.get_model("sessions.Session")).filter(expire_date__lt=Now()))
    logger.info("pruned days=%s %s", days, " ".join(f"{name}={number}" for name, number in deleted.items()))
    return deleted


def idle_operations() -> SyncOperationQuerySet:
    """Return what has ended, changed no album, and is not what a row to review is told to come from."""
    ended = SyncOperation.objects.get_queryset().exclude(status__in=SyncOperation.ACTIVE)
    logged = Exists(AlbumChange.objects.filter(operation=OuterRef("pk")))
    told = Exists(ReviewRow.objects.get_queryset().filter(first_seen_in=OuterRef("pk")))
    previews, idle = Q(kind=SyncOperation.Kind.PREVIEW), Q(has_changes=0) | Q(albums_processed=0)
    return ended.filter(previews | idle, ~logged, ~told)


def kept_operations() -> list[int]:
    """Return the operations that pages show or the schedule goes by, however old: the last of each kind and outcome."""
    everything = SyncOperation.objects.get_queryset()
    last = [
        everything.filter(kind=kind, status=status) for kind in SyncOperation.Kind for status in SyncOperation.Status
    ]
    last += [everything.committed(), everything.fruitful(), everything.offers(), everything.syncs().filter(due_at=None)]
    scheduled = everything.exclude(due_at=None).order_by("-due_at")
    kept = {each.pk for each in (queryset.first() for queryset in [*last, scheduled]) if each}
    # The sync that ended the pause after an undo.
    asked = everything.syncs().exclude(trigger=SyncOperation.Trigger.SCHEDULE).exclude(options__has_key="only_spotify")
    applied = asked.filter(Q(status=SyncOperation.Status.COMPLETED) | Q(sheet_committed_at__isnull=False)).first()
    return sorted(kept | {applied.pk} if applied else kept)


def _all(model: type[models.Model]) -> "models.QuerySet[Any]":
    return models.QuerySet(model)


def _delete(rows: "models.QuerySet[Any]") -> int:
    """Delete some hundred rows at a time; others write in between."""
    number = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        with transaction.atomic():
            number += len(keys)
            rows.model._base_manager.filter(pk__in=keys).delete()
    return number
