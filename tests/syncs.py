"""Syncs of small sheets from a file, in the test's own thread."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from catalog.management.commands.export_albums import exported
from catalog.models import SyncOperation
from catalog.services.albums.undo import undoable_sync
from catalog.services.spotify.enricher import AlbumEnricher
from catalog.services.sync.options import SyncOptions
from catalog.services.sync_manager import SyncManager
from tests.sheets import Row, sheet

COMMAND = SyncOperation.Trigger.COMMAND


def manager(sheet_url: str, **changed: Any) -> SyncManager:
    """Return a manager for the sheet at this address, without Spotify unless told otherwise."""
    sync = replace(settings.SYNC, sheet_url=sheet_url, **{"enrich_seconds": 0.0, **changed})
    return SyncManager(sync, partial(AlbumEnricher.from_settings, settings.SPOTIFY))


def sync(source: Path | str, **options: Any) -> SyncOperation:
    """Run a sync of a workbook, or of an address, and return its operation as it ended."""
    url = source.as_uri() if isinstance(source, Path) else source
    kind = SyncOperation.Kind.PREVIEW if options.pop("preview", False) else SyncOperation.Kind.SYNC
    runner = manager(url, **options.pop("settings", {}))
    operation = runner.start(COMMAND, options=SyncOptions(**options), kind=kind)
    runner.run(operation.pk)
    operation.refresh_from_db()
    return operation


def undo() -> SyncOperation:
    """Undo the last sync that changed the catalogue, and return the operation of the undo as it ended."""
    last = undoable_sync()
    runner = manager("http://127.0.0.1:9/")
    options = SyncOptions(undo=last.pk if last else None)
    operation = runner.start(COMMAND, kind=SyncOperation.Kind.UNDO, options=options)
    runner.run(operation.pk)
    operation.refresh_from_db()
    return operation


def sync_tabs(path: Path, tabs: Mapping[str, Sequence[Row]], **options: Any) -> SyncOperation:
    """Write a workbook of these tabs and sync it."""
    return sync(sheet(path, tabs), **options)


def catalogue() -> list[dict[str, object]]:
    """Return the catalogue as it is exported."""
    return list(exported())


def counts(operation: SyncOperation) -> dict[str, int]:
    """Return the counts that are not zero."""
    return {name: number for name, number in operation.counts.items() if number}


def meanwhile(part_of_query: str, action: Callable[[], Any]) -> AbstractContextManager[None]:
    """Do something once, right after a query that has this part: what another process does at that moment."""
    left = [action]

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if left and part_of_query in sql:
            left.pop()()
        return result

    return connection.execute_wrapper(watch)
