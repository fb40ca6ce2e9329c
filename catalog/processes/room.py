"""Leaves a processor to a sync, where the web processes of a server could keep all there are busy.

The system shares them out by threads, and web processes have many: the sync would be one among them.
"""

import os
from contextlib import suppress

import psutil


def leave_one() -> None:
    """Let the web processes of this server do without one processor, if they are as many as there are or more."""
    processors, web_processes = _processors(), _web_processes()
    if 1 < len(processors) <= len(web_processes):
        _keep(web_processes, processors - {max(processors)})


def take_all() -> None:
    """Let them use all again."""
    _keep(_web_processes(), _processors())


def take_all_for(pid: int) -> None:
    """Let a process use all that has begun with what this one uses."""
    with suppress(psutil.Error):
        _keep([psutil.Process(pid)], _processors())


def _processors() -> set[int]:
    """Return those that gunicorn's main process may use; none where that can't be told, or chosen, as on macOS."""
    with suppress(AttributeError, OSError):
        return os.sched_getaffinity(os.getppid())
    return set()


def _web_processes() -> list[psutil.Process]:
    """Return this one and those that gunicorn's main process has started like it; none where that can't be told."""
    with suppress(psutil.Error):
        ours = psutil.Process()
        return [each for each in psutil.Process(os.getppid()).children() if each.cmdline() == ours.cmdline()]
    return []


def _keep(processes: list[psutil.Process], processors: set[int]) -> None:
    for process in processes if processors else ():
        with suppress(psutil.Error):
            for thread in process.threads():  # first the main one, like which new ones begin
                with suppress(OSError):  # it has ended, or may not be told
                    os.sched_setaffinity(thread.id, processors)
