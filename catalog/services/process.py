"""Names the process that runs a sync, so that another one can tell whether it is gone; and tells it to stop."""

import os
import platform
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

stop_requested = threading.Event()
"""Set when this process was told to end: a sync stops at its next beat and says so."""

idle = threading.Event()
"""Set while no sync runs in this process."""
idle.set()


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


def stop_on_sigterm() -> None:
    """Make SIGTERM ask the sync of this process to stop, then do what it did before; in a main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        stop_requested.set()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)


@contextmanager
def stops_on_sigterm() -> Generator[None]:
    """Do so while the block lasts."""
    before = signal.getsignal(signal.SIGTERM)
    stop_on_sigterm()
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def stop_and_wait(seconds: float) -> bool:
    """Ask the sync of this process to stop, and return whether it did within the time."""
    stop_requested.set()
    return idle.wait(seconds)


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
