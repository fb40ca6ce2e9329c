"""Runs a benchmark on both databases, each time in a process whose settings name a new one."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tools.measuring import run_on
from tests.postgres import running_postgres

SQLITE, POSTGRESQL = DATABASES = ("sqlite", "postgresql")

Figures = dict[str, dict[str, float]]


@contextmanager
def server(database: str) -> Generator[str]:
    """Yield the address of a database of the server, which makes others beside it."""
    if database == SQLITE:
        yield "sqlite://"
        return
    with running_postgres() as url:
        yield f"{url}/postgres"


def on_each(module: str, measure: Callable[[Path], Figures]) -> None:
    """Print what a module's `measure` finds on the databases that the command line names, or on both."""
    if sys.argv[1:] == ["--here"]:
        with TemporaryDirectory(prefix="progmetal-bench-") as folder:
            print(json.dumps(measure(Path(folder))))
        return
    figures: Figures = {}
    for database in sys.argv[1:] or DATABASES:
        with server(database) as url:
            found: Figures = json.loads(run_on(url, module, "--here"))
            figures |= {f"{database}/{name}": each for name, each in found.items()}
    print(json.dumps(figures))
