"""The change log of one batch: gathered while the batch is written, and saved in its transaction."""

from collections import Counter
from datetime import UTC, datetime

from catalog.models import AlbumChange
from catalog.services.albums.values import Rewrite


class ChangeLog:
    """What happened to each album of a batch, on behalf of an operation."""

    def __init__(self, operation_id: int) -> None:
        self.began = datetime.now(UTC)
        self._operation_id = operation_id
        self._changes: list[AlbumChange] = []

    def __len__(self) -> int:
        return len(self._changes)

    @property
    def counts(self) -> dict[str, int]:
        """How many albums met with what."""
        return {str(kind): number for kind, number in Counter(change.kind for change in self._changes).items()}

    def note(self, kind: AlbumChange.Kind, pk: int, tab: str, row: int | None = None, **facts: object) -> None:
        """Note what happened to an album."""
        # The time is written out: as the database's default it would cost an expression for each row.
        self._changes.append(
            AlbumChange(
                operation_id=self._operation_id,
                album_id=pk,
                kind=kind,
                tab=tab,
                row=row,
                changed_at=self.began,
                **facts,
            )
        )

    def note_rewrite(self, rewrite: Rewrite) -> None:
        """Note an edit, with what an undo needs, unless it is no more than a new hash."""
        if rewrite.is_worth_telling:
            album, entry = rewrite.stored, rewrite.entry
            before = {"entry_hash": album.entry_hash, "year": album.year}
            self.note(rewrite.kind, album.pk, entry.tab, entry.row or None, fields=rewrite.fields, before=before)

    def save(self) -> None:
        """Write all of it."""
        AlbumChange.objects.bulk_create(self._changes)
