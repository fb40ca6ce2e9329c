"""A folder for the files of one sync, and the end of those that killed ones have left behind."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "progmetal-sync-"
LOCK = "in-use"
LEAST_AGE_SECONDS = 60
"""A younger folder may be about to be locked."""


@contextmanager
def workspace() -> Generator[Path]:
    """Make a folder that goes with the block or, if the process is killed, with the next sync."""
    remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def remove_abandoned() -> None:
    """Remove the folders that no process holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # locked, gone meanwhile, or another user's
            if time.time() - folder.stat().st_mtime < LEAST_AGE_SECONDS:
                continue
            with (folder / LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
