"""How much of a workbook is read, and the errors for one that is too large or not a workbook."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class WorkbookError(Exception):
    """A file that is not read: the cause as a code, with what it is about. Its words are the caller's."""

    def __init__(self, cause: str, **parameters: int | str) -> None:
        super().__init__(cause, parameters)
        self.cause = cause
        self.parameters = parameters


class NotAWorkbook(WorkbookError):
    """What was given is not an .xlsx file, or a broken one."""


class TooLarge(WorkbookError):
    """The workbook exceeds one of the limits. The cause names what there is too much of, a parameter the limit."""


@dataclass(frozen=True)
class Limits:
    """How much of a workbook is read; an excess is an error. Cells beyond `columns` are ignored, and blank ones."""

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
    linked_cells: int = 2_000_000  # that links over areas may touch; all cells of a tab that is full are 800,000


def at_most(limit: int, count: int, cause: str, **parameters: str) -> None:
    """Raise `TooLarge` where there are more than the limit."""
    if count > limit:
        raise TooLarge(cause, limit=limit, **parameters)


class Meter:
    """Counts what has been read of one workbook."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes_read = 0
        self._tags = 0

    def count(self, chunk: bytes) -> None:
        """Count the bytes and the tags of a piece of XML."""
        self.bytes_read += len(chunk)
        self._tags += chunk.count(b"<")
        at_most(self.limits.tags, self._tags, "tags")
