"""Foretells what a plan would change, album by album, and writes nothing to the catalogue."""

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.models import AlbumChange, PlannedChange, SyncOperation
from catalog.services.albums.changes import in_chunks, stored_albums
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.albums.values import Rewrite, rewrites
from catalog.services.sheet.entries import AlbumEntry

Kind = AlbumChange.Kind


def planned_changes(operation: SyncOperation, plan: Plan, names: AlbumNames) -> Iterator[list[PlannedChange]]:
    """Yield what the plan would change, some hundred albums at a time: changed ones, new ones, those that would go."""
    names.load(plan.entries)
    for edits in in_chunks(plan.changed):
        yield [_changed(operation, each) for each in rewrites(edits, plan, names) if each.is_worth_telling]
    for steps in in_chunks(plan.created):
        yield [_new(operation, step.entry) for step in steps]
    for albums in in_chunks(plan.removed):
        yield list(_going(operation, albums))


def _changed(operation: SyncOperation, rewrite: Rewrite) -> PlannedChange:
    return PlannedChange(
        operation=operation,
        album=rewrite.stored,
        kind=rewrite.kind,
        fields=rewrite.fields,
        **_of_entry(rewrite.edit.entry),
    )


def _new(operation: SyncOperation, entry: AlbumEntry) -> PlannedChange:
    return PlannedChange(operation=operation, kind=Kind.CREATED, **_of_entry(entry))


def _going(operation: SyncOperation, albums: Sequence[KnownAlbum]) -> Iterator[PlannedChange]:
    for album in stored_albums([album.pk for album in albums]).values():
        yield PlannedChange(
            operation=operation,
            album=album,
            kind=Kind.REMOVED,
            artist=album.artist.name,
            title=album.title,
            search_text=album.search_text,
            tab=album.tab,
        )


def _of_entry(entry: AlbumEntry) -> dict[str, Any]:
    return {
        "artist": entry.artist,
        "title": entry.title,
        "search_text": f"{entry.artist_key} {entry.title_key}",
        "tab": entry.tab,
        "row": entry.row,
    }
