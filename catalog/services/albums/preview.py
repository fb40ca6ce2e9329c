"""Foretells what a plan would change, album by album, and writes nothing to the catalogue."""

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.models import AlbumChange, PlannedChange, SyncOperation
from catalog.services.albums.changes import differences, in_chunks, stored_albums, told_by, told_of, with_kept
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.sheet.entries import AlbumEntry

Kind = AlbumChange.Kind


def planned_changes(operation: SyncOperation, plan: Plan, names: AlbumNames) -> Iterator[list[PlannedChange]]:
    """Yield what the plan would change, some hundred albums at a time: changed ones, new ones, those that would go."""
    names.load(plan.created, [entry for _, entry in plan.changed])
    for pairs in in_chunks(plan.changed):
        yield list(_changed(operation, plan, names, pairs))
    for entries in in_chunks(plan.created):
        yield [_new(operation, entry) for entry in entries]
    for albums in in_chunks(plan.removed):
        yield list(_going(operation, albums))


def _changed(
    operation: SyncOperation, plan: Plan, names: AlbumNames, pairs: Sequence[tuple[KnownAlbum, AlbumEntry]]
) -> Iterator[PlannedChange]:
    albums = stored_albums([album.pk for album, _ in pairs])
    for known, entry in pairs:
        album = albums[known.pk]
        told = told_of(album)
        kept = with_kept(entry, plan, album, told)
        fields = differences(told, told_by(kept, names.genre_names(kept)))
        if fields or known.is_removed:
            yield PlannedChange(
                operation=operation,
                album=album,
                kind=Kind.REVIVED if known.is_removed else Kind.UPDATED,
                fields=fields,
                **_of_entry(entry),
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
