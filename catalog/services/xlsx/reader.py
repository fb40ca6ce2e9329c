"""Read an .xlsx workbook as rows of values with the links and fill colours that fast readers leave out.

Nothing in the file is trusted: every size has a limit, a document type is refused, only members of the zip are read,
and whatever is wrong with the bytes comes out as one of two errors.
"""

import hashlib
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Self, TypeVar
from xml.parsers import expat

from catalog.services.xlsx.cells import Cell, Sheet
from catalog.services.xlsx.colours import Theme
from catalog.services.xlsx.limits import MEGABYTE, Limits, Meter, NotAWorkbook, TooLarge, at_most
from catalog.services.xlsx.markup import PartReader
from catalog.services.xlsx.parts import (
    Contents,
    Relationship,
    Relationships,
    SharedStrings,
    Styles,
    first,
    part_name,
    relationship_id,
)

__all__ = ["Cell", "Limits", "NotAWorkbook", "SheetRow", "SheetTab", "TooLarge", "Workbook"]

WITHOUT_ROWS = ("docprops/", "xl/comments", "xl/drawings/", "xl/media/")
DEFAULT_LIMITS = Limits()

Reader = TypeVar("Reader", bound=PartReader)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a tab: the cells that hold a value, a link or a colour, by column; both count from 1."""

    number: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class SheetTab:
    """One tab, and the part of the package that holds its cells."""

    name: str
    is_hidden: bool
    part: str


class Workbook:
    """A workbook, open for reading; closes with its `with` block.

    Raises `NotAWorkbook` and `TooLarge`, and nothing else, whatever the bytes are.
    """

    tabs: list[SheetTab]
    uses_1904_dates: bool

    def __init__(self, source: Path | BinaryIO, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._meter = Meter(limits)
        with ExitStack() as opened, broken_bytes_refused():
            file = opened.enter_context(source.open("rb")) if isinstance(source, Path) else source
            refuse_many_entries(file, limits)
            self._archive = opened.enter_context(zipfile.ZipFile(file))
            self._parts = {part_name(part.filename): part for part in self._archive.infolist()}
            self._refuse_large_parts()
            self._read_package()
            self._read_before = self._meter.bytes_read
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def rows(self, tab: SheetTab) -> Iterator[SheetRow]:
        """Yield the rows of a tab that hold anything, from top to bottom.

        Raises `TooLarge` after the last one that can be read where others follow, so never for who stops before.
        """
        relationships = self._relationships(tab.part)
        targets = {key: each.target for key, each in relationships.items() if each.is_external}
        sheet = Sheet(self._meter, self._strings, self._styles, targets, uses_1904_dates=self.uses_1904_dates)
        rows = self._read(tab.part, sheet).take_rows()
        for number in sorted(rows):
            if cells := rows.pop(number):
                yield SheetRow(number, cells)
        at_most(self._limits.rows, sheet.row_beyond, "rows", tab=tab.name[:100])

    def progress(self, tabs: Iterable[SheetTab]) -> tuple[int, int]:
        """Return how many bytes of XML have been read since the workbook was opened, and how many there are.

        They are those of these tabs, and of the texts that their cells refer to.
        """
        names = (self._strings_part, *(tab.part for tab in tabs))
        parts = [self._parts[name] for name in names if name in self._parts]
        return self._meter.bytes_read - self._read_before, sum(part.file_size for part in parts)

    def digest(self, *salt: object) -> str:
        """Return a hash of all that can matter for the rows, and of ``salt``; the time of the export does not."""
        said = hashlib.sha256(repr(salt).encode())
        with broken_bytes_refused():
            for name in sorted(set(self._archive.namelist())):
                if not part_name(name).startswith(WITHOUT_ROWS):
                    said.update(f"\0{name}\0".encode())
                    with self._archive.open(name) as stream:
                        for chunk in iter(lambda: stream.read(MEGABYTE), b""):
                            said.update(chunk)
        return said.hexdigest()

    def _refuse_large_parts(self) -> None:
        limits, parts = self._limits, self._archive.infolist()
        at_most(limits.entries, len(parts), "entries")
        at_most(limits.unpacked, sum(part.file_size for part in parts), "unpacked")
        for part in parts:
            at_most(limits.part, part.file_size, "part", part=part.filename)
            if part.file_size > MEGABYTE:
                ratio = part.file_size // max(part.compress_size, 1)
                at_most(limits.ratio, ratio, "ratio", part=part.filename)
            if part.flag_bits & 1:
                raise NotAWorkbook("password")
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotAWorkbook("compression", part=part.filename)

    def _read_package(self) -> None:
        main = first(self._relationships("").values(), "officeDocument") or "xl/workbook.xml"
        relationships = self._relationships(main)
        contents = self._read(main, Contents(self._meter))
        self.uses_1904_dates = contents.uses_1904_dates
        self.tabs = list(tabs(contents, relationships))
        self._strings_part = first(relationships.values(), "sharedStrings")
        theme = self._read_if_there(first(relationships.values(), "theme"), Theme(self._meter)).colours
        styles = self._read_if_there(first(relationships.values(), "styles"), Styles(self._meter))
        self._styles = styles.by_index(theme)

    @cached_property
    def _strings(self) -> list[str | None]:
        """The texts that cells refer to: what is only compared, by its digest, does without."""
        return self._read_if_there(self._strings_part, SharedStrings(self._meter)).strings

    def _relationships(self, part: str) -> "dict[str, Relationship]":
        folder, name = posixpath.split(part)
        reader = Relationships(self._meter, folder)
        return self._read_if_there(posixpath.join(folder, "_rels", f"{name}.rels"), reader).by_id

    def _read_if_there(self, part: str | None, reader: Reader) -> Reader:
        return self._read(part, reader) if part in self._parts else reader

    def _read(self, part: str, reader: Reader) -> Reader:
        entry = self._parts.get(part)
        with broken_bytes_refused(entry.filename if entry else part), self._archive.open(entry or part) as stream:
            reader.read(stream)
        return reader


def refuse_many_entries(file: BinaryIO, limits: Limits) -> None:
    """Count the zip's entries before zipfile makes an object of each: a million fit into a small file."""
    entries = sum(chunk.count(b"PK\x01\x02") for chunk in iter(lambda: file.read(MEGABYTE), b""))
    at_most(limits.entries, entries, "entries")
    file.seek(0)


@contextmanager
def broken_bytes_refused(part: str = "") -> Generator[None]:
    """Raise `NotAWorkbook` for whatever zipfile, zlib, expat or the disk says of a part, or of the file."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        zlib.error,
        struct.error,
        LookupError,  # a part that is not there, an encoding that does not exist
        ValueError,  # among them names that are not UTF-8
        OverflowError,
        EOFError,
        RuntimeError,  # among them NotImplementedError of zipfile
        OSError,
    ) as error:
        raise NotAWorkbook("unreadable", part=part, reason=str(error)[:200]) from error


def tabs(contents: Contents, relationships: dict[str, Relationship]) -> Iterator[SheetTab]:
    parts: set[str] = set()
    for attributes in contents.sheets:
        relationship = relationships.get(relationship_id(attributes))
        if relationship and relationship.kind == "worksheet" and not relationship.is_external:
            if relationship.target in parts:
                raise NotAWorkbook("shared_cells")
            parts.add(relationship.target)
            is_hidden = attributes.get("state", "visible") != "visible"
            yield SheetTab(attributes.get("name", ""), is_hidden, relationship.target)
    if not parts:
        raise NotAWorkbook("no_tabs")
