"""manage.py scheduler: starts a sync every SYNC_INTERVAL."""

import argparse
import logging
import os
import signal
from datetime import datetime, timedelta
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from catalog.management.watcher import replace_watcher, watch
from catalog.models import SyncOperation
from catalog.services.clock import due_time
from catalog.services.sync import shutdown
from catalog.services.sync_manager import DueTimeTaken, SchedulePaused, SyncAlreadyRunning
from catalog.tasks import send_what_is_due, start_sync, tidy_up

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5
STOP_SECONDS = 5
UNDER_WATCHER = ("--under", "watcher")
CLOCKS_DIFFER = timedelta(minutes=1)
"""A due time that is claimed and farther ahead is of a clock that has been put back since."""


class Command(BaseCommand):
    """Start a sync at each due time. The database knows who took which, so several schedulers do no harm."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--under", choices=("server", "watcher"), help="what restarts it; by itself a watcher does")

    def handle(self, *, under: str | None, **_: object) -> None:
        """Run until told to end. Under something that restarts it, run as long as that does."""
        interval = settings.SYNC.interval
        if interval is None:
            raise CommandError("SYNC_INTERVAL is not set. Set it to 30m, 6h or 1d, for instance.")
        shutdown.stop_on_sigterm()
        signal.signal(signal.SIGINT, stop)
        if under is None:
            watch(*UNDER_WATCHER)
            return
        parent = os.getppid()
        while os.getppid() == parent and not shutdown.stop_requested.wait(LOOK_SECONDS):
            start_what_is_due(interval)
            send_what_is_due()
            tidy_up()
        if under == "watcher" and not shutdown.stop_requested.is_set():
            replace_watcher(*UNDER_WATCHER)
            shutdown.idle.wait()  # a sync of this process ends well
        shutdown.stop_and_wait(STOP_SECONDS)


def stop(_number: int, _frame: FrameType | None) -> None:
    """End at the next look: Ctrl-C reaches both processes at once."""
    shutdown.stop_requested.set()


def start_what_is_due(interval: timedelta, now: datetime | None = None) -> bool:
    """Start the sync of the latest due time unless somebody has; whether this call did."""
    close_old_connections()
    due = None
    try:
        now = now or SyncOperation.objects.database_time()
        due = due_time(interval, now)
        SyncOperation.objects.forget_due_times(after=now + CLOCKS_DIFFER)
        if SyncOperation.objects.filter(due_at=due).exists() or SyncOperation.objects.is_schedule_paused():
            return False
        start_sync(SyncOperation.Trigger.SCHEDULE, due_at=due)
    except (DueTimeTaken, SyncAlreadyRunning, SchedulePaused):
        return False
    except DatabaseError:
        logger.exception("scheduled sync could not be started due=%s", due)
        return False
    return True
