"""Syncs in a queue: the web process only asks for them, and `db_worker` runs them."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.upstreams import Upstreams
from tests import live
from tests.live import App, Fork, rows

# The queue is a table whose rows the workers lock, and SQLite is for one machine.
pytestmark = [pytest.mark.database, pytest.mark.postgresql(alone=True)]

StartWorker = Callable[[], Fork]


@pytest.fixture(scope="module")
def app_facts() -> dict[str, Any]:
    return {"workers": 1, "TASKS_BACKEND": "database"}


@pytest.fixture
def start_worker(upstreams: Upstreams, new_database: str) -> Iterator[StartWorker]:
    """Return what starts a worker."""
    workers: list[Fork] = []

    def start() -> Fork:
        workers.append(live.start_worker(new_database, upstreams.environment()))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.mark.journey
def test_a_worker_takes_a_sync_that_was_pressed_and_completes_it(
    new_app: App, new_database: str, start_worker: StartWorker
):
    sync = new_app.start()
    assert new_app.status()["status"] == "pending"
    worker = start_worker()
    end = new_app.end_of(sync)
    assert (end["status"], end["counts"]["created"]) == ("completed", 597)
    assert worker.poll() is None
    owners = rows(new_database, f"SELECT owner FROM catalog_syncoperation WHERE id = {sync}")
    assert owners[0][0].split("/")[2] not in map(str, new_app.worker_pids())


def test_a_sync_whose_worker_was_killed_was_interrupted_and_the_next_worker_takes_the_next(
    new_app: App, upstreams: Upstreams, start_worker: StartWorker
):
    upstreams.google.fail("slow_start", seconds=60, times=1)
    worker = start_worker()
    sync = new_app.start()
    new_app.wait_for("fetching", sync=sync)
    worker.send_signal(signal.SIGKILL)
    assert new_app.end_of(sync)["status"] == "interrupted"
    start_worker()
    assert new_app.sync(seconds=60)["status"] == "completed"
