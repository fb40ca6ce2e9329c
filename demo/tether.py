"""Runs a command that is terminated when its parent dies, even by SIGKILL.

Usage: python -m demo.tether PARENT_PID COMMAND [ARGUMENT…]. This relies on Linux; elsewhere the parent has to stop
the command itself.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Request SIGTERM on the parent's death; exit at once if it has already died."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit()


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell needed
