"""Visits pages while the same server syncs the sheet into an empty catalogue; the baseline is either alone.

Usage: python -m bench.visiting [sqlite|postgresql …]
"""

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.tools.databases import Figures, on_each
from bench.tools.measuring import SETTINGS, sheet

os.environ |= SETTINGS
os.environ.setdefault("DATABASE_URL", "sqlite://")

from bench.browsing.load import AS_SCRIPT_SERVER, Connection, after, connections, cookies, load, request
from tests.live import App, fresh_database, running_app

IDLE_SECONDS, WARM_UP_SECONDS = 4.0, 2.0
WINDOW_SECONDS = 2.0
"""Of a sync the middle one of such windows counts, as pages of the nearly empty catalogue at its start are quick."""

PATHS = ("", "?page=2", "?q=opeth", "?genre=progressive-metal", "?genre=progressive-metal&vocal=clean", "?year=2019")


def pages(visitor: Connection) -> Iterator[bytes]:
    """Yield requests without end, of somebody who has been here before."""
    known = cookies(visitor.ask(request("/catalog/albums/")).headers)
    return itertools.cycle([request(f"/catalog/albums/{path}", **known) for path in PATHS])


@contextmanager
def serving(folder: Path) -> Iterator[App]:
    """Serve an empty catalogue that is to be synced from the sheet's file."""
    settings: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "bench.browsing.settings", "SYNC_ENRICH_SECONDS": "0"}
    upstreams = {"GOOGLE_SHEETS_XLSX_URL": sheet().resolve().as_uri()}
    with running_app(fresh_database(folder), upstreams, program=AS_SCRIPT_SERVER, **settings) as app:
        yield app


def seconds_of(status: dict[str, Any]) -> float:
    """Return how long a sync ran."""
    assert status["status"] == "completed", status
    return (
        datetime.fromisoformat(status["finished_at"]) - datetime.fromisoformat(status["started_at"])
    ).total_seconds()


def alone(app: App) -> tuple[float, float]:
    """Return the seconds of a first sync without visitors, then the pages per second without a sync."""
    seconds = seconds_of(app.sync(seconds=120))
    with connections(app.url) as used:
        load(used, pages(used[0]), after(WARM_UP_SECONDS))
        return seconds, load(used, pages(used[0]), after(IDLE_SECONDS)).rate


def during_a_sync(app: App, most_a_second: float = 0) -> dict[str, float]:
    """Visit pages until a first sync has ended; as many as the server can, or so many a second."""
    with connections(app.url) as used, ThreadPoolExecutor(1) as watcher:
        load(used, pages(used[0]), after(WARM_UP_SECONDS))
        sync = watcher.submit(app.end_of, app.start(), 120)
        done = load(used, pages(used[0]), lambda _seconds, _answers: sync.done(), most_a_second)
    rates = done.rates(WINDOW_SECONDS) or [done.rate]
    return {"rate": median(rates), "least": min(rates), "seconds": seconds_of(sync.result())}


def measure(folder: Path) -> Figures:
    """Return seconds of a sync, and pages per second, alone and together."""
    with serving(folder) as app:
        seconds, rate = alone(app)
    with serving(folder) as app:
        full = during_a_sync(app)
    with serving(folder) as app:
        half = during_a_sync(app, rate / 2)
    return {"alone": {"seconds": seconds}, "idle": {"rate": rate}, "full": full, "half": half}


if __name__ == "__main__":
    on_each("bench.visiting", measure)
