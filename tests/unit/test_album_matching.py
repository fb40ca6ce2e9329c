import itertools
import random
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given, settings

from catalog.services.albums.guards import SheetShrunk
from catalog.services.albums.matching import make_partial_plan, make_plan
from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents
from catalog.services.sheet.text import fold
from tests.edit_scripts import SCRIPTS, SEEDS, TABS, Curator
from tests.long import amount
from tests.sheets import spotify_id

TAB = "2024 Prog-metal"


def entry(
    artist: str = "Haken",
    title: str = "Fauna",
    released: date | None = date(2024, 3, 3),
    *,
    tab: str = TAB,
    spotify: int | None = None,
    bandcamp: str = "",
    country: str = "London, UK",
    row: int = 6,
) -> AlbumEntry:
    identity = spotify_id(spotify) if spotify else None
    return AlbumEntry(
        artist=artist,
        title=title,
        release_date=released,
        release_text="",
        format="LP",
        genre_text="Prog-metal",
        genres=("Prog-metal",),
        vocal_text="Clean",
        vocal_style="Clean",
        country=country,
        scene="metal",
        is_debut=False,
        is_reissue=False,
        tab=tab,
        year=released.year if released else 2024,
        spotify_id=identity,
        spotify_url=f"https://open.spotify.com/album/{identity}" if identity else "",
        bandcamp_url=bandcamp,
        youtube_url="",
        amazon_url="",
        apple_music_url="",
        google_play_url="",
        artist_key=fold(artist),
        title_key=fold(title),
        row=row,
    )


def known(pk: int, said: AlbumEntry, *, is_removed: bool = False) -> KnownAlbum:
    order = said.release_date.toordinal() if said.release_date else 0
    return KnownAlbum(
        pk, said.spotify_id, said.artist_key, said.title_key, said.year, order, said.bandcamp_url, said.tab,
        said.digest(), is_removed,
    )  # fmt: skip


def read(*entries: AlbumEntry, tabs: list[str] | None = None) -> SheetContents:
    names = tabs if tabs is not None else sorted({each.tab for each in entries})
    return SheetContents(entries=list(entries), tabs_read=names, tabs_present=names)


@dataclass
class Catalogue:
    """What an importer would keep, in memory."""

    albums: dict[int, KnownAlbum] = field(default_factory=dict[int, KnownAlbum])
    rows: dict[int, AlbumEntry] = field(default_factory=dict[int, AlbumEntry])

    def sync(self, contents: SheetContents, *, force: bool = False) -> Plan:
        plan = make_plan(contents, list(self.albums.values()), force=force)
        pairs = [(edit.album.pk, edit.entry) for edit in plan.changed]
        pairs += list(zip(itertools.count(len(self.albums) + 1), [new.entry for new in plan.created], strict=False))
        self.albums |= {pk: known(pk, said) for pk, said in pairs}
        self.rows |= dict(pairs)
        self.albums |= {album.pk: replace(album, is_removed=True) for album in plan.removed}
        ids = [album.spotify_id for album in self.albums.values() if album.spotify_id and not album.is_removed]
        assert len(ids) == len(set(ids))
        return plan

    def identity_of(self, artist: str, title: str) -> int:
        (pk,) = [
            pk
            for pk, said in self.rows.items()
            if (said.artist, said.title) == (artist, title) and not self.albums[pk].is_removed
        ]
        return pk


def changed_to(before: AlbumEntry, after: AlbumEntry, *others: AlbumEntry) -> bool:
    """Whether an edit of one row, beside others that stay, keeps the album's identity."""
    plan = make_plan(read(after, *others), [known(pk, said) for pk, said in enumerate((before, *others), 1)])
    return (
        [(edit.album.pk, edit.entry) for edit in plan.changed] == [(1, after)] and not plan.created and not plan.removed
    )


OTHER = entry("Leprous", "Aphelion", spotify=9)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (entry(), entry(spotify=1)),
        (entry(spotify=1), entry()),
        (entry(spotify=1), entry(spotify=2)),
        (entry(spotify=1), entry(title="Fauna (Deluxe)", spotify=1)),
        (entry(spotify=1), entry("Hakken", "Faun", spotify=1)),
        (entry(bandcamp="https://haken.bandcamp.com/album/fauna"), entry("Hakken", "Faun", bandcamp="http://www.haken.bandcamp.com/album/fauna/")),
        (entry(), entry(title="FAUNA!")),
        (entry(), entry(title="Something Else Entirely")),
        (entry("Hakken"), entry("Haken")),
        (entry(), entry(released=date(2025, 1, 1))),
        (entry(released=None), entry(released=date(2023, 12, 31))),
        (entry(), entry(tab="2023 Prog-rock")),
    ],
)  # fmt: skip
def test_an_edited_row_is_still_the_same_album(before: AlbumEntry, after: AlbumEntry) -> None:
    assert changed_to(before, after, OTHER, entry("Leprous", "Pitfalls", tab="2023 Prog-rock"))


def test_swapped_links_stay_with_their_titles() -> None:
    first, second = entry("Haken", "Fauna", spotify=1), entry("Leprous", "Aphelion", spotify=2)
    swapped = [replace(first, spotify_id=second.spotify_id), replace(second, spotify_id=first.spotify_id)]
    plan = make_plan(read(*swapped), [known(1, first), known(2, second)])
    assert [(edit.album.pk, edit.entry.title) for edit in plan.changed] == [(1, "Fauna"), (2, "Aphelion")]


def test_a_link_that_is_handed_to_a_new_row_leaves_its_album_where_it_was() -> None:
    handed_on = read(entry(), entry(title="Fauna (live)", spotify=1), OTHER)
    plan = make_plan(handed_on, [known(1, entry(spotify=1)), known(2, OTHER)])
    assert [(edit.album.pk, edit.entry.title) for edit in plan.changed] == [(1, "Fauna")]
    assert [new.entry.title for new in plan.created] == ["Fauna (live)"]


def test_a_row_that_gets_the_link_of_a_removed_album_is_the_album_that_it_was() -> None:
    removed = known(3, entry(title="Vector", spotify=2), is_removed=True)
    plan = make_plan(read(entry(spotify=2), OTHER), [known(1, entry(spotify=1)), known(2, OTHER), removed])
    assert [edit.album.pk for edit in plan.changed] == [1]
    assert plan.removed == []


def test_titles_that_move_on_take_their_albums_along() -> None:
    rows = [entry(spotify=2), entry(title="Vector (live)", spotify=1)]
    plan = make_plan(read(*rows), [known(1, entry(spotify=1)), known(2, entry(title="Affinity", spotify=2))])
    assert [(edit.album.pk, edit.entry.title) for edit in plan.changed] == [(2, "Fauna"), (1, "Vector (live)")]


def test_a_deleted_album_and_a_new_one_of_the_same_artist_with_other_links_are_two() -> None:
    plan = make_plan(read(entry(title="Vector", spotify=2), OTHER), [known(1, entry(spotify=1)), known(2, OTHER)])
    assert [new.entry.title for new in plan.created] == ["Vector"]
    assert [album.pk for album in plan.removed] == [1]


def test_a_removed_album_is_revived_under_its_key() -> None:
    plan = make_plan(read(entry()), [known(1, entry(), is_removed=True)])
    assert [edit.album.pk for edit in plan.changed] == [1]


def test_rows_of_the_same_album_merge_and_the_first_wins() -> None:
    rows = [entry(spotify=1), entry(title="FAUNA", country="Elsewhere"), entry(title="Fauna II", spotify=1)]
    plan = make_plan(read(*rows), [])
    assert [new.entry for new in plan.created] == [rows[0]]
    assert plan.problems == []


def test_rows_that_share_a_link_and_nothing_else_are_two_albums() -> None:
    rows = [entry(spotify=1), entry("Chalk Talk", "Sun Lies Heavy", spotify=1, row=7)]
    plan = make_plan(read(*rows), [])
    assert [(new.entry.artist, new.entry.spotify_id) for new in plan.created] == [
        ("Haken", spotify_id(1)),
        ("Chalk Talk", None),
    ]
    assert [(problem.code, problem.row, problem.is_doubt) for problem in plan.problems] == [
        ("shared_spotify_link", 7, True)
    ]


def many(count: int, tab: str = TAB, start: int = 0) -> list[AlbumEntry]:
    return [entry(f"Band {start + number}", f"Record {start + number}", tab=tab) for number in range(count)]


def test_a_sheet_that_lost_more_than_a_tenth_is_refused() -> None:
    rows = many(600)
    albums = [known(pk, said) for pk, said in enumerate(rows, 1)]
    with pytest.raises(SheetShrunk, match="lost=61 total=600"):
        make_plan(read(*rows[61:]), albums)
    assert len(make_plan(read(*rows[60:]), albums).removed) == 60
    assert len(make_plan(read(*rows[61:]), albums, force=True).removed) == 61


def test_a_tab_that_lost_half_of_its_albums_is_refused() -> None:
    rows, others = many(20), many(500, "2023", 100)
    albums = [known(pk, said) for pk, said in enumerate([*rows, *others], 1)]
    with pytest.raises(SheetShrunk, match="lost=10 total=20 tab=2024 Prog-metal"):
        make_plan(read(*rows[10:], *others), albums)
    assert len(make_plan(read(*rows[9:], *others), albums).removed) == 9


def test_a_small_tab_that_vanished_is_a_failed_tab_and_keeps_its_albums() -> None:
    rows, others = many(20), many(500, "2023", 100)
    albums = [known(pk, said) for pk, said in enumerate([*rows, *others], 1)]
    plan = make_plan(read(*others), albums)
    assert plan.removed == []
    assert [(problem.code, problem.tab) for problem in plan.problems] == [("failed_tab", TAB)]
    assert len(make_plan(read(*others), albums, force=True).removed) == 20


def test_half_of_the_tabs_gone_is_a_shrunken_sheet() -> None:
    rows, others = many(300), many(300, "2023", 300)
    albums = [known(pk, said) for pk, said in enumerate([*rows, *others], 1)]
    with pytest.raises(SheetShrunk):
        make_plan(read(*others), albums)
    assert len(make_plan(read(*others), albums, force=True).removed) == 300


def test_a_renamed_tab_keeps_its_albums_and_loses_the_deleted_ones() -> None:
    rows = many(30)
    renamed = [replace(said, tab="2024 Metal") for said in rows[1:]]
    plan = make_plan(read(*renamed), [known(pk, said) for pk, said in enumerate(rows, 1)])
    assert len(plan.changed) == 29
    assert [album.pk for album in plan.removed] == [1]


def test_tabs_that_failed_or_are_left_out_remove_nothing() -> None:
    rows, failed, outside = many(30), many(5, "2022", 100), many(5, "Drafts", 200)
    albums = [known(pk, said) for pk, said in enumerate([*rows, *failed, *outside], 1)]
    contents = replace(read(*rows), tabs_failed=["2022"])
    for force in (False, True):
        assert make_plan(contents, albums, tab_pattern=r"^\d", force=force).removed == []


def test_a_part_of_the_sheet_removes_nothing() -> None:
    rows = many(300)
    plan = make_partial_plan(read(*rows[:10]), [known(pk, said) for pk, said in enumerate(rows, 1)])
    assert (plan.removed, plan.problems, len(plan.unchanged)) == ([], [], 10)


def rows_of(curator: Curator) -> SheetContents:
    said = [
        entry(
            line.artist, line.title, line.released, tab=line.tab, bandcamp=line.bandcamp, country=line.country,
            spotify=int(line.spotify) if line.spotify else None,
        )
        for line in curator.lines
    ]  # fmt: skip
    return read(*said, tabs=list(TABS))


@settings(max_examples=amount("MATCHES", 40, 100), deadline=None)
@given(seed=SEEDS, script=SCRIPTS)
def test_identities_survive_any_edit_and_a_second_sync_is_a_no_op(seed: int, script: list[list[str]]) -> None:
    curator, catalogue = Curator(random.Random(seed)), Catalogue()
    catalogue.sync(rows_of(curator))
    keys: dict[int, int] = {}
    for kinds in script:
        before = dict(curator.rows)
        keys |= {number: catalogue.identity_of(row.artist, row.title) for number, row in before.items()}
        curator.edit(kinds)
        plan = catalogue.sync(rows_of(curator), force=True)
        for number in curator.rows.keys() & keys.keys():
            row = curator.rows[number]
            assert catalogue.identity_of(row.artist, row.title) == keys[number]
        assert {album.pk for album in plan.removed} == {keys[number] for number in before.keys() - curator.rows.keys()}
        assert len(plan.created) == len(curator.rows.keys() - keys.keys())
        again = catalogue.sync(rows_of(curator))
        assert not again.created
        assert not again.changed
        assert not again.removed


def test_an_artists_only_other_row_in_a_tab_is_another_album_where_its_page_on_bandcamp_differs() -> None:
    before = entry(bandcamp="https://haken.bandcamp.com/album/fauna")
    after = entry(title="Virus", bandcamp="https://haken.bandcamp.com/album/virus")
    plan = make_plan(read(after, OTHER), [known(1, before), known(2, OTHER)])
    assert [said.entry.title for said in plan.created] == ["Virus"]
    assert [album.pk for album in plan.removed] == [1]


@pytest.mark.parametrize(("lost", "is_refused"), [(50, False), (51, True)])
def test_up_to_fifty_albums_may_go_however_small_the_sheet(lost: int, is_refused: bool) -> None:
    # Spread over tabs that are too small to be guarded by themselves.
    rows = [said for tab in range(10) for said in many(15, f"Tab {tab}", 15 * tab)]
    albums = [known(pk, said) for pk, said in enumerate(rows, 1)]
    left = [said for place, said in enumerate(rows) if place % 15 >= 5 or place // 15 * 5 + place % 15 >= lost]
    if lost == 51:
        left = left[1:]
    assert len(left) == len(rows) - lost
    if is_refused:
        with pytest.raises(SheetShrunk):
            make_plan(read(*left), albums)
    else:
        assert len(make_plan(read(*left), albums).removed) == lost


@pytest.mark.parametrize(("size", "is_refused"), [(19, False), (20, True)])
def test_a_tab_of_fewer_than_twenty_albums_may_lose_all_but_one(size: int, is_refused: bool) -> None:
    rows, others = many(size), many(500, "2023", 100)
    albums = [known(pk, said) for pk, said in enumerate([*rows, *others], 1)]
    if is_refused:
        with pytest.raises(SheetShrunk):
            make_plan(read(rows[0], *others), albums)
    else:
        assert len(make_plan(read(rows[0], *others), albums).removed) == size - 1


@pytest.mark.parametrize(("had", "kept"), [(4, ()), (5, ("country",))])
def test_a_column_has_vanished_where_five_albums_had_something_in_it(had: int, kept: tuple[str, ...]) -> None:
    rows = many(had)
    albums = [replace(known(pk, said), filled=frozenset({"country"})) for pk, said in enumerate(rows, 1)]
    plan = make_plan(read(*(replace(said, country="") for said in rows)), albums)
    assert plan.kept == ({TAB: kept} if kept else {})
