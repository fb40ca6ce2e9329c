"""Runs as many web servers, workers and schedulers on one PostgreSQL as a site of several machines would have.

All share the processors of this machine, so answers per second stop growing where those are busy; what is told is how
they grow until then, what each process costs, and that more of them disturb nothing.
"""

import json
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil

from bench.browsing.load import AS_SCRIPT_SERVER, Connection, after, load, request
from bench.tools.measuring import SETTINGS, sheet
from tests.postgres import running_postgres

if TYPE_CHECKING:
    from tests.live import App

MACHINES = (1, 2, 4, 10)
LOAD_SECONDS, IDLE_SECONDS = 10.0, 15.0
EACH = 2
"""Connections to each web server, each with one request at a time."""

PAGES = ("/catalog/albums/", "/catalog/albums/?page=7", "/catalog/albums/?genre=djent", "/catalog/sync/status/")
QUEUE = {"TASKS_BACKEND": "database", "SYNC_ENRICH_SECONDS": "0"}

Figures = dict[str, float]


def main(folder: Path) -> None:
    """Print the figures of each number of machines."""
    from demo.upstreams import Upstreams
    from tests.live import command, fresh_database

    with Upstreams() as upstreams:
        upstreams.google.workbook = sheet()
        database, given = fresh_database(folder), upstreams.environment() | QUEUE
        assert command(database, given, "import_albums", "--skip-spotify").wait(600) in {0, 2}
        print(json.dumps({str(number): measure(number, database, given) for number in MACHINES}))


def measure(number: int, database: str, given: dict[str, str]) -> Figures:
    """Run so many of each kind of process, and return what they achieve and cost."""
    from tests.live import command, running_app

    with ExitStack() as stack:
        webs = [stack.enter_context(running_app(database, given, 1, AS_SCRIPT_SERVER)) for _ in range(number)]
        workers = [command(database, given, "db_worker") for _ in range(number)]
        schedulers = [
            command(database, given, "scheduler", "--under", "server", SYNC_INTERVAL="3650d") for _ in range(number)
        ]
        stack.callback(lambda: [each.kill() for each in (*workers, *schedulers)])
        settle(webs)
        seconds = [seconds_of_a_sync(webs[-1]) for _ in range(3)]
        settle(webs)
        return {
            "sync_seconds": min(seconds),  # workers may still have been starting during the first one
            **answers([web.url for web in webs]),
            **at_rest(database),
            "web_megabytes": megabytes([web.process.pid for web in webs]) / number,
            "worker_megabytes": megabytes([each.pid for each in workers]) / number,
            "scheduler_megabytes": megabytes([each.pid for each in schedulers]) / number,
        }


def seconds_of_a_sync(web: "App") -> float:
    """Press Sync Now, and return how long it takes a worker to find that nothing has changed."""
    start = time.perf_counter()
    assert web.sync(600)["status"] == "completed"
    return time.perf_counter() - start


def settle(webs: "Sequence[App]") -> None:
    """Wait until no sync runs and each process has its index."""
    from tests.live import ENDED, until

    until(lambda: all(web.status()["status"] in {*ENDED, "never"} for web in webs), 600)
    for web in webs:
        assert web.client.get("/catalog/albums/").ok


def answers(urls: Sequence[str]) -> Figures:
    """Ask all servers at once, as fast as they answer."""
    wanted = [request(page) for page in PAGES]
    with ExitStack() as stack:
        used = [Connection(url) for url in urls for _ in range(EACH)]
        for each in used:
            stack.enter_context(each.socket)
        load(used, wanted * len(used), after(1))
        found = load(used, (wanted[number % len(wanted)] for number in range(10**9)), after(LOAD_SECONDS))
    return {"rate": found.rate, **found.percentiles}


def at_rest(database: str) -> Figures:
    """Return what the database sees while nobody does anything."""
    before, start = transactions(database), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    found = transactions(database) - before
    return {"transactions": found / (time.perf_counter() - start), "connections": connections(database)}


def transactions(database: str) -> float:
    from tests.live import rows

    return rows(database, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")[0][0]


def connections(database: str) -> float:
    from tests.live import rows

    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return rows(database, asked)[0][0]


def megabytes(pids: Sequence[int]) -> float:
    """Return the memory of these processes and their children; what several share is divided among them."""
    family = {child for pid in pids for child in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))}
    return sum(each.memory_full_info().pss for each in family) / 1e6


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary, running_postgres() as server:
        os.environ |= {**SETTINGS, "DATABASE_URL": f"{server}/bench"}
        main(Path(temporary))
