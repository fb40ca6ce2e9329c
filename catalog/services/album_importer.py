"""Writes a plan to the catalogue: batches that are each whole, with the change log in the same transaction."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from catalog.models import Album, AlbumChange, AlbumGenre, SyncFailure
from catalog.services.albums.batches import batches
from catalog.services.albums.log import ChangeLog
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import Creation, Edit, KnownAlbum, Plan, Removal, Step
from catalog.services.albums.values import COLUMNS, Rewrite, album_values, rewrites
from catalog.services.facts import Fact, Parameter, bounded
from catalog.services.prepared import as_stored, columns_of, insert, replacing
from catalog.services.sheet.entries import AlbumEntry, RowProblem

logger = logging.getLogger(__name__)

BATCH = 250
MOST_FAILURES_LISTED = 5000
TURN_SECONDS, GAP_SECONDS = 0.75, 0.11

ALBUM_COLUMNS = columns_of(Album, *COLUMNS, "added_at")
ALBUM_COLUMNS_AND_KEY = [*columns_of(Album, "id"), *ALBUM_COLUMNS]
SAME_ALBUM = replacing("id", (column.column for column in columns_of(Album, *COLUMNS)))
GENRE_COLUMNS = columns_of(AlbumGenre, "album", "genre", "position")


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


class AlbumImporter:
    """The only writer of albums."""

    def __init__(self, journal: Journal, names: AlbumNames, *, batch: int = BATCH) -> None:
        self._journal = journal
        self._names = names
        self._batch = batch
        self._began = datetime.now(UTC)
        self._plan = Plan()
        self._unchanged: set[int] = set()
        self._gave_way = time.monotonic()
        self.refused: list[RowProblem] = []
        """The rows that the database refused."""

    def apply(self, plan: Plan) -> None:
        """Write what the plan says. Rows that the database refuses are isolated, listed and left out."""
        self._plan = plan
        self._unchanged = {album.pk for album in plan.unchanged}
        self._names.load(plan.entries)
        for steps in batches(plan, self._batch):
            self._let_others_write()
            self._journal.beat()
            self._write_or_isolate(steps)

    def _let_others_write(self) -> None:
        """Leave SQLite free now and then: its writers do not queue, each looks again every 100 ms, and would starve."""
        if connection.vendor == "sqlite" and time.monotonic() - self._gave_way > TURN_SECONDS:
            time.sleep(GAP_SECONDS)
            self._gave_way = time.monotonic()

    def _write_or_isolate(self, steps: Sequence[Step]) -> None:
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
        said: dict[str, Parameter] = {"detail": " ".join(str(error).split())[:300]}
        if isinstance(step, Removal):
            problem = RowProblem("database_refused", step.album.tab, parameters=said)
        else:
            entry = step.entry
            where = (entry.tab, entry.row, entry.artist, entry.title)
            problem = RowProblem("database_refused", *where, parameters=said, digest=entry.content())
        self.refused.append(problem)
        record_problems([problem], self._journal, processed=1, failed=int(problem.is_skipped_row))

    def _write(self, steps: Sequence[Step]) -> None:
        with transaction.atomic():
            self._journal.fence()
            entries = [step.entry for step in steps if step.entry]
            self._names.create_missing(entries)
            log = ChangeLog(self._journal.operation_id)
            self._edit([step for step in steps if isinstance(step, Edit)], log)
            self._create([step for step in steps if isinstance(step, Creation)], log)
            self._remove([step.album for step in steps if isinstance(step, Removal)], log)
            met = {step.album.pk for step in steps if step.album}
            log.save(met)
            tab = entries[-1].tab if entries else ""
            unchanged = len(met - log.albums) - len(self._unchanged & log.albums)
            self._journal.count(processed=len(steps), tab=tab, unchanged=unchanged, **log.counts)

    def _create(self, steps: Sequence[Creation], log: ChangeLog) -> None:
        _release_ids([step.entry.spotify_id for step in steps], [], log)
        values = (album_values(step.entry, step.digest, self._names) for step in steps)
        rows = (as_stored(ALBUM_COLUMNS, each | {"added_at": self._began}) for each in values)
        keys = insert(Album, ALBUM_COLUMNS, rows)
        created = {pk: step.entry for pk, step in zip(keys, steps, strict=True)}
        self._write_genres(created)
        for pk, entry in created.items():
            log.note_creation(pk, entry.tab, entry.row, entry.spotify_id)

    def _edit(self, edits: Sequence[Edit], log: ChangeLog) -> None:
        if not edits:
            return
        written = rewrites(edits, self._plan, self._names)
        _release_ids([each.entry.spotify_id for each in written], [each.stored.pk for each in written], log)
        rows = (as_stored(ALBUM_COLUMNS_AND_KEY, self._values(each)) for each in written)
        insert(Album, ALBUM_COLUMNS_AND_KEY, rows, SAME_ALBUM)
        regrouped = {each.stored.pk: each.entry for each in written if "genres" in each.fields}
        AlbumGenre.objects.filter(album__in=regrouped).delete()
        self._write_genres(regrouped)
        for each in written:
            log.note_rewrite(each)

    def _values(self, rewrite: Rewrite) -> dict[str, Any]:
        edit = rewrite.edit
        values = album_values(rewrite.entry, edit.digest, self._names)
        values |= {"removed_at": edit.removed_at, "kept_at": edit.kept_at, "kept_by": edit.kept_by}
        return values | {"id": rewrite.stored.pk, "added_at": rewrite.stored.added_at}

    def _remove(self, albums: Sequence[KnownAlbum], log: ChangeLog) -> None:
        Album.objects.filter(pk__in=[album.pk for album in albums]).update(removed_at=Now())
        for album in albums:
            log.note(AlbumChange.Kind.REMOVED, album.pk, album.tab)

    def _write_genres(self, entries: Mapping[int, AlbumEntry]) -> None:
        places = ((pk, place) for pk, entry in entries.items() for place in enumerate(self._names.genre_ids(entry)))
        insert(AlbumGenre, GENRE_COLUMNS, ((pk, genre_id, position) for pk, (position, genre_id) in places))


def _release_ids(wanted: Sequence[str | None], among: Sequence[int], log: ChangeLog) -> None:
    """Take Spotify ids from the albums that hold them, so that no two hold one at any moment.

    An album outside of this batch that loses its id so loses its hash too: the next sync writes it anew.
    """
    ids = [spotify_id for spotify_id in wanted if spotify_id]
    losing = list(Album.objects.filter(spotify_id__in=ids).exclude(pk__in=among)) if ids else []
    for album in losing:
        log.note_loss(album)
    Album.objects.filter(pk__in=[album.pk for album in losing]).update(spotify=None, entry_hash="")
    Album.objects.filter(pk__in=among).update(spotify=None)


def record_problems(problems: Sequence[RowProblem], journal: Journal, *, failed: int, processed: int = 0) -> None:
    """List what this sync is the first to meet of skipped rows and rows to review, and count all that are skipped."""
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
        journal.count(processed=processed, failed=failed)
    for problem in problems:
        if not problem.is_doubt:
            fact = Fact(problem.code, problem.parameters)
            logger.warning("row failed tab=%s row=%s cause=%s", problem.tab, problem.row, fact)
