"""Names the process that runs a sync, so that another can tell whether it is gone."""

import os
import platform
from pathlib import Path


def this_process() -> str:
    """Return boot, pid namespace, pid and start of this process, separated by slashes."""
    pid = os.getpid()
    return "/".join((_boot(), _namespace(), str(pid), _start_of(pid)))


def is_gone(owner: str) -> bool:
    """Whether a process named by `this_process` is known to have ended; a stranger's pid is not judged."""
    boot, namespace, pid, start = owner.split("/")
    if (boot, namespace) != (_boot(), _namespace()):
        return False
    return _start_of(int(pid)) != start


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return platform.node()


def _namespace() -> str:
    try:
        return Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """Return the ticks after boot at which a process began; empty where it does not run, or is a zombie."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "" if Path("/proc/self/stat").exists() else _existence_of(pid)
    return "" if state in {"Z", "X"} else fields[18]


def _existence_of(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "running"
