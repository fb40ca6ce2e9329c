"""Keeps a sync going: what may block or compute for long runs in a thread of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from catalog.logs.context import start_thread
from catalog.services.errors import SyncError

Result = TypeVar("Result")

SLICE_SECONDS = 0.25


def in_background(
    work: Callable[[], Result], beat: Callable[[], None], seconds: float, too_slow: Callable[[], SyncError]
) -> Result:
    """Return what ``work`` returns, calling ``beat`` meanwhile; raise ``too_slow()`` if it takes more ``seconds``."""
    future: Future[Result] = Future()
    start_thread(_fulfil, future, work, name="sync helper")
    deadline = time.monotonic() + seconds
    while not future.done():
        beat()
        if time.monotonic() > deadline:
            raise too_slow()
        _wait(future)
    return future.result()


def _wait(future: Future[Any]) -> None:
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    done.wait(SLICE_SECONDS)


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
        future.set_exception(error)
