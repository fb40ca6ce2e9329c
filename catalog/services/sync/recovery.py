"""Ends an operation whose process is gone or silent, so that the next sync can start."""

import logging
from datetime import timedelta
from typing import Any, ClassVar

from django.db import OperationalError

from catalog.logs.context import of_operation
from catalog.models import SyncOperation
from catalog.services.errors import SyncError
from catalog.services.facts import Fact
from catalog.services.sync.owner import is_gone

logger = logging.getLogger(__name__)

Status = SyncOperation.Status

ENRICHING_BROKE_OFF = Fact("spotify_blocked", {"cause": "process_ended"})


class NoWorker(SyncError):
    """No worker took the sync."""

    code: ClassVar[str] = "no_worker"


def recover_if_lost(operation: SyncOperation, stale_after_seconds: float) -> bool:
    """End an operation, read `with_silence`, that is active only by name.

    Returns whether it is to be read again: it has just changed, by this process or by one that was faster.
    """
    if not operation.is_active:
        return False
    has_died = bool(operation.owner) and is_gone(operation.owner)
    if not has_died and operation.silence <= timedelta(seconds=stale_after_seconds):
        return False
    with of_operation(operation.pk):
        return _recover(operation, has_died=has_died)


def _recover(operation: SyncOperation, *, has_died: bool) -> bool:
    stage = operation.stage
    outcome, facts = _outcome(operation, has_died=has_died)
    try:
        is_ended = operation.recover(outcome, has_died=has_died, **facts)
    except OperationalError:
        # A process that was stopped in a transaction holds its locks, or the disk is full: a later look ends it.
        logger.warning("lost sync could not be ended operation=%s", operation.pk, exc_info=True)
        return False
    if is_ended:
        logger.warning("lost sync ended operation=%s stage=%s outcome=%s", operation.pk, stage, outcome)
    return True


def _outcome(lost: SyncOperation, *, has_died: bool) -> tuple[SyncOperation.Status, dict[str, Any]]:
    if lost.status == Status.PENDING and not has_died:
        return Status.FAILED, {"error_code": NoWorker.code}
    if lost.sheet_committed_at:
        return Status.COMPLETED, {"percent": 100, "warnings": [*lost.warnings, ENRICHING_BROKE_OFF.as_json()]}
    return Status.INTERRUPTED, {}
