"""From the address of the sheet to what has to be done: fetch, read and compare, for a sync and for a preview."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from catalog.conf import SyncSettings
from catalog.models import PlannedChange, SyncOperation
from catalog.services.albums.guards import HELD, SheetHeld
from catalog.services.albums.known import known_albums
from catalog.services.albums.matching import make_partial_plan, make_plan
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import Plan
from catalog.services.albums.preview import ListDigest, losses, planned_changes
from catalog.services.sheet.download import SheetUnreachable, fetch_workbook
from catalog.services.sheet.entries import READING, RULES
from catalog.services.sheet.rows import SheetContents, chosen_tabs, read_sheet
from catalog.services.sheet.workbook import SheetTooLarge, open_workbook
from catalog.services.sync.background import in_background
from catalog.services.sync.journal import SyncJournal
from catalog.services.sync.options import SyncOptions
from catalog.services.xlsx.reader import Workbook

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Stage = SyncOperation.Stage

DOWNLOAD_SECONDS = 120
READING_SECONDS = 120


@dataclass(frozen=True)
class SheetPlanner:
    """The steps before anything is written. Each enters its stage; what may take long runs in the background."""

    operation: SyncOperation
    options: SyncOptions
    journal: SyncJournal
    settings: SyncSettings
    names: AlbumNames

    def fetch(self, folder: Path, stop: threading.Event) -> Path:
        """Download the workbook into a folder."""
        self.journal.enter(Stage.FETCHING, "fetching")
        workbook = in_background(
            lambda: fetch_workbook(self.settings.sheet_url, folder, stop=stop),
            self.journal.beat,
            DOWNLOAD_SECONDS,
            lambda: SheetUnreachable("deadline", seconds=DOWNLOAD_SECONDS),
        )
        logger.info("sheet fetched operation=%s bytes=%s", self.operation.pk, workbook.stat().st_size)
        self.journal.enter(Stage.PROCESSING, "reading")
        return workbook

    def digest(self, path: Path) -> str:
        """Return what is equal for two downloads that say the same, read by the same rules; empty for a part of one."""

        def digest() -> str:
            with open_workbook(path) as workbook:
                return workbook.digest(RULES, READING, self.settings.sheet_tabs, self.names.salt)

        return "" if self.options.limit else self._compute(digest)

    def sync_of_same_sheet(self, digest: str) -> SyncOperation | None:
        """Return the last operation on the catalogue if it took in this very sheet, so that nothing can change."""
        if self.options.force or not digest:
            return None
        earlier = SyncOperation.objects.writing().filter(pk__lt=self.operation.pk).exclude(total_albums=None).first()
        is_same = earlier is not None and earlier.sheet_committed_at is not None and earlier.sheet_digest == digest
        return earlier if is_same else None

    def read(self, path: Path) -> SheetContents:
        """Return what the rows say, tab by tab."""
        tabs: list[str] = []
        opened: list[Workbook] = []

        def read() -> SheetContents:
            with open_workbook(path) as workbook:
                opened.append(workbook)
                return read_sheet(workbook, self.settings.sheet_tabs, self.options.limit, tabs.append)

        def beat() -> None:
            if not tabs:
                return self.journal.beat()
            chosen = chosen_tabs(opened[0], self.settings.sheet_tabs)
            return self.journal.advance(*opened[0].progress(chosen), tab=tabs[-1])

        return self._compute(read, beat)

    def compare(self, contents: SheetContents) -> Plan:
        """Return what has to be done; of a sheet that is held back and wasn't accepted so, keep what would be."""
        known, salt = known_albums(), self.names.salt
        if self.options.limit is not None:
            return make_partial_plan(contents, known, salt=salt)
        plan = partial(make_plan, contents, known, salt=salt, tab_pattern=self.settings.sheet_tabs)
        accepted = self._accepted_list()
        is_blind = self.options.force and self.options.accept is None and accepted is None
        try:
            return self._compute(partial(plan, force=is_blind))
        except SheetHeld:
            whole = self._compute(partial(plan, force=True))
            if accepted is not None and self._is_within(whole, accepted):
                return whole
            self.foresee(whole)
            raise

    def foresee(self, plan: Plan) -> Counter[str]:
        """Keep what the plan would change, in place of what was kept before; return how many albums of each kind."""
        kinds: Counter[str] = Counter()
        digest = ListDigest()
        with transaction.atomic():
            self.journal.fence()
            SyncOperation.objects.close_offers()
            PlannedChange.objects.all().delete()
        for changes in planned_changes(self.operation, plan, self.names):
            with transaction.atomic():
                self.journal.fence()
                PlannedChange.objects.bulk_create(changes)
            self.journal.beat()
            kinds.update(change.kind for change in changes)
            digest.add(changes)
        self.journal.note(plan_digest=str(digest))
        return kinds

    def _accepted_list(self) -> list[PlannedChange] | None:
        """Return the list that lifts the guards: the accepted one, or for ``--force`` the last that was held back.

        None where nobody has seen a list.
        """
        if self.operation.kind != SyncOperation.Kind.SYNC or not self.options.force:
            return None
        held = SyncOperation.objects.offers().filter(error_code__in=HELD)
        if self.options.accept is not None:
            held = held.filter(pk=self.options.accept)
        shown = held.first()
        return list(shown.planned.all()) if shown else None

    def _is_within(self, plan: Plan, shown: list[PlannedChange]) -> bool:
        """Whether a plan does nothing to listed albums but what was shown; it may do less."""
        allowed = set(losses(shown))
        for changes in planned_changes(self.operation, plan, self.names):
            self.journal.beat()
            if not allowed.issuperset(losses(changes)):
                return False
        return True

    def _compute(self, work: Callable[[], Result], beat: Callable[[], None] | None = None) -> Result:
        return in_background(work, beat or self.journal.beat, READING_SECONDS, _too_slow)


def _too_slow() -> SheetTooLarge:
    return SheetTooLarge("slow", seconds=READING_SECONDS)
