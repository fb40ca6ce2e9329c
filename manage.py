#!/usr/bin/env python3
"""Django's command line."""

import os
import sys

MAY_TAKE_LONG = ("backup", "migrate", "move_database", "prune", "restore")
"""Commands that rewrite whole tables."""


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in MAY_TAKE_LONG:
        os.environ.setdefault("DATABASE_TIMEOUT_SECONDS", "0")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        from catalog.services.database import cause_of
        from catalog.wording import database_cause

        cause = cause_of(error)
        if not cause:
            raise
        sys.exit(f"{database_cause(cause)}\n{error}".strip())


if __name__ == "__main__":
    main()
