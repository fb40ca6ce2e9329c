"""manage.py restore FILE: puts what a backup holds in the place of all that the database holds."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand

from catalog.management.care_errors import told_of_databases, told_of_files
from catalog.services.care.archive import Archive
from catalog.services.care.loading import check_version, replace_everything
from catalog.services.care.places import make_tables
from catalog.services.sync_manager import SyncManager


class Command(BaseCommand):
    """Check a backup, then replace the database's rows in one transaction. An empty database gets its tables first."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="what manage.py backup has written")

    def handle(self, *, file: Path, **_: object) -> None:
        """Exit 0 when done, 1 failed with the database as it was."""
        with told_of_files(file), told_of_databases():
            copy = Archive(file)
            make_tables()
            check_version(copy)
            SyncManager.from_settings().recover()  # a sync whose process has died doesn't count
            rows = replace_everything(copy)
        self.stdout.write(
            f"Restored {rows:,} rows of {copy.header.made_at:%Y-%m-%d %H:%M} UTC. Everyone is signed out."
        )
