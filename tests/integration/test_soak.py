"""The soak in a short form: an app that is kept busy answers without an error, and what must not be is told."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.soak.course import faults, lines
from demo.sample_workbook import build_sample_workbook
from tests.live import ROOT

GOOD: dict[str, Any] = {
    "database": "sqlite",
    "minutes": 30.0,
    "syncs": ["completed"] * 3,
    "memory": {"web 1": {"first": 100.0, "last": 109.0, "most": 140.0}},
    "requests": {
        "status": {
            "answers": {"200": 99, "304": 1}, "failures": {},
            "p50": 0.001, "p95": 0.01, "p99": 0.049, "p99.9": 0.2, "max": 0.3,
        }
    },
}  # fmt: skip


@pytest.mark.database
@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_web_processes_and_a_worker_bear_a_busy_time(database: str, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.json"
    amount = ["--minutes", "0.3", "--sync-every", "0.1", "--database", database, "--json", str(numbers)]
    sheet = build_sample_workbook(tmp_path / "sample.xlsx")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TESTS_"))}
    soaked = subprocess.run(
        [sys.executable, "-m", "bench.soak", *amount], cwd=ROOT, env=environment | {"BENCH_SHEET": str(sheet)},
        capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert numbers.exists(), soaked.stdout + soaked.stderr
    (found,) = json.loads(numbers.read_text())
    assert [each for kind in found["requests"].values() for each in kind["failures"]] == [], soaked.stdout
    assert len(found["syncs"]) > 1
    assert set(found["syncs"]) == {"completed"}
    assert found["memory"].keys() == {"web 1", "web 2", "worker"}
    assert all(kind["answers"] for kind in found["requests"].values())


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("requests", "status", "failures"), {"500": 2}, "status: 2 times 500"),
        (("requests", "status", "failures"), {"TimeoutError": 1}, "status: 1 times TimeoutError"),
        (("requests", "status", "p99"), 0.051, "status: 99 of 100 within 51 ms, not 50"),
        (("memory", "web 1", "last"), 111.0, "web 1: memory grew from 100 to 111 MB"),
        (("syncs",), ["completed", "failed"], "1 syncs failed"),
    ],
)
def test_what_must_not_be_is_told(path: tuple[str, ...], value: object, told: str) -> None:
    assert list(faults(GOOD)) == []
    bad = copy.deepcopy(GOOD)
    *way, last = path
    place = bad
    for step in way:
        place = place[step]
    place[last] = value
    assert list(faults(bad)) == [told]
    assert list(lines(bad))[-1].endswith(told)
