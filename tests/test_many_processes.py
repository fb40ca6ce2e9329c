"""Many processes as one site: whoever is killed, the next takes over, and what comes out is what one process makes."""

import json
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.upstreams import Upstreams
from tests.deployment import procfile
from tests.forks import Fork
from tests.live import App, command, rows, running_app, until

pytestmark = [pytest.mark.database, pytest.mark.long, pytest.mark.postgresql(alone=True, long=True)]

QUEUE = {"TASKS_BACKEND": "database"}


class Site:
    """Two web servers, two workers and a scheduler on one database, by the commands of the Procfile."""

    def __init__(self, database: str, upstreams: Upstreams, stack: ExitStack) -> None:
        self.database, self._upstreams, self._stack = database, upstreams, stack
        web = [sys.executable, "-m", *shlex.split(procfile()["web"])]
        given = upstreams.environment() | QUEUE
        self.web = [stack.enter_context(running_app(database, given, 1, web)) for _ in range(2)]
        self.workers = [self.start("worker") for _ in range(2)]
        self.scheduler = self.start("scheduler")

    def start(self, kind: str) -> Fork:
        """Start another process of a kind, as whatever watches over it does when one has died."""
        python, manage, *arguments = shlex.split(procfile()[kind])
        assert (python, manage) == ("python", "manage.py")
        given = self._upstreams.environment() | QUEUE
        started = command(self.database, given, *arguments, SYNC_INTERVAL="3650d")
        self._stack.callback(self._end, started)
        return started

    @staticmethod
    def _end(started: Fork) -> None:
        started.kill()
        started.wait()

    def worker_of(self, sync: int) -> Fork:
        """Return the worker that runs a sync, once one has taken it."""
        asked = f"SELECT owner FROM catalog_syncoperation WHERE id = {sync} AND owner <> ''"
        pid = int(until(lambda: rows(self.database, asked))[0][0].split("/")[2])
        return next(worker for worker in self.workers if worker.pid == pid)


@pytest.fixture
def site(upstreams: Upstreams, new_database: str) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(new_database, upstreams, stack)


def exported(database: str) -> list[str]:
    """Return every album as the export has it, whatever its number."""
    export = command(database, {}, "export_albums")
    assert export.wait() == 0, export.output
    albums: list[dict[str, Any]] = [json.loads(line) for line in export.output.splitlines()]
    return sorted(json.dumps({**album, "id": None}, sort_keys=True) for album in albums)


@contextmanager
def single_process(folder: Path, upstreams: Upstreams) -> Iterator[tuple[App, str]]:
    """Serve a site of one process that keeps all in a file of SQLite."""
    database = f"sqlite:///{folder / 'single.sqlite3'}"
    assert command(database, {}, "migrate", "--verbosity", "0").wait() == 0
    with running_app(database, upstreams.environment(), workers=1) as app:
        yield app, database


def test_whoever_is_killed_the_next_sync_completes_and_equals_that_of_a_single_process(
    site: Site, upstreams: Upstreams, tmp_path: Path
) -> None:
    one, other = site.web
    # The scheduler's sync of the time that is long past is the first.
    first = until(lambda: other.status()["id"])
    assert other.end_of(first)["status"] == "completed"

    upstreams.google.fail("slow_start", seconds=60, times=1)
    sync = one.start()
    one.wait_for("fetching", sync=sync)
    worker = site.worker_of(sync)
    for process in (worker, site.scheduler):
        process.send_signal(signal.SIGKILL)
        process.wait()
    one.process.send_signal(signal.SIGKILL)  # and its own workers end, as their parent is gone

    assert other.end_of(sync)["status"] == "interrupted"
    done = other.sync()
    assert done["status"] == "completed"
    assert site.worker_of(done["id"]) is not worker

    # The scheduler that is started again finds the due time taken.
    site.scheduler = site.start("scheduler")
    assert rows(site.database, "SELECT count(*) FROM catalog_syncoperation WHERE trigger = 'schedule'") == [(1,)]

    with single_process(tmp_path, upstreams) as (single, database):
        assert single.sync()["status"] == "completed"
        assert exported(database) == exported(site.database)
