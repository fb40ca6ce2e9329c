"""The sample workbook has the anatomy of the community's sheet."""

import re
import unicodedata
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from demo.sample_sheet import sample_albums, sample_tabs
from demo.sample_workbook import build_sample_workbook

Rows = list[dict[str, Cell | MergedCell]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sample_workbook(tmp_path_factory.mktemp("sample") / "sample.xlsx")


@pytest.fixture(scope="module")
def workbook(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def rows(workbook: Workbook) -> Rows:
    """All rows that name an artist and an album, as cells by the name of their column."""
    return [row for sheet in workbook.worksheets for row in rows_below_header(sheet) if is_album(row)]


def header_row(sheet: Worksheet) -> int | None:
    return next(
        (row[0].row for row in sheet.iter_rows(max_row=10) if {"Artist", "Album"} <= {str(c.value) for c in row}), None
    )


def rows_below_header(sheet: Worksheet) -> Rows:
    header = header_row(sheet)
    if header is None:
        return []
    names = [cell.value for cell in sheet[header]]
    lines = sheet.iter_rows(min_row=header + 1)
    return [{str(name): cell for name, cell in zip(names, line, strict=True) if name} for line in lines]


def is_album(row: dict[str, Cell | MergedCell]) -> bool:
    return row["Artist"].value is not None and row["Album"].value is not None


def address(cell: Cell) -> str:
    """The address of a link of either kind."""
    if cell.hyperlink:
        return str(cell.hyperlink.target)
    found = re.match(r'=HYPERLINK\("([^"]*)", ?"[^"]*"\)', str(cell.value))
    return found[1] if found else ""


def test_tabs_stand_in_the_order_of_the_sheet_and_one_is_hidden(workbook):
    assert workbook.sheetnames == [
        "2026 Prog-metal", "2026 Prog-rock", "2025 Prog-metal", "2025 Prog-rock", "2024 Prog-metal", "2024 Prog-rock",
        "2023", "2023 Reissues & Special Release", "2022 Reissues & Special Release", "Statistics",
    ]  # fmt: skip
    assert [s.title for s in workbook.worksheets if s.sheet_state == "hidden"] == ["2022 Reissues & Special Release"]


def test_about_600_albums_are_listed_under_headers_in_row_5_or_6(workbook, rows):
    assert 580 <= len(rows) <= 620
    assert Counter(header_row(sheet) for sheet in workbook.worksheets) == {6: 6, 5: 3, None: 1}


def test_tabs_differ_in_their_columns_and_their_order(workbook):
    headers = {tuple(c.value for c in s[header_row(s)] if c.value) for s in workbook.worksheets if header_row(s)}
    assert len(headers) == 4
    assert sum("Vocal Style" in header for header in headers) == 3


def test_two_links_in_three_are_relationships_and_one_is_a_formula(rows):
    cells = [row[name] for row in rows for name in ("Spotify", "Bandcamp")]
    related = sum(cell.hyperlink is not None for cell in cells)
    formulas = sum(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert related / formulas == pytest.approx(2, rel=0.2)
    assert not any(cell.hyperlink and str(cell.value).startswith("=") for cell in cells)


def test_formulas_carry_the_text_that_they_show(path):
    shown = openpyxl.load_workbook(path, data_only=True)
    assert {cell.value for cell in shown["2026 Prog-metal"]["I"][6:80]} == {"S", None}
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<f>HYPERLINK(") == sheet.count('t="str"') > 50


def test_parts_are_those_of_an_export_by_google(path):
    with zipfile.ZipFile(path) as parts:
        assert "xl/sharedStrings.xml" in parts.namelist()
        assert not any(name.startswith("docProps") for name in parts.namelist())
        assert b"inlineStr" not in parts.read("xl/worksheets/sheet1.xml")


def test_debuts_and_reissues_are_marked_by_the_colour_of_their_length(rows):
    fills = Counter(row["Length"].fill.fgColor.rgb for row in rows if row["Length"].fill.fill_type == "solid")
    assert fills["FFFFBA4A"] > 80
    assert fills["FF96DA77"] > 30
    assert {"FFFFFFFF", "FFFCFFFC"} <= set(fills)


def test_artists_without_an_album_stand_below_a_banner(workbook):
    for name in ("2026 Prog-metal", "2025 Prog-metal"):
        lines = [row for row in rows_below_header(workbook[name]) if row["Artist"].value and row["Album"].value is None]
        assert lines[0]["Artist"].value == "Unannounced Projects"
        assert [row["Release Date"].value for row in lines] == [None, "TBA", "TBA", "TBA", "TBA", "TBA"]


def test_blank_rows_stand_between_the_data_and_the_used_range_reaches_far_beyond_it(workbook):
    sheet = workbook["2026 Prog-metal"]
    lines = [bool(row["Artist"].value) for row in rows_below_header(sheet)]
    last = len(lines) - lines[::-1].index(True)
    assert lines[:last].count(False) >= 3
    assert len(lines) - last > 200
    assert sheet.max_column == 26


def test_dates_are_days_words_and_blanks_and_some_lie_in_another_year(rows):
    values = [row["Release Date"].value for row in rows]
    assert {value for value in values if isinstance(value, str)} == {"TBA", "Fall", "April", "Septmber"}
    assert values.count(None) == 1
    assert {value.year for value in values if isinstance(value, datetime)} == {2005, 2006, 2023, 2024, 2025, 2026}
    assert sum(value > datetime(2026, 11, 22) for value in values if isinstance(value, datetime)) >= 15  # noqa: DTZ001


def test_titles_may_be_numbers_a_month_or_symbols(rows):
    titles = [row["Album"].value for row in rows]
    assert {0, 1349, "///", "∞"} <= set(titles)
    month = next(row["Album"] for row in rows if isinstance(row["Album"].value, datetime))
    assert (month.value, month.number_format) == (datetime(1994, 11, 1), "mmmm yyyy")  # noqa: DTZ001
    assert max(len(str(title)) for title in titles) > 140


def test_some_texts_carry_zero_width_characters_or_decomposed_letters(rows):
    artists = [str(row["Artist"].value) for row in rows]
    assert sum("\u200b" in artist for artist in artists) >= 5
    assert any(unicodedata.normalize("NFC", artist) != artist for artist in artists)


def test_links_to_spotify_are_dirty_in_every_known_way(rows):
    addresses = [address(row["Spotify"]) for row in rows]
    for part in ("/artist/", "bandcamp.com", "google.com/url?q=", "http://s/", "?si="):
        assert any(part in found for found in addresses), part
    assert any(row["Spotify"].value == "S" and not address(row["Spotify"]) for row in rows)


def test_one_id_is_shared_by_two_albums_and_one_album_stands_in_two_tabs(rows):
    album = re.compile(r"open\.spotify\.com/album/(\w{22})")
    names: dict[str, list[tuple[object, object]]] = {}
    for row in rows:
        if found := album.search(address(row["Spotify"])):
            names.setdefault(found[1], []).append((row["Artist"].value, row["Album"].value))
    assert sorted(shared for shared in names.values() if len(shared) > 1) == [
        [("Saltmarsh Embassy", "Low Water, High Water"), ("Estuary Kings", "Herring Moon")],
        [("Vantage Hymnal", "The Long Rehearsal"), ("Vantage Hymnal", "The Long Rehearsal")],
    ]


def test_vocal_styles_are_misspelt_now_and_then(rows):
    styles = {row["Vocal Style"].value for row in rows if "Vocal Style" in row}
    assert {"Clean", "Harsh", "Mixed", "Instrumental", "Instru./Clean"} < styles
    assert styles & {"Claen", "Mxied", "Insturmental", "harsh "}


def test_the_same_bytes_are_written_every_time(path, tmp_path):
    assert build_sample_workbook(tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_spotify_knows_the_albums_that_the_sheet_links_to():
    linked = {row.spotify_id for tab in sample_tabs() for row in tab.rows if row.spotify_id}
    known = sample_albums()
    assert set(known) == linked
    assert 5 <= sum(album.is_missing for album in known.values()) <= 25
    assert 3 <= sum(not album.has_cover for album in known.values()) <= 20
    assert 3 <= sum(len(album.released) == 4 for album in known.values()) <= 25
