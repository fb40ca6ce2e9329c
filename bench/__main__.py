"""Runs the benchmarks and prints their table; each measurement is a process of its own."""

import json
import subprocess
import sys
from statistics import median
from typing import Any

RUNS = 3
ROWS = (
    ("read the workbook", ("reading", "ours"), ("reading", "openpyxl"), "openpyxl's full load"),
    ("sync it into an empty catalogue", ("syncing", "first"), ("reading", "openpyxl"), "openpyxl's full load"),
    ("sync it again, a row moved", ("syncing", "moved"), ("syncing", "first"), "the first sync"),
    ("sync it again, unchanged", ("syncing", "unchanged"), ("syncing", "first"), "the first sync"),
)


def measure(module: str) -> list[dict[str, dict[str, float]]]:
    """Return what a benchmark's process printed, for each run: seconds and megabytes by case."""
    command = [sys.executable, "-m", f"bench.{module}"]
    runs: list[dict[str, Any]] = []
    for _ in range(RUNS):
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        runs.append(json.loads(printed.splitlines()[-1]))
    return runs


def main() -> None:
    """Print a line for each claim."""
    measured = {module: measure(module) for module in ("reading", "syncing")}

    def middle(case: tuple[str, str], unit: str) -> float:
        module, name = case
        return median(run[name][unit] for run in measured[module])

    print(f"{'':34}{'seconds':>9}{'MB':>7}  {'ratio':>7}  baseline")
    for title, case, baseline, said in ROWS:
        seconds, megabytes = middle(case, "seconds"), middle(case, "megabytes")
        ratio = seconds / middle(baseline, "seconds")
        print(f"{title:34}{seconds:9.2f}{megabytes:7.0f}  {ratio:7.3f}  {said}")


if __name__ == "__main__":
    main()
