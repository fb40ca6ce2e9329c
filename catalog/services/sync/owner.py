"""Names the process that runs a sync, so that another can tell whether it is gone."""

import os
import platform
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import psutil

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
ENDED = {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}


def this_process() -> str:
    """Return boot, pid namespace, pid and start of this process, separated by slashes."""
    return _named(os.getpid())


def is_gone(owner: str, find: Callable[[int], psutil.Process] = psutil.Process) -> bool:
    """Whether a process named by `this_process` is known to have ended; without proof it counts as alive."""
    boot, namespace, pid, start = owner.split("/")
    if (boot, namespace) != (_boot(), _namespace()):
        return False  # its pid means nothing here
    try:
        process = find(int(pid))
        return process.status() in ENDED or (start.isdecimal() and _start_of(process) != int(start))
    except psutil.AccessDenied:  # /proc is mounted with hidepid=1, and the process is another user's
        return False
    except psutil.NoSuchProcess:  # or hidepid=2, where psutil.pid_exists() is wrong too
        return not _exists(int(pid))


@lru_cache(maxsize=1)  # a fork has another pid
def _named(pid: int) -> str:
    return "/".join((_boot(), _namespace(), str(pid), str(_start_of(psutil.Process(pid)))))


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return platform.node()


@cache
def _namespace() -> str:
    try:
        return Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return ""


def _start_of(process: psutil.Process) -> int:
    """Return the clock ticks after boot at which a process began: unlike its time of day, they never change."""
    return round((process.create_time() - psutil.boot_time()) * TICKS_PER_SECOND)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
