"""The change log of one batch: gathered while the batch is written, and saved in its transaction."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from catalog.models import Album, AlbumChange
from catalog.services.albums.values import Rewrite
from catalog.services.prepared import as_stored, columns_of, insert, replacing

Kind = AlbumChange.Kind

CHANGING = ("kind", "fields", "tab", "row", "before")
COLUMNS = columns_of(AlbumChange, "operation", "album", *CHANGING, "changed_at")
ONCE_AN_ALBUM = replacing("operation_id, album_id", CHANGING)


class ChangeLog:
    """What happened to each album of a batch, on behalf of an operation: one change an album, from first to last."""

    def __init__(self, operation_id: int) -> None:
        self.began = datetime.now(UTC)
        self._operation_id = operation_id
        self._changes: dict[int, AlbumChange] = {}
        self._earlier: dict[int, str] = {}
        self._taken: dict[str, dict[str, Any]] = {}

    @property
    def albums(self) -> set[int]:
        """The albums that met with something, by primary key."""
        return self._changes.keys() | self._earlier.keys()

    @property
    def counts(self) -> Counter[str]:
        """How many albums met with what, beside those that an earlier batch of the operation has counted."""
        counts = Counter(str(change.kind) for change in self._changes.values())
        counts.subtract(kind for pk, kind in self._earlier.items() if pk in self._changes)
        return counts

    def note(self, kind: AlbumChange.Kind, pk: int, tab: str, row: int | None = None, **facts: object) -> None:
        """Note what happened to an album."""
        # The time is written out: as the database's default it would cost an expression for each row.
        change = AlbumChange(
            operation_id=self._operation_id, album_id=pk, kind=kind, tab=tab, row=row, changed_at=self.began, **facts
        )
        before = self._changes.get(pk)
        self._changes[pk] = _joined(before, change) if before else change

    def note_creation(self, pk: int, tab: str, row: int, spotify_id: str | None) -> None:
        """Note a new album."""
        self.note(Kind.CREATED, pk, tab, row, before=self._taken.get(spotify_id or "", {}))

    def note_rewrite(self, rewrite: Rewrite) -> None:
        """Note an edit, with what an undo needs, unless it is no more than a new hash."""
        if rewrite.is_worth_telling:
            album, entry = rewrite.stored, rewrite.entry
            before = _before(album) | self._taken.get(entry.spotify_id or "", {})
            if "genres" in rewrite.fields:
                before["genres"] = list(rewrite.told["genres"])
            self.note(rewrite.kind, album.pk, entry.tab, entry.row or None, fields=rewrite.fields, before=before)

    def note_loss(self, album: Album) -> None:
        """Note that a Spotify id is taken from an album that has no part in the batch.

        Nobody sees it in a hidden album, so there it is noted with the one that takes the id.
        """
        if album.is_listed:
            lost = {"spotify_id": [album.spotify_id, None]}
            self.note(Kind.UPDATED, album.pk, album.tab, fields=lost, before=_before(album))
        else:
            taken = {"album": album.pk, "spotify_id": album.spotify_id, "entry_hash": album.entry_hash}
            self._taken[album.spotify_id or ""] = {"taken": taken}

    def save(self, batch: Iterable[int]) -> None:
        """Write all of it. Albums of a batch that was written row by row may have met with something before."""
        logged = AlbumChange.objects.filter(operation=self._operation_id, album__in={*batch, *self._changes})
        for earlier in logged:
            pk = earlier.album_id
            self._earlier[pk] = earlier.kind
            if pk in self._changes:
                self._changes[pk] = _joined(earlier, self._changes[pk])
        stored = (as_stored(COLUMNS, vars(change)) for change in self._changes.values())
        insert(AlbumChange, COLUMNS, stored, ONCE_AN_ALBUM)


def _before(album: Album) -> dict[str, Any]:
    before = {"entry_hash": album.entry_hash, "year": album.year}
    if album.removed_at:
        before["removed_at"] = album.removed_at.isoformat()
    elif album.kept_at:
        before |= {"kept_at": album.kept_at.isoformat(), "kept_by": album.kept_by}
    return before


def _joined(first: AlbumChange, last: AlbumChange) -> AlbumChange:
    """Return two changes of an album as one."""
    fields = first.fields | last.fields
    for name in first.fields.keys() & last.fields.keys():
        fields[name] = [first.fields[name][0], last.fields[name][1]]
    last.fields = {name: [old, new] for name, (old, new) in fields.items() if old != new}
    last.before = last.before | first.before
    last.kind = first.kind if last.kind == Kind.UPDATED else last.kind
    return last
