"""One sync from its first second to its last: fetch, read, compare, apply, enrich, finish."""

import logging
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import SyncOperation
from catalog.services import process
from catalog.services.album_enricher import AlbumEnricher, EnrichProgress, backlog_size
from catalog.services.album_importer import AlbumImporter, known_albums, record_problems
from catalog.services.album_matching import Plan, make_partial_plan, make_plan
from catalog.services.album_names import AlbumNames
from catalog.services.album_rows import RULES, RowProblem, SheetContents, read_sheet
from catalog.services.errors import SyncError
from catalog.services.google_sheets import SheetUnreachable, fetch_workbook
from catalog.services.sync_journal import Stage, Status, SyncCancelled, SyncJournal, SyncLost, SyncStopped, end
from catalog.services.workbook import SheetTooLarge, Workbook
from config.environment import Sync

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SLICE_SECONDS = 0.25
SHEET_WARNINGS = ("failed_tabs:", "failed_rows:", "doubtful_rows:")
ENRICHING_BROKE_OFF = "spotify_blocked: The process ended while Spotify was asked; the next sync continues there."
DOWNLOAD_SECONDS = 120
READING_SECONDS = 120
TOO_SLOW = SheetTooLarge(f"it could not be read within {READING_SECONDS} s")


class DatabaseFailed(SyncError):
    """The database could not be written."""

    code: ClassVar[str] = "database"
    hint: ClassVar[str] = (
        "Check that the database runs and that its disk has room, then press Sync Now again: "
        "it continues from what is committed."
    )


@dataclass(frozen=True)
class SyncOptions:
    """What a sync can be asked for beyond the usual."""

    limit: int | None = None
    skip_spotify: bool = False
    only_spotify: bool = False
    full: bool = False
    force: bool = False
    seconds: float | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields that differ from the default, as an operation keeps them."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}


@dataclass
class SyncRun:
    """The steps of one sync, on behalf of one operation that is running and ours."""

    operation: SyncOperation
    journal: SyncJournal
    owner: str
    settings: Sync
    enricher: AlbumEnricher
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def options(self) -> SyncOptions:
        """What this sync was asked for."""
        return SyncOptions(**self.operation.options)

    def run(self) -> None:
        """Do all of it. However it ends, the operation says so, unless it is ours no more."""
        process.idle.clear()
        logger.info("sync started operation=%s trigger=%s", self.operation.pk, self.operation.trigger)
        try:
            self._steps()
        except SyncLost:
            logger.warning("sync was given up by another process operation=%s", self.operation.pk)
        except SyncCancelled:
            self._end(Status.CANCELLED)
        except SyncStopped:
            self._break_off()
        except SyncError as error:
            self._fail(error)
        except (DatabaseError, InterfaceError) as error:
            logger.exception("sync failed operation=%s", self.operation.pk)
            self._fail(DatabaseFailed(" ".join(str(error).split())[:200]))
        except Exception:  # the task boundary: whatever it is, the operation must not stay running
            logger.exception("sync failed operation=%s", self.operation.pk)
            self._fail(SyncError())
        finally:
            self.stopped.set()
            process.idle.set()

    def _steps(self) -> None:
        if not self.options.only_spotify:
            with tempfile.TemporaryDirectory(prefix="progmetal-") as folder:
                self._sheet(self._fetch(Path(folder)))
            if self.operation.kind == SyncOperation.Kind.PREVIEW:
                return
        warnings = self._enrich()
        self._finish(warnings)

    def _sheet(self, workbook: Path) -> None:
        names = AlbumNames()
        digest = self._digest(workbook, names)
        previous = self._sync_of_same_sheet(digest)
        if previous is not None:
            self._confirm(previous, digest)
            return
        contents = self._read(workbook)
        plan = self._compare(contents, names)
        if self.operation.kind == SyncOperation.Kind.PREVIEW:
            self._report(plan, contents)
        else:
            self._apply(plan, contents, names, digest)

    def _fetch(self, folder: Path) -> Path:
        self.journal.enter(Stage.FETCHING)
        download = self._in_helper(
            lambda: fetch_workbook(self.settings.sheet_url, folder, stop=self.stopped),
            DOWNLOAD_SECONDS,
            SheetUnreachable(f"it was not here within {DOWNLOAD_SECONDS} s"),
        )
        logger.info("sheet fetched operation=%s bytes=%s", self.operation.pk, download.stat().st_size)
        return download

    def _digest(self, path: Path, names: AlbumNames) -> str:
        """Return what is equal for two downloads that say the same, read by the same rules; empty for a part of one."""

        def digest() -> str:
            with Workbook(path) as workbook:
                return workbook.digest(RULES, self.settings.sheet_tabs, names.salt)

        return "" if self.options.limit else self._in_helper(digest, READING_SECONDS, TOO_SLOW)

    def _sync_of_same_sheet(self, digest: str) -> SyncOperation | None:
        """Return the last sync that touched the catalogue if it took in this very sheet, so that nothing can change."""
        if self.operation.kind == SyncOperation.Kind.PREVIEW or self.options.force or not digest:
            return None
        earlier = SyncOperation.objects.syncs().filter(pk__lt=self.operation.pk).exclude(total_albums=None).first()
        is_same = earlier is not None and earlier.sheet_committed_at is not None and earlier.sheet_digest == digest
        return earlier if is_same else None

    def _confirm(self, previous: SyncOperation, digest: str) -> None:
        """Take over what the sync of the same sheet found."""
        total = previous.albums_listed
        self.journal.enter(Stage.PROCESSING, total_albums=total, skipped=previous.skipped)
        problems = [
            RowProblem(each.code, each.reason, each.tab, each.row, each.artist, each.album, each.is_doubt)
            for each in previous.failures.exclude(code__startswith="spotify_")
        ]
        record_problems(problems, self.journal, processed=total, unchanged=total)
        self._commit(digest, [said for said in previous.warnings if said.startswith(SHEET_WARNINGS)])
        logger.info("sheet is unchanged operation=%s since=%s", self.operation.pk, previous.pk)

    def _read(self, path: Path) -> SheetContents:
        def read() -> SheetContents:
            with Workbook(path) as workbook:
                return read_sheet(workbook, self.settings.sheet_tabs, self.options.limit)

        return self._in_helper(read, READING_SECONDS, TOO_SLOW)

    def _compare(self, contents: SheetContents, names: AlbumNames) -> Plan:
        known = known_albums()
        if self.options.limit is not None:
            return make_partial_plan(contents, known, salt=names.salt)
        tabs, force = self.settings.sheet_tabs, self.options.force
        return self._in_helper(
            lambda: make_plan(contents, known, salt=names.salt, tab_pattern=tabs, force=force),
            READING_SECONDS,
            TOO_SLOW,
        )

    def _apply(self, plan: Plan, contents: SheetContents, names: AlbumNames, digest: str) -> None:
        problems = contents.problems + plan.problems
        self.journal.enter(Stage.PROCESSING, total_albums=plan.total, skipped=contents.skipped)
        record_problems(problems, self.journal)
        AlbumImporter(self.journal, names).apply(plan)
        refused = self.operation.failures.filter(code="database_refused").count()
        self._commit("" if refused else digest, sheet_warnings(problems, refused))
        logger.info("sheet applied operation=%s albums=%s", self.operation.pk, plan.total)

    def _commit(self, digest: str, warnings: list[str]) -> None:
        self.journal.note(sheet_committed_at=Now(), sheet_digest=digest, warnings=warnings)
        self.operation.refresh_from_db(fields=["sheet_committed_at", "warnings"])

    def _report(self, plan: Plan, contents: SheetContents) -> None:
        revived = sum(album.is_removed for album, _ in plan.changed)
        self._end(
            Status.COMPLETED,
            created=len(plan.created),
            updated=len(plan.changed) - revived,
            revived=revived,
            unchanged=len(plan.unchanged),
            removed=len(plan.removed),
            skipped=contents.skipped,
            failed=contents.failed_rows,
            total_albums=plan.total,
            percent=100,
            warnings=sheet_warnings(contents.problems + plan.problems),
        )

    def _enrich(self) -> list[str]:
        seconds = self.settings.enrich_seconds if self.options.seconds is None else self.options.seconds
        if self.options.skip_spotify or not seconds:
            return []

        def beat(progress: EnrichProgress) -> None:
            self.journal.advance(
                progress.processed,
                spotify_processed=progress.processed,
                spotify_total=progress.total,
                waiting_until=progress.waiting_until,
            )

        self.journal.enter(Stage.ENRICHING, spotify_total=backlog_size())
        limit = self.options.limit if self.options.only_spotify else None
        outcome = self.enricher.work(
            seconds=seconds, beat=beat, fence=self.journal.fence, limit=limit, full=self.options.full
        )
        self.journal.note(enriched=outcome.enriched, spotify_processed=outcome.processed, waiting_until=None)
        return list(outcome.warnings)

    def _finish(self, warnings: list[str]) -> None:
        self.journal.enter(Stage.FINALIZING)
        said = [*self.operation.warnings, *warnings]
        self._end(Status.COMPLETED, percent=100, warnings=said, awaiting_enrichment=backlog_size())

    def _in_helper(self, work: Callable[[], Result], seconds: float, late: SyncError) -> Result:
        """Return what ``work`` returns from a thread of its own, beating meanwhile whatever it waits for.

        Raises ``late`` where it takes longer than that many seconds.
        """
        future: Future[Result] = Future()
        threading.Thread(target=_fulfil, args=(future, work), name="sync helper", daemon=True).start()
        deadline = time.monotonic() + seconds
        while not future.done():
            self.journal.beat()
            if time.monotonic() > deadline:
                raise late
            _wait(future, SLICE_SECONDS)
        return future.result()

    def _break_off(self) -> None:
        """End for the process ends; what the sheet says may be in the catalogue already."""
        if self.operation.sheet_committed_at:
            self._end(Status.COMPLETED, percent=100, warnings=[*self.operation.warnings, ENRICHING_BROKE_OFF])
        else:
            self._end(Status.INTERRUPTED)

    def _fail(self, error: SyncError) -> None:
        logger.error("sync failed operation=%s code=%s message=%s", self.operation.pk, error.code, error.message)
        self._end(
            Status.FAILED, error_code=error.code, error_message=error.message[:1000], error_hint=error.hint[:1000]
        )

    def _end(self, status: SyncOperation.Status, **fields: Any) -> None:  # noqa: ANN401 - the fields of the model
        ours = Q(pk=self.operation.pk, status=Status.RUNNING, owner=self.owner)
        try:
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()  # the database may have closed it, and be well again
            ended = end(ours, status, **fields)
        except (DatabaseError, InterfaceError):
            # Nothing can be said now; whoever looks next finds a silent operation and marks it interrupted.
            logger.exception("end of sync could not be written operation=%s", self.operation.pk)
            return
        logger.info("sync ended operation=%s status=%s ours=%s", self.operation.pk, status, ended)


def sheet_warnings(problems: list[RowProblem], refused: int = 0) -> list[str]:
    """Return a sentence for each kind of problem, with its code in front."""
    rows = sum(problem.row is not None and not problem.is_doubt for problem in problems) + refused
    tabs = Counter(problem.tab for problem in problems if problem.row is None and not problem.is_doubt)
    doubts = sum(problem.is_doubt and problem.row is not None for problem in problems)
    columns = [problem for problem in problems if problem.is_doubt and problem.row is None]
    warnings: list[str] = []
    if tabs:
        names = ", ".join(list(tabs)[:10])
        warnings.append(f"failed_tabs: Not read, and its albums kept: {names}. Restore the tab or its header row.")
    if rows:
        warnings.append(f"failed_rows: Not taken in: {_rows(rows)}. Correct each as the list says.")
    if columns:
        names = ", ".join(dict.fromkeys(problem.tab for problem in columns[:10]))
        warnings.append(
            f"doubtful_rows: A column of {names} is missing or empty; albums keep what they had. Restore it."
        )
    if doubts:
        warnings.append(f"doubtful_rows: Taken in as written, but worth a look: {_rows(doubts)}. See the list.")
    return warnings


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _wait(future: Future[Any], seconds: float) -> None:
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    done.wait(seconds)


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
        future.set_exception(error)
