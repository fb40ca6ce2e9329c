"""Tells the sync of this process to stop, and waits for it."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

stop_requested = threading.Event()
"""Set when this process was told to end: a sync stops at its next beat and says so."""

idle = threading.Event()
"""Set while no sync runs in this process."""
idle.set()  # a process that never ran a sync has nothing to wait for when it ends


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
