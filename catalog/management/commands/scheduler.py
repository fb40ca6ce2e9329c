"""manage.py scheduler: starts a sync every SYNC_INTERVAL."""

import logging
import os
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from catalog.models import SyncOperation
from catalog.services.clock import due_time
from catalog.services.sync import shutdown
from catalog.services.sync_manager import DueTimeTaken, SchedulePaused, SyncAlreadyRunning
from catalog.tasks import start_sync

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5
STOP_SECONDS = 5


class Command(BaseCommand):
    """Start a sync at each due time. The database knows who took which, so several schedulers do no harm."""

    help = __doc__ or ""

    def handle(self, **_: object) -> None:
        """Run until told to end, or until the process that started it is gone."""
        interval = settings.SYNC.interval
        if interval is None:
            raise CommandError("SYNC_INTERVAL is not set. Set it to 30m, 6h or 1d, for instance.")
        parent = os.getppid()
        shutdown.stop_on_sigterm()
        while os.getppid() == parent and not shutdown.stop_requested.is_set():
            start_what_is_due(interval, datetime.now(UTC))
            shutdown.stop_requested.wait(LOOK_SECONDS)
        shutdown.stop_and_wait(STOP_SECONDS)


def start_what_is_due(interval: timedelta, now: datetime) -> bool:
    """Start the sync of the latest due time unless somebody has; whether this call did."""
    due = due_time(interval, now)
    close_old_connections()
    try:
        if SyncOperation.objects.filter(due_at=due).exists() or SyncOperation.objects.is_schedule_paused():
            return False
        start_sync(SyncOperation.Trigger.SCHEDULE, due_at=due)
    except (DueTimeTaken, SyncAlreadyRunning, SchedulePaused):
        return False
    except DatabaseError:
        logger.exception("scheduled sync could not be started due=%s", due)
        return False
    return True
