"""Ends an operation whose process is gone or silent, so that the next sync can start."""

import logging
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import OperationalError
from django.db.models import Q

from catalog.models import SyncOperation
from catalog.services.errors import SyncError
from catalog.services.facts import Fact
from catalog.services.sync.journal import Status, end
from catalog.services.sync.owner import is_gone

logger = logging.getLogger(__name__)

ENRICHING_BROKE_OFF = Fact("spotify_blocked", {"cause": "process_ended"})


class NoWorker(SyncError):
    """No worker took the sync."""

    code: ClassVar[str] = "no_worker"


def end_if_lost(active: SyncOperation, stale_after_seconds: float) -> bool:
    """End an operation, read with ``now``, whose process is gone or silent, or that nobody took; whether it did."""
    now: datetime = vars(active)["now"]
    is_silent = now - active.beat_at > timedelta(seconds=stale_after_seconds)
    has_died = bool(active.owner) and is_gone(active.owner)
    try:
        # What a process leaves behind gives its locks back in a moment; one that sleeps may hold them for long.
        return (is_silent or has_died) and _end(active, has_died=has_died)
    except OperationalError:
        # A process that was stopped in a transaction holds its locks, or the disk is full: a later look ends it.
        logger.warning("lost sync could not be ended operation=%s", active.pk, exc_info=True)
        return False


def _end(lost: SyncOperation, *, has_died: bool) -> bool:
    same = Q(pk=lost.pk, status=lost.status, owner=lost.owner)
    nowait = not has_died
    if nowait:  # a beat that came in between shows that the owner lives after all
        same &= Q(beat_at__lte=lost.beat_at)
    if lost.status == Status.PENDING.value and not has_died:
        ended = end(same, Status.FAILED, nowait=nowait, error_code=NoWorker.code)
    elif lost.sheet_committed_at:
        warnings = [*lost.warnings, ENRICHING_BROKE_OFF.as_json()]
        ended = end(same, Status.COMPLETED, nowait=nowait, percent=100, warnings=warnings)
    else:
        ended = end(same, Status.INTERRUPTED, nowait=nowait)
    if ended:
        logger.warning("lost sync ended operation=%s status=%s stage=%s", lost.pk, lost.status, lost.stage)
    return ended
