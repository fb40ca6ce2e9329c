"""manage.py prune: what is old and of no use goes, what can be undone and what pages show stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from catalog.models import Album, AlbumChange, ReviewRow, SyncFailure, SyncOperation, SyncRecord, Upkeep
from catalog.services.albums.undo import undoable_sync
from catalog.services.care.pruning import prune, prune_if_due
from catalog.services.sync.snapshot import read_status
from tests.factories import add_album
from tests.sheets import album
from tests.syncs import catalogue, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]
TAB = "2024 Prog-metal"


def operation(days: float, **facts: Any) -> SyncOperation:
    """Store a scheduled sync that ended so many days ago and found nothing new, unless said otherwise."""
    at = timezone.now() - timedelta(days=days)
    usual = {"status": "completed", "trigger": "schedule", "sheet_committed_at": at, "albums_processed": 3}
    ended = SyncOperation.objects.create(created_at=at, started_at=at, finished_at=at, **{**usual, **facts})
    SyncRecord.of(ended).save()
    return ended


def left() -> set[int]:
    return set(SyncOperation.objects.values_list("pk", flat=True))


def test_old_syncs_that_changed_nothing_go_and_newer_ones_stay() -> None:
    old = operation(91)
    SyncFailure.objects.create(operation=old, code="no_artist")
    preview = operation(91, kind="preview", sheet_committed_at=None, created=3)
    failed = operation(91, status="failed", sheet_committed_at=None)
    kept = {operation(89).pk, operation(2, kind="preview").pk, operation(1, status="failed").pk, operation(0).pk}
    none = dict.fromkeys(("failures", "messages", "task results", "sessions", "logins"), 0)
    assert prune(90) == {"operations": 3, **none}
    assert left() == kept
    assert not SyncRecord.objects.filter(operation__in=[old.pk, preview.pk, failed.pk]).exists()
    assert not SyncFailure.objects.exists()


def test_what_changed_albums_stays_with_its_log_and_loses_its_failures() -> None:
    changed = operation(400, updated=1)
    AlbumChange.objects.create(operation=changed, album=add_album(), kind="updated")
    logged = operation(300, updated=0, albums_processed=0)  # counted nothing, but wrote a change
    AlbumChange.objects.create(operation=logged, album=add_album("Leprous", "Aphelion"), kind="updated")
    SyncFailure.objects.bulk_create(SyncFailure(operation=each, code="no_artist") for each in (changed, logged))
    operation(300, updated=2)
    operation(0)
    assert prune(90)["operations"] == 0
    assert AlbumChange.objects.count() == 2
    assert list(SyncFailure.objects.values_list("operation", flat=True)) == []


@pytest.mark.parametrize("facts", [{"status": "failed"}, {"kind": "preview"}, {"due_at": timezone.now()}, {}])
def test_the_last_of_each_kind_stays_however_old(facts: dict[str, Any]) -> None:
    last = operation(900, **facts)
    SyncFailure.objects.create(operation=last, code="no_artist")
    before = read_status()
    prune(1)
    assert left() == {last.pk}
    assert SyncFailure.objects.exists()
    assert read_status() == before


def test_an_operation_that_a_row_to_review_came_with_stays() -> None:
    old = operation(91)
    ReviewRow.objects.create(code="no_artist", is_skipped=True, tab=TAB, search_text="", first_seen_in=old)
    operation(0)
    prune(90)
    assert ReviewRow.objects.get().first_seen_in == old


def test_an_undo_pauses_the_schedule_no_more_and_no_less_than_before() -> None:
    operation(200, kind="undo", trigger="button")
    operation(199, trigger="button")
    operation(198)
    prune(90)
    assert not SyncOperation.objects.is_schedule_paused()
    operation(197, kind="undo", trigger="button")
    operation(1, trigger="command", options={"only_spotify": True})
    prune(90)
    assert SyncOperation.objects.is_schedule_paused()


def test_a_running_sync_is_left_alone() -> None:
    running = SyncOperation.objects.create(status="running", created_at=timezone.now() - timedelta(days=100))
    prune(1)
    assert left() == {running.pk}


def test_what_was_done_can_be_undone_step_by_step_after_a_prune(tmp_path) -> None:
    states = []
    for country in ("Norway", "Sweden", "Denmark"):
        sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album(country=country), album("Haken", "Virus")]})
        sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album(country=country), album("Haken", "Virus")]})  # nothing new
        states.append(catalogue())
    ago = timezone.now() - timedelta(days=200)
    SyncOperation.objects.update(created_at=ago, finished_at=ago)
    assert prune(90)["operations"] == 2
    assert SyncOperation.objects.syncs().count() == 4
    for expected in states[-2::-1]:
        assert undo().status == "completed"
        assert catalogue() == expected
    assert undoable_sync() is not None
    assert undo().status == "completed"
    assert not Album.objects.listed().exists()


def test_results_of_the_queue_and_expired_sessions_go(settings) -> None:
    old, now = timezone.now() - timedelta(days=91), timezone.now()
    for status, finished in [("SUCCESSFUL", old), ("FAILED", old), ("SUCCESSFUL", now), ("READY", None)]:
        DBTaskResult.objects.create(
            status=status, finished_at=finished, args_kwargs={"args": [1], "kwargs": {}}, task_path="x.y",
            backend_name="default", queue_name="default", run_after=old, exception_class_path="", traceback="",
        )  # fmt: skip
    Session.objects.create(session_key="gone", session_data="", expire_date=old)
    Session.objects.create(session_key="here", session_data="", expire_date=now + timedelta(days=1))
    deleted = prune(90)
    assert (deleted["task results"], deleted["sessions"]) == (2, 1)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL", "READY"}
    assert Session.objects.get().session_key == "here"


# Once a day, by whoever comes first


def test_it_is_done_once_a_day_by_itself() -> None:
    operation(91)
    operation(0)
    assert prune_if_due(90)
    operation(91)
    operation(0)
    assert not prune_if_due(90)
    assert SyncOperation.objects.count() == 3
    Upkeep.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    assert prune_if_due(90)
    assert SyncOperation.objects.count() == 2


def test_a_clock_that_was_put_back_is_no_reason_to_wait() -> None:
    Upkeep.objects.create(task="prune", begun_at=timezone.now() + timedelta(days=400))
    assert prune_if_due(90)


def test_zero_days_keep_everything(settings) -> None:
    operation(5000)
    operation(0)
    assert not prune_if_due(0)
    settings.RETAIN_DAYS = 0
    with pytest.raises(CommandError, match="RETAIN_DAYS is 0, so everything is kept"):
        call_command("prune")
    assert SyncOperation.objects.count() == 2


def test_the_command_tells_what_it_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    operation(8)
    operation(0)
    call_command("prune", "--days", "9")
    assert "0 operations deleted" in capsys.readouterr().out
    call_command("prune", "--days", "7")
    assert "1 operations deleted" in capsys.readouterr().out


@pytest.mark.long
def test_the_status_costs_the_same_after_a_year_of_syncs(settings) -> None:
    """Count what SQLite does, which no other load on the machine changes."""
    if connection.vendor != "sqlite":
        pytest.skip("counts instructions of SQLite")
    for number in range(40):
        add_album("Haken", f"Album {number}")
    operation(400, updated=1)
    operation(1)
    fresh = instructions()
    at = timezone.now() - timedelta(days=300)
    facts = {"status": "completed", "trigger": "schedule", "sheet_committed_at": at, "albums_processed": 3}
    SyncOperation.objects.bulk_create(SyncOperation(finished_at=at, **facts) for _ in range(8760))
    assert instructions() < 1.2 * fresh
    settings.SYNC = replace(settings.SYNC, interval=timedelta(hours=1))  # whether an undo has paused it
    assert instructions() < 1.5 * fresh


def instructions() -> int:
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 1)
    try:
        read_status()
    finally:
        connection.connection.set_progress_handler(None, 1)
    return counted[0]
