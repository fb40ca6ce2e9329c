"""What the benchmarks share: the sheet, and how to measure time and memory."""

import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from tempfile import gettempdir

from demo.sample_workbook import build_sample_workbook
from tests.sheets import REAL_SHEET

SETTINGS = {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-benchmarks"}
"""Of every benchmark: no operator's, and a key that opens nothing."""


def sheet() -> Path:
    """Return the sheet that BENCH_SHEET names, the local copy of the community's, or else the demo's sample sheet."""
    if named := os.environ.get("BENCH_SHEET"):
        return Path(named)
    return REAL_SHEET if REAL_SHEET.exists() else build_sample_workbook(Path(gettempdir()) / "progmetal-bench.xlsx")


def run_on(database_url: str, module: str, *arguments: str) -> str:
    """Run a module in a process of its own, whose settings name this database, and return what it prints."""
    environment = {**os.environ, **SETTINGS, "DATABASE_URL": database_url}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Run the work in a fork, and return its seconds and by how many megabytes its peak memory grew."""
    receiver, sender = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_measure, args=(work, sender))
    process.start()
    figures: dict[str, float] = receiver.recv()
    process.join()
    return figures


def percentiles(seconds: Iterable[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    cuts = quantiles(seconds, n=100)
    return {"median": cuts[49], "p99": cuts[98]}


def _measure(work: Callable[[], object], sender: Connection) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sender.send({"seconds": seconds, "megabytes": growth})
