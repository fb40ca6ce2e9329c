"""Which operation this code works for, also in the threads that it starts."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

_operation: ContextVar[int | None] = ContextVar("operation", default=None)


@contextmanager
def of_operation(number: int | None) -> Generator[None]:
    """Let all log lines of the block, and of threads that it starts, carry the number of an operation."""
    token = _operation.set(number)
    try:
        yield
    finally:
        _operation.reset(token)


def current_operation() -> int | None:
    """Return the number of the operation that this thread works for, if it works for one."""
    return _operation.get()


def start_thread(work: Callable[..., object], *arguments: object, name: str) -> None:
    """Start a daemon thread that works for the same operation: by itself a thread would know of none."""
    context = copy_context()
    threading.Thread(target=context.run, args=(work, *arguments), name=name, daemon=True).start()
