"""How much of a workbook is read, and what is said of one that is too much or is none."""

from dataclasses import dataclass
from typing import ClassVar

from catalog.services.errors import SyncError

MEGABYTE = 1024 * 1024


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


@dataclass(frozen=True)
class Limits:
    """How much of a workbook is read. Cells beyond `columns` and `rows` are ignored; any other excess is an error."""

    entries: int = 500
    unpacked: int = 200 * MEGABYTE
    part: int = 64 * MEGABYTE
    ratio: int = 100  # of parts larger than a megabyte; the real sheet's worst is 28
    tags: int = 6_000_000  # in all parts together; the real sheet has 1.3 million
    names: int = 10_000  # different names of elements and attributes in a part
    tag_length: int = 256 * 1024
    tabs: int = 100
    columns: int = 40
    rows: int = 20_000
    text: int = 32_767  # characters of a cell, as in Excel; the rest is cut off
    characters: int = 8_000_000  # in the texts of a part
    shared_strings: int = 200_000
    styles: int = 65_000
    relationships: int = 70_000
    hyperlinks: int = 65_530  # of a tab, as in Excel


def at_most(limit: int, count: int, what: str) -> None:
    """Raise `SheetTooLarge` where there are more than the limit."""
    if count > limit:
        raise SheetTooLarge(f"more than {limit:,} {what}")


class Meter:
    """Counts what has been read of one workbook."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._tags = 0

    def count(self, chunk: bytes) -> None:
        """Count the tags of a piece of XML."""
        self._tags += chunk.count(b"<")
        at_most(self.limits.tags, self._tags, "tags")
