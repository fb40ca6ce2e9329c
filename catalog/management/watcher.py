"""Keeps a command going in a process of its own: whichever of the two is killed, the other one replaces it."""

import logging
import subprocess
import sys
from collections.abc import Sequence

from catalog.services.sync import shutdown

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
PAUSE_SECONDS = 2
STOP_SECONDS = 10


def watch(*arguments: str) -> None:
    """Run this very command with more arguments until told to end, and again whenever it has died."""
    while not shutdown.stop_requested.is_set():
        child = subprocess.Popen([*_this_command(), *arguments])  # noqa: S603 - our own command
        while child.poll() is None and not shutdown.stop_requested.wait(LOOK_SECONDS):
            pass
        if shutdown.stop_requested.is_set():
            _stop(child)
            return
        logger.error("%s died; starting it again pid=%s status=%s", arguments, child.pid, child.returncode)
        shutdown.stop_requested.wait(PAUSE_SECONDS)


def replace_watcher(*arguments: str) -> None:
    """Start the watcher anew, which will start another one of this process; these arguments were from the watcher."""
    logger.error("the process that watched this one died; starting it again")
    command = _this_command()
    subprocess.Popen(command[: len(command) - len(arguments)])  # noqa: S603 - our own command


def _this_command() -> Sequence[str]:
    return [sys.executable, *sys.argv]


def _stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
