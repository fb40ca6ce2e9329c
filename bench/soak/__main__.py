"""Keeps the app busy for a while: people browse, search and watch the panel, and now and then one presses Sync Now.

The app runs as on a server: two web processes, and a worker that takes syncs from the queue. Each sync finds some
titles changed. Ends with 1 if anything was answered with an error, a sync failed, memory grew, or the status was slow.
"""

import argparse
import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil

from bench.browsing.load import AS_SCRIPT_SERVER
from bench.soak.course import Course, Table, faults, lines
from bench.soak.sheets import edited
from bench.tools.databases import DATABASES, server
from bench.tools.measuring import run_on, sheet
from bench.tools.visitors import Kind, visit

if TYPE_CHECKING:
    from tests.live import App

MINUTES, SYNC_EVERY = 30.0, 2.0
NICE = 10
LIMITS: dict[str, Any] = {"SYNC_ENRICH_SECONDS": "5"}


def main(databases: Iterable[str], minutes: float, sync_every: float) -> list[Table]:
    """Soak on each database, in a process of its own for its settings."""
    found: list[Table] = []
    for database in databases:
        with server(database) as url:
            printed = run_on(url, "bench.soak", "--here", "--minutes", str(minutes), "--sync-every", str(sync_every))
            found.append({"database": database, "minutes": minutes, **json.loads(printed.splitlines()[-1])})
            print("\n".join(lines(found[-1])), flush=True)
    return found


def soak(seconds: float, sync_every: float, folder: Path) -> Table:
    """Keep the app busy on a new database of the server that the environment names."""
    from demo.upstreams import Upstreams
    from tests.live import fresh_database, running_app

    database, sheets = fresh_database(folder), itertools.cycle([sheet(), edited(sheet(), folder)])
    with Upstreams() as upstreams:
        upstreams.spotify.unknown = "invent"

        def edit() -> None:
            upstreams.google.workbook = next(sheets)

        settings = upstreams.environment()
        with (
            running_app(database, settings, program=AS_SCRIPT_SERVER, TASKS_BACKEND="database", **LIMITS) as app,
            running_worker(database, settings) as worker,
        ):
            edit()
            first = app.sync(seconds=120)
            pids = [child.pid for child in psutil.Process(app.process.pid).children()]
            web = {f"web {number}": pid for number, pid in enumerate(sorted(pids), 1)}
            course = Course(kinds_of(database), web | {"worker": worker}, [first["status"]])
            asyncio.run(watch(app, course, seconds, sync_every, edit))
    return course.table()


@contextmanager
def running_worker(database: str, settings: Mapping[str, str]) -> Iterator[int]:
    """Run a worker of the queue, behind web processes in line as its unit of systemd has it, and give its pid."""
    from tests.live import start_worker

    worker = start_worker(database, settings, **LIMITS)
    psutil.Process(worker.pid).nice(NICE)
    try:
        yield worker.pid
    finally:
        worker.kill()
        worker.wait()


async def watch(app: "App", course: Course, seconds: float, sync_every: float, edit: Callable[[], None]) -> None:
    """Let people visit, edit the sheet and press Sync Now every few minutes, and look at the processes."""
    from tests.live import ENDED

    ended, start = asyncio.Event(), time.monotonic()
    visits = asyncio.create_task(visit(app.url, course.kinds, ended))
    sync, due = 0, sync_every
    while (now := time.monotonic() - start) < seconds or sync:
        if not sync and due <= now < seconds:
            edit()
            sync, due = await asyncio.to_thread(app.start), due + sync_every
        status = await asyncio.to_thread(app.status)
        if status["id"] == sync and status["status"] in ENDED:
            course.syncs.append(status["status"])
            sync = 0
        if course.syncs[1:]:  # before, caches and index are not yet what they will be
            course.look()
        await asyncio.sleep(min(1.0, sync_every / 10))
    ended.set()
    await visits


def kinds_of(database: str) -> list[Kind]:
    """Return what people do at this catalogue: some 20 requests a second, or 1.6 million a day."""
    from bench.browsing.cases import cases
    from tests.live import rows

    albums = rows(database, "SELECT count(*) FROM catalog_album")[0][0]
    found = {case.name: case for case in cases(database, albums)}
    artists = [f"/catalog/artists/{pk}/" for (pk,) in rows(database, "SELECT id FROM catalog_artist ORDER BY id")]
    as_json = {"Accept": "application/json"}
    return [
        *(Kind(name, found[name].cold, visitors=2, pause=1.0) for name in ("list", "search", "filters", "album")),
        Kind("click", found["click"].cold, visitors=2, pause=1.0, headers=found["click"].headers),
        Kind("artist", artists, visitors=1, pause=1.0),
        Kind("feed", found["feed"].cold, visitors=1, pause=2.0),
        Kind("panel", ["/catalog/sync/status/"], visitors=2, pause=1.0, headers={"HX-Request": "true"}),
        Kind("status", ["/catalog/sync/status/"], visitors=5, pause=1.0, headers=as_json),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"on each database; {MINUTES:.0f} by default")
    parser.add_argument("--sync-every", type=float, default=SYNC_EVERY, metavar="MINUTES", help=f"{SYNC_EVERY:.0f}")
    parser.add_argument("--database", choices=DATABASES, action="append", help="both by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        with TemporaryDirectory(prefix="progmetal-soak-") as temporary:
            print(json.dumps(soak(options.minutes * 60, options.sync_every * 60, Path(temporary))))
    else:
        tables = main(options.database or DATABASES, options.minutes, options.sync_every)
        if options.json:
            options.json.write_text(json.dumps(tables, indent=2) + "\n", encoding="utf-8")
        sys.exit(any(True for table in tables for _ in faults(table)))
