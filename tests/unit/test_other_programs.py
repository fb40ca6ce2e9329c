"""Workbooks as other programs write them: openpyxl, XlsxWriter, and raw XML for what neither of the two writes."""

import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Color, PatternFill

from catalog.services.sheet.links import address_in, spotify_album_id
from catalog.services.sheet.numbers import format_number
from catalog.services.sheet.rows import SheetContents, read_sheet
from catalog.services.xlsx.reader import Limits, SheetRow, TooLarge, Workbook
from tests.hostile_workbooks import SHEET, STRINGS, WORKSHEET, zipped
from tests.sheets import ABOVE, HEADER, album, entries, spotify_id
from tests.workbooks import MAIN, OFFICE, cell, make_workbook, workbook_parts, write_parts

TAB = "2025 Prog-metal"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
PARTS = workbook_parts({TAB: [*ABOVE, HEADER, album(spotify=spotify_id(1)), album(title="Pitfalls")]})


def read(path: Path) -> SheetContents:
    with Workbook(path) as workbook:
        return read_sheet(workbook)


def cells_of(parts: dict[str, str], path: Path) -> dict[str, object]:
    """Read the only tab, and give its values by row and column."""
    with Workbook(write_parts(parts, path)) as workbook:
        rows: list[SheetRow] = list(workbook.rows(workbook.tabs[0]))
    return {f"R{row.number}C{column}": each.value for row in rows for column, each in row.cells.items()}


def cell_of(xml: str, path: Path) -> object:
    parts = workbook_parts({"Tab": []}) | {SHEET: WORKSHEET.format(f"<sheetData><row>{xml}</row></sheetData>")}
    return cells_of(parts, path).get("R1C1")


# Texts


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The_x0020_Long_x000D_\nRoad", "The Long\r\nRoad"),
        ("_x005F_x000D_ is literal", "_x000D_ is literal"),
        ("_x005f_x005F_", "_x005F_"),
        ("_x000d", "_x000d"),
        ("_xZZZZ_", "_xZZZZ_"),
        ("_xD83D__xDC0E_", "\U0001f40e"),
        ("a_xD83D_b", "ab"),
    ],
)
def test_letters_written_by_their_number_are_read_wherever_a_text_stands(written: str, read: str, path: Path):
    shared = {STRINGS: f'<sst xmlns="{MAIN}"><si><t>{written}</t></si></sst>'}
    rows = f'<c t="s"><v>0</v></c><c t="str"><v>{written}</v></c><c t="inlineStr"><is><r><t>{written}</t></r></is></c>'
    parts = workbook_parts({"Tab": []}) | shared | {SHEET: WORKSHEET.format(f"<row>{rows}</row>")}
    assert list(cells_of(parts, path).values()) == [read] * 3


def test_the_name_of_a_tab_is_unescaped_too(path: Path):
    with Workbook(make_workbook({"2025_x0020_Prog-metal_x005F_x0041_": []}, path)) as workbook:
        assert workbook.tabs[0].name == "2025 Prog-metal_x0041_"


FORBIDDEN = ["\x0b", "\x00", "\x1f", "\ufffe", "&#11;", "&#x0B;", "&#0;", "&#31;", "&#xD800;", "&#xFFFF;", "&#x110000;"]


@pytest.mark.parametrize("character", FORBIDDEN)
def test_a_character_that_xml_forbids_is_dropped_alone(character: str, path: Path):
    assert cell_of(f'<c t="str"><v>Line one{character}&#10;&amp; two</v></c>', path) == "Line one\n& two"


def test_forbidden_characters_are_found_across_the_pieces_in_which_a_part_is_read(path: Path):
    texts = [f"{'x' * 11}&#x0000B;{'y' * number}\x0b\uffff\U0001f40e" for number in range(40)] * 300
    shared = f"<sst xmlns='{MAIN}'>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>"
    rows = "".join(f"<row><c t='s'><v>{number}</v></c></row>" for number in range(len(texts)))
    parts = workbook_parts({"Tab": []}) | {STRINGS: shared, SHEET: WORKSHEET.format(rows)}
    wanted = [f"{'x' * 11}{'y' * number}\U0001f40e" for number in range(40)] * 300
    assert list(cells_of(parts, path).values()) == wanted


def test_a_part_in_utf_16_is_read_as_before(path: Path):
    parts = {
        name: part.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16") for name, part in PARTS.items()
    }
    path.write_bytes(zipped(parts))
    assert [entry.title for entry in read(path).entries] == ["Aphelion", "Pitfalls"]


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<c t="inlineStr"><is><t>Haken</t></is><v>Haken</v></c>', "Haken"),
        ('<c t="inlineStr"><v>7</v><is><t>Haken</t></is></c>', "Haken"),
        ('<c t="inlineStr"><v>Haken</v></c>', "Haken"),
        ('<c t="str"><v>Haken</v><is><t>other</t></is></c>', "Haken"),
        ("<c><v>7</v><is><t>seven</t></is></c>", 7.0),
        ('<c t="d"><v>2025-03-14T12:00:00Z</v></c>', 45730.5),
        ('<c t="d"><v>1900-01-01</v></c>', 1.0),
        ('<c t="d"><v>1900-03-01</v></c>', 61.0),
        ('<c t="d"><v>2025-02-30</v></c>', "2025-02-30"),
        ('<c t="str"><v>a</v><extLst><ext><v>b</v></ext></extLst></c>', "a"),
        ('<c t="str"><x:v xmlns:x="u">b</x:v><v>a</v></c>', "a"),
        ('<c t="str" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>'
         '<mc:Choice Requires="x14"><v>b</v></mc:Choice><mc:Fallback><v>a</v></mc:Fallback></mc:AlternateContent></c>',
         "a"),
    ],
)  # fmt: skip
def test_a_cell_is_read_from_the_one_element_that_counts(xml: str, value: object, path: Path):
    assert cell_of(xml, path) == value


# The package


@pytest.mark.parametrize(
    "rename",
    [
        str.upper,
        lambda name: name.replace("/", "\\"),
        lambda name: f"/{name}",
        lambda name: name.replace("sharedStrings", "SharedStrings").replace("worksheets", "Worksheets"),
        lambda name: name.replace("sheet1", "sheet%31"),
    ],
)  # fmt: skip
def test_names_of_parts_may_differ_in_capitals_slashes_and_escapes(rename, path: Path):
    write_parts({rename(name): part for name, part in PARTS.items()}, path)
    assert [entry.spotify_id for entry in read(path).entries] == [spotify_id(1), None]


def test_targets_may_have_backslashes(path: Path):
    changed = PARTS[RELATIONSHIPS].replace('"worksheets/sheet1', '"worksheets\\sheet1')
    assert changed != PARTS[RELATIONSHIPS]
    assert len(read(write_parts(PARTS | {RELATIONSHIPS: changed}, path)).entries) == 2


def test_strict_and_prefixed_files_are_read_and_extensions_are_not(path: Path):
    strict = {name: part.replace(MAIN, STRICT).replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
              for name, part in PARTS.items()}  # fmt: skip
    assert len(read(write_parts(strict, path)).entries) == 2
    prefixed = re.sub(r"<(/?)(?=\w)", r"<\1x:", PARTS[SHEET].split("?>")[1]).replace("xmlns=", "xmlns:x=")
    first, _ = read(write_parts(PARTS | {SHEET: prefixed}, path)).entries
    assert first.spotify_id == spotify_id(1)


def test_an_extension_that_shares_a_name_says_nothing(path: Path):
    other = 'xmlns:x="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    book, sheet, styles = "xl/workbook.xml", SHEET, STYLES
    parts = workbook_parts({TAB: [*ABOVE, HEADER, album(length=cell("LP", fill="FFBA4A"))]}, uses_1904_dates=True)
    properties = f'<x:workbookPr {other} date1904="0"/><x:sheet {other} name="X"/></workbook>'
    rules = f'<x:hyperlink {other} ref="A6"/><x:c {other} r="B6"><x:f>1</x:f><x:v>9</x:v></x:c></worksheet>'
    colours = f"<extLst><ext><fills><fill/></fills><cellXfs><xf/></cellXfs></ext></extLst><x:xf {other}/><cellXfs>"
    parts[book] = parts[book].replace("</workbook>", properties)
    parts[sheet] = parts[sheet].replace("</worksheet>", rules)
    parts[styles] = parts[styles].replace("<cellXfs>", colours)
    with Workbook(write_parts(parts, path)) as workbook:
        assert workbook.uses_1904_dates
        (entry,) = read_sheet(workbook).entries
    assert (entry.title, entry.is_debut) == ("Aphelion", True)


# Links


def test_a_link_over_a_range_belongs_to_each_cell_that_shows_something(path: Path):
    rows = [
        album(title="First", bandcamp="https://haken.bandcamp.com/music"),
        album(title="Second"),
        album(title="Third"),
    ]
    parts = workbook_parts({TAB: [*ABOVE, HEADER, *rows]})
    for area in ("H6:H7", "H7:H6", "$H$6:$H$7"):
        changed = (
            parts[SHEET].replace('ref="H6"', f'ref="{area}"').replace('<c r="H7" s="0">', '<c r="H7" t="str"><v>BC</v>')
        )
        read_entries = read(write_parts(parts | {SHEET: changed}, path)).entries
        assert [entry.bandcamp_url[-5:] for entry in read_entries] == ["music", "music", ""]


def test_links_over_whole_tabs_are_bounded(path: Path):
    link = f'<hyperlink xmlns:r="{OFFICE}" r:id="rId1" ref="A1:XFD1048576"/>'
    cells = "<row>" + '<c t="str"><v>x</v></c>' * 40 + "</row>"
    parts = workbook_parts({"Tab": [[cell("S", link="http://a/")]]})
    parts[SHEET] = WORKSHEET.format(cells * 100 + link * 1000)
    with (
        Workbook(write_parts(parts, path), Limits(linked_cells=100_000)) as workbook,
        pytest.raises(TooLarge) as refusal,
    ):
        list(workbook.rows(workbook.tabs[0]))
    assert refusal.value.cause == "hyperlinks"


def test_xlsxwriter_and_openpyxl_say_the_same(path: Path):
    first = xlsxwriter.Workbook(path)
    tab = first.add_worksheet(TAB)
    tab.write_row(4, 0, HEADER)
    looks = [first.add_format({"bg_color": "#FFBA4A"}), first.add_format({"num_format": "000"})]
    tab.write_row(5, 0, ["Band\x0bA", "The _x0041_ Road"])
    tab.write_datetime(5, 2, datetime(2025, 3, 14), first.add_format({"num_format": "mmmm d"}))  # noqa: DTZ001
    tab.write(5, 3, "LP", looks[0])
    tab.write_url(5, 8, f"https://open.spotify.com/album/{spotify_id(1)}", string="S")
    tab.write_row(6, 0, ["Band B", 7], looks[1])
    first.close()
    found = read(path).entries

    second = openpyxl.Workbook()
    sheet = second.worksheets[0]
    sheet.title = TAB
    for column, name in enumerate(HEADER, start=1):
        sheet.cell(5, column, name)
    sheet["A6"], sheet["B6"], sheet["C6"], sheet["D6"] = "Band A", "The Road", date(2025, 3, 14), "LP"
    sheet["D6"].fill = PatternFill("solid", fgColor="FFBA4A")
    sheet["I6"], sheet["I6"].hyperlink = "S", f"https://open.spotify.com/album/{spotify_id(1)}"
    sheet["A7"], sheet["B7"], sheet["B7"].number_format = "Band B", 7, "000"
    second.save(path)
    for each in (found, read(path).entries):
        assert [(entry.artist, entry.title, entry.release_date, entry.is_debut, entry.spotify_id) for entry in each][
            1:
        ] == [("Band B", "007", None, False, None)]
        assert (each[0].release_date, each[0].is_debut, each[0].spotify_id) == (date(2025, 3, 14), True, spotify_id(1))
    assert (found[0].artist, found[0].title) == ("Band A", "The _x0041_ Road")


ID = "1bDkXZkb0ASVCz1NXQKiYh"
OPEN = "https://open.spotify.com"
FORMS = [
    f"{OPEN}/album/{ID}", f"{OPEN}/album/{ID}?si=abc", f"{OPEN}/intl-pt-BR/album/{ID}",
    f"{OPEN}/embed/album/{ID}?utm_source=generator", f"https://embed.spotify.com/?uri=spotify:album:{ID}",
    f"https://embed.spotify.com/?uri=spotify%3Aalbum%3A{ID}&theme=0", f"http://play.spotify.com/album/{ID}/",
    f"{OPEN}//album/{ID}", f"{OPEN}/user/spotify/album/{ID}", f"{OPEN}/album/{ID}&utm_medium=share",
    f" {OPEN}/album/{ID} ", f"{OPEN}/album:{ID}", f"HTTPS://OPEN.SPOTIFY.COM:443/album/{ID}",
    f"{OPEN}/album/{ID}?highlight=spotify:track:xyz", f"{OPEN}/album/{ID}#login", f"{OPEN}/album/{ID}%20",
    f"{OPEN}/?uri=spotify:album:{ID}", f"{OPEN}/album/{ID})", f"spotify:album:{ID}", f"spotify:album:{ID}?si=x",
    f"spotify://album/{ID}", f"open.spotify.com/album/{ID}", f"//open.spotify.com/album/{ID}",
    f"Listen: {OPEN}/album/{ID}.", f"Spotify (open.spotify.com/album/{ID})", f"<{OPEN}/album/{ID}>",
    f"Haken – spotify:album:{ID}", f"https://www.google.com/url?q={OPEN}/album/{ID}&sa=D",
    f"https://www.google.de/url?sa=t&q=&url=https%3A%2F%2Fopen.spotify.com%2Falbum%2F{ID}",
    f"https://google.co.uk/url?q=haken+virus&url=https%3A%2F%2Fopen.spotify.com%2Falbum%2F{ID}",
    f"https://www.google.com.br/url?q=open.spotify.com/album/{ID}", f"www.google.com/url?q=spotify:album:{ID}",
    f"https://api.spotify.com/v1/albums/{ID}",
    f"https://l.facebook.com/l.php?u=https%3A%2F%2Fopen.spotify.com%2Falbum%2F{ID}",
]  # fmt: skip
NO_ALBUMS = [
    f"{OPEN}/album/{ID}2", f"{OPEN}/album/{ID[1:]}", f"https://evil.example/album/{ID}",
    f"{OPEN}.evil.example/album/{ID}",
    f"https://evilspotify.com/album/{ID}", f"spotify:track:{ID}", f"{OPEN}/track/{ID}?context=spotify:album:{ID}",
    f"{OPEN}/artist/{ID}", f"{OPEN}/playlist/{ID}", "https://spotify.link/AbCdEf", ID, "S",
    f"{OPEN}@evil.example/album/{ID}", f"https://www.google.evil.example/url?q=spotify:album:{ID}",
]  # fmt: skip


@pytest.mark.parametrize("is_text", [False, True], ids=["link", "text"])
@pytest.mark.parametrize("address", FORMS)
def test_every_form_that_names_an_album_gives_its_id(address: str, is_text: bool, path: Path):
    row = list(album())
    row[8] = cell(address) if is_text else cell("S", link=address)
    (entry,) = entries(path, row)
    assert entry.spotify_id == ID
    assert re.match("https?://", entry.spotify_url, re.IGNORECASE)


@pytest.mark.parametrize("address", NO_ALBUMS)
def test_what_names_no_album_gives_no_id(address: str, path: Path):
    row = list(album())
    row[8] = cell("S", link=address)
    assert entries(path, row)[0].spotify_id is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("haken.bandcamp.com/album/virus", "https://haken.bandcamp.com/album/virus"),
        ("Get it at https://haken.bandcamp.com/album/virus!", "https://haken.bandcamp.com/album/virus"),
        ("“youtu.be/x”", "https://youtu.be/x"),
        ("www.amazon.co.uk/dp/B1", "https://www.amazon.co.uk/dp/B1"),
        ("see leprous.net/albums", ""),
        ("mail@bandcamp.com", ""),
        ("bandcamp.com.evil.example/x", ""),
        ("BC", ""),
        ("http:", ""),
    ],
)
def test_an_address_in_a_text_is_found(text: str, address: str):
    assert address_in(text) == address


@pytest.mark.parametrize(
    "text", ["a." * 16_000, "https://" * 4000, f"{OPEN}/" + "album/" * 5000, "www.google." * 3000, "(" * 32_000 + ".",
             "https://www.google.de/url?" + "q=" * 15_000, "spotify:" * 4000, "%" * 32_000 + "."],
)  # fmt: skip
def test_an_address_made_to_take_long_gives_none(text: str):
    assert address_in(text) == ""
    spotify_album_id(text if text.startswith("https") else "")


# Colours


THEME = """<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:clrScheme>
<a:dk1><a:sysClr val="windowText" lastClr="96DA77"/></a:dk1><a:lt1><a:srgbClr val="FFFFFF"/></a:lt1>
<a:accent2><a:srgbClr val="FFBA4A"/></a:accent2><a:accent3><a:srgbClr val="D08100"/></a:accent3>
</a:clrScheme><a:fmtScheme><a:srgbClr val="000000"/></a:fmtScheme></a:themeElements></a:theme>"""
COLOURS = [
    (Color(rgb="ffffba4a"), "FFBA4A"),
    (Color(rgb="00FFBA4A"), "FFBA4A"),
    (Color(theme=5), "FFBA4A"),
    (Color(theme=6, tint=0.4), "FFBA4A"),
    (Color(theme=5, tint=-0.5), "A46600"),
    (Color(theme=1), "96DA77"),
    (Color(theme=9), None),
    (Color(theme=99), None),
    (Color(indexed=52), "FFBA4A"),
    (Color(indexed=63), "333333"),
    (Color(indexed=64), None),
]


def test_a_colour_is_the_same_however_it_is_written(path: Path):
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row, (colour, _) in enumerate(COLOURS, start=1):
        sheet.cell(row, 1, row).fill = PatternFill("solid", fgColor=colour)
    workbook.loaded_theme = THEME
    vars(workbook)["_colors"] = [*["00000000"] * 52, "00FFBA4A"]
    workbook.save(path)
    with Workbook(path) as made:
        fills = [row.cells[1].fill for row in made.rows(made.tabs[0])]
    assert fills == [fill for _, fill in COLOURS]


def test_the_colour_of_a_theme_is_read_as_a_mark_and_one_close_by_is_not(path: Path):
    fills = ["FFBA4A", "FEBB4B", "96DA77", "97D977", "FFBF4A", "93C47D", "F1C232"]
    found = entries(path, *(album(title=fill, length=cell("LP", fill=fill)) for fill in fills))
    assert [entry.is_debut for entry in found] == [True, True, *[False] * 5]
    assert [entry.is_reissue for entry in found] == [False, False, True, True, False, False, False]


# Numbers


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (1.0, "0%", "100%"), (0.125, "0.0%", "12.5%"), (7.0, "000", "007"), (2.0, "0.0", "2.0"),
        (1.005, "0.00", "1.01"),
        (10_000.0, "#,##0", "10,000"), (1_234_567.891, "#,##0.00", "1,234,567.89"), (999.0, "#,##0", "999"),
        (-5.0, "0;(0)", "(5)"), (-5.0, "0", "-5"), (-0.2, "0", "0"), (0.0, '0;-0;"none"', "none"), (0.0, "#,##0", "0"),
        (3.0, '"Vol. "0', "Vol. 3"), (3.0, "0\\x", "3x"), (5_551_234_567.0, "(000) 000-0000", "(555) 123-4567"),
        (1.5, "# ?/?", "1 1/2"), (0.5, "# ?/?", "1/2"), (2.0, "# ?/?", "2"),
        (0.3333, "# ??/??", "1/3"), (0.75, "# ?/8", "6/8"),
        (1_234_567.0, "0.00E+00", "1.23E+06"), (0.00012, "0.00E+00", "1.20E-04"), (12_345.0, "##0.0E+0", "12.3E+3"),
        (1_500_000.0, '0.0,,"M"', "1.5M"), (5.0, "[$€-407]#,##0.00", "€5.00"), (150.0, '[<100]0;[>=100]"many"', "many"),
        (1.5, "0.0#", "1.5"), (5.0, ".00", "5.00"), (7.0, ";;;", "7"), (0.0, "#", "0"), (7.0, "@", "7"), (7.0, "", "7"),
        (1349.0, "General", "1349"), (417.3, "General", "417.3"), (5.0, 'General" LP"', "5 LP"), (7.0, "0" * 300, "7"),
        (4.0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "4"), (1e20, "General", "1e+20"),
        (0.19722222, "h:mm", "4:44"), (1.5, "[h]:mm", "36:00"), (0.19722222, "[mm]:ss", "284:00"), (0.5, "[h]", "12"),
        (-5.0, "#,##0_);[Red](#,##0)", "(5)"), (6.0, "0_D", "6"), (12.0, '00"-"00', "00-12"),
    ],
)  # fmt: skip
def test_a_number_reads_as_people_see_it(number: float, code: str, shown: str, path: Path):
    (entry,) = entries(path, album(title=cell(number, number_format=code)))
    assert entry.title == shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%/E+-;" [<1]@_*\\a', max_size=40))
def test_any_number_is_shown_in_any_format(number: float, code: str):
    assert format_number(number, code)
    assert len(format_number(number, code)) < 2000


# Dates


@pytest.mark.parametrize(
    ("written", "released", "text"),
    [
        ("2025-03-14", date(2025, 3, 14), ""),
        (" 2025-03-14\u200b", date(2025, 3, 14), ""),
        ("2025-03-14T00:00:00", date(2025, 3, 14), ""),
        ("2025-03-14 10:30:00.000Z", date(2025, 3, 14), ""),
        ("2025-02-30", None, "2025-02-30"),
        ("2025-03", None, "2025-03"),
        ("20250314", None, "20250314"),
        ("March 14, 2025", None, "March 14, 2025"),
        (2025.0, None, "2025"),
    ],
)
def test_a_text_that_is_an_iso_date_is_a_date(written: str | float, released: date | None, text: str, path: Path):
    (entry,) = entries(path, album(released=written))
    assert (entry.release_date, entry.release_text) == (released, text)


@pytest.mark.parametrize("serial", [6_668_103.0, 2_958_466.0, 20_250_314.0, -3.0, 1e300])
@pytest.mark.parametrize("code", ["mmmm d", "General"])
def test_a_date_far_off_is_none_and_a_row_to_review(serial: float, code: str, path: Path):
    path = make_workbook({TAB: [*ABOVE, HEADER, album(released=cell(serial, number_format=code))]}, path)
    found = read(path)
    assert (found.entries[0].release_date, found.entries[0].release_text) == (None, "")
    assert [(each.code, each.row, each.parameters, each.is_doubt) for each in found.problems] == [
        ("far_off_date", 6, {"cell": "C6"}, True)
    ]


def test_cells_of_dates_are_dates_and_in_other_columns_texts(path: Path):
    days = '<c t="d"><v>2025-03-14</v></c><c t="d"><v>2025-03-15</v></c>'
    row = f'<row r="6"><c t="inlineStr"><is><t>Haken</t></is></c>{days}</row>'
    parts = workbook_parts({TAB: [*ABOVE, HEADER]})
    parts[SHEET] = parts[SHEET].replace("</sheetData>", f"{row}</sheetData>")
    (entry,) = read(write_parts(parts, path)).entries
    assert (entry.title, entry.release_date) == ("2025-03-14", date(2025, 3, 15))


# Columns


def twins(
    path: Path, *rows: list[object], header: tuple[str, ...] = (*HEADER[:2], "Spotify", "Spotify")
) -> SheetContents:
    return read(make_workbook({TAB: [header, *rows]}, path))  # type: ignore[list-item]


def spotify(number: int) -> object:
    return cell("S", link=f"https://open.spotify.com/album/{spotify_id(number)}")


def test_of_two_columns_with_one_name_the_one_that_holds_something_counts(path: Path):
    found = twins(path, ["A", "1", None, spotify(1)], ["A", "2", spotify(2), None], ["A", "3", spotify(3), spotify(3)])
    assert [entry.spotify_id for entry in found.entries] == [spotify_id(1), spotify_id(2), spotify_id(3)]
    assert [each for each in found.problems if each.row] == []


def test_two_columns_with_one_name_that_differ_are_a_doubt(path: Path):
    found = twins(path, ["A", "1", spotify(1), spotify(2)])
    assert found.entries[0].spotify_id == spotify_id(1)
    assert [(each.code, each.row, each.parameters) for each in found.problems if each.row] == [
        ("column_twice", 2, {"column": "Spotify", "cells": "C2, D2"})
    ]


def test_a_list_beside_the_albums_makes_none(path: Path):
    header = ("Artist", "Album", "Length", "Artist", "Album")
    found = twins(path, ["A", "1", "LP", "A", "1"], [None, None, None, "B", "2"], header=header)
    assert [entry.title for entry in found.entries] == ["1"]
    found = twins(path, [None, None, "LP", "A", "1"], [None, None, None, "B", "2"], header=header)
    assert [entry.title for entry in found.entries] == ["1", "2"]


# Rows beyond the limit


@pytest.mark.parametrize(
    ("xml", "is_read"),
    [
        ('<c r="A20001" s="1"/>', True),
        ('<c r="A20001" t="b"><v>0</v></c>', True),
        ('<c r="A20001" t="str"><f>IF(1,"")</f><v></v></c>', True),
        ('<c r="ZZ20001"><v>1</v></c>', True),
        ('<c r="A20001"><v>1</v></c>', False),
        ('<c r="AN20001" t="inlineStr"><is><t>x</t></is></c>', False),
    ],
)
def test_a_row_beyond_the_limit_is_never_dropped_in_silence(xml: str, is_read: bool, path: Path):
    changed = PARTS[SHEET].replace("</sheetData>", f'<row r="20001">{xml}</row><row r="20002"/></sheetData>')
    write_parts(PARTS | {SHEET: changed}, path)
    if is_read:
        assert len(read(path).entries) == 2
        return
    with pytest.raises(TooLarge) as refusal:
        read(path)
    assert (refusal.value.cause, refusal.value.parameters) == ("rows", {"limit": 20_000, "tab": TAB})


def test_a_tab_without_albums_may_be_as_long_as_it_likes(path: Path):
    parts = workbook_parts({TAB: [*ABOVE, HEADER, album()], "Statistics": [["x"]] * 61})
    second = "xl/worksheets/sheet2.xml"
    parts[second] = parts[second].replace("</sheetData>", '<row r="20001"><c><v>1</v></c></row></sheetData>')
    assert len(read(write_parts(parts, path)).entries) == 1
