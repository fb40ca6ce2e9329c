"""manage.py enrich_albums: works on the albums that still lack Spotify's data."""

import argparse

from catalog.management.commands.import_albums import positive
from catalog.management.sync_command import SyncCommand
from catalog.services.sync.options import SyncOptions

AN_HOUR = 3600


class Command(SyncCommand):
    """Ask Spotify for covers, tracks and labels that are missing, newest releases first."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--limit", type=positive, metavar="N", help="at most N albums")
        parser.add_argument("--seconds", type=positive, metavar="N", default=AN_HOUR, help="at most N seconds (3600)")

    def options(self, given: dict[str, object]) -> SyncOptions:
        """Return what the sync is asked for."""
        limit, seconds = given["limit"], given["seconds"]
        return SyncOptions(
            only_spotify=True,
            limit=limit if isinstance(limit, int) else None,
            seconds=float(seconds) if isinstance(seconds, int) else None,
        )
