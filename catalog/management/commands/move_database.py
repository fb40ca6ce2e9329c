"""manage.py move_database URL: copies the database into an empty one, of SQLite or PostgreSQL, with every number."""

import argparse
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from catalog.management.care_errors import told_of_databases
from catalog.services.care.loading import SyncRuns, check_version, fill_empty
from catalog.services.care.places import OURS, make_tables, put_in_our_place
from catalog.services.care.snapshot import one_moment
from catalog.services.sync_manager import SyncManager


class Command(BaseCommand):
    """Copy everything in one transaction; if it breaks off, the other database is empty still."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the address."""
        parser.add_argument("url", metavar="URL", help="the other database, as DATABASE_URL would name it")

    def handle(self, *, url: str, **_: object) -> None:
        """Exit 0 when done, 1 failed with both databases as they were."""
        with told_of_databases():
            if SyncManager.from_settings().recover():
                raise SyncRuns
            put_in_our_place(_config(url))
            make_tables()
            with one_moment(OURS) as ours:
                check_version(ours)
                rows = fill_empty(ours)
        self.stdout.write(f"Copied {rows:,} rows, and checked them. Now set DATABASE_URL to that URL, and restart.")


def _config(url: str) -> dict[str, Any]:
    try:
        return settings.DATABASE_AT(url)
    except ImproperlyConfigured as error:
        raise CommandError(str(error).replace("DATABASE_URL", "URL")) from error
