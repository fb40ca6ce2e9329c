"""Writes small workbooks with the anatomy of Google's export: both kinds of links, fills, formats, hidden tabs.

openpyxl cannot write a formula together with the value it had, so the few parts are written out here.
"""

import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_SERIAL_DAY = date(1899, 12, 30)

Value = str | float | bool | None


@dataclass(frozen=True)
class MadeCell:
    value: Value = None
    link: str | None = None
    formula: str | None = None
    fill: str | None = None
    number_format: str | None = None


Rows = Sequence[Sequence[MadeCell | Value | date]]


def cell(
    value: Value | date = None,
    *,
    link: str | None = None,
    formula_link: str | None = None,
    formula: str | None = None,
    fill: str | None = None,
    number_format: str | None = None,
) -> MadeCell:
    """Describe a cell: `link` is kept in the tab's relationships, `formula_link` inside a HYPERLINK formula."""
    if isinstance(value, date):
        value, number_format = float((value - FIRST_SERIAL_DAY).days), number_format or "mmmm d"
    if formula_link is not None:
        address, shown = (text.replace('"', '""') for text in (formula_link, str(value)))
        formula = f'HYPERLINK("{address}", "{shown}")'
    return MadeCell(value, link, formula, fill, number_format)


def make_workbook(
    tabs: Mapping[str, Rows],
    path: Path,
    *,
    hidden: Collection[str] = (),
    uses_1904_dates: bool = False,
) -> Path:
    """Write a workbook of tabs with rows of cells or plain values."""
    return write_parts(workbook_parts(tabs, hidden=hidden, uses_1904_dates=uses_1904_dates), path)


def write_parts(parts: Mapping[str, str | bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def workbook_parts(
    tabs: Mapping[str, Rows], *, hidden: Collection[str] = (), uses_1904_dates: bool = False
) -> dict[str, str]:
    """Give the parts of a workbook by name, for tests that break one of them."""
    made = {
        name: [[each if isinstance(each, MadeCell) else cell(each) for each in row] for row in rows]
        for name, rows in tabs.items()
    }
    strings: dict[str, int] = {}
    styles: dict[tuple[str | None, str | None], int] = {(None, None): 0}
    parts = {
        "[Content_Types].xml": _content_types(len(made)),
        "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _contents(list(made), hidden, uses_1904_dates),
        "xl/_rels/workbook.xml.rels": _relationships(
            [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(made) + 1)]
            + [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
        ),
    }
    for number, rows in enumerate(made.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, strings, styles)
        links = [("hyperlink", made_cell.link) for row in rows for made_cell in row if made_cell.link]
        if links:
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relationships(links)
    return parts | {"xl/sharedStrings.xml": _shared_strings(strings), "xl/styles.xml": _styles(list(styles))}


def _content_types(tabs: int) -> str:
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/sharedStrings.xml": "sharedStrings", "/xl/styles.xml": "styles"}
    kinds |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in range(1, tabs + 1)}
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{SHEET_TYPES}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">{default}{overrides}</Types>'


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    mode = {"hyperlink": ' TargetMode="External"'}
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target={quoteattr(target)}{mode.get(kind, "")}/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _contents(names: list[str], hidden: Collection[str], uses_1904_dates: bool) -> str:
    sheets = "".join(
        f'<sheet state="{"hidden" if name in hidden else "visible"}" name={quoteattr(name)} sheetId="{number}" '
        f'r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    properties = '<workbookPr date1904="1"/>' if uses_1904_dates else "<workbookPr/>"
    return f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{sheets}</sheets></workbook>'


def _sheet(
    rows: Sequence[Sequence[MadeCell]], strings: dict[str, int], styles: dict[tuple[str | None, str | None], int]
) -> str:
    xml_rows: list[str] = []
    links: list[str] = []
    for number, row in enumerate(rows, start=1):
        references = [f"{column_name(column)}{number}" for column in range(1, len(row) + 1)]
        links += [reference for reference, made in zip(references, row, strict=True) if made.link]
        cells = [_cell(made, reference, strings, styles) for reference, made in zip(references, row, strict=True)]
        xml_rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    hyperlinks = "".join(f'<hyperlink r:id="rId{n}" ref="{reference}"/>' for n, reference in enumerate(links, start=1))
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{"".join(xml_rows)}</sheetData>'
        f"{f'<hyperlinks>{hyperlinks}</hyperlinks>' if links else ''}</worksheet>"
    )


def _cell(
    made: MadeCell, reference: str, strings: dict[str, int], styles: dict[tuple[str | None, str | None], int]
) -> str:
    style = styles.setdefault((made.fill, made.number_format), len(styles))
    attributes = f'r="{reference}" s="{style}"'
    formula = f"<f>{escape(made.formula)}</f>" if made.formula else ""
    match made.value:
        case None:
            return f"<c {attributes}>{formula}</c>"
        case bool():
            return f'<c {attributes} t="b">{formula}<v>{int(made.value)}</v></c>'
        case str() if formula:
            return f'<c {attributes} t="str">{formula}<v>{escape(made.value)}</v></c>'
        case str():
            return f'<c {attributes} t="s"><v>{strings.setdefault(made.value, len(strings))}</v></c>'
        case number:
            return f"<c {attributes}>{formula}<v>{float(number)}</v></c>"


def _shared_strings(strings: dict[str, int]) -> str:
    each = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    return f'{DECLARATION}<sst xmlns="{MAIN}">{each}</sst>'


def _styles(styles: list[tuple[str | None, str | None]]) -> str:
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{fill}"/></patternFill></fill>'
        if fill
        else '<fill><patternFill patternType="none"/></fill>'
        for fill, _ in styles
    )
    formats = "".join(
        f'<numFmt numFmtId="{164 + number}" formatCode={quoteattr(code)}/>'
        for number, (_, code) in enumerate(styles)
        if code
    )
    looks = "".join(
        f'<xf fontId="0" borderId="0" fillId="{number}" numFmtId="{164 + number if code else 0}"/>'
        for number, (_, code) in enumerate(styles)
    )
    return (
        f'{DECLARATION}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/></fonts>'
        f"<fills>{fills}</fills><borders><border/></borders><cellXfs>{looks}</cellXfs></styleSheet>"
    )


def column_name(column: int) -> str:
    """Name a column that counts from 1: A, B, … Z, AA."""
    before, letter = divmod(column - 1, 26)
    return (column_name(before) if before else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[letter]
