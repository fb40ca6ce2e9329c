"""Opens the sheet's workbook: what the reader cannot read becomes an error of the sync."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from catalog.services.errors import SyncError
from catalog.services.xlsx.reader import NotAWorkbook, TooLarge, Workbook

WORDS = {
    "password": "it is protected with a password",
    "compression": "{part} is packed in a way that no spreadsheet uses",
    "document_type": "it declares a document type, as no spreadsheet does",
    "shared_cells": "two tabs claim the same cells",
    "no_tabs": "it has no tabs",
    "unreadable": "{part} cannot be read ({reason})",
    "entries": "more than {limit:,} parts",
    "unpacked": "more than {limit:,} bytes when unpacked",
    "part": "more than {limit:,} bytes in {part}",
    "ratio": "more than {limit:,} fold packed: {part}",
    "tags": "more than {limit:,} tags",
    "tag_length": "more than {limit:,} bytes in one tag",
    "names": "more than {limit:,} names of elements",
    "characters": "more than {limit:,} characters of text",
    "relationships": "more than {limit:,} relationships",
    "tabs": "more than {limit:,} tabs",
    "shared_strings": "more than {limit:,} shared strings",
    "number_formats": "more than {limit:,} number formats",
    "fills": "more than {limit:,} fills",
    "styles": "more than {limit:,} cell styles",
    "hyperlinks": "more than {limit:,} hyperlinks in one tab",
}
"""What people read of each cause that the reader names."""


class SheetNotAWorkbook(SyncError):
    """What the sheet's address gave is not an Excel workbook."""

    code: ClassVar[str] = "sheet_not_a_workbook"
    hint: ClassVar[str] = (
        "Set GOOGLE_SHEETS_XLSX_URL to an address of the form "
        "https://docs.google.com/spreadsheets/d/…/export?format=xlsx "
        "and share the sheet with “Anyone with the link”."
    )


class SheetTooLarge(SyncError):
    """The workbook is larger than a sheet of albums can be."""

    code: ClassVar[str] = "sheet_too_large"
    hint: ClassVar[str] = (
        "Check that GOOGLE_SHEETS_XLSX_URL names the right sheet; if it does, "
        "delete the tabs, rows, formats and pictures that it does not need."
    )


@contextmanager
def open_workbook(path: Path) -> Generator[Workbook]:
    """Open a workbook; raises `SheetNotAWorkbook` or `SheetTooLarge` at any moment until it is closed."""
    try:
        with Workbook(path) as workbook:
            yield workbook
    except NotAWorkbook as error:
        raise SheetNotAWorkbook(_in_words(error)) from error
    except TooLarge as error:
        raise SheetTooLarge(_in_words(error)) from error


def _in_words(error: NotAWorkbook | TooLarge) -> str:
    return WORDS[error.cause].format(**error.parameters | {"part": error.parameters.get("part") or "the file"})
