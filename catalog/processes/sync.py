"""Runs a sync in a process of its own.

In a web process, it would wait for requests and they for it: a Python process computes one thing at a time. And the
memory that a workbook takes returns to the system with the process.
"""

import logging
import os
import subprocess
import threading
from typing import BinaryIO, cast

from django.db import Error, connection

from catalog.models import SyncOperation
from catalog.processes import room
from catalog.processes.child import start_child
from catalog.services.sync import shutdown
from catalog.services.sync.owner import this_process
from catalog.services.sync.snapshot import current_snapshot
from catalog.services.sync_manager import SyncManager

logger = logging.getLogger(__name__)

SECONDS_TO_END = 5.0
"""Time for a last beat where the web process ends, which waits as long."""

LOOK_SECONDS = 0.25
WAITING = {SyncOperation.Stage.FETCHING, SyncOperation.Stage.ENRICHING}
"""The stages that take little computing."""


def run_apart(operation_id: int) -> bool:
    """Have a pending operation of this process run to its end; whether a process did so, and ended by itself."""
    try:
        process = start_child("sync", str(operation_id), this_process(), has_session=True)
    except OSError as error:
        logger.warning("no process for a sync operation=%s error=%s", operation_id, error)
        return False
    code = _end_of(process, SyncOperation(pk=operation_id))
    if code:
        logger.warning("process of a sync died operation=%s code=%s", operation_id, code)
        SyncManager.from_settings().recover()
    return code == 0


def _end_of(process: subprocess.Popen[bytes], operation: SyncOperation) -> int:
    shutdown.idle.clear()
    is_pending, has_room = True, False
    try:
        while process.poll() is None and not shutdown.stop_requested.wait(LOOK_SECONDS):
            is_computing = False
            try:
                # Lest it pass for lost while Python starts, which takes seconds on a busy machine.
                is_pending = is_pending and operation.stand_by(this_process())
                is_computing = current_snapshot().get().stage not in WAITING
            except Error:
                connection.close()
            if has_room != is_computing:
                has_room = is_computing
                (room.leave_one if has_room else room.take_all)()
        cast("BinaryIO", process.stdin).close()
        return process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        room.take_all()
        shutdown.idle.set()


def main(operation_id: str, web_process: str) -> None:
    """Run an operation that a web process hands over."""
    shutdown.stop_on_sigterm()
    threading.Thread(target=_end_with_input, daemon=True).start()
    SyncManager.from_settings().run(int(operation_id), handed_over_by=web_process)


def _end_with_input() -> None:
    while os.read(0, 1):  # not by `sys.stdin`, which would be locked as Python ends
        pass
    if not shutdown.stop_and_wait(SECONDS_TO_END):
        os._exit(1)
