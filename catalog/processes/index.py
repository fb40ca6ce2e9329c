"""Builds indexes in a process of its own, so that requests keep the time of theirs.

The process is there while syncs change a large catalogue. It answers each line of its standard input with an index,
and ends with its input: with the process that started it, however that ends.
"""

import os
import pickle
import subprocess
import sys
from typing import BinaryIO, cast

from django.db import connection

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import build_index
from catalog.processes.child import start_child

NICENESS = 15
"""Behind web processes and workers."""

SECONDS_TO_END = 10


class IndexProcess:
    """The process, if it runs. For one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not ended since; it may have died unnoticed."""
        return self._process is not None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is None:
            self._process = start_child("index", niceness=NICENESS, stdout=subprocess.PIPE)

    def build(self) -> CatalogueIndex:
        """Return an index of the catalogue as the database has it now, or raise OSError or EOFError if it died."""
        self.start()
        process = cast("subprocess.Popen[bytes]", self._process)
        orders, answers = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        orders.write(b"\n")
        orders.flush()
        try:
            return pickle.load(answers)  # noqa: S301 - from a process of our own
        except pickle.UnpicklingError as error:  # as bad as no answer at all
            raise EOFError("the process that builds indexes has died") from error

    def end(self) -> None:
        """Let it end, if it runs."""
        if self._process is not None:
            process, self._process = self._process, None
            try:
                process.communicate(timeout=SECONDS_TO_END)
            except (OSError, subprocess.TimeoutExpired):
                process.kill()
                process.communicate()


def main() -> None:
    """Build an index for each line."""
    for _ in sys.stdin.buffer:
        index = pickle.dumps(build_index(), pickle.HIGHEST_PROTOCOL)
        connection.close()  # which may be needed elsewhere
        try:
            sys.stdout.buffer.write(index)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # nobody waits any more
            os._exit(0)
