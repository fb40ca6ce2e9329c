"""A column that was sorted by itself is held back, whichever it is, with and without links."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.services.albums.guards import SheetScrambled
from catalog.services.albums.matching import make_partial_plan, make_plan
from catalog.services.albums.plan import KnownAlbum
from catalog.services.sheet.entries import AlbumEntry
from tests.unit.test_album_matching import TAB, entry, known, read


def rows(count: int, *, is_linked: bool = True, tab: str = TAB, start: int = 0) -> list[AlbumEntry]:
    return [
        entry(
            f"Band {number * 7 % 1009}", f"Record {number * 11 % 1013}", date(2024, 1, 1) + timedelta(number % 300),
            spotify=number * 13 % 1019 + 1 if is_linked else None, tab=tab, row=number,
        )
        for number in range(start, start + count)
    ]  # fmt: skip


def catalogue(said: list[AlbumEntry]) -> list[KnownAlbum]:
    return [
        replace(known(pk, each), artist=each.artist, title=each.title, spotify_url=each.spotify_url)
        for pk, each in enumerate(said, 1)
    ]


def by_column(said: list[AlbumEntry], *names: str, changed: int | None = None) -> list[AlbumEntry]:
    """Return rows with the values of a column handed on to the next row."""
    part = said[:changed]
    moved = [
        replace(each, **{name: getattr(other, name) for name in names})
        for each, other in zip(part, [*part[1:], part[0]], strict=True)
    ]
    return moved + said[len(part) :]


COLUMNS = {
    "Artist": ("artist", "artist_key"),
    "Album": ("title", "title_key"),
    "Spotify": ("spotify_url", "spotify_id"),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_sorted_column_of_a_tab_is_held_back_with_examples(column: str) -> None:
    said, others = rows(40), rows(400, tab="2023", start=500)
    with pytest.raises(SheetScrambled) as held:
        make_plan(read(*by_column(said, *COLUMNS[column]), *others), catalogue([*said, *others]))
    told = held.value.parameters
    assert (told["column"], told["tab"], told["total"]) == (column, TAB, 40)
    assert told["examples"]
    assert make_plan(read(*by_column(said, *COLUMNS[column]), *others), catalogue([*said, *others]), force=True)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_sorted_column_in_a_part_of_the_sheet_changes_nothing(column: str) -> None:
    said, others = rows(60), rows(400, tab="2023", start=500)
    plan = make_partial_plan(read(*by_column(said, *COLUMNS[column])), catalogue([*said, *others]))
    assert (plan.created, plan.changed, plan.removed) == ([], [], [])


@pytest.mark.parametrize("column", ["Artist", "Album"])
def test_so_it_is_without_links(column: str) -> None:
    said = rows(40, is_linked=False)
    with pytest.raises(SheetScrambled, match="sheet_scrambled"):
        make_plan(read(*by_column(said, *COLUMNS[column])), catalogue(said))


@pytest.mark.parametrize(("size", "changed", "is_held"), [(20, 10, False), (20, 11, True), (19, 19, False)])
def test_half_of_a_tab_of_twenty_may_change(size: int, changed: int, is_held: bool) -> None:
    said = rows(size)
    plan: Callable[[], object] = lambda: make_plan(  # noqa: E731
        read(*by_column(said, *COLUMNS["Artist"], changed=changed)), catalogue(said)
    )
    if is_held:
        with pytest.raises(SheetScrambled):
            plan()
    else:
        assert plan()


@pytest.mark.parametrize(("changed", "is_held"), [(5, False), (6, True)])
def test_fifty_albums_of_all_may_change(changed: int, is_held: bool) -> None:
    tabs = [rows(15, tab=f"Tab {number}", start=20 * number) for number in range(10)]
    edited = [each for said in tabs for each in by_column(said, *COLUMNS["Artist"], changed=changed)]
    said = [each for tab in tabs for each in tab]
    if is_held:
        with pytest.raises(SheetScrambled, match="changed=60 total=150"):
            make_plan(read(*edited), catalogue(said))
    else:
        assert make_plan(read(*edited), catalogue(said))


def test_values_that_appear_or_go_and_other_spellings_are_no_scramble() -> None:
    said = rows(40)
    unlinked = [replace(each, spotify_id=None, spotify_url="") for each in said]
    assert make_plan(read(*unlinked), catalogue(said))
    assert make_plan(read(*said), catalogue(unlinked))
    shouted = [replace(each, artist=each.artist.upper() + "!") for each in said]
    assert make_plan(read(*shouted), catalogue(said))


def test_keys_folded_by_earlier_rules_are_no_scramble() -> None:
    said = rows(40)
    old = [replace(album, artist_key=f"old {album.artist_key}") for album in catalogue(said)]
    assert len(make_plan(read(*said), old).unchanged) == 40
