"""Foretells what a plan would change, album by album, and writes nothing to the catalogue."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
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


class ListDigest:
    """The digest of a list, from its first row to its last."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, changes: Iterable[PlannedChange]) -> None:
        """Take in the next rows."""
        for change in changes:
            row = (change.kind, change.album_id, change.artist, change.title, change.tab, change.fields)
            self._hash.update(_plain(row).encode() + b"\n")

    def __str__(self) -> str:
        return self._hash.hexdigest()


def losses(changes: Iterable[PlannedChange]) -> Iterator[tuple[int | None, str, str]]:
    """Yield what happens to albums that are listed: each that goes, and each field of the others with its new value.

    New albums and those that return take nothing from anybody: they need no consent.
    """
    for change in changes:
        if change.kind == Kind.REMOVED.value:
            yield change.album_id, "", ""
        elif change.kind == Kind.UPDATED.value:
            yield from ((change.album_id, name, _plain(new)) for name, (_, new) in change.fields.items())


def _plain(value: object) -> str:
    return json.dumps(value, sort_keys=True)
