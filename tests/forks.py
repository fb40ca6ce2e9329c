"""Python programs that start in a moment, as forks of a process that has loaded the libraries already."""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parent.parent
BUSY = 4
"""How often as long anything may take where many tests share a processor: a test waits, and measures nothing."""


class ForkServer:
    """Starts programs of this environment, or of one given with each. All of them end with the tests."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._started: list[Fork] = []
        self._order = threading.Lock()
        self._process = subprocess.Popen(
            [*tethered(), sys.executable, "-m", "tests.fork_server"],
            cwd=ROOT, env=environment, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all that was started."""
        for started in self._started:
            started.kill()
        with self._process as process:
            process.kill()

    def start(self, *arguments: str, log: Path | None = None, **details: object) -> "Fork":
        """Start a program, such as ``manage.py check`` or ``-m gunicorn``, and do not wait for its end.

        What it writes goes to the end of a log; the details are those of ``tests.fork_server.run``.
        """
        if log is None:
            descriptor, name = tempfile.mkstemp(dir=folder())
            os.close(descriptor)
            log = Path(name)
        self._started.append(Fork(self, self.order(arguments=arguments, log=str(log), **details), log))
        return self._started[-1]

    def order(self, **order: object) -> int:
        """Send an order, and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._order:
            self._process.stdin.write(json.dumps(order) + "\n")
            return int(self._process.stdout.readline())


@dataclass
class Fork:
    """A program that was started, to be watched and ended as a `subprocess.Popen` is."""

    server: ForkServer
    pid: int
    log: Path
    returncode: int | None = None

    @property
    def output(self) -> str:
        """What it wrote, errors included."""
        return self.log.read_text()

    def poll(self) -> int | None:
        """Return its exit code if it has ended, by itself or by a signal."""
        if self.returncode is None and psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE:
            self.returncode = self.server.order(wait=self.pid)
        return self.returncode

    def wait(self, timeout: float = BUSY * 30) -> int:
        """Return its exit code when it has ended."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                self.kill()
                raise subprocess.TimeoutExpired(str(self.pid), timeout, self.output)
            time.sleep(0.01)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> int:
        """End it at once, unless it has ended, and return its exit code."""
        self.send_signal(signal.SIGKILL)
        return self.wait()


def end(process: "Fork | subprocess.Popen[bytes]", seconds: float) -> None:
    """Let the leader of a session end, and kill what it leaves behind, or itself after so many seconds."""
    process.terminate()
    try:
        process.wait(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@cache
def fork_server() -> ForkServer:
    """Return the one that starts programs of any environment, until the tests end."""
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    server = ForkServer(given)
    atexit.register(server.close)
    return server


@cache
def folder() -> Path:
    """Return a folder that goes when the tests end."""
    kept = tempfile.TemporaryDirectory(prefix="progmetal-live-")
    atexit.register(kept.cleanup)
    return Path(kept.name)


def tethered() -> list[str]:
    """Return the beginning of a command line whose program ends when this process does."""
    return [sys.executable, "-m", "demo.tether", str(os.getpid())]
