"""One operation from its first step to its end: fetch, read, compare, apply, enrich, finish."""

import logging
import threading
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models.functions import Now

from catalog.conf import SyncSettings
from catalog.models import Album, SyncOperation
from catalog.services.album_importer import AlbumImporter, record_problems
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import Plan
from catalog.services.albums.undo import plan_undo
from catalog.services.errors import SyncError
from catalog.services.facts import Fact
from catalog.services.review.reconcile import SheetReview, known_warnings
from catalog.services.sheet.rows import SheetContents
from catalog.services.spotify.enricher import AlbumEnricher, EnrichProgress, backlog_size
from catalog.services.sync import shutdown
from catalog.services.sync.journal import SyncCancelled, SyncJournal, SyncLost, SyncStopped
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.planner import SheetPlanner
from catalog.services.sync.recovery import ENRICHING_BROKE_OFF
from catalog.services.sync.workspace import workspace

logger = logging.getLogger(__name__)

Kind, Stage, Status = SyncOperation.Kind, SyncOperation.Stage, SyncOperation.Status


class DatabaseFailed(SyncError):
    """The database could not be written."""

    code: ClassVar[str] = "database"


@dataclass
class SyncRun:
    """The steps of one operation that is running and ours: a sync, a preview or an undo."""

    operation: SyncOperation
    journal: SyncJournal
    settings: SyncSettings
    enricher: AlbumEnricher
    stopped: threading.Event = field(default_factory=threading.Event)
    asked: EnrichProgress | None = None
    """How far Spotify was asked, once it is."""

    @cached_property
    def options(self) -> SyncOptions:
        """What it was asked for."""
        return SyncOptions(**self.operation.options)

    def run(self) -> None:
        """Do all of it. However it ends, the operation says so, unless it is ours no more."""
        logger.info("sync started operation=%s trigger=%s", self.operation.pk, self.operation.trigger)
        with self._ending():
            if self.operation.kind == Kind.PREVIEW:
                self._preview()
            elif self.operation.kind == Kind.UNDO:
                self._undo()
            else:
                self._sync()

    def _sync(self) -> None:
        if Album.objects.listed().exists():  # a first sync has all to ask for
            self._expect_spotify()
        if not self.options.only_spotify:
            self._sheet()
        warnings = self._enrich()
        self._finish(warnings)

    def _expect_spotify(self, *, has_new: bool = False) -> None:
        """Say what is known of the time that Spotify will take."""
        if not self.options.skip_spotify:
            seconds = self.enricher.expected_seconds(self.settings.enrich_seconds, has_new=has_new)
            self.journal.expect("enriching", seconds)

    def _sheet(self) -> None:
        planner = self._planner()
        with workspace() as folder:
            workbook = planner.fetch(folder, self.stopped)
            digest = planner.digest(workbook)
            if previous := planner.sync_of_same_sheet(digest):
                self._confirm(previous, digest)
                return
            contents = planner.read(workbook)
        plan = planner.compare(contents)
        self._expect_spotify(has_new=any(entry.spotify_id for entry in plan.entries))
        self._apply(plan, contents, planner.names, digest)

    def _preview(self) -> None:
        planner = self._planner()
        with workspace() as folder:
            workbook = planner.fetch(folder, self.stopped)
            contents = planner.read(workbook)
        plan = planner.compare(contents)
        kinds = planner.foresee(plan)
        self._report(plan, contents, kinds)

    def _undo(self) -> None:
        undone = SyncOperation.objects.get(pk=self.options.undo)
        self.journal.enter(Stage.PROCESSING, "reading")
        plan = plan_undo(undone)
        self._enter_applying(plan)
        AlbumImporter(self.journal, AlbumNames(with_aliases=False)).apply(plan)
        if refused := self.operation.failures.first():
            raise DatabaseFailed(detail=refused.parameters.get("detail", ""))
        awaiting = backlog_size()
        # Both or neither: an undo that is said to have broken off must not have marked its sync.
        with transaction.atomic():
            self.journal.fence()
            undone.mark_undone()
            self.journal.end(Status.COMPLETED, percent=100, awaiting_enrichment=awaiting)
        logger.info("sync undone operation=%s undone=%s", self.operation.pk, undone.pk)

    def _planner(self) -> SheetPlanner:
        return SheetPlanner(self.operation, self.options, self.journal, self.settings, AlbumNames())

    def _confirm(self, previous: SyncOperation, digest: str) -> None:
        """Take over what the sync of the same sheet found."""
        total = previous.albums_listed
        self.journal.enter(Stage.PROCESSING, "applying", pieces=0, total_albums=total, skipped=previous.skipped)
        SyncOperation.objects.close_offers()
        self.journal.count(processed=total, unchanged=total, failed=previous.failed)
        self._commit(digest, known_warnings())
        logger.info("sheet is unchanged operation=%s since=%s", self.operation.pk, previous.pk)

    def _report(self, plan: Plan, contents: SheetContents, kinds: Counter[str]) -> None:
        review = self._review(plan, contents)
        record_problems(review.news, self.journal, failed=review.skipped_rows)
        self._end(
            Status.COMPLETED,
            **{str(kind): number for kind, number in kinds.items()},
            unchanged=plan.total - kinds.total(),
            skipped=contents.skipped,
            total_albums=plan.total,
            percent=100,
            warnings=[warning.as_json() for warning in review.warnings()],
        )

    def _apply(self, plan: Plan, contents: SheetContents, names: AlbumNames, digest: str) -> None:
        review = self._review(plan, contents)
        self._enter_applying(plan, contents.skipped, review.warnings())
        record_problems(review.news, self.journal, failed=review.skipped_rows)
        importer = AlbumImporter(self.journal, names)
        importer.apply(plan)
        refused = importer.refused
        with transaction.atomic():
            self._commit("" if refused else digest, review.warnings(len(refused)))
            if self.options.limit is None:  # a part of the sheet says nothing of the rest
                review.save(self.operation, refused)
        logger.info("sheet applied operation=%s albums=%s", self.operation.pk, plan.total)

    def _review(self, plan: Plan, contents: SheetContents) -> SheetReview:
        return SheetReview(contents, contents.problems + plan.problems, self.settings.sheet_tabs)

    def _enter_applying(self, plan: Plan, skipped: int = 0, warnings: Sequence[Fact] = ()) -> None:
        unchanged = len(plan.unchanged)
        self.journal.enter(
            Stage.PROCESSING,
            "applying",
            pieces=plan.total - unchanged,
            total_albums=plan.total,
            albums_processed=unchanged,
            unchanged=unchanged,
            skipped=skipped,
            warnings=[warning.as_json() for warning in warnings],
        )
        SyncOperation.objects.close_offers()

    def _commit(self, digest: str, warnings: list[Fact]) -> None:
        stored = [warning.as_json() for warning in warnings]
        self.journal.note(sheet_committed_at=Now(), sheet_digest=digest, warnings=stored)
        self.operation.refresh_from_db(fields=["sheet_committed_at", "warnings"])

    def _enrich(self) -> list[Fact]:
        seconds = self.settings.enrich_seconds if self.options.seconds is None else self.options.seconds
        if self.options.skip_spotify or not seconds:
            return []

        def beat(progress: EnrichProgress) -> None:
            self.asked = progress
            self.journal.advance(
                progress.processed,
                progress.total,
                enriched=progress.enriched,
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

    @contextmanager
    def _ending(self) -> Generator[None]:
        """Write down how the block ended."""
        shutdown.idle.clear()
        try:
            yield
        except SyncLost:
            logger.warning("sync was given up by another process operation=%s", self.operation.pk)
        except SyncCancelled:
            self._end(Status.CANCELLED, **self._told_by_spotify())
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

    def _break_off(self) -> None:
        """End for the process ends; what the sheet says may be in the catalogue already."""
        if self.operation.sheet_committed_at:
            self._end(Status.COMPLETED, percent=100, **self._told_by_spotify(ENRICHING_BROKE_OFF))
        else:
            self._end(Status.INTERRUPTED)

    def _told_by_spotify(self, *more: Fact) -> dict[str, Any]:
        """Return what was stored and said before the end, in a sync that did not come to its own."""
        progress = self.asked
        said = (*(progress.warnings if progress else ()), *more)
        self.operation.refresh_from_db(fields=["warnings"])  # of the sheet, which were written down at once
        warnings = [*self.operation.warnings, *(each.as_json() for each in said)]
        if progress is None:
            return {"warnings": warnings}
        counts = {"enriched": progress.enriched, "spotify_processed": progress.processed}
        return {**counts, "warnings": warnings, "awaiting_enrichment": backlog_size()}

    def _fail(self, error: SyncError) -> None:
        logger.error("sync failed operation=%s error=%s", self.operation.pk, error)
        parameters = error.fact.as_json()["parameters"]
        told = self._told_by_spotify() if self.asked and not isinstance(error, DatabaseFailed) else {}
        self._end(Status.FAILED, error_code=error.code, error_parameters=parameters, **told)

    def _end(self, status: SyncOperation.Status, **fields: object) -> None:
        try:
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()  # the database may have closed it, and be well again
            ended = self.journal.end(status, **fields)
        except (DatabaseError, InterfaceError):
            # Nothing can be said now; whoever looks next finds a silent operation and marks it interrupted.
            logger.exception("end of sync could not be written operation=%s", self.operation.pk)
            return
        logger.info("sync ended operation=%s status=%s ours=%s", self.operation.pk, status, ended)
