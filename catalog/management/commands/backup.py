"""manage.py backup FILE: copies the database into a file, while the site runs."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from catalog.management.care_errors import told_of_databases, told_of_files
from catalog.services.care import archive
from catalog.services.care.snapshot import one_moment


class Command(BaseCommand):
    """Write one moment of the database into a new file, and read it again."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="where to write; it must not exist yet")

    def handle(self, *, file: Path, **_: object) -> None:
        """Exit 0 when done, 1 failed."""
        with told_of_files(file), told_of_databases(), one_moment(DEFAULT_DB_ALIAS) as snapshot:
            rows = archive.write(file, snapshot)
        self.stdout.write(f"Backed up {rows:,} rows to {file} ({file.stat().st_size / 1e6:,.1f} MB), and checked them.")
