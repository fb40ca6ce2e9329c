"""One sync from its first second to its last: fetch, read, compare, apply, enrich, finish."""

import logging
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.conf import SyncSettings
from catalog.models import PlannedChange, SyncOperation
from catalog.services.album_importer import AlbumImporter, record_problems
from catalog.services.albums.guards import SheetShrunk
from catalog.services.albums.known import known_albums
from catalog.services.albums.matching import make_partial_plan, make_plan
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import Plan
from catalog.services.albums.preview import planned_changes
from catalog.services.albums.undo import plan_undo
from catalog.services.errors import SyncError
from catalog.services.facts import Fact
from catalog.services.sheet.download import SheetUnreachable, fetch_workbook
from catalog.services.sheet.entries import RULES, RowProblem
from catalog.services.sheet.rows import SheetContents, read_sheet
from catalog.services.sheet.warnings import CODES, sheet_warnings
from catalog.services.sheet.workbook import SheetTooLarge, open_workbook
from catalog.services.spotify.enricher import AlbumEnricher, EnrichProgress, backlog_size
from catalog.services.sync import shutdown
from catalog.services.sync.background import in_helper, rare_collections
from catalog.services.sync.journal import Stage, Status, SyncCancelled, SyncJournal, SyncLost, SyncStopped, end
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.recovery import ENRICHING_BROKE_OFF

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Kind = SyncOperation.Kind

DOWNLOAD_SECONDS = 120
READING_SECONDS = 120
TOO_SLOW = SheetTooLarge("slow", seconds=READING_SECONDS)


class DatabaseFailed(SyncError):
    """The database could not be written."""

    code: ClassVar[str] = "database"


@dataclass
class SyncRun:
    """The steps of one sync, on behalf of one operation that is running and ours."""

    operation: SyncOperation
    journal: SyncJournal
    owner: str
    settings: SyncSettings
    enricher: AlbumEnricher
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def options(self) -> SyncOptions:
        """What this sync was asked for."""
        return SyncOptions(**self.operation.options)

    def run(self) -> None:
        """Do all of it. However it ends, the operation says so, unless it is ours no more."""
        shutdown.idle.clear()
        logger.info("sync started operation=%s trigger=%s", self.operation.pk, self.operation.trigger)
        try:
            with rare_collections():
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
            self._fail(DatabaseFailed(detail=" ".join(str(error).split())[:200]))
        except Exception:  # the task boundary: whatever it is, the operation must not stay running
            logger.exception("sync failed operation=%s", self.operation.pk)
            self._fail(SyncError())
        finally:
            self.stopped.set()
            shutdown.idle.set()

    def _steps(self) -> None:
        if self.operation.kind == Kind.PREVIEW.value:
            self._preview()
        elif self.operation.kind == Kind.UNDO.value:
            self._undo()
            self._finish([])
        else:
            if not self.options.only_spotify:
                self._sheet()
            warnings = self._enrich()
            self._finish(warnings)

    def _sheet(self) -> None:
        names = AlbumNames()
        with tempfile.TemporaryDirectory(prefix="progmetal-") as folder:
            workbook = self._fetch(Path(folder))
            digest = self._digest(workbook, names)
            previous = self._sync_of_same_sheet(digest)
            if previous is not None:
                self._confirm(previous, digest)
                return
            contents = self._read(workbook)
        plan = self._compare(contents, names)
        self._apply(plan, contents, names, digest)

    def _preview(self) -> None:
        names = AlbumNames()
        with tempfile.TemporaryDirectory(prefix="progmetal-") as folder:
            contents = self._read(self._fetch(Path(folder)))
        plan = self._compare(contents, names)
        self._report(plan, contents, self._foresee(plan, names))

    def _undo(self) -> None:
        undone = SyncOperation.objects.get(pk=self.options.undo)
        self.journal.enter(Stage.PROCESSING, "reading")
        plan = plan_undo(undone)
        self._enter_applying(plan)
        AlbumImporter(self.journal, AlbumNames()).apply(plan)
        with transaction.atomic():
            self.journal.fence()
            SyncOperation.objects.filter(pk=undone.pk).update(undone_at=Now())
        logger.info("sync undone operation=%s undone=%s", self.operation.pk, undone.pk)

    def _fetch(self, folder: Path) -> Path:
        self.journal.enter(Stage.FETCHING, "fetching")
        download = in_helper(
            lambda: fetch_workbook(self.settings.sheet_url, folder, stop=self.stopped),
            self.journal.beat,
            DOWNLOAD_SECONDS,
            SheetUnreachable("deadline", seconds=DOWNLOAD_SECONDS),
        )
        logger.info("sheet fetched operation=%s bytes=%s", self.operation.pk, download.stat().st_size)
        self.journal.enter(Stage.PROCESSING, "reading")
        return download

    def _digest(self, path: Path, names: AlbumNames) -> str:
        """Return what is equal for two downloads that say the same, read by the same rules; empty for a part of one."""

        def digest() -> str:
            with open_workbook(path) as workbook:
                return workbook.digest(RULES, self.settings.sheet_tabs, names.salt)

        return "" if self.options.limit else self._reading(digest)

    def _sync_of_same_sheet(self, digest: str) -> SyncOperation | None:
        """Return the last operation on the catalogue if it took in this very sheet, so that nothing can change."""
        if self.options.force or not digest:
            return None
        earlier = SyncOperation.objects.writing().filter(pk__lt=self.operation.pk).exclude(total_albums=None).first()
        is_same = earlier is not None and earlier.sheet_committed_at is not None and earlier.sheet_digest == digest
        return earlier if is_same else None

    def _confirm(self, previous: SyncOperation, digest: str) -> None:
        """Take over what the sync of the same sheet found."""
        total = previous.albums_listed
        self.journal.enter(Stage.PROCESSING, "applying", pieces=0, total_albums=total, skipped=previous.skipped)
        problems = [
            RowProblem(each.code, each.tab, each.row, each.artist, each.album, each.is_doubt, each.parameters)
            for each in previous.failures.exclude(code__startswith="spotify_")
        ]
        record_problems(problems, self.journal, processed=total, unchanged=total)
        self._commit(digest, [fact for fact in map(Fact.stored, previous.warnings) if fact.code in CODES])
        logger.info("sheet is unchanged operation=%s since=%s", self.operation.pk, previous.pk)

    def _read(self, path: Path) -> SheetContents:
        tabs = [""]

        def read() -> SheetContents:
            with open_workbook(path) as workbook:
                return read_sheet(workbook, self.settings.sheet_tabs, self.options.limit, tabs.append)

        return self._reading(read, lambda: self.journal.beat(tab=tabs[-1]))

    def _compare(self, contents: SheetContents, names: AlbumNames) -> Plan:
        """Return what has to be done; of a sheet that shrank too much, keep what would be."""
        known = known_albums()
        if self.options.limit is not None:
            return make_partial_plan(contents, known, salt=names.salt)

        def plan(*, force: bool) -> Plan:
            tabs = self.settings.sheet_tabs
            return self._reading(lambda: make_plan(contents, known, salt=names.salt, tab_pattern=tabs, force=force))

        try:
            return plan(force=self.options.force)
        except SheetShrunk:
            self._foresee(plan(force=True), names)
            raise

    def _foresee(self, plan: Plan, names: AlbumNames) -> Counter[str]:
        """Keep what the plan would change, in place of what was kept before; return how many albums of each kind."""
        kinds: Counter[str] = Counter()
        with transaction.atomic():
            self.journal.fence()
            PlannedChange.objects.all().delete()
        for changes in planned_changes(self.operation, plan, names):
            with transaction.atomic():
                self.journal.fence()
                PlannedChange.objects.bulk_create(changes)
            self.journal.beat()
            kinds.update(change.kind for change in changes)
        return kinds

    def _report(self, plan: Plan, contents: SheetContents, kinds: Counter[str]) -> None:
        problems = contents.problems + plan.problems
        record_problems(problems, self.journal)
        self._end(
            Status.COMPLETED,
            **{str(kind): number for kind, number in kinds.items()},
            unchanged=plan.total - kinds.total(),
            skipped=contents.skipped,
            total_albums=plan.total,
            percent=100,
            warnings=[warning.as_json() for warning in sheet_warnings(problems)],
        )

    def _apply(self, plan: Plan, contents: SheetContents, names: AlbumNames, digest: str) -> None:
        problems = contents.problems + plan.problems
        self._enter_applying(plan, skipped=contents.skipped)
        record_problems(problems, self.journal)
        AlbumImporter(self.journal, names).apply(plan)
        refused = self.operation.failures.filter(code="database_refused").count()
        self._commit("" if refused else digest, sheet_warnings(problems, refused))
        logger.info("sheet applied operation=%s albums=%s", self.operation.pk, plan.total)

    def _enter_applying(self, plan: Plan, **fields: int) -> None:
        unchanged = len(plan.unchanged)
        self.journal.enter(
            Stage.PROCESSING,
            "applying",
            pieces=plan.total - unchanged,
            total_albums=plan.total,
            albums_processed=unchanged,
            unchanged=unchanged,
            **fields,
        )

    def _commit(self, digest: str, warnings: list[Fact]) -> None:
        stored = [warning.as_json() for warning in warnings]
        self.journal.note(sheet_committed_at=Now(), sheet_digest=digest, warnings=stored)
        self.operation.refresh_from_db(fields=["sheet_committed_at", "warnings"])

    def _enrich(self) -> list[Fact]:
        seconds = self.settings.enrich_seconds if self.options.seconds is None else self.options.seconds
        if self.options.skip_spotify or not seconds:
            return []

        def beat(progress: EnrichProgress) -> None:
            self.journal.advance(
                progress.processed,
                progress.total,
                spotify_processed=progress.processed,
                spotify_total=progress.total,
                waiting_until=progress.waiting_until,
            )

        awaiting = backlog_size()
        self.journal.enter(Stage.ENRICHING, "enriching", pieces=awaiting, seconds=seconds, spotify_total=awaiting)
        limit = self.options.limit if self.options.only_spotify else None
        outcome = self.enricher.work(
            seconds=seconds, beat=beat, fence=self.journal.fence, limit=limit, full=self.options.full
        )
        self.journal.note(enriched=outcome.enriched, spotify_processed=outcome.processed, waiting_until=None)
        return list(outcome.warnings)

    def _finish(self, warnings: list[Fact]) -> None:
        self.journal.enter(Stage.FINALIZING, "finalizing")
        said = [*self.operation.warnings, *(warning.as_json() for warning in warnings)]
        self._end(Status.COMPLETED, percent=100, warnings=said, awaiting_enrichment=backlog_size())

    def _reading(self, work: Callable[[], Result], beat: Callable[[], None] | None = None) -> Result:
        return in_helper(work, beat or self.journal.beat, READING_SECONDS, TOO_SLOW)

    def _break_off(self) -> None:
        """End for the process ends; what the sheet says may be in the catalogue already."""
        if self.operation.sheet_committed_at:
            self._end(Status.COMPLETED, percent=100, warnings=[*self.operation.warnings, ENRICHING_BROKE_OFF.as_json()])
        else:
            self._end(Status.INTERRUPTED)

    def _fail(self, error: SyncError) -> None:
        logger.error("sync failed operation=%s error=%s", self.operation.pk, error)
        self._end(Status.FAILED, error_code=error.code, error_parameters=error.fact.as_json()["parameters"])

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
