"""Serves the app for a benchmark like script/server: two processes, an empty SQLite catalogue, the sheet over HTTP."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.tools.measuring import SETTINGS, sheet

os.environ |= {**SETTINGS, "DATABASE_URL": "sqlite://"}

from demo.upstreams import Upstreams
from tests.live import App, command, fresh_database, running_app


@contextmanager
def serving(folder: Path, **settings: object) -> Generator[App]:
    """Serve the app, without Spotify by default."""
    with Upstreams() as upstreams:
        upstreams.google.workbook = sheet()
        environment = {"SYNC_ENRICH_SECONDS": "0", **settings}
        with running_app(fresh_database(folder), upstreams.environment(), workers=2, **environment) as app:
            yield app


def collect(files: Path) -> None:
    """Collect the static files into a folder, as script/server does, so that pages need few of them."""
    done = command("sqlite://", {}, "collectstatic", "--noinput", STATIC_ROOT=files)
    assert done.wait() == 0, done.output
