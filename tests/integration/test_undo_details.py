"""What an undo puts back that no list of changes shows, and which syncs can be undone."""

from datetime import date
from pathlib import Path

import pytest

from catalog.models import Album, SyncOperation
from catalog.services.albums.undo import undoable_sync
from tests.sheets import album
from tests.syncs import sync_tabs, undo

pytestmark = pytest.mark.django_db

TAB = "2024 Prog-metal"


def test_an_undo_puts_the_year_back_that_the_tab_gave(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    sync_tabs(path, {TAB: [album(released="TBA")]})
    assert Album.objects.get().year == 2024
    sync_tabs(path, {TAB: [album(released=date(2023, 12, 31))]})
    assert Album.objects.get().year == 2023
    undo()
    restored = Album.objects.get()
    assert (restored.year, restored.release_date, restored.release_text, restored.release_order) == (
        2024, None, "TBA", 0,
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["failed", "cancelled", "interrupted"])
def test_a_sync_that_broke_off_after_its_first_changes_can_be_undone(outcome: str, tmp_path: Path) -> None:
    edit = sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album()]})
    SyncOperation.objects.update(status=outcome)
    assert undoable_sync() == edit
    undo()
    assert not Album.objects.listed().exists()
