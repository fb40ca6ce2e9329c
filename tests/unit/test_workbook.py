"""The reader of workbooks: the same as openpyxl where the file is sound, two errors where it is not."""

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.styles import Color, PatternFill
from openpyxl.utils.datetime import to_excel

from catalog.services.xlsx.cells import CellError
from catalog.services.xlsx.reader import Cell, Limits, NotAWorkbook, SheetRow, TooLarge, Workbook
from tests.hostile_workbooks import (
    ALBUMS,
    BANDCAMP,
    FLOODS,
    NOT_WORKBOOKS,
    ROW_FLOOD,
    SHEET,
    SPOTIFY,
    STRINGS,
    WORKSHEET,
    flooded,
    zipped,
)  # fmt: skip
from tests.long import amount, long_if
from tests.sheets import REAL_SHEET, needs_real_sheet
from tests.workbooks import cell, column_name, make_workbook, workbook_parts, write_parts

ROOT = Path(__file__).parents[2]
FUZZ_EXAMPLES = amount("FUZZ_EXAMPLES", 60, 120)
"""Cases of each kind of damage; there are three kinds, and fewer cases of what is slower."""

MOST_SECONDS, MOST_MEMORY = 5.0, 16 * 2**20


def read(path: Path | io.BytesIO, limits: Limits | None = None) -> dict[str, list[SheetRow]]:
    with Workbook(path, limits or Limits()) as workbook:
        return {tab.name: list(workbook.rows(tab)) for tab in workbook.tabs}


def read_cells(rows: str, path: Path, **parts: str) -> dict[str, Cell]:
    """Read one tab whose sheetData is given, and name its cells as people do."""
    made = workbook_parts({"Tab": []}) | {SHEET: WORKSHEET.format(f"<sheetData>{rows}</sheetData>")} | parts
    (sheet_rows,) = read(write_parts(made, path / "made.xlsx")).values()
    return {f"{column_name(column)}{row.number}": each for row in sheet_rows for column, each in row.cells.items()}


def values(cells: dict[str, Cell]) -> dict[str, object]:
    return {name: each.value for name, each in cells.items()}


@pytest.fixture
def albums(tmp_path: Path) -> Path:
    return make_workbook(ALBUMS, tmp_path / "albums.xlsx")


# What is read


def test_a_row_has_its_values_links_and_colours(albums: Path):
    header, obscura, ihsahn = read(albums)["2025 Prog-metal"]
    assert [each.value for each in header.cells.values()] == ALBUMS["2025 Prog-metal"][0]
    assert obscura.number == 2
    assert obscura.cells == {
        1: Cell("Obscura", None, None, "General"),
        2: Cell("A Sonication", None, None, "General"),
        3: Cell(45695.0, None, None, "mmmm d"),
        4: Cell("LP", None, None, "General"),
        5: Cell("S", SPOTIFY, None, "General"),
        6: Cell("BC", BANDCAMP, None, "General"),
    }
    assert ihsahn.number == 4
    assert ihsahn.cells[1].value == "Ihsahn & Co"
    assert ihsahn.cells[2].value == 2112.0
    assert ihsahn.cells[4].fill == "FFBA4A"
    assert ihsahn.cells[5] == Cell("S", SPOTIFY, None, "General")
    assert ihsahn.cells[6] == Cell(True, None, None, "General")


def test_tabs_come_in_their_order_and_tell_which_is_hidden(tmp_path: Path):
    path = make_workbook({"2025": [], "Old": [], "2024": []}, tmp_path / "tabs.xlsx", hidden=["Old"])
    with Workbook(path) as workbook:
        assert [(tab.name, tab.is_hidden) for tab in workbook.tabs] == [("2025", False), ("Old", True), ("2024", False)]
        assert not workbook.uses_1904_dates


def test_dates_that_count_from_1904_are_told(tmp_path: Path):
    with Workbook(make_workbook({"2025": []}, tmp_path / "mac.xlsx", uses_1904_dates=True)) as workbook:
        assert workbook.uses_1904_dates


def test_a_file_that_is_open_already_is_read(albums: Path):
    with albums.open("rb") as file, Workbook(file) as workbook:
        assert len(list(workbook.rows(workbook.tabs[0]))) == 3
        assert not file.closed


@pytest.mark.parametrize(
    ("formula", "link"),
    [
        ('HYPERLINK("http://a/","S")', "http://a/"),
        ('HYPERLINK("http://a/"; "S")', "http://a/"),
        ('HYPERLINK("http://a/")', "http://a/"),
        ('hyperlink ( "http://a/" , "S" )', "http://a/"),
        ('IFERROR(HYPERLINK("http://a/", "S"), "")', "http://a/"),
        ('IF(A1="(", HYPERLINK("http://a/", "S"), "")', "http://a/"),
        ('HYPERLINK("http://a/?q=""x""&amp;b=,", "S")', 'http://a/?q="x"&b=,'),
        ('HYPERLINK("http://a/"&amp;"b" &amp; "c", "S")', "http://a/bc"),
        ('HYPERLINK("", "S")', None),
        ('HYPERLINK("http://a/" &amp; B1, "S")', None),
        ('HYPERLINK("http://a/', None),
        ("HYPERLINK(B1)", None),
        ('MY.HYPERLINK("http://a/")', None),
        ("COUNTA(A1:A9)", None),
    ],
)
def test_the_address_in_a_hyperlink_formula_is_found(formula: str, link: str | None, tmp_path: Path):
    cells = read_cells(f'<row r="1"><c r="A1" t="str"><f>{formula}</f><v>S</v></c></row>', tmp_path)
    assert cells["A1"] == Cell("S", link, None, "General")


def test_cells_that_share_a_hyperlink_formula_share_its_address(tmp_path: Path):
    first = '<f t="shared" ref="A1:A2" si="0">HYPERLINK("http://a/","S")</f>'
    cells = read_cells(
        f'<row><c t="str">{first}<v>S</v></c></row><row><c t="str"><f t="shared" si="0"/><v>S</v></c></row>', tmp_path
    )
    assert [each.link for each in cells.values()] == ["http://a/", "http://a/"]


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<c t="n"><v>45658.0</v></c>', 45658.0),
        ("<c><v>7</v></c>", 7.0),
        ('<c><f t="array" ref="A1">COUNTA(B:B)</f><v>2587</v></c>', 2587.0),
        ('<c t="str"><f>A2</f><v>Haken</v></c>', "Haken"),
        ('<c t="inlineStr"><is><t>Haken</t></is></c>', "Haken"),
        ('<c t="inlineStr"><is>\n<r><t>Ha</t></r>\n<r><t>ken</t></r><rPh><t>x</t></rPh></is></c>', "Haken"),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="b"><v>0</v></c>', False),
        ('<c t="d"><v>2025-02-07</v></c>', 45695.0),
        ('<c t="str"><v>Lingua<![CDATA[ <Ignota> ]]>&amp;</v></c>', "Lingua <Ignota> &"),
        ('<x:c xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" t="str"><x:v>strict</x:v></x:c>', "strict"),
    ],
)
def test_every_kind_of_value_is_read(xml: str, value: object, tmp_path: Path):
    assert values(read_cells(f'<row r="1">{xml}</row>', tmp_path)) == {"A1": value}


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<c t="e"><v>#REF!</v></c>', CellError("#REF!")),
        ('<c t="e"/>', CellError("")),
        ('<c t="str"><v>Loading...</v></c>', "Loading..."),
    ],
)
def test_an_error_is_a_value_of_its_own_and_a_typed_one_is_text(xml: str, value: object, tmp_path: Path):
    assert values(read_cells(f'<row r="1">{xml}</row>', tmp_path)) == {"A1": value}


@pytest.mark.parametrize(
    "xml",
    [
        '<c t="str"><v></v></c>',
        "<c><v>nan</v></c>",
        "<c><v>1e999</v></c>",
        "<c><v>seven</v></c>",
        '<c t="s"><v>0</v></c>',
        '<c t="s"><v>-1</v></c>',
        '<c t="s"><v>99999999999999999999</v></c>',
        '<c t="s"/>',
        '<c t="b"/>',
        '<c r="a1"><v>1</v></c>',
        '<c r="1A"><v>1</v></c>',
        '<c r="&#x661;"><v>1</v></c>',
    ],
)
def test_what_is_no_value_counts_as_empty(xml: str, tmp_path: Path):
    assert read_cells(f'<row r="1">{xml}</row>', tmp_path) == {}


def test_rows_and_cells_without_a_reference_are_counted(tmp_path: Path):
    row = "<row><c><v>1</v></c><c/><c><v>3</v></c></row>"
    named = '<row r="5"><c r="C5"><v>1</v></c><c><v>2</v></c></row>'
    cells = read_cells(f'{row}{named}{row}<row r="x"><c><v>9</v></c></row>', tmp_path)
    assert values(cells) == {"A1": 1, "C1": 3, "C5": 1, "D5": 2, "A6": 1, "C6": 3, "A7": 9}


def test_shared_strings_with_runs_are_joined_and_their_readings_left_out(tmp_path: Path):
    strings = "<sst><si><r><t>Caligula’s</t></r><r><t> Horse</t></r><rPh><t>カリギュラ</t></rPh></si></sst>"
    cells = read_cells('<row><c t="s"><v>0</v></c></row>', tmp_path, **{STRINGS: strings})
    assert values(cells) == {"A1": "Caligula’s Horse"}


def test_a_style_that_does_not_exist_is_plain(tmp_path: Path):
    cells = read_cells('<row><c s="99"><v>1</v></c><c s="x"><v>1</v></c></row>', tmp_path)
    assert set(cells.values()) == {Cell(1.0, None, None, "General")}


def test_only_direct_solid_colours_are_fills_and_known_formats_have_codes(tmp_path: Path):
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    fills = [
        (PatternFill("solid", fgColor="ffba4a"), "FFBA4A"),
        (PatternFill("solid", fgColor=Color(theme=4)), "4F81BD"),
        (PatternFill("solid", fgColor=Color(indexed=5)), "FFFF00"),
        (PatternFill("darkGrid", fgColor="FFBA4A"), None),
    ]
    for column, (fill, _) in enumerate(fills, start=1):
        sheet.cell(1, column, 1).fill = fill
        sheet.cell(2, column, 1).number_format = ["d-mmm", "mmmm d", "General", "0%"][column - 1]
    workbook.save(tmp_path / "fills.xlsx")
    first, second = read(tmp_path / "fills.xlsx")["Sheet"]
    assert [each.fill for each in first.cells.values()] == [expected for _, expected in fills]
    assert [each.number_format for each in second.cells.values()] == ["d-mmm", "mmmm d", "General", "0%"]


def test_a_link_lies_on_all_of_its_range_that_shows_something_and_keeps_its_fragment(tmp_path: Path):
    parts = workbook_parts({"Tab": [[cell("S", link="http://a/")], [cell("S", link="http://b/")]]})
    parts[SHEET] = parts[SHEET].replace('ref="A1"', 'ref="A1:XFD1048576"').replace('ref="A2"', 'ref="C9" location="x"')
    rows = read(write_parts(parts, tmp_path / "ranges.xlsx"))["Tab"]
    assert [(row.number, column, each.link) for row in rows for column, each in row.cells.items()] == [
        (1, 1, "http://a/"),
        (2, 1, "http://a/"),
        (9, 3, "http://b/#x"),
    ]


def test_links_inside_the_workbook_and_broken_ones_are_ignored(tmp_path: Path):
    parts = workbook_parts({"Tab": [["S"]]})
    links = '<hyperlink ref="A1" location="Tab!B2"/><hyperlink ref="nonsense" r:id="rId1"/><hyperlink r:id="rId7"/>'
    parts[SHEET] = parts[SHEET].replace("</sheetData>", f"</sheetData><hyperlinks>{links}</hyperlinks>")
    assert read(write_parts(parts, tmp_path / "links.xlsx"))["Tab"][0].cells[1].link is None


def test_targets_may_be_absolute(tmp_path: Path):
    parts = workbook_parts(ALBUMS)
    relationships = "xl/_rels/workbook.xml.rels"
    parts[relationships] = parts[relationships].replace('Target="', 'Target="/xl/')
    assert len(read(write_parts(parts, tmp_path / "absolute.xlsx"))["2025 Prog-metal"]) == 3


def test_a_tab_that_lies_outside_the_file_is_not_followed(tmp_path: Path):
    parts = workbook_parts({"Here": [[1]], "Elsewhere": [[2]]})
    relationships = "xl/_rels/workbook.xml.rels"
    parts[relationships] = parts[relationships].replace(
        'Target="worksheets/sheet2.xml"', 'Target="file:///etc/passwd" TargetMode="External"'
    )
    assert list(read(write_parts(parts, tmp_path / "outside.xlsx"))) == ["Here"]


def test_cells_beyond_the_limits_are_ignored(tmp_path: Path):
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="AN1"><v>40</v></c><c r="AO1"><v>41</v></c><c><v>42</v></c></row>'
    farther = '<row r="20000"><c><v>2</v></c></row><row r="1048576"><c r="XFD1048576"><v>3</v></c></row>'
    assert values(read_cells(far + farther, tmp_path)) == {"A1": 1, "AN1": 40, "A20000": 2}


def test_a_text_is_cut_where_excel_would_cut_it(tmp_path: Path):
    long = "<c t='str'><v>{}</v></c>".format("ab" * 200_000)
    runs = "<c t='inlineStr'><is>{}</is></c>".format(f"<r><t>{'c' * 20_000}</t></r>" * 3)
    cells = read_cells(f"<row>{long}{runs}</row>", tmp_path)
    assert values(cells) == {"A1": ("ab" * 200_000)[:32_767], "B1": "c" * 32_767}


def digest(content: bytes, *salt: object) -> str:
    with Workbook(io.BytesIO(content)) as workbook:
        return workbook.digest(*salt)


def test_the_digest_changes_with_the_rows_and_not_with_the_export():
    first = digest(zipped(workbook_parts(ALBUMS)), 1)
    assert digest(zipped(workbook_parts(ALBUMS), date_time=(2026, 11, 22, 1, 2, 4)), 1) == first
    assert digest(zipped(workbook_parts(ALBUMS) | {"xl/comments1.xml": "<comments/>"}), 1) == first
    assert digest(zipped(workbook_parts(ALBUMS | {"Statistics": [[None, 12.6]]})), 1) != first
    assert digest(zipped(workbook_parts(ALBUMS)), 2) != first


# The same as openpyxl


def oracle(path: Path) -> dict[str, dict[tuple[int, int], Cell]]:
    """Read with openpyxl, twice: it gives either formulas or the values they had."""
    with warnings.catch_warnings(action="ignore"):
        formulas = openpyxl.load_workbook(path)
        cached = openpyxl.load_workbook(path, read_only=True, data_only=True)
    tabs: dict[str, dict[Any, Cell]] = {}
    for sheet in formulas.worksheets:
        found = tabs[sheet.title] = {}
        cached_values: dict[Any, Any] = {
            (each.row, each.column): each.value
            for row in cached[sheet.title].iter_rows()
            for each in row
            if each.value is not None
        }
        for row in sheet.iter_rows(max_col=40):
            for each in row:
                value = plain(cached_values.get((each.row, each.column)))
                link = each.hyperlink.target if each.hyperlink else formula_link(each.value)
                solid = each.fill.fill_type == "solid" and each.fill.fgColor.type == "rgb"
                fill = each.fill.fgColor.rgb[-6:] if solid else None
                if (value, link, fill) != (None, None, None):
                    found[each.row, each.column] = Cell(value, link, fill, each.number_format)
    cached.close()
    return tabs


def plain(value: Any) -> str | float | bool | None:
    if isinstance(value, datetime):
        return float(to_excel(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value


def formula_link(formula: object) -> str | None:
    if not isinstance(formula, str) or not formula.startswith("="):
        return None
    try:
        tokens = [token for token in Tokenizer(formula).items if token.type != "WHITE-SPACE"]
    except TokenizerError:  # a text such as "=#", which openpyxl takes for a formula and then for none
        return None
    values = [token.value for token in tokens]
    if "HYPERLINK(" not in values:
        return None
    argument = takewhile(lambda value: value[0] in '"&', values[values.index("HYPERLINK(") + 1 :])
    return "".join(value[1:-1].replace('""', '"') for value in argument) or None


def found_by_us(path: Path) -> dict[str, dict[tuple[int, int], Cell]]:
    return {
        name: {(row.number, column): each for row in rows for column, each in row.cells.items()}
        for name, rows in read(path).items()
    }


@pytest.mark.long
@needs_real_sheet
def test_every_cell_of_the_real_sheet_is_what_openpyxl_says():
    expected, found = oracle(REAL_SHEET), found_by_us(REAL_SHEET)
    assert list(found) == list(expected)
    for name, cells in expected.items():
        wrong = [
            (position, cells.get(position), found[name].get(position))
            for position in cells.keys() | found[name].keys()
            if cells.get(position) != found[name].get(position)
        ]
        assert wrong == []
    assert sum(len(cells) for cells in found.values()) > 150_000


TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Co"]), min_size=1, max_size=20)
ADDRESSES = TEXTS.map(lambda text: f"https://leprous.bandcamp.com/{text}")
FILLS = st.sampled_from([None, "FFBA4A", "96DA77", "FFFFFF"])
FORMATS = st.sampled_from([None, "mmmm d", '0.00" %"'])
PLAIN_VALUES = st.none() | TEXTS | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
SHOWN = st.builds(cell, TEXTS, link=ADDRESSES, fill=FILLS) | st.builds(cell, TEXTS, formula_link=ADDRESSES, fill=FILLS)
COLOURED = st.builds(cell, PLAIN_VALUES, fill=FILLS) | st.builds(cell, TEXTS, number_format=FORMATS)
ROWS = st.lists(st.lists(PLAIN_VALUES | SHOWN | COLOURED, max_size=6), max_size=5)


@settings(max_examples=FUZZ_EXAMPLES // 8, deadline=None, database=None)
@given(rows=ROWS)
def test_any_sound_workbook_reads_as_openpyxl_reads_it(rows: list[list[Any]], tmp_path_factory):
    path = make_workbook({"Tab": rows}, tmp_path_factory.mktemp("made") / "made.xlsx")
    assert found_by_us(path) == oracle(path)


# What is refused


@pytest.mark.parametrize("made", NOT_WORKBOOKS.values(), ids=NOT_WORKBOOKS.keys())
def test_what_is_no_workbook_is_refused(made: Callable[[], bytes]):
    with pytest.raises(NotAWorkbook):
        read(io.BytesIO(made()))


def test_a_password_is_named_as_the_cause():
    with pytest.raises(NotAWorkbook) as refusal:
        read(io.BytesIO(zipped(workbook_parts(ALBUMS), flag_bits=1)))
    assert refusal.value.cause == "password"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(NotAWorkbook):
        read(tmp_path / "nowhere.xlsx")


def test_a_size_that_is_too_large_is_harmless():
    assert len(read(io.BytesIO(zipped(workbook_parts(ALBUMS), file_size=1_000_000)))) == 2


SLOW_TO_MAKE = {"names of elements", "names of attributes", "rows", "runs", "prefixes"}
MOST_TAGS = 1_000_000
"""A sixth of what is read as a rule: reading them is all that the limit costs."""
READ_IN_LITTLE_MEMORY = f"""
import resource, sys
from pathlib import Path
from catalog.services.xlsx.reader import Limits, NotAWorkbook, TooLarge, Workbook
resource.setrlimit(resource.RLIMIT_AS, (120 * 2**20, 120 * 2**20))
try:
    with Workbook(Path(sys.argv[1]), Limits(tags={MOST_TAGS})) as workbook:
        print(sum(len(row.cells) for tab in workbook.tabs for row in workbook.rows(tab)))
except (NotAWorkbook, TooLarge) as error:
    print(type(error).__name__)
"""


def read_in_little_memory(path: Path) -> str:
    child = [sys.executable, "-c", READ_IN_LITTLE_MEMORY, str(path)]
    return subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout.strip()


@pytest.mark.parametrize(
    "flood", [pytest.param(flood, id=name, marks=long_if(name in SLOW_TO_MAKE)) for name, flood in FLOODS.items()]
)
def test_a_flood_is_stopped_in_little_memory(flood: tuple[str, str, Iterable[str], str], tmp_path: Path):
    path = flooded(tmp_path / "flood.xlsx", *flood, zipfile.ZIP_STORED)
    assert read_in_little_memory(path) == "TooLarge"


def test_a_flood_in_a_small_file_is_refused_unread(tmp_path: Path):
    path = flooded(tmp_path / "bomb.xlsx", *ROW_FLOOD, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(TooLarge) as refusal:
        read(path)
    assert (refusal.value.cause, refusal.value.parameters) == ("ratio", {"limit": 100, "part": SHEET})


def test_a_text_as_long_as_a_part_may_be_is_cut_in_little_memory(tmp_path: Path):
    pieces = ["x" * 1_000_000] * 60
    path = flooded(tmp_path / "long.xlsx", STRINGS, "<sst><si><t>", pieces, "</t></si></sst>", zipfile.ZIP_STORED)
    assert read_in_little_memory(path).isdigit()


def test_merged_cells_and_links_over_a_whole_tab_cost_nothing(tmp_path: Path):
    whole = 'ref="A1:XFD1048576"'
    parts = workbook_parts({"Tab": [[cell("S", link=SPOTIFY)]]})
    merged = f"</sheetData><mergeCells><mergeCell {whole}/></mergeCells>"
    parts[SHEET] = parts[SHEET].replace("</sheetData>", merged).replace('ref="A1"/>', f"{whole}/>")
    ((row,),) = read(write_parts(parts, tmp_path / "whole.xlsx")).values()
    assert row.cells == {1: Cell("S", SPOTIFY, None, "General")}


@pytest.mark.parametrize(
    "limits",
    [Limits(entries=7), Limits(unpacked=2000), Limits(part=1000), Limits(tabs=1), Limits(styles=2), Limits(tags=50)],
)
def test_each_limit_is_one_for_the_whole_workbook(limits: Limits):
    with pytest.raises(TooLarge):
        read(io.BytesIO(zipped(workbook_parts(ALBUMS))), limits)


def test_a_directory_of_a_million_entries_is_refused_unread(tmp_path: Path):
    content = zipped({"a": ""})
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    directory = content[start:end] * 1_000_000
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)
    (tmp_path / "many.xlsx").write_bytes(content[:start] + directory + closing)
    assert read_in_little_memory(tmp_path / "many.xlsx") == "TooLarge"


def test_names_that_climb_out_of_the_folder_stay_in_the_zip():
    nested: dict[str, str | bytes] = {"../../etc/passwd": "x", "/etc/shadow": "x", "a/" * 1000: "x"}
    parts = workbook_parts(ALBUMS)
    relationships = "xl/_rels/workbook.xml.rels"
    parts[relationships] = parts[relationships].replace("worksheets/sheet2.xml", "../../../../xl/worksheets/sheet2.xml")
    assert len(read(io.BytesIO(zipped(parts | nested)))) == 2


SNIPPETS = st.sampled_from(
    [
        "", "<", ">", '"', "'", "&", "&#0;", "&#xD800;", "&a;", "]]>", "<!--", "<![CDATA[", "<!DOCTYPE a>", "<?x?>",
        "\0", "\ufffe", "-1", "0", "9" * 5000, "1e400", "nan", "A0", "XFD1048577", "A1:A0", "rId1", "rId999", "//",
        "../", "\\", "<c>", "</c>", "<v>1</v>", "<row>", '<row r="0">', "<is><t>x</t></is>", ' t="s"', ' t="str"',
        ' s="7"', ' r=""', "HYPERLINK(", '<?xml version="1.0" encoding="utf-16"?>',
    ]
) | st.text(max_size=5)  # fmt: skip
PARTS = workbook_parts(ALBUMS)
CHANGES = st.tuples(st.sampled_from(sorted(PARTS)), st.integers(0, 5000), st.integers(0, 60), SNIPPETS)
SOUND = zipped(PARTS)


@contextmanager
def in_little_time_and_memory() -> Iterator[None]:
    tracemalloc.start()
    began = time.thread_time()
    try:
        yield
        assert time.thread_time() - began < MOST_SECONDS
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def nothing_else_escapes(content: bytes, limits: Limits | None = None) -> None:
    """Read, and accept one of the reader's two errors, or what lies within the limits."""
    limits = limits or Limits()
    with in_little_time_and_memory():
        try:
            tabs = read(io.BytesIO(content), limits)
            with Workbook(io.BytesIO(content), limits) as workbook:
                assert workbook.digest() == workbook.digest()
        except (NotAWorkbook, TooLarge) as error:
            assert error.cause  # noqa: PT017 - an error is one of two good outcomes
            assert len(repr(error.parameters)) < 1000  # noqa: PT017
            return
    assert len(tabs) <= limits.tabs
    for rows in tabs.values():
        numbers = [row.number for row in rows]
        assert numbers == sorted(set(numbers))
        assert all(1 <= number <= limits.rows for number in numbers)
        assert all(1 <= column <= limits.columns for row in rows for column in row.cells)
        cells = [each for row in rows for each in row.cells.values()]
        assert all(each.value is not None or each.link or each.fill for each in cells)
        assert all(len(each.value) <= limits.text for each in cells if isinstance(each.value, str))


def with_changes(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Put each piece in the place of so many bytes."""
    for position, length, piece in changes:
        at = position % (len(content) + 1)
        content = content[:at] + piece + content[at + length :]
    return content


@settings(max_examples=FUZZ_EXAMPLES, deadline=None, database=None)
@given(changes=st.lists(CHANGES, min_size=1, max_size=4), lost=st.sets(st.sampled_from(sorted(PARTS)), max_size=1))
def test_broken_structure_gives_one_of_two_errors(changes: list[tuple[str, int, int, str]], lost: set[str]):
    parts = {name: part.encode() for name, part in PARTS.items()}
    for name, position, length, snippet in changes:
        parts[name] = with_changes(parts[name], [(position, length, snippet.encode(errors="surrogatepass"))])
    nothing_else_escapes(zipped({name: part for name, part in parts.items() if name not in lost}))


@settings(max_examples=FUZZ_EXAMPLES, deadline=None, database=None)
@given(
    name=st.sampled_from(sorted(PARTS)),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=9),
)
def test_broken_bytes_of_a_part_give_one_of_two_errors(name: str, changes: list[tuple[int, int, bytes]]):
    nothing_else_escapes(zipped(PARTS | {name: with_changes(PARTS[name].encode(), changes)}))


@settings(max_examples=FUZZ_EXAMPLES, deadline=None, database=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=20),
    cut=st.integers(0, len(SOUND)) | st.just(len(SOUND)),
)
def test_broken_bytes_give_one_of_two_errors(changes: list[tuple[int, int]], cut: int):
    content = bytearray(SOUND)
    for position, byte in changes:
        content[position] = byte
    nothing_else_escapes(bytes(content[:cut]))


TIGHT = {
    "tabs": (1, 3), "rows": (0, 5), "columns": (0, 7), "text": (0, 20), "entries": (6, 12), "unpacked": (2000, 8000),
    "part": (500, 4000), "tags": (0, 300), "names": (0, 60), "characters": (0, 400), "styles": (0, 6),
    "shared_strings": (0, 20), "relationships": (0, 6), "hyperlinks": (0, 3),
}  # fmt: skip
TIGHT_LIMITS = st.one_of([st.tuples(st.just(name), st.integers(*span)) for name, span in TIGHT.items()])


@settings(max_examples=FUZZ_EXAMPLES // 4, deadline=None, database=None)
@given(changes=st.lists(CHANGES, max_size=2), limits=st.lists(TIGHT_LIMITS, max_size=3).map(dict))
def test_whatever_the_limits_are_no_more_is_read(changes: list[tuple[str, int, int, str]], limits: dict[str, int]):
    parts = dict(PARTS)
    for name, position, _, snippet in changes:
        at = position % (len(parts[name]) + 1)
        parts[name] = parts[name][:at] + snippet + parts[name][at:]
    content = zipped({name: part.encode(errors="surrogatepass") for name, part in parts.items()})
    nothing_else_escapes(content, Limits(**limits))
