"""A process beside a web process: `python -m config.process NICENESS NAME [ARGUMENT …]`, see catalog/processes."""

import os
import signal
import sys
from importlib import import_module

import django


def run(niceness: str, name: str, *arguments: str) -> None:
    """Set Django up and run `main` of the module of this name."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, for the process that started this one
    os.nice(int(niceness))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # web processes count in files, which each would leave behind
    django.setup()
    import_module(f"catalog.processes.{name}").main(*arguments)


if __name__ == "__main__":
    run(*sys.argv[1:])
