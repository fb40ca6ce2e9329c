"""Walks the tabs of a workbook: finds the header of each, and reads the rows below it. Pure: values in, values out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from catalog.services.errors import SyncError
from catalog.services.sheet.cells import TypedRow, decode_row, digest_of, hashed, is_error, is_filled, text_of
from catalog.services.sheet.entries import AlbumEntry, RowProblem, RowRefused, Tab, doubts, read_entry
from catalog.services.sheet.text import clean, fold
from catalog.services.sheet.vocabulary import COLUMN_OF, COLUMNS, EXPECTED, header_of
from catalog.services.xlsx.reader import SheetRow, SheetTab, Workbook

HEADER_WITHIN = 60
"""Rows in which the header must come."""


class SheetLayout(SyncError):
    """No tab of the workbook has a header row with Artist and Album."""

    code: ClassVar[str] = "sheet_layout"


@dataclass
class SheetContents:
    """All that a workbook says of albums."""

    entries: list[AlbumEntry] = field(default_factory=list[AlbumEntry])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    tabs_present: list[str] = field(default_factory=list[str])
    tabs_read: list[str] = field(default_factory=list[str])
    tabs_failed: list[str] = field(default_factory=list[str])
    without_album: list[RowProblem] = field(default_factory=list[RowProblem])
    """Rows with an artist alone: skipped, but nothing is wrong with them."""

    @property
    def skipped(self) -> int:
        """Return how many rows have no album."""
        return len(self.without_album)


@dataclass(frozen=True)
class Header:
    """The row that names the columns."""

    row: int
    columns: dict[str, list[int]]
    unreadable: frozenset[str]
    """The columns that are missing where a cell of the row shows an error: each may stand below it."""


def read_sheet(
    workbook: Workbook,
    tab_pattern: str = "",
    limit: int | None = None,
    begin_tab: Callable[[str], None] = lambda _: None,
) -> SheetContents:
    """Read every tab that has the album header and whose name ``tab_pattern`` finds; at most ``limit`` entries.

    ``begin_tab`` is told the name of each. Raises `SheetLayout` where there is none.
    """
    contents = SheetContents()
    for sheet_tab in chosen_tabs(workbook, tab_pattern):
        if limit is None or len(contents.entries) < limit:
            begin_tab(sheet_tab.name)
            _read_tab(workbook, sheet_tab, contents, limit)
    if not contents.tabs_read:
        raise SheetLayout
    return contents


def chosen_tabs(workbook: Workbook, tab_pattern: str) -> list[SheetTab]:
    """Return the tabs whose name ``tab_pattern`` finds."""
    return [tab for tab in workbook.tabs if re.search(tab_pattern, tab.name)]


def _read_tab(workbook: Workbook, sheet_tab: SheetTab, contents: SheetContents, limit: int | None) -> None:
    tab = Tab(clean(sheet_tab.name)[:200])
    contents.tabs_present.append(tab.name)
    rows = iter(workbook.rows(sheet_tab))
    header = find_header(rows)
    if header is None:
        return
    columns = header.columns
    missing = [name for name in ("artist", "title") if name not in columns]
    if missing:
        contents.tabs_failed.append(tab.name)
        columns_missing: list[str] = [header_of(name) for name in missing]
        parameters = {"cause": "header", "columns": columns_missing}
        contents.problems.append(RowProblem("failed_tab", tab.name, parameters=parameters, digest=hashed(missing)))
        return
    contents.tabs_read.append(tab.name)
    contents.problems += _missing_columns(tab, header)
    twins: dict[str, list[int]] = {}
    if any(len(numbers) > 1 for numbers in columns.values()):
        all_rows = list(rows)
        columns, rows = without_empty_twins(columns, all_rows), iter(all_rows)
        twins = {name: numbers for name, numbers in columns.items() if len(numbers) > 1}
    first = {name: numbers[0] for name, numbers in columns.items()}
    for row in rows:
        if limit is not None and len(contents.entries) >= limit:
            return
        typed = decode_row(row, first, twins, uses_1904_dates=workbook.uses_1904_dates)
        _read_row(typed, tab, contents, header.unreadable, partial(digest_of, row, columns))


def _missing_columns(tab: Tab, header: Header) -> list[RowProblem]:
    missing = [name for name in EXPECTED if name not in header.columns]
    if missing and header.unreadable:
        said = {"columns": [header_of(name) for name in missing]}
        digest = hashed(missing)
        return [RowProblem("cell_error", tab.name, header.row, is_doubt=True, parameters=said, digest=digest)]
    return [
        RowProblem("column_missing", tab.name, is_doubt=True, parameters={"column": header_of(name)})
        for name in missing
    ]


def find_header(rows: Iterable[SheetRow]) -> Header | None:
    """Return the first row that names three columns, or both Artist and Album; there may be several of a name.

    The rows up to and with the header are consumed. None where there is no such row.
    """
    for row in rows:
        if row.number > HEADER_WITHIN:
            return None
        columns: dict[str, list[int]] = {}
        for number, cell in sorted(row.cells.items()):
            name = COLUMN_OF.get(fold(text_of(cell).replace("/", " ")))
            if name:
                columns.setdefault(name, []).append(number)
        if len(columns) >= 3 or columns.keys() >= {"artist", "title"}:
            has_errors = any(map(is_error, row.cells.values()))
            return Header(row.number, columns, frozenset(COLUMNS.keys() - columns.keys() if has_errors else ()))
    return None


def without_empty_twins(columns: Mapping[str, list[int]], rows: Iterable[SheetRow]) -> dict[str, list[int]]:
    """Return the columns without those that have a twin and hold nothing."""
    used = {number for row in rows for number, cell in row.cells.items() if is_filled(cell)}
    return {name: [number for number in several if number in used] or several[:1] for name, several in columns.items()}


def _read_row(
    row: TypedRow, tab: Tab, contents: SheetContents, unnamed: frozenset[str], digest: Callable[[], str]
) -> None:
    artist, title = row.texts["artist"], row.texts["title"]
    where = (tab.name, row.number, artist[:500], title[:500])
    if not title and "title" not in row.unreadable:
        # An artist without an album is announced, or the row divides the tab: no album yet.
        if artist or "artist" in row.unreadable:
            contents.without_album.append(RowProblem("no_album", *where, digest=digest()))
        return
    try:
        entry = read_entry(row, tab)
    except RowRefused as refusal:
        contents.problems.append(RowProblem(refusal.code, *where, parameters=refusal.parameters, digest=digest()))
        return
    if entry is None:
        return
    contents.entries.append(replace(entry, unreadable=entry.unreadable | unnamed) if unnamed else entry)
    contents.problems += [
        RowProblem(code, *where, is_doubt=True, parameters=parameters, digest=digest())
        for code, parameters in doubts(entry, row, tab)
    ]
