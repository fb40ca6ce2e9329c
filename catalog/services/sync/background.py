"""Keeps a sync going: what may block runs in a thread of its own, and rubbish is collected rarely."""

import gc
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from catalog.services.errors import SyncError

Result = TypeVar("Result")

SLICE_SECONDS = 0.25
RARELY = (50_000, 20, 50)
"""Thresholds of the garbage collector: with Python's own it takes a fifth of the time of a first sync."""


def in_helper(work: Callable[[], Result], beat: Callable[[], None], seconds: float, late: SyncError) -> Result:
    """Return what ``work`` returns, calling ``beat`` meanwhile; raise ``late`` where it takes more ``seconds``."""
    future: Future[Result] = Future()
    threading.Thread(target=_fulfil, args=(future, work), name="sync helper", daemon=True).start()
    deadline = time.monotonic() + seconds
    while not future.done():
        beat()
        if time.monotonic() > deadline:
            raise late
        _wait(future)
    return future.result()


@contextmanager
def rare_collections() -> Generator[None]:
    """Let the garbage collector look less often while the block lasts: a sync makes much, and no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _wait(future: Future[Any]) -> None:
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    done.wait(SLICE_SECONDS)


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
        future.set_exception(error)
