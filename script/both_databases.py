"""Runs the tests on SQLite and PostgreSQL at the same time; arguments go to both runs of pytest."""

import os
import subprocess
import sys
from threading import Thread

DATABASES = ("sqlite", "postgresql")
MOST_PROCESSES = 8


def start(database: str, arguments: list[str]) -> "subprocess.Popen[str]":
    """Start pytest, with more processes than processors: many tests wait for sockets and signals."""
    processors = min(os.cpu_count() or 1, MOST_PROCESSES)
    # PostgreSQL has a quarter of the tests: both end at about the same time. The short run waits less, and to load the
    # tests costs each process seconds.
    more = 2 if "--all" in arguments else 1
    processes = processors + more if database == "sqlite" else max(processors // 2, more)
    # Hundreds of processes start; without bytecode each would compile Django anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    scheduling = ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    return subprocess.Popen(  # noqa: S603 - the arguments are ours
        [".venv/bin/pytest", *scheduling, "--database", database, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "COLUMNS": "100", "PYTHONUNBUFFERED": "1"},
    )


def show(database: str, run: "subprocess.Popen[str]") -> None:
    """Print what a run says, line by line, with its database before it."""
    for line in run.stdout or ():
        sys.stdout.write(f"{database:10} | {line}")
        sys.stdout.flush()


def main() -> int:
    """Return the exit code of the first run that failed."""
    runs = {database: start(database, sys.argv[1:]) for database in DATABASES}
    readers = [Thread(target=show, args=run) for run in runs.items()]
    for reader in readers:
        reader.start()
    try:
        codes = [run.wait() for run in runs.values()]
    except KeyboardInterrupt:  # both runs had it too, and say how far they came
        codes = [run.wait() for run in runs.values()]
    for reader in readers:
        reader.join()
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
