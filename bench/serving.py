"""Serves the app for a benchmark as script/server does: two processes, an empty SQLite catalogue, the sheet by HTTP."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.measuring import sheet

os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-benchmarks", "DATABASE_URL": "sqlite://"}

from demo.upstreams import Upstreams
from tests.live import App, fresh_database, running_app


@contextmanager
def serving(folder: Path, **settings: object) -> Generator[App]:
    """Serve while the block lasts, without Spotify unless told otherwise."""
    with Upstreams() as upstreams:
        upstreams.google.workbook = sheet()
        given = {"SYNC_ENRICH_SECONDS": "0", **settings}
        with running_app(fresh_database(folder), upstreams.environment(), workers=2, **given) as app:
            yield app
