"""Which tests a run chooses."""

import subprocess
import sys

import pytest

from tests.forks import ROOT


@pytest.mark.parametrize(("options", "has_all"), [((), True), (("-m", "journey"), False)])
def test_files_that_are_named_run_whole(options: tuple[str, ...], *, has_all: bool) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *options, "tests/browser/test_marks.py"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert ("deselected" not in done.stdout) is has_all, done.stdout
