"""Keeps one scheduler running beside gunicorn's workers, for as long as gunicorn runs."""

import logging
import signal
import subprocess
import sys
from types import FrameType

LOOK_SECONDS = 2
STOP_SECONDS = 10
logger = logging.getLogger("gunicorn.error")

COMMAND = (sys.executable, "manage.py", "scheduler", "--under", "server")


class SchedulerProcess:
    """A scheduler that is started again when it has died.

    Gunicorn has no hook that it calls now and then, and a thread beside its forks could leave locks behind: so the
    clock is a timer of the system, whose signal runs in the main thread. Workers don't inherit it.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(COMMAND)  # noqa: S603 - our own command

    def watch(self) -> None:
        """Look every two seconds if it lives."""
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)

    def stop(self) -> None:
        """End it, and look no more."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _look(self, _number: int, _frame: FrameType | None) -> None:
        # Gunicorn waits for any child, so how this one ended may be lost; that it did is not.
        if self._process.poll() is not None:
            before, self._process = self._process.pid, subprocess.Popen(COMMAND)  # noqa: S603 - as above
            logger.error("The scheduler (pid:%s) died; started again (pid:%s)", before, self._process.pid)


_running: list[SchedulerProcess] = []
"""Here and not in gunicorn.conf.py, which is read anew on SIGHUP."""


def start() -> None:
    """Start the scheduler of this gunicorn."""
    _running.append(SchedulerProcess())
    _running[0].watch()


def stop() -> None:
    """Stop it, if there is one."""
    while _running:
        _running.pop().stop()
