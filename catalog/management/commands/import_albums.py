"""manage.py import_albums: the same sync as the button, told on the terminal."""

import argparse

from catalog.management.sync_command import SyncCommand
from catalog.models import SyncOperation
from catalog.services.sync.options import SyncOptions


class Command(SyncCommand):
    """Read the sheet into the catalogue, then ask Spotify for what is missing."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--limit", type=positive, metavar="N", help="read the first N rows only; nothing is removed"
        )
        parser.add_argument("--skip-spotify", action="store_true", help="read the sheet alone")
        parser.add_argument("--full", action="store_true", help="ask Spotify for everything anew")
        parser.add_argument("--force", action="store_true", help="accept what the last sync held back")
        parser.add_argument(
            "--accept", type=positive, metavar="OPERATION", help="accept the list of this operation, and nothing else"
        )

    def options(self, given: dict[str, object]) -> SyncOptions:
        """Return what the sync is asked for."""
        limit, accept = given["limit"], given["accept"]
        return SyncOptions(
            limit=limit if isinstance(limit, int) else None,
            skip_spotify=bool(given["skip_spotify"]),
            full=bool(given["full"]),
            force=bool(given["force"]) or isinstance(accept, int),
            accept=accept if isinstance(accept, int) else None,
        )

    def kind(self, given: dict[str, object]) -> SyncOperation.Kind:
        """Return whether the catalogue is written."""
        return SyncOperation.Kind.PREVIEW if given["dry_run"] else SyncOperation.Kind.SYNC


def positive(text: str) -> int:
    """Return a whole number above zero."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above zero")
    return number
