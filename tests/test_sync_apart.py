"""Syncs that web processes have a process of its own run: how it begins and ends with theirs, and gets a processor."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from catalog.processes.child import start_child
from demo.upstreams import Upstreams
from tests.live import BUSY, SECONDS_TO_END, App, rows, running_app, until

pytestmark = pytest.mark.database

ALBUMS = 597
PROCESSORS = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []

needs_two_processors = pytest.mark.skipif(len(PROCESSORS) < 2, reason="there is one for all, or no choice")


def sync_process(app: App) -> psutil.Process:
    """Return the process that runs the sync, as soon as there is one."""
    server = psutil.Process(app.process.pid)

    def found() -> list[psutil.Process]:
        return [each for each in server.children(recursive=True) if "config.process" in command_of(each)]

    [process] = until(found)
    return process


def command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended
        return []


def processors_of(app: App) -> set[tuple[int, ...]]:
    """Return what each thread of the web processes may use."""
    threads = [thread for pid in app.worker_pids() for thread in Path(f"/proc/{pid}/task").iterdir()]
    return {tuple(sorted(os.sched_getaffinity(int(thread.name)))) for thread in threads}


def may_use(app: App, *processors: int) -> bool:
    try:
        return processors_of(app) == {processors}
    except OSError:  # a thread has ended
        return False


def share_two_processors(app: App) -> None:
    """Give as many to the server as it has web processes, which gunicorn starts one by one."""
    until(lambda: len(app.worker_pids()) == 2)
    os.sched_setaffinity(app.process.pid, PROCESSORS)


def owner_of(database: str, sync: int) -> int:
    """Return the pid of the process that has the sync, as the database has it."""
    [(owner,)] = rows(database, f"SELECT owner FROM catalog_syncoperation WHERE id = {sync}")
    return int(owner.split("/")[2])


def stalled(app: App, upstreams: Upstreams) -> int:
    """Begin a sync that gets no sheet, and return its id."""
    upstreams.google.fail("slow_start", seconds=60, times=1)
    sync = app.start()
    app.wait_for("fetching", sync=sync)
    return sync


@pytest.mark.journey
def test_a_sync_runs_beside_the_web_processes_and_its_process_ends_with_it(new_app: App, new_database: str):
    end = new_app.sync()
    web_processes = until(lambda: len(found := new_app.worker_pids()) == 2 and found)  # gunicorn starts them one by one
    assert (end["status"], end["counts"]["created"]) == ("completed", ALBUMS)
    assert owner_of(new_database, end["id"]) not in web_processes
    until(lambda: set(new_app.pids()) == set(web_processes))


@pytest.mark.parametrize("victim", ["web process", "sync"])
def test_whichever_is_killed_the_sync_is_interrupted_and_the_next_one_completes(
    victim: str, new_app: App, new_database: str, upstreams: Upstreams
):
    sync = stalled(new_app, upstreams)
    process = sync_process(new_app)
    web_process = process.parent()
    assert web_process is not None
    assert owner_of(new_database, sync) == process.pid
    (web_process if victim == "web process" else process).kill()
    query = f"SELECT status FROM catalog_syncoperation WHERE id = {sync}"
    until(lambda: rows(new_database, query) == [("interrupted",)])  # without anybody looking at the page
    until(lambda: not process.is_running())
    upstreams.google.heal()
    assert new_app.sync()["counts"]["created"] == ALBUMS


def test_a_sync_has_a_session_of_its_own_and_so_as_much_of_a_processor_as_the_server(
    new_app: App, upstreams: Upstreams
):
    stalled(new_app, upstreams)
    process = sync_process(new_app)
    assert os.getsid(process.pid) == process.pid


def test_a_sync_whose_web_process_dies_before_it_begins_is_interrupted(new_app: App, new_database: str):
    sync = new_app.start()
    process = sync_process(new_app)
    process.suspend()  # while Python starts
    web_process = process.parent()
    assert web_process is not None
    web_process.kill()
    new_app.client.close()  # or it would ask the dead one
    process.resume()
    assert new_app.end_of(sync)["status"] == "interrupted"
    until(lambda: not process.is_running())
    assert new_app.sync()["total_in_catalog"] == ALBUMS


def test_a_sync_whose_process_takes_long_to_begin_is_waited_for(upstreams: Upstreams, new_database: str):
    with running_app(new_database, upstreams.environment(), SYNC_STALE_AFTER_SECONDS=1) as app:
        sync = app.start()
        process = sync_process(app)
        process.suspend()
        time.sleep(3)
        assert app.status()["status"] == "pending"
        process.resume()
        assert app.end_of(sync)["status"] == "completed"


def test_a_sync_is_told_when_its_web_process_is(upstreams: Upstreams, new_database: str, tmp_path: Path):
    log = tmp_path / "log"
    with running_app(new_database, upstreams.environment(), log=log) as app:
        stalled(app, upstreams)
        app.process.terminate()
        app.process.wait(BUSY * SECONDS_TO_END)
    assert "status=interrupted ours=True" in log.read_text()
    assert "process of a sync died" not in log.read_text()


def test_a_server_that_is_told_to_end_takes_a_sync_with_it_that_does_not_hear(
    new_app: App, new_database: str, upstreams: Upstreams
):
    stalled(new_app, upstreams)
    process = sync_process(new_app)
    process.suspend()
    new_app.process.terminate()
    new_app.process.wait(BUSY * SECONDS_TO_END)
    until(lambda: not process.is_running())


def test_ctrl_c_in_a_terminal_stops_a_sync_by_its_web_process(new_app: App, new_database: str, upstreams: Upstreams):
    sync = stalled(new_app, upstreams)
    os.killpg(new_app.process.pid, signal.SIGINT)
    new_app.process.wait(BUSY * SECONDS_TO_END)
    assert rows(new_database, f"SELECT status FROM catalog_syncoperation WHERE id = {sync}") == [("interrupted",)]


@needs_two_processors
def test_web_processes_leave_a_processor_to_a_sync_that_computes(
    upstreams: Upstreams, new_database: str, app_facts: dict[str, Any]
):
    with running_app(new_database, upstreams.environment(), workers=2, **app_facts) as app:
        share_two_processors(app)
        sync = app.start()
        process = sync_process(app)
        process.suspend()
        until(lambda: may_use(app, PROCESSORS[0]))
        assert os.sched_getaffinity(process.pid) == set(PROCESSORS)
        process.resume()
        assert app.end_of(sync)["status"] == "completed"
        until(lambda: may_use(app, *PROCESSORS))


@needs_two_processors
def test_they_take_it_back_while_the_sync_waits_for_others(upstreams: Upstreams, new_database: str):
    upstreams.google.fail("slow_start", seconds=60)
    with running_app(new_database, upstreams.environment(), workers=2) as app:
        share_two_processors(app)
        sync = app.start()
        process = sync_process(app)
        process.suspend()  # while Python starts
        until(lambda: may_use(app, PROCESSORS[0]))
        process.resume()
        app.wait_for("fetching", sync=sync)
        until(lambda: may_use(app, *PROCESSORS))


@needs_two_processors
def test_they_take_it_back_when_the_one_that_has_the_sync_is_killed(upstreams: Upstreams, new_database: str):
    with running_app(new_database, upstreams.environment(), workers=2) as app:
        share_two_processors(app)
        app.start()
        process = sync_process(app)
        process.suspend()
        until(lambda: may_use(app, PROCESSORS[0]))
        web_process = process.parent()
        assert web_process is not None
        web_process.kill()
        until(lambda: len(app.worker_pids()) == 2 and may_use(app, *PROCESSORS))
        process.kill()


@needs_two_processors
def test_one_web_process_of_two_processors_has_none_to_leave(upstreams: Upstreams, new_database: str):
    with running_app(new_database, upstreams.environment(), workers=1) as app:
        os.sched_setaffinity(app.process.pid, PROCESSORS)
        before = processors_of(app)
        sync = app.start()
        process = sync_process(app)
        seen: set[tuple[int, ...]] = set()
        while process.is_running():
            seen |= processors_of(app)
        assert app.end_of(sync)["status"] == "completed"
        assert seen <= before | {tuple(PROCESSORS)}


@needs_two_processors
def test_a_process_may_use_what_the_one_that_starts_it_has_left_to_others():
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(ours)})
    try:
        process = start_child("index")
    finally:
        os.sched_setaffinity(0, ours)
    assert os.sched_getaffinity(process.pid) == os.sched_getaffinity(os.getppid())
    process.communicate()
