"""Starts a process that works for this one."""

import subprocess
import sys

from django.conf import settings

from catalog.processes import room


def start_child(name: str, *arguments: str, niceness: int = 0, stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Start the process that runs `main` of the module of this name; raises OSError.

    Its standard input is a pipe that this process holds, and so ends with this process, however that ends: `main` is
    to end then, too.
    """
    command = [sys.executable, "-m", "config.process", str(niceness), name, *arguments]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=stdout)  # noqa: S603
    room.take_all_for(process.pid)
    return process
