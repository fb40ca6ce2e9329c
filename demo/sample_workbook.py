"""Writes the sample workbook: about 600 invented albums, with all the quirks of the community's sheet.

Usage: python -m demo.sample_workbook PATH
"""

import sys
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from demo.google_export import as_google_exports
from demo.sample_albums import SEED
from demo.sample_sheet import Tab, sample_tabs
from demo.sheet_row import DEBUT, REISSUE, SheetRow

SHOWN = {"Spotify": "S", "Bandcamp": "BC", "YouTube": "YT", "Amazon": "A", "Apple Music": "AM", "Google Play": "GP"}
COMMUNITY = '=HYPERLINK("https://example.org/","Odd Time: the prog community")'


def build_sample_workbook(path: Path) -> Path:
    """Deterministic: writes the same bytes every time."""
    path.write_bytes(workbook_of(sample_tabs()))
    return path


def workbook_of(tabs: Sequence[Tab]) -> bytes:
    """Return a workbook as Google exports it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    random = Random(SEED)
    for tab in tabs:
        sheet = workbook.create_sheet(tab.name)
        sheet.sheet_state = "hidden" if tab.is_hidden else "visible"
        if tab.columns:
            write_tab(sheet, tab, random)
        else:
            write_statistics(sheet, tabs)
    written = BytesIO()
    workbook.save(written)
    return as_google_exports(written.getvalue())


def write_tab(sheet: Worksheet, tab: Tab, random: Random) -> None:
    write_title(sheet, tab)
    for column, name in enumerate(tab.columns, 1):
        sheet.cell(tab.header_row, column, name).font = Font(bold=True)
    sheet.freeze_panes = f"C{tab.header_row + 1}"
    line = tab.header_row + 1
    for number, row in enumerate(tab.rows):
        write_row(sheet, line, tab.columns, row, random)
        line += 2 if number % 40 == 39 else 1
    if tab.unannounced:
        write_unannounced(sheet, line + 2, tab)
    if tab.rows:
        paint(at(sheet, line + 250, 26), "FFFFFFFF")


def at(sheet: Worksheet, line: int, column: int) -> Cell:
    """Return a cell as Cell: these sheets have no merged cells."""
    return cast("Cell", sheet.cell(line, column))


def write_title(sheet: Worksheet, tab: Tab) -> None:
    sheet["A1"] = f"{tab.name} Albums"
    sheet["E1"] = "Sort by Artist, Vocal Style, or Genre:\nData -> Filter views..."
    sheet["I1"] = COMMUNITY
    fills = [row.fill for row in tab.rows]
    counters = {
        "Releases:": len(tab.rows),
        "EPs:": sum(row.length == "EP" for row in tab.rows),
        "Debuts:": fills.count(DEBUT),
        "Reissue/Special:": fills.count(REISSUE),
    }
    for line, (name, count) in enumerate(counters.items(), 1):
        sheet.cell(line, 3, name)
        sheet.cell(line, 4, count)


def write_row(sheet: Worksheet, line: int, columns: tuple[str, ...], row: SheetRow, random: Random) -> None:
    texts: dict[str, str | int | date | None] = {
        "Artist": row.artist,
        "Album": row.title,
        "Release Date": row.released,
        "Length": row.length or None,
        "Genre / Subgenres": row.genres,
        "Vocal Style": row.vocals,
        "Country / State": row.country or None,
    }
    for column, name in enumerate(columns, 1):
        cell = at(sheet, line, column)
        if name in texts:
            write_value(cell, texts[name], row.title_format if name == "Album" else "mmmm d")
        elif name in row.links:
            write_link(cell, SHOWN[name], row.links[name], as_formula=random.random() < 1 / 3)
        if name == "Length" and row.fill:
            paint(cell, row.fill)


def write_value(cell: Cell, value: str | int | date | None, date_format: str) -> None:
    cell.value = value
    if isinstance(value, date):
        cell.number_format = date_format


def write_link(cell: Cell, shown: str, address: str, *, as_formula: bool) -> None:
    """Write a HYPERLINK formula or a hyperlink, both of which the sheet has; only the text if there is no address."""
    if address and as_formula:
        cell.value = f'=HYPERLINK("{address}", "{shown}")'
    else:
        cell.value = shown
        if address:
            cell.hyperlink = address


def write_unannounced(sheet: Worksheet, line: int, tab: Tab) -> None:
    """Write the divider and the artists without an announced album."""
    sheet.cell(line, 1, "Unannounced Projects").font = Font(bold=True)
    for below, (artist, genres) in enumerate(tab.unannounced, line + 1):
        sheet.cell(below, 1, artist)
        sheet.cell(below, tab.columns.index("Release Date") + 1, "TBA")
        sheet.cell(below, tab.columns.index("Genre / Subgenres") + 1, genres)


def write_statistics(sheet: Worksheet, tabs: Sequence[Tab]) -> None:
    """Write a tab with numbers but no albums."""
    sheet["A1"] = "Releases per tab"
    for line, tab in enumerate((tab for tab in tabs if tab.rows), 3):
        sheet.cell(line, 1, tab.name)
        sheet.cell(line, 2, len(tab.rows))


def paint(cell: Cell, colour: str) -> None:
    cell.fill = PatternFill("solid", fgColor=colour)


if __name__ == "__main__":
    print(build_sample_workbook(Path(sys.argv[1])))
