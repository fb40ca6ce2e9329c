"""What runs in the background: in a thread of the web process, or in a worker where there is a queue."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django_tasks import task

from catalog.models import SyncOperation
from catalog.services.care.pruning import prune_if_due
from catalog.services.sync import shutdown
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.owner import this_process
from catalog.services.sync_manager import SyncManager
from catalog.task_backend import ThreadBackend

logger = logging.getLogger(__name__)


@task()
def run_sync(operation_id: int) -> None:
    """Run a pending sync to its end."""
    with shutdown.stops_on_sigterm():  # a worker of the queue would wait for the end of the task
        SyncManager.from_settings().run(operation_id)
    tidy_up()


def tidy_up() -> None:
    """Prune, once a day: after a sync, where no scheduler does so."""
    try:
        if not shutdown.stop_requested.is_set():
            prune_if_due(settings.RETAIN_DAYS)
    except (DatabaseError, InterfaceError):
        logger.exception("could not prune; tried again in a day")


def start_sync(
    trigger: SyncOperation.Trigger,
    *,
    started_by: str = "",
    options: SyncOptions | None = None,
    kind: SyncOperation.Kind = SyncOperation.Kind.SYNC,
    due_at: datetime | None = None,
) -> SyncOperation:
    """Claim the one slot for a sync and hand it to the background; raises what `SyncManager.start` raises."""
    manager = SyncManager.from_settings()
    owner = this_process() if isinstance(run_sync.get_backend(), ThreadBackend) else ""
    operation = manager.start(trigger, started_by=started_by, options=options, kind=kind, due_at=due_at, owner=owner)
    run_sync.enqueue(operation.pk)
    return operation
