"""The files of a sync that was killed go with the next one; those of one that runs stay."""

import fcntl
import os
import tempfile
import time
from pathlib import Path

import pytest

from catalog.services.sync.workspace import LOCK, PREFIX, workspace


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_behind(temporary: Path, name: str, age: float = 3600) -> Path:
    folder = temporary / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / LOCK).touch()
    (folder / "sheet-1.xlsx").write_bytes(b"PK")
    made = time.time() - age
    os.utime(folder, (made, made))
    return folder


def test_what_a_killed_sync_left_goes_with_the_next_one(temporary: Path) -> None:
    killed = left_behind(temporary, "killed")
    with workspace() as folder:
        assert not killed.exists()
        assert folder.is_dir()
    assert list(temporary.iterdir()) == []


def test_the_files_of_a_running_sync_and_of_others_stay(temporary: Path) -> None:
    running, new = left_behind(temporary, "running"), left_behind(temporary, "new", age=5)
    (temporary / "elsewhere").mkdir()
    with (running / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with workspace():
            assert (running / "sheet-1.xlsx").exists()
    assert {path.name for path in temporary.iterdir()} == {running.name, new.name, "elsewhere"}
