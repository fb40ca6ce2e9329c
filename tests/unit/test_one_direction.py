"""A row of the sheet passes through each package once: cells are decoded once, an entry is hashed once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from catalog.services.albums.matching import make_plan
from catalog.services.albums.plan import KnownAlbum
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents, read_sheet
from catalog.services.xlsx.reader import Cell, SheetRow, SheetTab, Workbook
from tests.sheets import ABOVE, HEADER, album, contents, sheet, spotify_id

HEADER_ROW = len(ABOVE) + 1
ROWS = [
    album(spotify=spotify_id(1), bandcamp="https://leprous.bandcamp.com/", youtube="https://youtu.be/x"),
    album(title="Pitfalls", released="TBA", spotify="https://s/"),
    album(artist=None, title="Orphan"),
    album(title="x" * 600),
    ("Unannounced",),
    HEADER,
]


class CountedCells(dict[int, Cell]):
    """The cells of a row, and how often each column was asked for."""

    def __init__(self, cells: dict[int, Cell]) -> None:
        super().__init__(cells)
        self.visits: Counter[int] = Counter()

    def get(self, column: int, *default: Cell) -> Cell | None:
        self.visits[column] += 1
        return super().get(column, *default)

    def __getitem__(self, column: int) -> Cell:
        self.visits[column] += 1
        return super().__getitem__(column)


class CountingWorkbook(Workbook):
    """A workbook that keeps the rows that it gave."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.given: list[SheetRow] = []

    def rows(self, tab: SheetTab) -> Iterator[SheetRow]:
        for row in super().rows(tab):
            self.given.append(SheetRow(row.number, CountedCells(row.cells)))
            yield self.given[-1]


def test_each_cell_below_the_header_is_taken_from_its_row_once(tmp_path: Path) -> None:
    with CountingWorkbook(sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": ROWS})) as workbook:
        read = read_sheet(workbook)
        below = [row.cells for row in workbook.given if row.number > HEADER_ROW]
    assert (len(read.entries), len(read.problems), read.skipped) == (2, 3, 1)
    assert len(below) == len(ROWS)
    once = dict.fromkeys(range(1, len(HEADER) + 1), 1)
    assert [cells.visits for cells in below if isinstance(cells, CountedCells)] == [once] * len(ROWS)


class CountedEntry(AlbumEntry):
    """An entry that counts how often it is hashed."""

    hashed: ClassVar[Counter[str]] = Counter()

    def digest(self, salt: str = "") -> str:
        self.hashed[self.title] += 1
        return super().digest(salt)


@pytest.fixture
def counted(tmp_path: Path) -> SheetContents:
    """Five entries of a tab, the last of them twice."""
    CountedEntry.hashed.clear()
    rows = [album(title=title) for title in ("Coal", "Malina", "Pitfalls", "Aphelion", "Aphelion")]
    read = contents(tmp_path / "sheet.xlsx", {"2024": rows})
    names = AlbumEntry.__dataclass_fields__
    said = [CountedEntry(**{name: getattr(entry, name) for name in names}) for entry in read.entries]
    return replace(read, entries=said)


def known(pk: int, entry: AlbumEntry, entry_hash: str) -> KnownAlbum:
    order = entry.release_date.toordinal() if entry.release_date else 0
    return KnownAlbum(pk, None, entry.artist_key, entry.title_key, entry.year, order, "", entry.tab, entry_hash, False)


def test_each_entry_is_hashed_once_and_the_plan_carries_the_hash(counted: SheetContents) -> None:
    coal, malina = counted.entries[:2]
    albums = [known(1, coal, AlbumEntry.digest(coal, "aliases")), known(2, malina, "older")]
    CountedEntry.hashed.clear()
    plan = make_plan(counted, albums, salt="aliases")
    assert CountedEntry.hashed == dict.fromkeys(("Coal", "Malina", "Pitfalls", "Aphelion"), 1)
    assert [each.pk for each in plan.unchanged] == [1]
    written = [*plan.changed, *plan.created]
    assert [step.digest for step in written] == [step.entry.digest("aliases") for step in written]
