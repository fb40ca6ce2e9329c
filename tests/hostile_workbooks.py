"""Files that attack the reader of workbooks: what is no workbook, and floods of everything that can be counted."""

import io
import random
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import chain, islice
from pathlib import Path

from tests.workbooks import OFFICE, cell, workbook_parts

SPOTIFY = "https://open.spotify.com/album/0ER7sdwIe6mfM63TbWcHmd?si=eUYNYqGHRGG9DJEI5OomHA"
BANDCAMP = "https://obscura.bandcamp.com/album/a-sonication"
WORKSHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

ALBUMS = {
    "2025 Prog-metal": [
        ["Artist", "Album", "Release Date", "Length", "Spotify", "Bandcamp"],
        ["Obscura", "A Sonication", cell(date(2025, 2, 7)), "LP", cell("S", link=SPOTIFY), cell("BC", link=BANDCAMP)],
        [],
        ["Ihsahn & Co", 2112, "TBA", cell("LP", fill="FFBA4A"), cell("S", formula_link=SPOTIFY), True],
    ],
    "Statistics": [[None, 12.5]],
}


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED, **changes: object) -> bytes:
    """Pack the parts, and write something else into each entry of the directory."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for entry in archive.infolist():
            for field, value in changes.items():
                setattr(entry, field, value)
    return file.getvalue()


def with_sheet(xml: str | bytes) -> bytes:
    return zipped(workbook_parts(ALBUMS) | {SHEET: xml})


def with_doctype(declarations: str, text: str) -> bytes:
    body = WORKSHEET.format(f'<sheetData><row><c t="str"><v>{text}</v></c></row></sheetData>')
    return with_sheet(f"<!DOCTYPE worksheet{declarations}>{body}")


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return with_doctype(f' [<!ENTITY a0 "ha">{levels}]', "&a9;")


NOT_WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "garbage": lambda: random.Random(1).randbytes(10_000),
    "an HTML page": lambda: b"<!DOCTYPE html><html><title>Sign in</title></html>",
    "half of a workbook": lambda: zipped(workbook_parts(ALBUMS))[:2000],
    "a zip of something else": lambda: zipped({"readme.txt": "hello"}),
    "an empty zip": lambda: zipped({}),
    "no tabs": lambda: zipped(workbook_parts({})),
    "a tab without its part": lambda: zipped(
        {name: part for name, part in workbook_parts(ALBUMS).items() if name != SHEET}
    ),
    "two tabs of one part": lambda: zipped(
        {name: part.replace("sheet2", "sheet1") for name, part in workbook_parts(ALBUMS).items()}
    ),
    "a nested entity bomb": entity_bomb,
    "a quadratic entity bomb": lambda: with_doctype(f' [<!ENTITY a "{"x" * 50_000}">]', "&a;" * 50_000),
    "an external entity": lambda: with_doctype(' [<!ENTITY a SYSTEM "file:///etc/passwd">]', "&a;"),
    "an external document type": lambda: with_doctype(' SYSTEM "http://127.0.0.1:9/a.dtd"', "a"),
    "a parameter entity": lambda: with_doctype(' [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]', "a"),
    "a harmless entity": lambda: with_doctype(' [<!ENTITY a "Haken">]', "&a;"),
    "a bare document type": lambda: with_doctype("", "a"),
    "XML that does not end": lambda: with_sheet("<worksheet><sheetData>"),
    "an encoding that does not exist": lambda: with_sheet(b'<?xml version="1.0" encoding="prog-8"?><worksheet/>'),
    "an encoding that is none": lambda: with_sheet(b'<?xml version="1.0" encoding="hex"?><worksheet/>'),
    "an encoding of two bytes": lambda: with_sheet(b'<?xml version="1.0" encoding="big5"?><worksheet/>'),
    "patches": lambda: zipped(workbook_parts(ALBUMS), flag_bits=0x20),
    "a compression that takes any memory": lambda: zipped(workbook_parts(ALBUMS), zipfile.ZIP_LZMA),
    "an unknown compression": lambda: zipped(workbook_parts(ALBUMS), compress_type=99),
    "a place beyond the end": lambda: zipped(workbook_parts(ALBUMS), header_offset=2**40),
    "a place beyond all numbers": lambda: zipped(workbook_parts(ALBUMS), header_offset=2**63),
    "a size that is too small": lambda: zipped(workbook_parts(ALBUMS), file_size=100),
    "a wrong checksum": lambda: zipped(workbook_parts(ALBUMS), CRC=1),
}


def flooded(path: Path, part: str, head: str, pieces: Iterable[str], tail: str, method: int) -> Path:
    """Write a workbook with one part of any size; packed with little care, or not at all so that no ratio tells."""
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
        for name, content in workbook_parts(ALBUMS).items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w") as stream:
            coming = chain([head], pieces, [tail])
            at_once = 1 if isinstance(pieces, list) else 10_000  # a list holds long pieces
            while some := "".join(islice(coming, at_once)):
                stream.write(some.encode())
    return path


ROW_FLOOD = (SHEET, "<worksheet><sheetData>", ["<row/>" * 100_000] * 100, "</sheetData></worksheet>")
FLOODS: dict[str, tuple[str, str, Iterable[str], str]] = {
    "text": (STRINGS, "<sst><si><t>", ["x" * 1_000_000] * 300, "</t></si></sst>"),
    "text in one part": (STRINGS, "<sst><si><t>", ["x" * 1_000_000] * 70, "</t></si></sst>"),
    "rows": ROW_FLOOD,
    "cells": (SHEET, "<worksheet><row>", ["<c/>" * 250_000] * 60, "</row></worksheet>"),
    "shared strings": (STRINGS, "<sst>", ["<si/>" * 100_000] * 3, "</sst>"),
    "characters": (STRINGS, "<sst>", ["<si><t>" + "ab\U0001f40e" * 10_000 + "</t></si>"] * 1_000, "</sst>"),
    "runs": (STRINGS, "<sst><si>", ["<t/>" * 100_000] * 130, "</si></sst>"),
    "styles": ("xl/styles.xml", "<styleSheet><cellXfs>", ["<xf/>" * 100_000], "</cellXfs></styleSheet>"),
    "tabs": ("xl/workbook.xml", "<workbook>", ["<sheet/>" * 101], "</workbook>"),
    "names of elements": (SHEET, "<worksheet>", (f"<a{number}/>" for number in range(1_000_000)), "</worksheet>"),
    "names of attributes": (SHEET, "<c", (f' a{number}=""' for number in range(1_000_000)), "/>"),
    "prefixes": (SHEET, "<c", (f' xmlns:a{number}="u"' for number in range(1_000_000)), "/>"),
    "an attribute": (SHEET, '<c r="', ["1" * 1_000_000] * 60, '"/>'),
    "a comment": (SHEET, "<worksheet><!--", ["x" * 1_000_000] * 60, "--></worksheet>"),
    "links": (
        SHEET,
        f'<worksheet xmlns:r="{OFFICE}">',
        (f'<hyperlink r:id="rId1" ref="{letter}{row}"/>' for letter in "ABCD" for row in range(1, 20_000)),
        "</worksheet>",
    ),
    "relationships": (
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships>",
        (f'<Relationship Id="rId{number}" Target="x"/>' for number in range(100_000)),
        "</Relationships>",
    ),
}
