"""A sync that is not ours any more writes nothing, one that was cancelled ends, one that lives is not given up."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from django.db.models.functions import Now

from catalog.models import Album, AlbumChange, SyncFailure, SyncOperation
from catalog.services.album_importer import AlbumImporter, record_problems
from catalog.services.albums.known import known_albums
from catalog.services.albums.matching import make_plan
from catalog.services.albums.names import AlbumNames
from catalog.services.sync import shutdown
from catalog.services.sync.journal import BEAT_SECONDS
from catalog.services.sync.snapshot import read_status
from catalog.wording import status_message
from tests.sheets import album, contents, many, sheet
from tests.syncs import COMMAND, manager, meanwhile, sync_tabs

pytestmark = pytest.mark.django_db

TABS = {"2024 Prog-metal": [album(), album(title="Coal"), album(artist="", title="Nameless")]}


class Lost(Exception):
    pass


class LostJournal:
    """The journal of a sync that somebody else has given up: only the fence knows."""

    def __init__(self) -> None:
        self.operation_id = SyncOperation.objects.create(status="interrupted").pk

    def fence(self) -> None:
        raise Lost

    def count(self, processed: int = 0, tab: str = "", **counts: int) -> None:
        pass

    def beat(self) -> None:
        pass


@pytest.mark.postgresql
@pytest.mark.parametrize("status", ["cancelled", "interrupted"])
def test_what_a_sync_that_ends_early_counts_and_warns_of_is_what_it_stored(path: Path, status: str) -> None:
    rows = [*many(600), album(artist="", title="Nameless")]

    def end() -> None:
        if status == "interrupted":
            shutdown.stop_requested.set()
        else:
            SyncOperation.objects.update(cancel_requested=True)
            sleep(BEAT_SECONDS)  # a cancel is looked for twice a second

    try:
        with meanwhile('INSERT INTO "catalog_albumchange"', end):
            ended = sync_tabs(path, {"2024 Prog-metal": rows})
    finally:
        shutdown.stop_requested.clear()
    stored = Album.objects.count()
    assert 0 < stored < 600
    assert (ended.status, ended.created, ended.albums_processed) == (status, stored, stored)
    assert (ended.changes.count(), ended.record.created, ended.record.total_in_catalog) == (stored, stored, stored)
    assert (ended.failed, ended.record.failed, ended.failures.count()) == (1, 1, 1)
    assert [warning["code"] for warning in ended.record.warnings] == ["failed_rows"]
    said = status_message(read_status())
    assert said.startswith({
        "cancelled": f"Sync cancelled. {stored} of 600 albums were updated",
        "interrupted": f"The sync was interrupted at album {stored} of 600.",
    }[status])  # fmt: skip


def started(path: Path) -> tuple[SyncOperation, Callable[[], None]]:
    """Return a sync that is about to run, and what runs it."""
    runner = manager(sheet(path, TABS).as_uri())
    operation = runner.start(COMMAND)
    return operation, lambda: runner.run(operation.pk)


def test_the_importer_asks_the_fence_before_it_writes_a_batch(tmp_path: Path) -> None:
    plan = make_plan(contents(tmp_path / "sheet.xlsx", TABS), known_albums())
    with pytest.raises(Lost):
        AlbumImporter(LostJournal(), AlbumNames()).apply(plan)
    assert not Album.objects.exists()
    assert not AlbumChange.objects.exists()


def test_problems_are_recorded_behind_the_fence(tmp_path: Path) -> None:
    problems = contents(tmp_path / "sheet.xlsx", TABS).problems
    assert problems
    with pytest.raises(Lost):
        record_problems(problems, LostJournal(), failed=1)
    assert not SyncFailure.objects.exists()


def test_a_sync_that_another_process_owns_now_writes_no_album_and_no_end(tmp_path: Path) -> None:
    operation, run = started(tmp_path / "sheet.xlsx")
    with meanwhile('"catalog_album"."entry_hash"', lambda: SyncOperation.objects.update(owner="another/one/1/1")):
        run()
    operation.refresh_from_db()
    assert (operation.status, operation.owner, operation.finished_at) == ("running", "another/one/1/1", None)
    assert not Album.objects.exists()


def test_a_sync_that_was_given_up_stays_so(tmp_path: Path) -> None:
    operation, run = started(tmp_path / "sheet.xlsx")
    with meanwhile('"catalog_album"."entry_hash"', lambda: SyncOperation.objects.update(status="interrupted")):
        run()
    operation.refresh_from_db()
    assert operation.status == "interrupted"
    assert not Album.objects.exists()


def test_a_cancel_is_seen_at_the_next_beat(tmp_path: Path) -> None:
    operation, run = started(tmp_path / "sheet.xlsx")
    SyncOperation.objects.update(cancel_requested=True)
    run()
    operation.refresh_from_db()
    assert operation.status == "cancelled"
    assert operation.record.outcome == "cancelled"
    assert not Album.objects.exists()


def test_a_beat_that_comes_while_a_silent_sync_is_judged_saves_it() -> None:
    silent = SyncOperation.objects.create(
        status="running", owner="another/one/1/1", started_at=Now(), beat_at=Now() - timedelta(seconds=61)
    )
    with meanwhile("catalog_syncoperation", lambda: SyncOperation.objects.update(beat_at=Now())):
        assert read_status().status == "running"
    silent.refresh_from_db()
    assert silent.status == "running"


def test_a_sync_that_stays_silent_while_it_is_judged_is_ended() -> None:
    SyncOperation.objects.create(
        status="running", owner="another/one/1/1", started_at=Now(), beat_at=Now() - timedelta(seconds=61)
    )
    assert read_status().status == "interrupted"
