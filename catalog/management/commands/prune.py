"""manage.py prune: deletes what is old and of no use, as happens daily by itself."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from catalog.management.commands.import_albums import positive
from catalog.services.care.pruning import prune


class Command(BaseCommand):
    """Delete old operations that changed nothing, failures, task results and logins, and expired sessions."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--days", type=positive, metavar="N", help="keep the last N days (RETAIN_DAYS)")

    def handle(self, *, days: int | None, **_: object) -> None:
        """Exit 0 when done, 1 failed."""
        days = days or settings.RETAIN_DAYS
        if not days:
            raise CommandError("RETAIN_DAYS is 0, so everything is kept. Say how many days to keep with --days N.")
        try:
            deleted = prune(days)
        except DatabaseError as error:
            said = " ".join(str(error).split())
            raise CommandError(
                f"The database can't be used ({said}). What was deleted so far stays deleted."
            ) from error
        for name, number in deleted.items():
            self.stdout.write(f"{number:>8,} {name} deleted")
