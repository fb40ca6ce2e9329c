"""What the benchmarks have in common: the sheet, and how a piece of work is measured."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from tempfile import gettempdir

from demo.sample_workbook import build_sample_workbook
from tests.sheets import REAL_SHEET


def sheet() -> Path:
    """Return the community's sheet where it is at hand, else the sample sheet of the demo."""
    return REAL_SHEET if REAL_SHEET.exists() else build_sample_workbook(Path(gettempdir()) / "progmetal-bench.xlsx")


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Return the seconds that some work takes in a fork of this process, and by how many megabytes it grows."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_measure, args=(work, there))
    process.start()
    figures: dict[str, float] = here.recv()
    process.join()
    return figures


def percentiles(seconds: Iterable[float]) -> dict[str, float]:
    """Return what most and what nearly all waited at most."""
    cuts = quantiles(seconds, n=100)
    return {"median": cuts[49], "p99": cuts[98]}


def _measure(work: Callable[[], object], out: Connection) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    out.send({"seconds": seconds, "megabytes": grown})
