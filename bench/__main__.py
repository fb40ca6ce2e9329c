"""Runs the benchmarks and prints their table; each measurement is a process of its own."""

import argparse
import json
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

RUNS = 3
MODULES = ("reading", "syncing", "pressing", "polling", "foretelling")


@dataclass(frozen=True)
class Claim:
    """A line of the table: a figure, by module, case and name, and the baseline of the same run that it is held to."""

    title: str
    figure: str
    baseline: str = ""
    said: str = ""

    @property
    def megabytes(self) -> str:
        """The memory of the same case, where that is measured."""
        return self.figure.replace("seconds", "megabytes") if self.figure.endswith("seconds") else ""


OPENPYXL, FIRST = "reading openpyxl seconds", "syncing first seconds"
CLAIMS = (
    Claim("read the workbook", "reading ours seconds", OPENPYXL, "openpyxl's full load"),
    Claim("sync it into an empty catalogue", FIRST, OPENPYXL, "openpyxl's full load"),
    Claim("sync it again, a row moved", "syncing moved seconds", FIRST, "the first sync"),
    Claim("sync it again, unchanged", "syncing unchanged seconds", FIRST, "the first sync"),
    Claim("50 presses at once, p99", "pressing press p99", "pressing healthz p99", "as many looks at /healthz"),
    Claim("500 polls a second beside a sync, p99", "polling syncing p99", "polling alone p99", "without the sync"),
    Claim("estimate in the middle, seconds off", "foretelling middle off", "foretelling middle left", "what was left"),
    Claim("percentage, longest standstill", "foretelling percent stood", "foretelling percent every", "the run / 100"),
    Claim("percentage, steps backwards", "foretelling percent backwards"),
)


@dataclass(frozen=True)
class Result:
    """What became of a claim: its figure, its memory and its ratio, where they are measured."""

    title: str
    figure: float
    megabytes: float | None
    ratio: float | None
    baseline: str

    def line(self) -> str:
        """Return the line of the table."""
        megabytes = "" if self.megabytes is None else f"{self.megabytes:.0f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        return f"{self.title:42}{self.figure:9.3f}{megabytes:>7}  {ratio:>7}  {self.baseline}"


Figures = dict[str, dict[str, float]]


def measure(module: str) -> Figures:
    """Return the medians of what a benchmark's process printed in each run: figures by case and name."""
    command = [sys.executable, "-m", f"bench.{module}"]
    runs: list[dict[str, Any]] = []
    for _ in range(RUNS):
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        runs.append(json.loads(printed.splitlines()[-1]))
    return {case: {name: median(run[case][name] for run in runs) for name in names} for case, names in runs[0].items()}


def judge(claim: Claim, measured: dict[str, Figures]) -> Result:
    """Return what was measured for a claim."""

    def middle(figure: str) -> float:
        module, case, name = figure.split()
        return measured[module][case][name]

    figure = middle(claim.figure)
    megabytes = middle(claim.megabytes) if claim.megabytes else None
    ratio = figure / middle(claim.baseline) if claim.baseline else None
    return Result(claim.title, figure, megabytes, ratio, claim.said)


def was_measured(claim: Claim, measured: dict[str, Figures]) -> bool:
    """Whether the benchmarks of a claim and of its baseline have run."""
    return all(figure.split()[0] in measured for figure in (claim.figure, claim.baseline) if figure)


def main(modules: list[str], file: Path | None) -> None:
    """Print a line for each claim of these modules, or of all, and write them and the medians to a file."""
    measured = {module: measure(module) for module in modules or MODULES}
    results = [judge(claim, measured) for claim in CLAIMS if was_measured(claim, measured)]
    print(f"{'':42}{'figure':>9}{'MB':>7}  {'ratio':>7}  baseline")
    for result in results:
        print(result.line())
    if file:
        written = {"python": platform.python_version(), "runs": RUNS, "medians": measured}
        claims = {"claims": [asdict(result) for result in results]}
        file.write_text(json.dumps(written | claims, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}; without any: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write medians and claims to FILE")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODULES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    main(options.names, options.json)
