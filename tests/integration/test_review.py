"""Rows to review are a to-do list: each is news once, and stays listed until it is fixed or acknowledged."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ReviewRow, SyncFailure, SyncOperation
from catalog.services.clock import Clock
from catalog.services.sync.snapshot import read_status
from tests.sheets import ABOVE, HEADER, Row, album, many, sheet
from tests.syncs import meanwhile, sync, sync_tabs, undo
from tests.workbooks import make_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-rock"
EARLY = date(2011, 1, 1)
LATE = Clock().now() + timedelta(days=1)


def wrong(title: str = "Pitfalls", **facts: Any) -> Row:
    """Return a row whose date is in another year than its tab."""
    return album(title=title, released=facts.pop("released", EARLY), **facts)


def listed(state: str = "open") -> list[tuple[str, str, int | None, str]]:
    rows = ReviewRow.objects.get_queryset().listed_as(state).order_by("tab", "row", "pk")
    return [(row.code, row.tab, row.row, row.album) for row in rows]


def titles(state: str = "open") -> list[str]:
    return [album for _, _, _, album in listed(state)]


def codes(operation: SyncOperation) -> list[str]:
    return [warning["code"] for warning in operation.warnings]


def acknowledge() -> int:
    return ReviewRow.objects.get_queryset().acknowledge("curator", LATE)


def test_a_row_is_news_in_the_sync_that_first_meets_it_and_stays_on_the_list(path: Path) -> None:
    rows = [album(), wrong()]
    first = sync_tabs(path, {TAB: rows})
    assert (codes(first), first.failures.count()) == (["doubtful_rows"], 1)
    for again in (sync(path), sync_tabs(path, {TAB: [album(country="Norway"), *rows[1:]]})):
        assert (again.status, again.warnings, again.failures.count()) == ("completed", [], 0)
    assert listed() == [("other_year", TAB, 7, "Pitfalls")]
    assert read_status().rows_to_review == 1
    row = ReviewRow.objects.get()
    assert (row.first_seen_in, row.acknowledged_at, row.fixed_at) == (first, None, None)


def test_only_what_is_new_is_warned_of(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), wrong()]})
    second = sync_tabs(path, {TAB: [album(), wrong(), wrong("Coal"), wrong("Malina")]})
    assert second.warnings == [{"code": "doubtful_rows", "parameters": {"cause": "rows", "rows": 2}}]
    assert [each.album for each in second.failures.all()] == ["Coal", "Malina"]
    assert titles() == ["Pitfalls", "Coal", "Malina"]


@pytest.mark.parametrize("edited", [{"country": "Norway"}, {"released": date(2012, 1, 1)}, {"youtube": "https://x.y/"}])
def test_an_acknowledged_row_is_quiet_until_one_of_its_cells_changes(path: Path, edited: dict[str, Any]) -> None:
    sync_tabs(path, {TAB: [album(), wrong()]})
    assert acknowledge() == 1
    assert (titles(), titles("acknowledged"), read_status().rows_to_review) == ([], ["Pitfalls"], 0)
    moved = sync_tabs(path, {TAB: [album(title="Coal"), album(country="Norway"), wrong()]})
    assert (moved.warnings, titles()) == ([], [])
    assert listed("acknowledged") == [("other_year", TAB, 8, "Pitfalls")]
    changed = sync_tabs(path, {TAB: [album(title="Coal"), album(), wrong(**edited)]})
    assert (codes(changed), titles(), titles("acknowledged")) == (["doubtful_rows"], ["Pitfalls"], [])
    assert ReviewRow.objects.get().acknowledged_by == ""


def test_a_text_that_is_no_link_is_a_cell_like_any_other(path: Path) -> None:
    def told(text: str) -> Row:
        return (*album()[:8], text)

    sync_tabs(path, {TAB: [told("soon")]})
    assert acknowledge() == 1
    assert titles("acknowledged") == ["Aphelion"]
    sync_tabs(path, {TAB: [told("next week")]})
    assert titles() == ["Aphelion"]


def test_a_row_of_another_name_is_another_row(path: Path) -> None:
    sync_tabs(path, {TAB: [wrong()]})
    acknowledge()
    renamed = sync_tabs(path, {TAB: [wrong("Pitfalls (Live)")]})
    assert (codes(renamed), titles()) == (["doubtful_rows"], ["Pitfalls (Live)"])


def test_a_fixed_row_is_listed_as_such_and_open_again_when_it_comes_back(path: Path) -> None:
    sync_tabs(path, {TAB: [wrong()]})
    acknowledge()
    sync_tabs(path, {TAB: [album(title="Pitfalls")]})
    assert (titles(), titles("acknowledged"), titles("fixed")) == ([], [], ["Pitfalls"])
    back = sync_tabs(path, {TAB: [wrong()]})
    assert (codes(back), titles(), titles("fixed")) == (["doubtful_rows"], ["Pitfalls"], [])
    assert ReviewRow.objects.count() == 1


def test_fixed_rows_are_forgotten_after_a_while(path: Path) -> None:
    sync_tabs(path, {TAB: [wrong(), wrong("Coal")]})
    sync_tabs(path, {TAB: [album(title="Pitfalls"), album(title="Coal")]})
    ReviewRow.objects.filter(album="Coal").update(fixed_at=Clock().now() - timedelta(days=91))
    sync_tabs(path, {TAB: [album(title="Pitfalls")]})
    assert titles("fixed") == ["Pitfalls"]


def test_another_cause_is_another_entry(path: Path) -> None:
    sync_tabs(path, {TAB: [wrong()]})
    acknowledge()
    changed = sync_tabs(path, {TAB: [wrong(released=20157.0e6)]})
    assert codes(changed) == ["doubtful_rows"]
    assert [code for code, *_ in listed()] == ["far_off_date"]
    assert [code for code, *_ in listed("fixed")] == ["other_year"]


def test_a_tab_that_fails_leaves_its_rows_as_they_were(path: Path) -> None:
    tabs = {TAB: [album(), wrong()], OTHER: [album("Haken", "Virus", EARLY), album("Soen", "Lotus", EARLY)]}
    sync_tabs(path, tabs)
    ReviewRow.objects.filter(album="Virus").get()
    ReviewRow.objects.filter(album="Virus").update(acknowledged_at=LATE)
    before = listed(), listed("acknowledged")
    broken = [("Artist", "Release Date", "Length"), ("Haken", EARLY, "LP")]
    failed = sync(make_workbook({TAB: [*ABOVE, HEADER, *tabs[TAB]], OTHER: broken}, path))
    assert codes(failed) == ["failed_tabs"]
    assert (listed(), listed("acknowledged"), titles("fixed")) == (*before, [])
    missing = sync_tabs(path, {TAB: tabs[TAB]})
    assert codes(missing) == ["failed_tabs"]
    assert (listed(), listed("acknowledged"), titles("fixed")) == (*before, [])
    well = sync_tabs(path, tabs)
    assert (well.warnings, listed(), listed("acknowledged")) == ([], *before)
    assert listed("skipped") == []
    assert [code for code, *_ in listed("fixed")] == ["failed_tab"]


def test_a_tab_that_is_left_out_by_the_settings_keeps_its_rows(path: Path) -> None:
    tabs = {TAB: [wrong()], OTHER: [wrong("Coal")]}
    sync_tabs(path, tabs)
    sync_tabs(path, tabs, settings={"sheet_tabs": "metal"})
    assert (len(titles()), titles("fixed")) == (2, [])


def test_a_tab_that_is_renamed_takes_its_rows_along(path: Path) -> None:
    rows = [*many(9), wrong(), wrong("Coal")]
    sync_tabs(path, {TAB: rows})
    acknowledge()
    renamed = sync_tabs(path, {"2024 Progressive metal": rows})
    assert (renamed.status, renamed.warnings) == ("completed", [])
    assert (titles(), titles("fixed")) == ([], [])
    assert {tab for _, tab, _, _ in listed("acknowledged")} == {"2024 Progressive metal"}


def test_a_part_of_the_sheet_says_nothing_of_the_rest(path: Path) -> None:
    rows = [album(), wrong(), wrong("Coal"), ("Karnivool",)]
    sync_tabs(path, {TAB: rows})
    before = list(ReviewRow.objects.values())
    part = sync_tabs(path, {TAB: [album(), wrong(), album(title="Coal")]}, limit=2)
    assert (part.status, part.warnings) == ("completed", [])
    assert list(ReviewRow.objects.values()) == before


def test_a_preview_tells_what_would_be_new_and_stores_nothing(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), wrong()]})
    before = list(ReviewRow.objects.values())
    preview = sync_tabs(path, {TAB: [album(), wrong("Coal")]}, preview=True)
    assert ([each.album for each in preview.failures.all()], codes(preview)) == (["Coal"], ["doubtful_rows"])
    assert list(ReviewRow.objects.values()) == before


def test_an_undo_leaves_the_list_alone(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(), wrong()]})
    acknowledge()
    before = list(ReviewRow.objects.values())
    assert undo().status == "completed"
    assert list(ReviewRow.objects.values()) == before
    again = sync(path)
    assert (again.created + again.revived, again.warnings, titles("acknowledged")) == (1, [], ["Pitfalls"])


def test_equal_rows_are_told_apart_by_their_cells(path: Path) -> None:
    twins = [album(None, "Untitled", country=country) for country in ("Norway", "Sweden")]
    sync_tabs(path, {TAB: twins})
    ReviewRow.objects.filter(row=6).update(acknowledged_at=LATE, acknowledged_by="curator")
    swapped = sync_tabs(path, {TAB: twins[::-1]})
    assert swapped.warnings == [{"code": "failed_rows", "parameters": {"rows": 1}}]
    assert list(ReviewRow.objects.order_by("row").values_list("row", "acknowledged_by")) == [(6, ""), (7, "curator")]
    sync_tabs(path, {TAB: twins[:1]})
    assert ReviewRow.objects.get(fixed_at=None).row == 6
    assert ReviewRow.objects.exclude(fixed_at=None).count() == 1


def test_skipped_rows_are_listed_with_their_reason(path: Path) -> None:
    rows = [album(), ("Karnivool",), album(None, "Orphan"), ("Ihsahn", None, "TBA")]
    operation = sync_tabs(path, {TAB: rows})
    assert (operation.skipped, operation.failed, codes(operation)) == (2, 1, ["failed_rows"])
    assert [(code, row) for code, _, row, _ in listed("skipped")] == [
        ("no_album", 7),
        ("no_artist", 8),
        ("no_album", 9),
    ]
    assert (titles(), read_status().rows_to_review, operation.failures.count()) == ([], 0, 1)


def test_a_skipped_row_warns_in_every_sync_until_somebody_acknowledges_it(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(None, "Orphan")]})
    for again in (sync(path), sync_tabs(path, {TAB: [album(country="Norway"), album(None, "Orphan")]})):
        assert (codes(again), again.failures.count()) == (["failed_rows"], 0)
    assert SyncFailure.objects.count() == 1
    acknowledge()
    quiet = [sync(path), sync_tabs(path, {TAB: [album(), album(None, "Orphan")]})]
    assert [(each.failed, each.warnings) for each in quiet] == [(1, []), (1, [])]
    assert codes(sync_tabs(path, {TAB: [album(), album(None, "Orphan", country="Norway")]})) == ["failed_rows"]


def test_a_missing_column_is_listed_without_a_row(path: Path) -> None:
    header = tuple(name for name in HEADER if name != "Vocal Style")
    bare = [value for place, value in enumerate(album()) if place != 5]
    other = "2024 Prog-rock"
    first = sync(make_workbook({TAB: [*ABOVE, header, bare], other: [*ABOVE, header, bare]}, path))
    assert codes(first) == ["doubtful_rows"]
    assert listed() == [("column_missing", TAB, None, ""), ("column_missing", other, None, "")]
    again = sync(make_workbook({TAB: [*ABOVE, header, bare, bare], other: [*ABOVE, HEADER, album()]}, path))
    assert (again.warnings, [tab for _, tab, _, _ in listed()]) == ([], [TAB])


def test_what_staff_acknowledges_during_a_sync_stays_acknowledged(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), wrong()]})
    with meanwhile("catalog_albumchange", acknowledge):
        done = sync_tabs(path, {TAB: [album(country="Norway"), album(title="Coal"), wrong()]})
    assert (done.status, listed("acknowledged")) == ("completed", [("other_year", TAB, 8, "Pitfalls")])


def test_what_was_acknowledged_as_it_was_before_is_open_again(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), wrong()]})
    with meanwhile("catalog_albumchange", acknowledge):
        sync_tabs(path, {TAB: [album(), wrong(country="Norway")]})
    assert titles() == ["Pitfalls"]


def test_a_tab_that_fails_is_quiet_once_acknowledged_until_it_fails_otherwise(path: Path) -> None:
    tabs = {TAB: [album()], OTHER: [album("Haken", "Virus")]}
    sync_tabs(path, tabs)
    acknowledge()
    headless = make_workbook({TAB: [*ABOVE, HEADER, *tabs[TAB]], OTHER: [("Artist", "Release Date", "Length")]}, path)
    assert codes(sync(headless)) == ["failed_tabs"]
    acknowledge()
    assert sync(headless).warnings == []
    assert codes(sync_tabs(path, {TAB: tabs[TAB]})) == ["failed_tabs"]


def test_a_sync_that_is_not_ours_any_more_leaves_the_list_alone(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})

    def give_up() -> None:
        SyncOperation.objects.active().update(owner="another")

    with meanwhile('FROM "catalog_reviewrow"', give_up):
        sync_tabs(path, {TAB: [album(), wrong()]})
    assert not ReviewRow.objects.exists()


def test_a_row_that_the_database_refuses_is_listed_until_it_is_taken(path: Path) -> None:
    refuse = {
        "sqlite": "CREATE TEMP TRIGGER refuse BEFORE INSERT ON catalog_album WHEN NEW.title = 'Cursed' "
        "BEGIN SELECT RAISE(ABORT, 'cursed'); END",
        "postgresql": "ALTER TABLE catalog_album ADD CONSTRAINT refuse CHECK (title <> 'Cursed')",
    }
    accept = {
        "sqlite": "DROP TRIGGER refuse",
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE catalog_album DROP CONSTRAINT refuse",
    }
    with connection.cursor() as cursor:
        cursor.execute(refuse[connection.vendor])
    sync_tabs(path, {TAB: [album(), album(title="Cursed")]})
    assert listed("skipped") == [("database_refused", TAB, 7, "Cursed")]
    with connection.cursor() as cursor:
        cursor.execute(accept[connection.vendor])
    done = sync(path)
    assert (done.created, done.warnings, listed("skipped"), titles("fixed")) == (1, [], [], ["Cursed"])


def test_the_work_does_not_grow_with_the_rows_that_are_known(path: Path) -> None:
    asked: list[int] = []
    for number in (5, 400):
        sheet(path, {TAB: [wrong(f"Album {each}") for each in range(number)]})
        sync(path)
        sheet(path, {TAB: [*(wrong(f"Album {each}") for each in range(number)), album(title=f"News {number}")]})
        with CaptureQueriesContext(connection) as queries:
            done = sync(path)
        assert (done.warnings, done.failures.count()) == ([], 0)
        asked.append(sum("reviewrow" in query["sql"] for query in queries))
    assert asked[0] == asked[1] <= 12


@pytest.mark.long
def test_a_hostile_sheet_fills_the_list_to_its_limit_only(path: Path) -> None:
    sync_tabs(path, {"2024 '; DROP TABLE--": [(f"Artist {each}",) for each in range(5200)] + [album()]})
    assert ReviewRow.objects.count() == 5000
    sync_tabs(path, {"2024 '; DROP TABLE--": [album()]})
    assert (len(listed("skipped")), len(listed("fixed"))) == (0, 5000)
