"""What the history says of a sync that was undone, and how its charts are drawn."""

from pathlib import Path

import pytest
from django.test import Client

from catalog.models import SyncOperation, SyncRecord
from tests.factories import Page
from tests.sheets import album
from tests.syncs import sync_tabs, undo

pytestmark = pytest.mark.django_db

TAB = "2024 Prog-metal"
HISTORY = "/catalog/sync/history/"


def row_of(page: Page, operation: SyncOperation) -> str:
    (row,) = page.tree.xpath(f"//tbody/tr[.//a[@href='{HISTORY}{operation.pk}/']]")
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
