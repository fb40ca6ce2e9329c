"""Runs tasks in threads of the web process: the default where one machine is enough."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import close_old_connections, connections, transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import get_random_id


class ThreadBackend(BaseTaskBackend):
    """Start each task in a daemon thread once the transaction that enqueued it is committed.

    A task reports its own progress and outcome (a sync does so in its operation), so no result is kept. Daemon
    threads end with the process: what they were doing is recovered by the next process, as after a crash.
    """

    def enqueue(self, task: Task[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> TaskResult[Any]:
        """Start the task and return at once."""
        self.validate_task(task)  # pyright: ignore[reportUnknownMemberType]
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        work = partial(task.call, *args, **kwargs)
        thread = threading.Thread(target=_run, args=(work,), name=f"task {task.name}", daemon=True)
        transaction.on_commit(thread.start)
        task_enqueued.send(type(self), task_result=result)
        return result


def _run(work: Callable[[], object]) -> None:
    close_old_connections()
    try:
        work()
    finally:
        connections.close_all()
