"""A process that has loaded Django and runs commands of manage.py in forks of itself: each begins at once.

It reads orders from its standard input, one JSON object a line, and answers each with a number: ``arguments`` and
``log`` start a command (answer: its pid), ``wait`` names one that has ended (answer: its exit code).
"""

import json
import os
import resource
import sys
import traceback
from typing import Any

import django
from django.core.management import execute_from_command_line
from django.db.backends.signals import connection_created

from demo.tether import end_with_parent


def start(arguments: list[str], log: str, most_bytes: int = 0, most_pages: int = 0) -> int:
    """Start a command; its disk is full when a file has so many bytes, or SQLite's database so many pages."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    end_with_parent(parent)
    output = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    if most_pages:
        connection_created.connect(lambda connection, **_: _limit(connection, most_pages), weak=False)
    os._exit(_run(arguments))


def _limit(connection: Any, pages: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {pages}")


def _run(arguments: list[str]) -> int:
    code: Any = 0
    try:
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - the fork must not go on as the process that it is a copy of
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _exit_code(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    """Obey until standard input ends."""
    django.setup()
    from catalog.management.commands import export_albums, import_albums  # noqa: F401 - forks need not load them

    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        answer = _exit_code(order["wait"]) if "wait" in order else start(**order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
