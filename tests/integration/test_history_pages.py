"""What the history says of a sync that was undone, and how its charts are drawn."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import SpotifyQuota, SyncOperation, SyncRecord
from catalog.services.sync.snapshot import read_status
from tests.factories import Page
from tests.sheets import album
from tests.syncs import sync_tabs, undo

pytestmark = pytest.mark.django_db

TAB = "2024 Prog-metal"
HISTORY = "/catalog/sync/history/"


def row_of(page: Page, operation: SyncOperation) -> str:
    (row,) = page.tree.xpath(f"//tbody/tr[th//a[@href='{HISTORY}{operation.pk}/']]")
    return " ".join(row.text_content().split()).casefold()


def test_the_list_marks_the_sync_that_was_undone_and_no_other(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    first = sync_tabs(path, {TAB: [album()]})
    edit = sync_tabs(path, {TAB: [album(country="Norway")]})
    before = Page(client, HISTORY)
    assert "undone" not in row_of(before, first) + row_of(before, edit)
    undoing = undo()
    after = Page(client, HISTORY)
    assert "undone" in row_of(after, edit)
    assert "undone" not in row_of(after, first)
    assert "undo" in row_of(after, undoing)
    assert "undone" not in row_of(after, undoing)


def test_the_page_of_a_sync_says_that_it_was_undone(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    first = sync_tabs(path, {TAB: [album()]})
    edit = sync_tabs(path, {TAB: [album(country="Norway")]})
    assert "undone" not in result(client, edit)
    undo()
    assert "undone" in result(client, edit)
    assert "undone" not in result(client, first)


def result(client: Client, operation: SyncOperation) -> str:
    (said,) = Page(client, f"{HISTORY}{operation.pk}/").texts(".result")
    return said.casefold()


def ended(day: int, updated: int, seconds: float) -> None:
    at = f"2026-11-{day}T12:00Z"
    operation = SyncOperation.objects.create(status="completed", started_at=at, finished_at=at)
    SyncRecord.objects.create(
        operation=operation, outcome="completed", started_at=at, finished_at=at, duration_seconds=seconds,
        total_in_catalog=100, updated=updated,
    )  # fmt: skip


def test_charts_have_the_latest_sync_at_the_right_and_more_changes_higher_up(client: Client) -> None:
    for day, updated, seconds in ((20, 0, 100.0), (21, 9, 9.0), (22, 100, 0.0)):
        ended(day, updated, seconds)
    changes, durations = Page(client, HISTORY).find(".chart")
    assert heights(changes) == [("20 Nov", "0.0"), ("21 Nov", "49.9"), ("22 Nov", "100.0")]
    assert heights(durations) == [("20 Nov", "100.0"), ("21 Nov", "49.9"), ("22 Nov", "0.0")]


def heights(chart) -> list[tuple[str, str]]:
    """Return the day and the height of the bars, from left to right."""
    bars = chart.xpath(".//*[contains(concat(' ', @class, ' '), ' chart__bar ')]")
    in_order = sorted(bars, key=lambda bar: float(bar.get("x")))
    return [(" ".join(bar.text_content().split()[:2]), bar.get("height")) for bar in in_order]


def started(trigger: str, by: str = "") -> None:
    at = timezone.now()
    operation = SyncOperation.objects.create(
        status="completed", trigger=trigger, started_by=by, started_at=at, finished_at=at
    )
    SyncRecord.of(operation).save()


def test_names_are_for_staff_only(client: Client, admin_client: Client) -> None:
    for trigger, by in (("button", "maria"), ("button", ""), ("schedule", ""), ("command", "root")):
        started(trigger, by)
    last = SyncOperation.objects.order_by("pk").filter(started_by="maria").get()
    shown = Page(client, HISTORY)
    assert [row.xpath("string(td[2])").split() for row in shown.find("tbody tr")] == [
        ["command"], ["schedule"], ["visitor"], ["staff"],
    ]  # fmt: skip
    assert "maria" not in shown.response.content.decode()
    assert "maria" not in result(client, last)
    assert "root" in Page(admin_client, HISTORY).response.content.decode()
    assert "maria" in result(admin_client, last)


def test_times_are_utc_without_javascript_and_marked_for_the_script(client: Client) -> None:
    ended(20, 9, 9.0)
    page = Page(client, HISTORY)
    (time,) = page.find("tbody th time[data-local]")
    assert time.text == "20 Nov 2026, 12:00 UTC"
    assert time.get("datetime") == "2026-11-20T12:00:00+00:00"


def test_the_page_takes_as_many_queries_for_a_hundred_syncs_as_for_one(
    client: Client, django_assert_max_num_queries
) -> None:
    ended(20, 9, 9.0)
    client.get(HISTORY)
    with CaptureQueriesContext(connection) as one:
        client.get(HISTORY)
    for number in range(99):
        ended(20 + number % 9, number, 1.0)
    with django_assert_max_num_queries(len(one)):
        page = Page(client, HISTORY)
    assert len(page.find("tbody tr")) == 100
    assert [len(chart.xpath(".//*[local-name()='rect']")) for chart in page.find(".chart")] == [100, 100]


def test_the_next_sync_is_told_to_those_who_may_sync_unless_the_schedule_pauses(
    client: Client, admin_client: Client, settings, tmp_path: Path
) -> None:
    assert read_status().next_sync_at is None
    settings.SYNC = replace(settings.SYNC, interval=timedelta(hours=6), permission="staff")
    due = read_status().next_sync_at
    assert due is not None
    assert timedelta() < due - timezone.now() <= timedelta(hours=6)
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album()]})
    SyncOperation.objects.update(due_at=due - timedelta(hours=6))  # else the page says that this one is overdue
    assert "Next sync:" in admin_client.get(HISTORY).content.decode()
    assert "Next sync:" not in client.get(HISTORY).content.decode()
    undo()
    assert read_status().next_sync_at is None
    assert "Next sync:" not in admin_client.get(HISTORY).content.decode()


def test_albums_that_wait_for_spotify_are_counted_and_told_when_it_continues(client: Client, tmp_path: Path) -> None:
    link = "https://open.spotify.com/album/3CqLUKGqXqRwLHNPTBRr4a"
    done = sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album(spotify=link)]})
    assert done.awaiting_enrichment == 1
    assert "1 album is waiting for spotify." in result(client, done)
    until = timezone.now() + timedelta(hours=20)
    SpotifyQuota.objects.update_or_create(pk=1, defaults={"blocked_until": until, "blocked_reason": "quota"})
    assert "covers continue after" in result(client, done)
