"""Keeps the numbers of a process that has ended from being read twice, or not at all, while they are moved."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"


@contextmanager
def locked(folder: Path, *, alone: bool = False) -> Generator[None]:
    """Hold the folder of the numbers for reading, with others, or for moving them, alone."""
    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
