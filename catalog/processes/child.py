"""Starts a process that works for this one."""

import subprocess
import sys

from django.conf import settings

from catalog.processes import room


def start_child(
    name: str, *arguments: str, niceness: int = 0, has_session: bool = False, stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """Start the process that runs `main` of the module of this name; raises OSError.

    Its standard input is a pipe that this process holds, and so ends with this process, however that ends: `main` is
    to end then, too.

    Linux may share processors out among sessions first, and among the threads of each then. With a session of its own,
    a process has as much as all web processes together; without, its niceness counts among them.
    """
    command = [sys.executable, "-m", "config.process", str(niceness), name, *arguments]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=stdout, start_new_session=has_session
    )
    room.take_all_for(process.pid)
    return process
