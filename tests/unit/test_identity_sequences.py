"""Sheets with namesakes, moved links, failed tabs and copies of tabs: each row stays the album that it was."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.services.albums.plan import KnownAlbum, Plan
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents
from catalog.services.sheet.text import fold
from tests.long import amount
from tests.unit.test_album_matching import Catalogue, entry

TABS = ("2024 Prog-metal", "2024 Prog-rock", "2023")
ARTISTS = ("Haken", "Leprous", "Soen", "Caligula’s Horse", "Ihlo")
EDITS = ("insert", "namesake", "delete", "retitle", "redate", "relink", "unlink", "move", "move link", "inherit link")
STEPS = st.lists(st.lists(st.sampled_from(EDITS), max_size=4), min_size=1, max_size=5)


class Shelf(Catalogue):
    """A catalogue that takes an id from the album that held it, as the importer does."""

    def sync(self, contents: SheetContents, *, force: bool = False) -> Plan:
        plan = super().sync(contents, force=force)
        taken = {entry.spotify_id for entry in plan.entries} - {None}
        written = {edit.album.pk for edit in plan.changed} | set(
            range(len(self.albums) - len(plan.created) + 1, len(self.albums) + 1)
        )
        self.albums |= {
            pk: replace(album, spotify_id=None, entry_hash="")
            for pk, album in self.albums.items()
            if album.spotify_id in taken and pk not in written
        }
        return plan

    def listed(self) -> list[KnownAlbum]:
        return [album for album in self.albums.values() if not album.is_removed]


@dataclass
class Sheet:
    """Rows under numbers of their own, each edited once before a sync."""

    chance: random.Random
    rows: dict[int, AlbumEntry] = field(default_factory=dict[int, AlbumEntry])
    failed: set[str] = field(default_factory=set[str])
    synced: set[str] = field(default_factory=set[str])
    """The tabs that albums came from in the last sync. Of a new tab and its copy, the first wins."""
    _touched: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _count: int = 0

    def edit(self, kinds: list[str]) -> None:
        self._touched.clear()
        self.failed = {tab for tab in TABS if self.chance.random() < 0.15}
        for kind in kinds:
            self._edit(kind, self._pick())

    def read(self) -> SheetContents:
        tabs = {tab: [row for row in self.rows.values() if row.tab == tab] for tab in TABS}
        shown = {tab: rows for tab, rows in tabs.items() if tab not in self.failed}
        if self.synced and self.chance.random() < 0.3:
            tab = self.chance.choice(sorted(self.synced))
            copy = {f"Copy of {tab}": [replace(row, tab=f"Copy of {tab}") for row in tabs[tab]]}
            shown = copy | shown if self.chance.random() < 0.5 else shown | copy
        self.synced = {tab for tab in shown if tab in TABS and tabs[tab]}
        return SheetContents(
            [row for rows in shown.values() for row in rows],
            tabs_present=list(TABS),
            tabs_read=list(shown),
            tabs_failed=list(self.failed),
        )

    def _edit(self, kind: str, number: int | None) -> None:
        if kind == "insert":
            self.insert()
        elif number is not None and kind == "namesake":
            twin = self.rows[number]
            if twin.spotify_id:
                self._add(replace(twin, spotify_id=self._link(), tab=self._tab(twin.tab), country=f"{self._count}"))
        elif number is not None and kind == "delete":
            del self.rows[number]
        elif number is not None and not self._has_namesake(self.rows[number]):
            self.rows[number] = self._edited(kind, self.rows[number])

    def _edited(self, kind: str, row: AlbumEntry) -> AlbumEntry:
        title = f"Record {self._count}b"
        match kind:
            case "retitle":
                self._count += 1
                return replace(row, title=title, title_key=fold(title))
            case "redate":
                return replace(row, release_date=date(2025, 1, 1), year=2025)
            case "relink":
                return replace(row, spotify_id=self._link())
            case "unlink":
                return replace(row, spotify_id=None)
            case "move":
                return replace(row, tab=self._tab(row.tab))
            case _:
                return self._linked(kind, row)

    def _linked(self, kind: str, row: AlbumEntry) -> AlbumEntry:
        giver = self._pick()
        if giver is None or not self.rows[giver].spotify_id or self._has_namesake(self.rows[giver]):
            return row
        link = self.rows[giver].spotify_id
        if kind == "inherit link":
            del self.rows[giver]
        else:
            self.rows[giver] = replace(self.rows[giver], spotify_id=None)
        return replace(row, spotify_id=link)

    def insert(self) -> None:
        tab = self._tab("")
        artist = self.chance.choice(ARTISTS)
        if not tab or (artist, tab) in self._touched:
            return
        link = self._link() if self.chance.random() < 0.6 else None
        row = entry(artist, f"Record {self._count}", date(2024, self.chance.randint(1, 12), 1), tab=tab, spotify=None)
        self._add(replace(row, spotify_id=link))

    def _add(self, row: AlbumEntry) -> None:
        self._touched.add((row.artist, row.tab))
        numbers = list(self.rows.items())
        self._count += 1
        numbers.insert(self.chance.randint(0, len(numbers)), (self._count, row))
        self.rows = dict(numbers)

    def _pick(self) -> int | None:
        free = [
            number
            for number, row in self.rows.items()
            if (row.artist, row.tab) not in self._touched and row.tab not in self.failed
        ]
        if not free:
            return None
        number = self.chance.choice(free)
        self._touched |= {(self.rows[number].artist, tab) for tab in TABS}
        return number

    def _tab(self, other_than: str) -> str:
        return self.chance.choice([tab for tab in TABS if tab not in self.failed and tab != other_than] or [other_than])

    def _has_namesake(self, row: AlbumEntry) -> bool:
        names = Counter((each.artist_key, each.title_key) for each in self.rows.values())
        return names[row.artist_key, row.title_key] > 1

    def _link(self) -> str:
        self._count += 1
        return f"{self._count:022d}"


def keys_of(sheet: Sheet, shelf: Shelf) -> dict[int, int]:
    """Return the album of each row, by what both say."""
    albums = {(album.key, album.spotify_id): album.pk for album in shelf.listed()}
    return {number: albums[row.key, row.spotify_id] for number, row in sheet.rows.items()}


@settings(max_examples=amount("SEQUENCES", 30, 60), deadline=None)
@given(seed=st.integers(0, 2**32), steps=STEPS)
def test_each_row_stays_the_album_that_it_was(seed: int, steps: list[list[str]]) -> None:
    sheet, shelf = Sheet(random.Random(seed)), Shelf()
    for _ in range(8):
        sheet.edit([])
        sheet.insert()
    sheet.failed.clear()
    shelf.sync(sheet.read())
    keys = keys_of(sheet, shelf)
    for kinds in steps:
        sheet.edit(kinds)
        contents = sheet.read()
        plan = shelf.sync(contents)
        now = keys_of(sheet, shelf)
        assert {number: pk for number, pk in now.items() if number in keys} == {
            number: pk for number, pk in keys.items() if number in now
        }
        assert {album.pk for album in plan.removed} == {keys[number] for number in keys.keys() - now.keys()}
        assert len(plan.created) == len(now.keys() - keys.keys())
        assert sorted(now.values()) == sorted(album.pk for album in shelf.listed())
        for again in (contents, replace(contents, entries=contents.entries[::-1])):
            plan = shelf.sync(again)
            assert (plan.created, plan.changed, plan.removed) == ([], [], [])
        keys = now
