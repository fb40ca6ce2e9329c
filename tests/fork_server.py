"""A process that has loaded libraries and runs Python programs in forks of itself, so that each begins at once.

It reads orders from its standard input, one JSON object a line, and answers each with a number: ``arguments`` start a
program as they would after ``python`` (answer: its pid), ``wait`` names one that has ended (answer: its exit code).
With ``DJANGO_SETTINGS_MODULE`` it sets Django up too, for commands on one database.
"""

import json
import os
import resource
import runpy
import sys
import time
from importlib import import_module
from typing import Any

import django
from django.db.backends.signals import connection_created

from demo.tether import end_with_parent

LIBRARIES = (
    *(
        "django.contrib.admin",
        "django.core.management",
        "django.contrib.staticfiles.finders",
        "django.db.models",
        "django.forms",
    ),
    *("django.http", "django.template.loader", "django.test.signals", "django.urls", "django.utils.feedgenerator"),
    *("environs", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "jinja2", "psutil", "psycopg", "pycountry"),
    *("pyroaring", "rapidfuzz.distance", "rapidfuzz.process", "requests", "whitenoise.storage"),
    *("axes", "csp.middleware", "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django_stubs_ext"),
    *("django_tasks.backends", "jinja2.ext", "packaging.version", "smtplib", "statistics"),
)
"""What takes time to load, and needs neither settings nor, as prometheus_client does, the environment."""


def obey() -> dict[str, Any] | None:
    """Obey until standard input ends; in a fork, return what it is to run."""
    parent = os.getpid()
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]) if "wait" in order else os.fork()
        if not answer and "wait" not in order:
            end_with_parent(parent)
            return order
        os.write(1, f"{answer}\n".encode())
    return None


def run(
    arguments: list[str],
    log: str | None = None,
    environment: dict[str, str] | None = None,
    new_session: bool = False,
    most_bytes: int = 0,
    most_pages: int = 0,
) -> None:
    """Become a program; its disk is full when a file has so many bytes, or SQLite's database so many pages."""
    if new_session:
        os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND) if log else 2
    os.dup2(output, 1)
    os.dup2(output, 2)
    if environment is not None:
        os.environ.clear()
        os.environ |= environment
        time.tzset()
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    if most_pages:
        connection_created.connect(lambda connection, **_: _limit(connection, most_pages), weak=False)
    _run(arguments)


def _limit(connection: Any, pages: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {pages}")


def _run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def main() -> None:
    """Load, and run what a fork is told to."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        django.setup()
        for command in ("export_albums", "import_albums"):
            import_module(f"catalog.management.commands.{command}")
    else:
        for library in LIBRARIES:
            import_module(library)
    if (order := obey()) is not None:
        run(**order)


if __name__ == "__main__":
    main()
