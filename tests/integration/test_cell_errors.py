"""A cell that shows an error is not known right now: nothing is lost, and nothing moves, until it can be read again."""

from pathlib import Path

import pytest

from tests.sheets import Row, album, spotify_id
from tests.syncs import catalogue, sync_tabs

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-rock"


def with_errors(row: Row, *columns: int) -> Row:
    return tuple("#REF!" if place in columns else value for place, value in enumerate(row))


@pytest.mark.parametrize("columns", [(1,), (0,), (0, 1), (2,), (0, 1, 2, 3, 4, 5, 6)])
@pytest.mark.parametrize("is_linked", [True, False])
def test_55_of_600_rows_show_errors_and_nothing_is_lost(path: Path, columns: tuple[int, ...], is_linked: bool) -> None:
    rows = [
        album(f"Band {each // 3}", f"Album {each}", spotify=spotify_id(each) if is_linked else "")
        for each in range(1, 601)
    ]
    sync_tabs(path, {TAB: rows})
    before = catalogue()
    broken = [with_errors(row, *columns) for row in rows[:55]] + rows[55:]
    preview = sync_tabs(path, {TAB: broken}, preview=True)
    assert (preview.status, preview.planned.count()) == ("completed", 0)
    meanwhile = sync_tabs(path, {TAB: broken})
    assert (meanwhile.status, meanwhile.changed) == ("completed", 0)
    assert [each["code"] for each in meanwhile.warnings] == ["cell_error"]
    assert meanwhile.failures.filter(code="cell_error", is_doubt=True).count() == 55
    assert catalogue() == before
    after = sync_tabs(path, {TAB: rows})
    assert (after.changed, after.warnings, after.unchanged) == (0, [], 600)
    assert catalogue() == before
