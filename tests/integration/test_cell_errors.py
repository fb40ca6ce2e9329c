"""A cell that shows an error is not known right now: nothing is lost, and nothing moves, until it can be read again."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Album, ReviewRow, SyncOperation
from tests.long import amount, short
from tests.sheets import ABOVE, HEADER, Row, album, many, spotify_id
from tests.syncs import catalogue, counts, sync, sync_tabs
from tests.workbooks import make_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-rock"


def with_errors(row: Row, *columns: int) -> Row:
    return tuple("#REF!" if place in columns else value for place, value in enumerate(row))


@pytest.mark.postgresql(long=True)
@pytest.mark.parametrize("columns", short(["0123456"], ["1", "0", "01", "2", "0123456"]))
@pytest.mark.parametrize("is_linked", short([True], [True, False]))
def test_55_of_600_rows_show_errors_and_nothing_is_lost(path: Path, columns: str, is_linked: bool) -> None:
    rows = [
        album(f"Band {each // 3}", f"Album {each}", spotify=spotify_id(each) if is_linked else "")
        for each in range(1, 601)
    ]
    sync_tabs(path, {TAB: rows})
    before = catalogue()
    broken = [with_errors(row, *map(int, columns)) for row in rows[:55]] + rows[55:]
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


ERRORS = ("#REF!", "#N/A", "Loading...", " #DIV/0! ", "#error!")
NAMES = st.sampled_from(["Haken", "Leprous", "Soen"])
TITLES = st.sampled_from(["Coal", "Virus", "Fauna", "Malina"])


@st.composite
def sheets(draw: st.DrawFn) -> list[Row]:
    names = draw(st.lists(st.tuples(NAMES, TITLES), min_size=3, max_size=9, unique=True))
    return [
        album(artist, title, date(2024, 1, 1 + place), spotify=draw(st.sampled_from(["", spotify_id(place + 1)])))
        for place, (artist, title) in enumerate(names)
    ]


@given(rows=sheets(), data=st.data())
@settings(max_examples=amount("CELL_ERRORS", 4, 8), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_errors_that_come_and_go_move_nothing(path: Path, rows: list[Row], data: st.DataObject) -> None:
    with transaction.atomic():
        sync_tabs(path, {TAB: rows[::2], OTHER: rows[1::2]})
        before = catalogue()
        keys = {each["id"] for each in before}
        for _ in range(3):
            flipped = [
                tuple(
                    data.draw(st.sampled_from(ERRORS)) if data.draw(st.integers(0, 3)) == 0 and place < 7 else value
                    for place, value in enumerate(row)
                )
                for row in rows
            ]
            done = sync_tabs(path, {TAB: flipped[::2], OTHER: flipped[1::2]})
            assert (done.status, done.changed) == ("completed", 0)
            assert {each["id"] for each in catalogue()} == keys
        after = sync_tabs(path, {TAB: rows[::2], OTHER: rows[1::2]})
        assert (after.changed, catalogue()) == (0, before)
        transaction.set_rollback(True)


def test_a_new_row_waits_for_its_names_and_is_filled_later(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    rows = [album(), with_errors(album("Haken", "Virus"), 1), with_errors(album("Soen", "Lotus"), 2, 4)]
    first = sync_tabs(path, {TAB: rows})
    assert (counts(first)["created"], first.failures.filter(code="cell_error").count()) == (1, 2)
    second = sync_tabs(path, {TAB: [album(), album("Haken", "Virus"), album("Soen", "Lotus")]})
    assert (second.created, second.updated, second.removed) == (1, 1, 0)


def test_a_tab_with_an_unclear_row_loses_no_album_and_its_other_rows_follow_the_sheet(path: Path) -> None:
    rows = [album(title="Coal"), album("Haken", "Virus"), album("Soen", "Lotus")]
    sync_tabs(path, {TAB: rows, OTHER: [album("Caligula's Horse", "Bloom"), album("Maraton", "Meta")]})
    edited = [with_errors(rows[0], 0, 1), album("Soen", "Lotus", country="Sweden")]
    done = sync_tabs(path, {TAB: edited, OTHER: [album("Maraton", "Meta")]})
    assert (done.updated, done.removed) == (1, 1)
    last = sync_tabs(path, {TAB: [rows[0], edited[1]], OTHER: [album("Maraton", "Meta")]})
    assert (last.created, last.updated, last.removed) == (0, 0, 1)


def test_an_upgrade_of_the_rules_is_quiet(path: Path) -> None:
    sync_tabs(path, {TAB: many(60)})
    before = catalogue()
    Album.objects.update(entry_hash="of earlier rules")
    SyncOperation.objects.update(sheet_digest="")
    done = sync(path)
    assert (done.changed, done.unchanged, done.changes.count()) == (0, 60, 0)
    assert catalogue() == before


def test_an_error_in_the_header_keeps_the_columns_below_it(path: Path) -> None:
    rows = [album(title="Coal", bandcamp="https://leprous.bandcamp.com/album/coal"), album("Haken", "Virus")]
    sync_tabs(path, {TAB: rows})
    before = catalogue()
    for place in (2, 4, 7):
        header = with_errors(HEADER, place)
        make_workbook({TAB: [*ABOVE, header, *rows]}, path)
        done = sync(path)
        assert (done.status, done.changed) == ("completed", 0)
        assert ReviewRow.objects.to_review().filter(code="cell_error", row=len(ABOVE) + 1).count() == 1
    assert catalogue() == before
