"""Runs the benchmarks, each measurement in its own process, and prints a table of results."""

import argparse
import itertools
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.browsing import tables
from bench.tools.databases import DATABASES, Figures

RUNS = 3
MODULES = (
    *("reading", "syncing", "pressing", "polling", "forecasting"),
    *("browsing", "visiting", "showing", "clicking", "painting", "scaling", "ageing"),
)
ONCE = {"browsing", "showing", "painting", "scaling", "ageing"}
"""Benchmarks that repeat their measurements themselves."""


@dataclass(frozen=True)
class Claim:
    """A row of the table. `figure` and `baseline` are "module case name"; `baseline_title` describes the baseline."""

    title: str
    figure: str
    baseline: str = ""
    baseline_title: str = ""


OPENPYXL, FIRST = "reading openpyxl seconds", "syncing first seconds"
CLAIMS = (
    Claim("read the workbook", "reading ours seconds", OPENPYXL, "openpyxl's full load"),
    Claim("sync it into an empty catalogue", FIRST, OPENPYXL, "openpyxl's full load"),
    Claim("sync it again, a row moved", "syncing moved seconds", FIRST, "the first sync"),
    Claim("sync it again, unchanged", "syncing unchanged seconds", FIRST, "the first sync"),
    Claim("50 presses at once, p99", "pressing press p99", "pressing healthz p99", "50 requests for /healthz"),
    Claim("500 polls/s during a sync, p99", "polling syncing p99", "polling alone p99", "no sync running"),
    Claim("estimate halfway, seconds off", "forecasting halfway error", "forecasting halfway left", "the time left"),
    Claim(
        "percentage, longest stall",
        "forecasting percent stall",
        "forecasting percent share",
        "1 % of the run",
    ),
    Claim("percentage, steps backwards", "forecasting percent backwards"),
    *(
        Claim(
            f"{title}, {database}", f"visiting {database}/{figure}", f"visiting {database}/{baseline}", baseline_title
        )
        for database in DATABASES
        for title, figure, baseline, baseline_title in (
            ("pages/s during a first sync", "full rate", "idle rate", "no sync running"),
            ("that sync", "full seconds", "alone seconds", "no pages"),
            ("half of idle's pages/s", "half rate", "idle rate", "no sync running"),
            ("that sync", "half seconds", "alone seconds", "no pages"),
        )
    ),
    Claim("answers/s of two web servers", "scaling 2 rate", "scaling 1 rate", "one web server"),
    Claim("answers/s of ten web servers", "scaling 10 rate", "scaling 1 rate", "one web server"),
    Claim("an unchanged sync beside ten of all", "scaling 10 sync_seconds", "scaling 1 sync_seconds", "one of each"),
    Claim("a change shown by one of two processes", "showing first median"),
    Claim("a change shown by both", "showing last median"),
    Claim("filter click to paint, ms", "clicking filter median"),
    Claim("last key of a search to paint, ms", "clicking search median"),
    *(
        Claim(f"largest paint of {page} on a slow phone, ms", f"painting {page} largest")
        for page in ("list", "upcoming", "album", "artist", "statistics")
    ),
    *(
        Claim(
            f"status after a year, {database}",
            f"ageing {database}/pruned seconds",
            f"ageing {database}/fresh seconds",
            "40 syncs",
        )
        for database in DATABASES
    ),
)


@dataclass(frozen=True)
class Result:
    """A measured claim; megabytes and ratio are None if they weren't measured."""

    title: str
    figure: float
    megabytes: float | None
    ratio: float | None
    baseline: str

    def line(self) -> str:
        megabytes = "" if self.megabytes is None else f"{self.megabytes:.0f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        return f"{self.title:42}{self.figure:9.3f}{megabytes:>7}  {ratio:>7}  {self.baseline}"


def measure(module: str, arguments: Sequence[str] = ()) -> Figures:
    """Run a benchmark RUNS times and return the median of each figure, by case and name."""
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    runs: list[dict[str, Any]] = []
    for _ in range(1 if module in ONCE else RUNS):
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        runs.append(json.loads(printed.splitlines()[-1]))
    return {case: {name: median(run[case][name] for run in runs) for name in names} for case, names in runs[0].items()}


def judge(claim: Claim, measured: dict[str, Figures]) -> Result:
    def middle(figure: str) -> float:
        module, case, name = figure.split()
        return measured[module][case][name]

    figure = middle(claim.figure)
    module, case, name = claim.figure.split()
    megabytes = measured[module][case].get("megabytes") if name == "seconds" else None
    ratio = figure / middle(claim.baseline) if claim.baseline else None
    return Result(claim.title, figure, megabytes, ratio, claim.baseline_title)


def was_measured(claim: Claim, measured: dict[str, Figures]) -> bool:
    return all(figure.split()[0] in measured for figure in (claim.figure, claim.baseline) if figure)


def main(modules: list[str], file: Path | None, browsing: Sequence[str] = ()) -> None:
    """Run these benchmarks (all by default), print the tables, and write claims and medians to a file if given."""
    found = {module: measure(module, browsing if module == "browsing" else ()) for module in modules or MODULES}
    measured = {module: figures for module, figures in found.items() if figures}
    results = [judge(claim, measured) for claim in CLAIMS if was_measured(claim, measured)]
    if results:
        print(f"{'':42}{'figure':>9}{'MB':>7}  {'ratio':>7}  baseline")
    for line in (*(result.line() for result in results), *tables.lines(measured.get("browsing", {}))):
        print(line)
    if file:
        content = {"python": platform.python_version(), "runs": RUNS, "medians": measured}
        claims = {"claims": [asdict(result) for result in results]}
        file.write_text(json.dumps(content | claims, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(MODULES)}; all by default")
    parser.add_argument("--albums", action="append", metavar="NUMBER", help="browse a catalogue of so many albums")
    parser.add_argument("--database", action="append", metavar="NAME", help="browse on sqlite or postgresql only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write medians and claims to FILE")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODULES):
        parser.error(f"unknown benchmark {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    chosen = [("--albums", each) for each in options.albums or ()] + [
        ("--database", each) for each in options.database or ()
    ]
    main(options.names, options.json, list(itertools.chain.from_iterable(chosen)))
