"""What runs in the background: in a thread of the web process, or in a worker where there is a queue."""

import logging
import threading
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Count, QuerySet
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from catalog.models import Delivery, SyncOperation
from catalog.processes.sync import run_apart
from catalog.services.care.pruning import prune_if_due
from catalog.services.clock import Clock
from catalog.services.notify import outbox, sending
from catalog.services.sync import shutdown
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.owner import this_process
from catalog.services.sync_manager import SyncManager
from catalog.task_backend import ThreadBackend
from catalog.wording import letter

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How often a web process looks for messages that are due; a sync sends its own at once."""

MOST_AT_ONCE = 100


syncs_apart = threading.Event()
"""Set in a process that answers requests: it has a process of its own run each sync."""


@task()
def run_sync(operation_id: int) -> None:
    """Run a pending sync to its end."""
    if not (syncs_apart.is_set() and run_apart(operation_id)):
        with shutdown.stops_on_sigterm():  # a worker of the queue would wait for the end of the task
            SyncManager.from_settings().run(operation_id)
    send_what_is_due()
    tidy_up()


@task()
def send_message(delivery: int, attempt: int) -> None:
    """Make an attempt to deliver a message, unless another worker has."""
    sending.attempt(delivery, attempt, settings.NOTIFY, partial(letter, site=settings.NOTIFY.site))


def send_what_is_due(*, here: bool = False) -> int:
    """Queue each message whose time has come, and return how many; or send them here, where a thread would be lost."""
    queued = 0
    try:
        for delivery in Delivery.objects.due(now := Clock().now()).order_by("pk")[:MOST_AT_ONCE]:
            if here and is_threaded():
                send_message.func(delivery.pk, delivery.attempts)
            elif delivery.hand_over(now):
                send_message.enqueue(delivery.pk, delivery.attempts)
                queued += 1
    except (DatabaseError, InterfaceError):
        logger.exception("messages could not be queued; tried again soon")
    return queued


def send_all_now() -> int:
    """Queue the messages that wait for their next attempt, whenever that is, and return how many."""
    Delivery.objects.to_retry().update(next_attempt_at=Clock().now())
    return send_what_is_due()


def send_test() -> list[Delivery]:
    """Send a test message to each receiver."""
    deliveries = outbox.note_test()
    send_what_is_due()
    return deliveries


def keep_sending() -> None:
    """Begin to look for messages to send again and again: an attempt failed, or its process died."""
    if settings.NOTIFY.channels:
        threading.Thread(target=_keep_sending, name="messages", daemon=True).start()


def _keep_sending() -> None:
    while not shutdown.stop_requested.is_set():
        send_what_is_due()
        connections.close_all()
        shutdown.stop_requested.wait(LOOK_SECONDS)


def is_threaded() -> bool:
    """Whether tasks run in threads of the process that enqueues them."""
    return isinstance(run_sync.get_backend(), ThreadBackend)


def tasks_by_state() -> dict[str, int]:
    """Return how many tasks wait for a worker, and how many are run by one."""
    if is_threaded():
        return {"waiting": 0, "running": 0}
    results: QuerySet[Any] = QuerySet(DBTaskResult)
    counted = dict(results.order_by().values_list("status").annotate(Count("pk")))
    return {"waiting": counted.get("READY", 0), "running": counted.get("RUNNING", 0)}


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
    owner = this_process() if is_threaded() else ""
    operation = manager.start(trigger, started_by=started_by, options=options, kind=kind, due_at=due_at, owner=owner)
    run_sync.enqueue(operation.pk)
    return operation
