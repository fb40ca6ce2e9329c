"""What must not be taken for the same album, whatever speaks for it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalog.services.albums.identity.vetoes import release_page
from catalog.services.albums.matching import make_partial_plan, make_plan
from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents
from tests.unit.test_album_matching import OTHER, TAB, entry, known, many, read

ELSEWHERE = "2023 Prog-rock"
COAL, VIRUS = entry("Leprous", "Coal", spotify=1), entry("Haken", "Virus")


def shelf(*rows: AlbumEntry) -> list[KnownAlbum]:
    """Return albums as syncs of these rows left them."""
    return [replace(known(pk, row), artist=row.artist, title=row.title) for pk, row in enumerate(rows, 1)]


def outcome(plan: Plan) -> dict[str, object]:
    """Return which albums are changed into what, which are new and which go."""
    return {
        "changed": {edit.album.pk: edit.entry.title for edit in plan.changed},
        "created": [new.entry.title for new in plan.created],
        "removed": [album.pk for album in plan.removed],
    }


def without(*failed: str, rows: list[AlbumEntry]) -> SheetContents:
    """Return a sheet some of whose tabs failed."""
    contents = read(*rows)
    return replace(contents, tabs_failed=list(failed), tabs_present=[*contents.tabs_read, *failed])


def test_a_link_that_moves_from_a_deleted_row_to_its_own_takes_no_album_along() -> None:
    plan = make_plan(read(replace(VIRUS, spotify_id=COAL.spotify_id), OTHER), shelf(COAL, VIRUS, OTHER))
    assert outcome(plan) == {"changed": {2: "Virus"}, "created": [], "removed": [1]}


@pytest.mark.parametrize("released", [date(2024, 3, 3), date(2025, 1, 1)])
def test_so_it_is_if_the_row_is_redated_or_its_album_was_removed(released: date) -> None:
    row = entry("Haken", "Virus", released, spotify=1)
    assert outcome(make_plan(read(row, OTHER), shelf(COAL, VIRUS, OTHER)))["changed"] == {2: "Virus"}
    removed = [shelf(COAL)[0], replace(shelf(COAL, VIRUS)[1], is_removed=True)]
    assert outcome(make_plan(read(row), removed)) == {"changed": {2: "Virus"}, "created": [], "removed": [1]}


def test_rows_of_other_tabs_leave_the_albums_of_a_failed_tab_alone() -> None:
    coal = replace(COAL, tab=ELSEWHERE)
    albums = shelf(coal, VIRUS, OTHER)
    rows = [
        replace(VIRUS, spotify_id=coal.spotify_id),
        replace(coal, tab=TAB),
        entry("Soen", "Lotus", spotify=1),
        OTHER,
    ]
    plan = make_plan(without(ELSEWHERE, rows=rows), albums)
    assert outcome(plan) == {"changed": {}, "created": ["Lotus"], "removed": []}
    assert [album.pk for album in plan.unchanged] == [3, 2] or [album.pk for album in plan.unchanged] == [2, 3]
    assert [step.entry.spotify_id for step in plan.created] == [None]
    assert [problem.code for problem in plan.problems] == ["shared_spotify_link"] * 2


def test_a_row_that_moved_from_a_failed_tab_waits_for_it() -> None:
    coal = replace(COAL, tab=ELSEWHERE)
    moved = [replace(COAL, country="Norway"), OTHER]
    assert outcome(make_plan(without(ELSEWHERE, rows=moved), shelf(coal, OTHER))) == {
        "changed": {}, "created": [], "removed": []
    }  # fmt: skip
    assert outcome(make_plan(read(*moved, tabs=[TAB, ELSEWHERE]), shelf(coal, OTHER)))["changed"] == {1: "Coal"}


def test_the_row_of_an_album_is_not_taken_for_a_copy_of_one_in_a_failed_tab() -> None:
    one, two = entry(spotify=1, tab=ELSEWHERE), entry(spotify=2)
    unlinked = replace(two, spotify_id=None)
    plan = make_plan(without(ELSEWHERE, rows=[unlinked, OTHER]), shelf(one, two, OTHER))
    assert outcome(plan) == {"changed": {2: "Fauna"}, "created": [], "removed": []}


@pytest.mark.parametrize("address", [
    "https://haken.bandcamp.com", "https://haken.bandcamp.com/?from=x", "https://haken.bandcamp.com/music",
    "http://www.haken.bandcamp.com/releases#top", "https://bandcamp.com/haken", "https://haken.bandcamp.com/album/",
])  # fmt: skip
def test_the_home_page_of_a_band_is_no_evidence(address: str) -> None:
    assert release_page(entry(bandcamp=address)) == ""
    before = entry("Leprous", "Coal", bandcamp=address)
    after = entry("Haken", "Virus", date(2025, 1, 1), bandcamp=address, tab=ELSEWHERE)
    for is_removed in (False, True):
        albums = [replace(shelf(before)[0], is_removed=is_removed)]
        plan = make_plan(read(after, entry("Soen", "Lotus"), tabs=[TAB, ELSEWHERE]), albums)
        assert outcome(plan)["created"] == ["Virus", "Lotus"]


def test_pages_on_bandcamp_are_compared_however_they_are_written() -> None:
    pages = {
        release_page(entry(bandcamp=address))
        for address in (
            "https://haken.bandcamp.com/album/fauna", "http://www.haken.bandcamp.com/album/Fauna/?from=x",
            "https://haken.bandcamp.com/album/fauna#lyrics",
        )
    }  # fmt: skip
    assert pages == {"haken.bandcamp.com/album/fauna"}


def test_an_equal_page_makes_no_album_of_two_with_different_ids() -> None:
    page = "https://label.bandcamp.com/album/split"
    before, after = entry(spotify=1, bandcamp=page), entry("Leprous", "Coal", spotify=2, bandcamp=page)
    assert outcome(make_plan(read(after), shelf(before))) == {"changed": {}, "created": ["Coal"], "removed": [1]}


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("facts", [
    ({"spotify": 1}, {"spotify": 2}),
    ({"bandcamp": "https://x.bandcamp.com/album/a"}, {"bandcamp": "https://x.bandcamp.com/album/b"}),
])  # fmt: skip
def test_two_releases_of_one_name_are_two_albums_whichever_comes_first(
    facts: tuple[dict[str, Any], ...], is_first: bool
) -> None:
    old, new = (entry(**each) for each in facts)
    rows = [new, old] if is_first else [old, new]
    assert len(make_plan(read(*rows), []).created) == 2
    plan = make_plan(read(*rows), shelf(old))
    assert [album.pk for album in plan.unchanged] == [1]
    assert [step.entry for step in plan.created] == [new]
    gone = make_plan(read(new), shelf(old, new))
    assert (outcome(gone)["removed"], [album.pk for album in gone.unchanged]) == ([1], [2])


def test_a_row_without_links_joins_the_first_of_two_that_differ() -> None:
    rows = [entry(), entry(spotify=1), entry(spotify=2)]
    assert len(make_plan(read(*rows), []).created) == 2
    assert len(make_plan(read(*reversed(rows)), []).created) == 2


def test_an_album_whose_row_loses_its_link_is_not_merged_into_its_namesake() -> None:
    one, two = entry(spotify=1), entry(spotify=2)
    rows = [one, replace(two, spotify_id=None)]
    for sheet in (rows, rows[::-1]):
        plan = make_plan(read(*sheet), shelf(one, two))
        assert (plan.created, plan.removed) == ([], [])


def test_a_link_copied_to_another_album_of_the_artist_removes_neither() -> None:
    one, two = entry(spotify=1), entry(title="Virus")
    plan = make_plan(read(one, replace(two, spotify_id=one.spotify_id)), shelf(one, two))
    assert (plan.created, plan.removed) == ([], [])
    assert [problem.code for problem in plan.problems] == ["shared_spotify_link"]


@pytest.mark.parametrize("is_first", [False, True])
def test_a_copy_of_a_tab_moves_nothing(is_first: bool) -> None:
    rows = [replace(row, spotify_id=f"{number:022d}") for number, row in enumerate(many(25))]
    copies = [replace(row, tab=f"Copy of {TAB}") for row in rows]
    edited = [replace(rows[0], title="Other", title_key="other"), *rows[1:]]
    for sheet in (rows, edited):
        both = [*copies, *sheet] if is_first else [*sheet, *copies]
        plan = make_plan(read(*both), shelf(*rows))
        assert (plan.created, plan.removed) == ([], [])
        assert {step.entry.tab for step in plan.changed} <= {TAB}
    assert make_plan(read(*copies, *rows), []).created[0].entry.tab == copies[0].tab


def test_a_part_of_the_sheet_changes_only_what_is_certain() -> None:
    virus, coal = entry("Haken", "Virus", spotify=1), entry("Leprous", "Coal", spotify=2)
    albums = shelf(virus, coal)
    swapped = replace(virus, spotify_id=coal.spotify_id)
    retitled = entry("Haken", "Virus II")
    twin = entry("Haken", "Virus", spotify=3)
    for row in (swapped, retitled, twin, entry("Haken", "Other", spotify=2)):
        plan = make_partial_plan(read(row), albums)
        assert outcome(plan) == {"changed": {}, "created": [], "removed": []}
    new = entry("Soen", "Lotus", date(2024, 5, 5))
    plan = make_partial_plan(read(new, replace(virus, country="Norway")), albums)
    assert outcome(plan) == {"changed": {1: "Virus"}, "created": ["Lotus"], "removed": []}
    back = make_partial_plan(read(new), [*albums, replace(shelf(new)[0], pk=9, is_removed=True)])
    assert outcome(back) == {"changed": {9: "Lotus"}, "created": [], "removed": []}


def test_a_row_that_returns_is_the_album_that_it_was_and_not_another_renamed() -> None:
    first, again, linked = entry(title="Coal"), entry(title="Malina"), entry(title="Pitfalls", spotify=3)
    albums = [shelf(first)[0], *(replace(album, is_removed=True) for album in shelf(first, again, linked)[1:])]
    plan = make_plan(read(again, linked, OTHER), albums)
    assert outcome(plan) == {"changed": {2: "Malina", 3: "Pitfalls"}, "created": ["Aphelion"], "removed": [1]}


def test_namesakes_that_are_redated_together_keep_their_order_in_time() -> None:
    before = [entry(title="Live", released=date(year, 1, 1)) for year in (2020, 2021)]
    after = [entry(title="Live", released=date(year, 1, 1)) for year in (2023, 2022)]
    assert make_plan(read(*after), shelf(*before)).created == []
    assert {e.album.pk: e.entry.year for e in make_plan(read(*after), shelf(*before)).changed} == {1: 2022, 2: 2023}


def test_without_a_date_another_artist_with_the_same_title_is_another_album() -> None:
    before, after = entry(title="Demo", released=None), entry("Leprous", "Demo", released=None)
    assert outcome(make_plan(read(after), shelf(before)))["created"] == ["Demo"]
