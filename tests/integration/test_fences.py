"""A sync that is not ours any more writes nothing, one that was cancelled ends, one that lives is not given up."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from catalog.models import Album, AlbumChange, SyncFailure, SyncOperation
from catalog.services.album_importer import AlbumImporter, record_problems
from catalog.services.albums.known import known_albums
from catalog.services.albums.matching import make_plan
from catalog.services.albums.names import AlbumNames
from catalog.services.sync.snapshot import read_status
from tests.sheets import album, contents, sheet
from tests.syncs import COMMAND, manager

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


def meanwhile(part_of_query: str, action: Callable[[], Any]) -> AbstractContextManager[None]:
    """Do something once, right after a query that has this part: what another process does at that moment."""
    left = [action]

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if left and part_of_query in sql:
            left.pop()()
        return result

    return connection.execute_wrapper(watch)


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
        record_problems(problems, LostJournal())
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
