"""manage.py scheduler: which due time it is, and one sync for each of them whoever asks."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import psutil
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone as django_timezone

from catalog.management.commands.scheduler import start_what_is_due
from catalog.models import SyncOperation
from catalog.services.clock import due_time
from catalog.services.sync.snapshot import current_snapshot, read_status
from tests.factories import Page
from tests.forks import BUSY, ROOT, tethered
from tests.live import command, environment, fresh_database, rows, running_app, until

HALF_HOUR = timedelta(minutes=30)
TOKYO = timezone(timedelta(hours=9))


RENAME = "ALTER TABLE catalog_syncoperation RENAME TO elsewhere"
BACK = "ALTER TABLE elsewhere RENAME TO catalog_syncoperation"


@pytest.fixture
def queue(settings) -> None:
    """Put syncs into a queue that no worker serves: they stay pending until the test ends them.

    The scheduler closes connections that are old, which a transaction around the test would not survive.
    """
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end(operation: SyncOperation, status: str = "completed") -> None:
    SyncOperation.objects.filter(pk=operation.pk).update(status=status, finished_at=django_timezone.now())


# The due time


@pytest.mark.parametrize(
    ("interval", "now", "due"),
    [
        (HALF_HOUR, "2026-11-25 09:59:59.999999", "2026-11-25 09:30"),
        (HALF_HOUR, "2026-11-25 10:00", "2026-11-25 10:00"),
        (HALF_HOUR, "2026-11-25 10:00:00.000001", "2026-11-25 10:00"),
        (timedelta(seconds=90), "2026-11-25 10:01:29", "2026-11-25 10:00"),
        (timedelta(seconds=90), "2026-11-25 10:01:30", "2026-11-25 10:01:30"),
        (timedelta(hours=6), "2026-11-25 05:59:59", "2026-11-25 00:00"),
        (timedelta(hours=6), "2026-11-25 06:00", "2026-11-25 06:00"),
        (timedelta(days=1), "2026-11-25 23:59:59", "2026-11-25 00:00"),
        (timedelta(days=1), "2026-11-26 00:00", "2026-11-26 00:00"),
        # The first of January 1970 was a Thursday, so weeks begin on Thursdays.
        (timedelta(days=7), "2026-11-25 12:00", "2026-11-19 00:00"),
        (timedelta(days=7), "2026-11-26 00:00", "2026-11-26 00:00"),
    ],
)
def test_the_due_time_is_the_last_whole_number_of_intervals(interval: timedelta, now: str, due: str) -> None:
    assert due_time(interval, at(now)) == at(due)


def test_the_due_time_is_the_same_in_every_time_zone() -> None:
    assert due_time(timedelta(days=1), datetime(2026, 11, 26, 8, 59, tzinfo=TOKYO)) == at("2026-11-25 00:00")
    assert due_time(timedelta(days=1), datetime(2026, 11, 26, 9, 0, tzinfo=TOKYO)) == at("2026-11-26 00:00")


# One sync for each due time


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_the_sync_of_a_due_time_is_claimed_by_that_time() -> None:
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 09:41:07"))
    operation = SyncOperation.objects.get()
    assert (operation.trigger, operation.kind, operation.status) == ("schedule", "sync", "pending")
    assert operation.due_at == at("2026-11-25 09:30")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_of_schedulers_that_look_at_the_same_moment_one_starts_a_sync() -> None:
    everybody_ready = Barrier(4)

    def look(_: int) -> bool:
        try:
            everybody_ready.wait(30)
            return start_what_is_due(HALF_HOUR, at("2026-11-25 09:41:07"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as schedulers:
        assert sorted(schedulers.map(look, range(4))) == [False, False, False, True]
    assert SyncOperation.objects.get().due_at == at("2026-11-25 09:30")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize("outcome", ["completed", "failed", "cancelled", "interrupted"])
def test_each_due_time_has_one_sync_however_it_ended(outcome: str) -> None:
    for now, starts in (
        ("2026-11-25 09:30:00", True),
        ("2026-11-25 09:30:05", False),
        ("2026-11-25 09:59:59", False),
        ("2026-11-25 10:00:00", True),
        ("2026-11-25 10:00:05", False),
    ):
        assert start_what_is_due(HALF_HOUR, at(now)) == starts
        end(SyncOperation.objects.latest("pk"), outcome)
    due = SyncOperation.objects.order_by("pk").values_list("due_at", flat=True)
    assert list(due) == [at("2026-11-25 09:30"), at("2026-11-25 10:00")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_a_due_time_that_finds_a_sync_running_is_made_up_for_once_that_ended() -> None:
    pressed = SyncOperation.objects.create()
    assert not start_what_is_due(HALF_HOUR, at("2026-11-25 09:30"))
    assert SyncOperation.objects.get() == pressed
    end(pressed)
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 09:35"))
    assert SyncOperation.objects.latest("pk").due_at == at("2026-11-25 09:30")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_the_schedule_rests_from_an_undo_until_somebody_syncs() -> None:
    SyncOperation.objects.create(kind="undo", status="completed")
    assert not start_what_is_due(HALF_HOUR, at("2026-11-25 09:30"))
    assert not start_what_is_due(HALF_HOUR, at("2026-11-25 10:00"))
    SyncOperation.objects.create(kind="sync", status="completed", trigger="button")
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 10:05"))
    assert SyncOperation.objects.latest("pk").due_at == at("2026-11-25 10:00")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize("outcome", ["failed", "cancelled", "interrupted"])
def test_an_undo_that_did_not_complete_does_not_stop_the_schedule(outcome: str) -> None:
    SyncOperation.objects.create(kind="undo", status=outcome)
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 09:30"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_a_clock_that_is_put_back_starts_what_is_due_by_the_new_time() -> None:
    for time in ("2026-11-25 09:30", "2026-11-26 10:00"):  # a day too late
        assert start_what_is_due(HALF_HOUR, at(time))
        end(SyncOperation.objects.latest("pk"))
    assert not start_what_is_due(HALF_HOUR, at("2026-11-25 09:40"))  # that one has been
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 10:00"))
    end(SyncOperation.objects.latest("pk"))
    assert start_what_is_due(HALF_HOUR, at("2026-11-26 10:00"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_clocks_that_differ_by_seconds_start_one_sync() -> None:
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 10:00"))
    end(SyncOperation.objects.get())
    start_what_is_due(HALF_HOUR, at("2026-11-25 09:59:58"))
    assert SyncOperation.objects.filter(due_at=at("2026-11-25 10:00")).exists()


# What is said of it


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_an_overdue_sync_is_told_and_the_site_is_ready_all_the_same(settings, client: Client) -> None:
    settings.SYNC = replace(settings.SYNC, interval=timedelta(days=1), permission="anyone")
    due = due_time(timedelta(days=1), django_timezone.now())
    with time_machine.travel(due + timedelta(hours=2)):
        current_snapshot().reset()
        assert read_status().overdue_since == due
        ready = client.get("/readyz")
        assert (ready.status_code, ready.content.decode().splitlines()[0]) == (200, "ready")
        assert "is overdue; is a scheduler running?" in ready.content.decode()
        assert "progmetal_schedule_overdue 1.0" in client.get("/metrics").content.decode()
        assert "scheduled sync overdue" in " ".join(Page(client, "/catalog/albums/").texts(".sync__facts"))
        assert start_what_is_due(timedelta(days=1), due + timedelta(hours=2))
        operation = SyncOperation.objects.get()
        assert read_status().overdue_since is None  # it runs
        end(operation)
        status = read_status()
        assert (status.overdue_since, status.next_sync_at) == (None, due + timedelta(days=1))
        operation.refresh_from_db()
        assert status.last_scheduled_at == operation.created_at
        assert client.get("/readyz").status_code == 200
    current_snapshot().reset()


# The command


def test_the_command_refuses_to_run_without_an_interval(settings) -> None:
    settings.SYNC = replace(settings.SYNC, interval=None)
    with pytest.raises(CommandError, match="SYNC_INTERVAL is not set"):
        call_command("scheduler")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_an_error_of_the_database_is_logged_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RENAME)
    try:
        assert not start_what_is_due(HALF_HOUR, at("2026-11-25 09:30"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(BACK)
    (record,) = [record for record in caplog.records if record.name == "catalog.management.commands.scheduler"]
    assert (record.levelname, record.args) == ("ERROR", (at("2026-11-25 09:30"),))
    assert record.exc_info
    assert start_what_is_due(HALF_HOUR, at("2026-11-25 09:30:05"))


@pytest.mark.database
def test_two_schedulers_start_one_sync_between_them_and_go_on(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    no_sheet = {"GOOGLE_SHEETS_XLSX_URL": (tmp_path / "none.xlsx").as_uri()}
    schedulers = [command(database, no_sheet, "scheduler", SYNC_INTERVAL="3650d") for _ in range(2)]
    try:
        until(lambda: rows(database, "SELECT 1 FROM catalog_syncoperation WHERE status = 'failed'"), 60)
        assert rows(database, "SELECT trigger, status FROM catalog_syncoperation") == [("schedule", "failed")]
        assert [scheduler.poll() for scheduler in schedulers] == [None, None]
    finally:
        for scheduler in schedulers:
            scheduler.terminate()
            scheduler.wait(BUSY * 20)


# It can't die unnoticed


def syncs_of(database: str) -> list[int]:
    return [number for (number,) in rows(database, "SELECT id FROM catalog_syncoperation WHERE trigger = 'schedule'")]


def scheduler_pids(parent: int) -> list[int]:
    """Return the schedulers that a process has started."""
    found = [each.pid for each in psutil.Process(parent).children(recursive=True) if "scheduler" in each.cmdline()]
    assert len(found) <= 1, found
    return found


@pytest.mark.database
@pytest.mark.long
@pytest.mark.parametrize("killed", ["watcher", "scheduler"])
def test_a_scheduler_that_is_killed_meets_the_next_due_time(tmp_path: Path, killed: str) -> None:
    database = fresh_database(tmp_path)
    no_sheet = {"GOOGLE_SHEETS_XLSX_URL": (tmp_path / "none.xlsx").as_uri()}
    given = environment(database, no_sheet, SYNC_INTERVAL="5s")
    # No fork, as it is to be found by its command line.
    alone = subprocess.Popen([*tethered(), sys.executable, "manage.py", "scheduler"], cwd=ROOT, env=given)
    try:
        until(lambda: syncs_of(database), 60)
        (child,) = until(lambda: scheduler_pids(alone.pid), 30)
        os.kill(alone.pid if killed == "watcher" else child, signal.SIGKILL)
        before = len(syncs_of(database))
        until(lambda: len(syncs_of(database)) > before + 1, 60)
        if killed == "watcher":
            alone.wait()
            until(lambda: len(schedulers_of(database)) == 2, 30)
        else:
            assert until(lambda: scheduler_pids(alone.pid), 30) != [child]
    finally:
        for each in schedulers_of(database):
            each.terminate()
        _, left = psutil.wait_procs(schedulers_of(database), 60)
        for each in left:
            each.kill()
    assert not left


def schedulers_of(database: str) -> list[psutil.Process]:
    """Return every scheduler of this database, whoever its parent is."""
    found: list[psutil.Process] = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if "scheduler" in each.cmdline() and each.environ().get("DATABASE_URL") == database:
                found.append(each)
    return found


@pytest.mark.database
def test_gunicorn_starts_its_scheduler_again_and_logs_that(tmp_path: Path) -> None:
    database, log = fresh_database(tmp_path), tmp_path / "log"
    no_sheet = {"GOOGLE_SHEETS_XLSX_URL": (tmp_path / "none.xlsx").as_uri()}
    with running_app(database, no_sheet, workers=1, log=log, SYNC_INTERVAL="5s") as app:
        until(lambda: syncs_of(database), 60)
        (scheduler,) = scheduler_pids(app.process.pid)
        os.kill(scheduler, signal.SIGKILL)
        before = len(syncs_of(database))
        until(lambda: len(syncs_of(database)) > before + 1, 60)
        assert scheduler_pids(app.process.pid) != [scheduler]
        assert f"The scheduler (pid:{scheduler}) died; started again" in log.read_text()
    until(lambda: not schedulers_of(database), 30)
