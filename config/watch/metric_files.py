"""Lets a scrape of one web process tell of all: each writes its numbers into a file of one folder.

prometheus_client does the writing and the adding up. Ours are the folder, which a server makes and removes, and the
files of workers that have ended: their numbers go into one file, or counters would fall and files pile up.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from catalog.metrics.lock import locked

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""By which prometheus_client knows the folder; it has to be set before that is imported."""

PREFIX = "progmetal-metrics-"
IN_USE = "in-use"
ENDED = "ended"
"""In the place of a process's number."""

_held: list[int] = []
"""Descriptors that keep the folder of this server from being taken for abandoned; workers inherit them."""


def make_folder() -> None:
    """Make the folder of this server, unless it has one or somebody chose one, and remove those of dead servers."""
    given, ours = os.environ.get(VARIABLE, ""), f"{PREFIX}{os.getpid()}-"
    if given and (ours in given or PREFIX not in given):  # read again, or the operator's own
        Path(given).mkdir(parents=True, exist_ok=True)
        return
    _remove_abandoned()
    made = Path(tempfile.mkdtemp(prefix=f"new-{ours}"))
    _held.append(os.open(made / IN_USE, os.O_CREAT | os.O_RDWR))
    fcntl.flock(_held[-1], fcntl.LOCK_EX)
    folder = made.rename(made.with_name(made.name.removeprefix("new-")))
    os.environ[VARIABLE] = str(folder)
    atexit.register(_remove, folder, os.getpid())


def bury(pid: int) -> None:
    """Move the numbers of a process that has ended to those of all that have."""
    from prometheus_client import mmap_dict

    files: Any = mmap_dict.MmapedDict  # has no types

    if not (given := os.environ.get(VARIABLE)):
        return
    folder = Path(given)
    with locked(folder, alone=True):
        for path in folder.glob(f"*_{pid}.db"):
            kind = path.name.rpartition("_")[0]
            if not kind.startswith("gauge"):
                ended = files(str(folder / f"{kind}_{ENDED}.db"))
                for key, value, timestamp, _ in files.read_all_values_from_file(str(path)):
                    ended.write_value(key, ended.read_value(key)[0] + value, timestamp)
                ended.close()
            path.unlink()


def _remove(folder: Path, pid: int) -> None:
    if os.getpid() == pid:  # workers are forks, and end first
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            descriptor = os.open(folder / IN_USE, os.O_RDWR)
        except OSError:  # it is being made, or another user's
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # a server lives
            pass
        finally:
            os.close(descriptor)
