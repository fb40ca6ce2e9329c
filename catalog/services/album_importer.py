"""Writes a plan to the catalogue: batches that are each whole, with the change log in the same transaction."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from catalog.models import Album, AlbumChange, AlbumGenre, SyncFailure
from catalog.services.albums.changes import COPIED, differences, stored_albums, told_by, told_of, with_kept
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.facts import Fact, bounded
from catalog.services.sheet.entries import AlbumEntry, RowProblem
from catalog.services.sheet.text import fold

logger = logging.getLogger(__name__)

BATCH = 250
MOST_FAILURES_LISTED = 5000
TURN_SECONDS, GAP_SECONDS = 0.75, 0.11

DERIVED = ("artist_id", "vocal_style_id", "release_order", "search_text", "entry_hash", "removed_at")


class Journal(Protocol):
    """The operation on whose behalf the catalogue is written."""

    @property
    def operation_id(self) -> int:
        """Return the primary key of the operation."""
        ...

    def fence(self) -> None:
        """Begin a transaction: raise unless the operation is still running and still ours."""

    def count(self, processed: int = 0, tab: str = "", **counts: int) -> None:
        """Add to the operation's counters, in the transaction that changed what they count."""

    def beat(self) -> None:
        """Give a sign of life between two transactions; raises where somebody asked for the end."""


@dataclass(frozen=True)
class Step:
    """One thing to do: create (no album), change (both) or remove (no entry, or one to be hidden with)."""

    album: KnownAlbum | None
    entry: AlbumEntry | None
    hides: bool = False

    @property
    def kind(self) -> AlbumChange.Kind:
        """What the change log will call it."""
        if self.entry is None or self.hides:
            return AlbumChange.Kind.REMOVED
        if self.album is None:
            return AlbumChange.Kind.CREATED
        return AlbumChange.Kind.REVIVED if self.album.is_removed else AlbumChange.Kind.UPDATED


class AlbumImporter:
    """The only writer of albums."""

    def __init__(self, journal: Journal, names: AlbumNames, *, batch: int = BATCH) -> None:
        self._journal = journal
        self._names = names
        self._batch = batch
        self._plan = Plan()
        self._gave_way = time.monotonic()
        self._batch_began = datetime.now(UTC)

    def apply(self, plan: Plan) -> None:
        """Write what the plan says. Rows that the database refuses are isolated, listed and left out."""
        self._plan = plan
        self._names.load(plan.created, [entry for _, entry in plan.changed])
        for steps in self._batches(plan):
            self._let_others_write()
            self._journal.beat()
            self._write_or_isolate(steps)

    def _let_others_write(self) -> None:
        """Leave SQLite free now and then: its writers do not queue, each looks again every 100 ms, and would starve."""
        if connection.vendor == "sqlite" and time.monotonic() - self._gave_way > TURN_SECONDS:
            time.sleep(GAP_SECONDS)
            self._gave_way = time.monotonic()

    def _batches(self, plan: Plan) -> Iterator[list[Step]]:
        """Yield the steps that hand Spotify ids to each other as one batch, then the others in the sheet's order."""
        changed = [Step(album, entry, album.pk in plan.hidden) for album, entry in plan.changed]
        steps = changed + [Step(None, entry) for entry in plan.created] + [Step(album, None) for album in plan.removed]
        takers = {
            (plan.holders[step.entry.spotify_id], step)
            for step in changed + [Step(None, entry) for entry in plan.created]
            if step.entry and step.entry.spotify_id in plan.holders
        }
        givers = {pk for pk, step in takers if step.album is None or step.album.pk != pk}
        linked = {step for pk, step in takers if pk in givers} | {
            step for step in steps if step.album and step.album.pk in givers
        }
        if linked:
            yield [step for step in steps if step in linked]
        others = [step for step in steps if step not in linked]
        for start in range(0, len(others), self._batch):
            yield others[start : start + self._batch]

    def _write_or_isolate(self, steps: list[Step]) -> None:
        try:
            self._write(steps)
        except (OperationalError, InterfaceError):
            raise  # the database itself is in trouble, not a row
        except (DatabaseError, ValueError) as error:
            self._names.forget()
            if len(steps) == 1:
                self._fail(steps[0], error)
                return
            logger.warning("batch refused, trying row by row rows=%s error=%s", len(steps), error)
            for step in steps:
                self._journal.beat()
                self._write_or_isolate([step])

    def _fail(self, step: Step, error: Exception) -> None:
        side = step.entry or step.album
        entry = step.entry
        problem = RowProblem(
            "database_refused", side.tab if side else "", entry.row if entry else None,
            entry.artist if entry else "", entry.title if entry else "",
            parameters={"detail": " ".join(str(error).split())[:300]},
        )  # fmt: skip
        record_problems([problem], self._journal, processed=1)

    def _write(self, steps: list[Step]) -> None:
        with transaction.atomic():
            self._journal.fence()
            self._batch_began = datetime.now(UTC)
            self._names.create_missing([step.entry for step in steps if step.entry])
            changes = [
                *self._change([(step.album, step.entry, step) for step in steps if step.album and step.entry]),
                *self._create([step.entry for step in steps if step.entry and not step.album]),
                *self._remove([step.album for step in steps if step.album and not step.entry]),
            ]
            AlbumChange.objects.bulk_create(changes)
            kinds = Counter(change.kind for change in changes)
            unchanged = len(steps) - len(changes)
            tab = next((step.entry.tab for step in reversed(steps) if step.entry), "")
            self._journal.count(
                processed=len(steps), tab=tab, unchanged=unchanged, **{str(k): n for k, n in kinds.items()}
            )

    def _create(self, entries: Sequence[AlbumEntry]) -> list[AlbumChange]:
        self._release_ids([entry.spotify_id for entry in entries], among=[])
        albums = Album.objects.bulk_create(
            [Album(added_at=self._batch_began, **self._values(entry, self._digest(entry))) for entry in entries]
        )
        self._write_genres(dict(zip([album.pk for album in albums], entries, strict=True)))
        return [
            self._note(AlbumChange.Kind.CREATED, album.pk, entry.tab, entry.row)
            for album, entry in zip(albums, entries, strict=True)
        ]

    def _change(self, triples: Sequence[tuple[KnownAlbum, AlbumEntry, Step]]) -> list[AlbumChange]:
        if not triples:
            return []
        stored = stored_albums([album.pk for album, _, _ in triples])
        before = {pk: told_of(album) for pk, album in stored.items()}
        self._release_ids([entry.spotify_id for _, entry, _ in triples], among=list(stored))
        written: dict[int, AlbumEntry] = {}
        rows: list[Album] = []
        for known, entry, _ in triples:
            album = stored[known.pk]
            written[known.pk] = with_kept(entry, self._plan, album, before[known.pk])
            digest = self._plan.hashes.get(known.pk, self._digest(entry))
            values = self._values(written[known.pk], digest)
            rows.append(Album(pk=known.pk, added_at=album.added_at, **values))
        Album.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=[*_columns(COPIED), *_columns(DERIVED)]
        )
        self._hide([known.pk for known, _, step in triples if step.hides])
        changes = [
            self._edit(step.kind, stored[known.pk], before[known.pk], written[known.pk]) for known, _, step in triples
        ]
        changes = [change for change in changes if change.fields or change.kind != AlbumChange.Kind.UPDATED.value]
        regrouped = {change.album_id for change in changes if "genres" in change.fields}
        AlbumGenre.objects.filter(album__in=regrouped).delete()
        self._write_genres({pk: entry for pk, entry in written.items() if pk in regrouped})
        return changes

    def _edit(self, kind: AlbumChange.Kind, album: Album, before: dict[str, Any], entry: AlbumEntry) -> AlbumChange:
        fields = differences(before, told_by(entry, self._names.genre_names(entry)))
        restorable = {"entry_hash": album.entry_hash, "year": album.year}
        return self._note(kind, album.pk, entry.tab, entry.row or None, fields=fields, before=restorable)

    def _hide(self, pks: Sequence[int]) -> None:
        Album.objects.filter(pk__in=pks).update(removed_at=Now())

    def _remove(self, albums: Sequence[KnownAlbum]) -> list[AlbumChange]:
        self._hide([album.pk for album in albums])
        return [self._note(AlbumChange.Kind.REMOVED, album.pk, album.tab) for album in albums]

    def _note(self, kind: AlbumChange.Kind, pk: int, tab: str, row: int | None = None, **facts: object) -> AlbumChange:
        # The time is written out: as the database's default it would cost an expression for each row.
        return AlbumChange(
            operation_id=self._journal.operation_id,
            album_id=pk,
            kind=kind,
            tab=tab,
            row=row,
            changed_at=self._batch_began,
            **facts,
        )

    def _release_ids(self, wanted: Sequence[str | None], among: list[int]) -> None:
        """Take Spotify ids from the albums that hold them, so that no two hold one at any moment.

        An album outside of this batch that loses its id so loses its hash too: the next sync writes it anew.
        """
        ids = [spotify_id for spotify_id in wanted if spotify_id]
        Album.objects.filter(spotify_id__in=ids).exclude(pk__in=among).update(spotify=None, entry_hash="")
        Album.objects.filter(pk__in=among).update(spotify=None)

    def _digest(self, entry: AlbumEntry) -> str:
        return entry.digest(self._plan.salt(entry, self._names.salt))

    def _values(self, entry: AlbumEntry, digest: str) -> dict[str, Any]:
        copied = {name: getattr(entry, name) for name in COPIED}
        genres = self._names.genre_names(entry)
        searched = (entry.artist, entry.title, entry.genre_text, *genres, entry.vocal_text, entry.vocal_style or "")
        return copied | {
            "artist_id": self._names.artists[entry.artist],
            "vocal_style_id": self._names.vocal_styles[entry.vocal_style] if entry.vocal_style else None,
            "release_order": entry.release_date.toordinal() if entry.release_date else 0,
            "search_text": fold(" ".join((*searched, entry.country))),
            "entry_hash": digest,
            "removed_at": None,
        }

    def _write_genres(self, entries: dict[int, AlbumEntry]) -> None:
        AlbumGenre.objects.bulk_create(
            AlbumGenre(album_id=pk, genre_id=genre_id, position=position)
            for pk, entry in entries.items()
            for position, genre_id in enumerate(self._names.genre_ids(entry))
        )


def record_problems(
    problems: Sequence[RowProblem], journal: Journal, *, processed: int = 0, unchanged: int = 0
) -> None:
    """List rows and tabs that failed or are doubtful, and count the rows that failed."""
    failed = sum(problem.row is not None and not problem.is_doubt for problem in problems)
    with transaction.atomic():
        journal.fence()
        SyncFailure.objects.bulk_create(
            SyncFailure(
                operation_id=journal.operation_id,
                code=problem.code,
                parameters=bounded(problem.parameters),
                is_doubt=problem.is_doubt,
                tab=problem.tab,
                row=problem.row,
                artist=problem.artist,
                album=problem.album,
            )
            for problem in problems[:MOST_FAILURES_LISTED]
        )
        journal.count(processed=processed, failed=failed, unchanged=unchanged)
    for problem in problems:
        if not problem.is_doubt:
            fact = Fact(problem.code, problem.parameters)
            logger.warning("row failed tab=%s row=%s cause=%s", problem.tab, problem.row, fact)


def _columns(names: Sequence[str]) -> list[str]:
    return [name.removesuffix("_id") if name.endswith("_id") else name for name in names]
