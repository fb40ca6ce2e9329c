"""Runs the benchmarks and prints their table; each measurement is a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
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


def measure(module: str) -> list[dict[str, dict[str, float]]]:
    """Return what a benchmark's process printed, for each run: figures by case and name."""
    command = [sys.executable, "-m", f"bench.{module}"]
    runs: list[dict[str, Any]] = []
    for _ in range(RUNS):
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        runs.append(json.loads(printed.splitlines()[-1]))
    return runs


def main(modules: list[str]) -> None:
    """Print a line for each claim of these modules, or of all."""
    measured = {module: measure(module) for module in modules or MODULES}

    def middle(figure: str) -> float:
        module, case, name = figure.split()
        return median(run[case][name] for run in measured[module])

    print(f"{'':42}{'figure':>9}{'MB':>7}  {'ratio':>7}  baseline")
    for claim in CLAIMS:
        if claim.figure.split()[0] in measured and (not claim.baseline or claim.baseline.split()[0] in measured):
            figure = middle(claim.figure)
            grown = f"{middle(claim.megabytes):7.0f}" if claim.megabytes else " " * 7
            ratio = f"{figure / middle(claim.baseline):7.3f}" if claim.baseline else " " * 7
            print(f"{claim.title:42}{figure:9.3f}{grown}  {ratio}  {claim.said}")


if __name__ == "__main__":
    main(sys.argv[1:])
