"""Messages about syncs from real processes: web processes, workers and commands, and what survives their deaths."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from demo.responses import Response
from demo.upstreams import Upstreams
from tests.live import command, rows, running_app, start_worker, until
from tests.receivers import WebhookStandIn

pytestmark = [pytest.mark.database, pytest.mark.postgresql]


@pytest.fixture
def receiver() -> Iterator[WebhookStandIn]:
    with WebhookStandIn() as receiver:
        yield receiver


def states(database: str) -> list[tuple[str, int]]:
    return rows(database, "SELECT state, attempts FROM catalog_delivery ORDER BY id")


def make_due(database: str) -> None:
    rows(database, "UPDATE catalog_delivery SET next_attempt_at = '2020-01-01 00:00:00+00:00'", "SELECT 1")


def test_a_web_process_tells_at_once_and_again_after_a_restart(
    upstreams: Upstreams, new_database: str, receiver: WebhookStandIn
) -> None:
    upstreams.google.fail("not_found")
    settings: dict[str, Any] = {"SYNC_WEBHOOK_URL": receiver.url, "PUBLIC_URL": "http://127.0.0.1"}
    receiver.response = Response(503)
    with running_app(new_database, upstreams.environment(), **settings) as app:
        assert app.sync()["status"] == "failed"
        until(lambda: receiver.refused, 15)
        for pid in app.worker_pids():
            os.kill(pid, signal.SIGKILL)
    assert states(new_database) == [("waiting", 1)]
    receiver.response = Response(204)
    make_due(new_database)
    with running_app(new_database, upstreams.environment(), **settings):
        until(lambda: states(new_database) == [("delivered", 2)], 30)
    [told] = receiver.bodies
    assert told["type"] == "sync.failed"
    assert told["data"]["url"].startswith("http://127.0.0.1/catalog/sync/history/")


def test_a_process_that_dies_right_after_the_end_of_its_sync_loses_no_message(
    upstreams: Upstreams, new_database: str, receiver: WebhookStandIn
) -> None:
    end = (
        "import os, signal; from catalog.models import SyncOperation as S; o = S.objects.create(owner='x');"
        "o.claim('x'); o.end('x', S.Status.FAILED, error_code='internal'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    died = command(new_database, upstreams.environment(), "shell", "-c", end, SYNC_WEBHOOK_URL=receiver.url)
    assert died.wait() == -signal.SIGKILL
    assert states(new_database) == [("waiting", 0)]
    with running_app(new_database, upstreams.environment(), workers=1, SYNC_WEBHOOK_URL=receiver.url):
        until(lambda: states(new_database) == [("delivered", 1)], 30)
    assert len(receiver.taken) == 1


def test_a_killed_sync_that_others_find_twice_is_told(
    upstreams: Upstreams, new_database: str, receiver: WebhookStandIn
) -> None:
    upstreams.google.fail("stall", seconds=60)
    settings: dict[str, Any] = {"SYNC_WEBHOOK_URL": receiver.url}
    with running_app(new_database, upstreams.environment(), workers=1, **settings) as app:
        for _ in range(2):
            sync = app.start()
            app.wait_for("fetching", sync=sync)
            [worker] = app.worker_pids()
            os.kill(worker, signal.SIGKILL)
            until(lambda worker=worker: not psutil.pid_exists(worker) and app.worker_pids())
            assert app.end_of(sync)["status"] == "interrupted"
        until(lambda: receiver.taken, 30)
    [told] = receiver.bodies
    assert (told["type"], told["data"]["sync"]["status"]) == ("sync.failed", "interrupted")


def test_a_command_tells_before_it_ends(upstreams: Upstreams, new_database: str, receiver: WebhookStandIn) -> None:
    upstreams.google.fail("not_found")
    failed = command(new_database, upstreams.environment(), "import_albums", SYNC_WEBHOOK_URL=receiver.url)
    assert failed.wait() == 1, failed.output
    assert [body["type"] for body in receiver.bodies] == ["sync.failed"]


def test_two_workers_tell_once_and_what_a_dead_one_had_is_told_by_the_other(
    upstreams: Upstreams, new_database: str, receiver: WebhookStandIn, tmp_path: Path
) -> None:
    upstreams.google.fail("not_found")
    settings = {**upstreams.environment(), "SYNC_WEBHOOK_URL": receiver.url}
    queued = command(new_database, settings, "import_albums", TASKS_BACKEND="database")
    assert queued.wait() == 1
    assert receiver.taken == []  # it is in the queue
    assert states(new_database) == [("waiting", 0)]
    workers = [start_worker(new_database, settings) for _ in range(2)]
    try:
        until(lambda: states(new_database) == [("delivered", 1)], 30)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    assert len(receiver.taken) == 1
