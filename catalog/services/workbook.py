"""Read an .xlsx workbook as rows of values with the links and fill colours that fast readers leave out.

Nothing in the file is trusted: every size has a limit, a document type is refused, only members of the zip are read,
and whatever is wrong with the bytes comes out as one of two errors.
"""

import hashlib
import math
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase, digits
from typing import IO, BinaryIO, ClassVar, Generic, NamedTuple, Self, TypeVar
from xml.parsers import expat

from catalog.services.errors import SyncError

CHUNK = 64 * 1024
WITHOUT_ROWS = ("docProps/", "xl/comments", "xl/drawings/", "xl/media/")
MEGABYTE = 1024 * 1024

# Ids that every spreadsheet knows without being told. What they mean in English; others translate the dates.
# fmt: off
BUILTIN_FORMATS = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?",
    "13": "# ??/??", "14": "mm-dd-yy", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy", "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM", "20": "h:mm", "21": "h:mm:ss", "22": "m/d/yy h:mm", "45": "mm:ss", "46": "[h]:mm:ss",
    "47": "mmss.0", "48": "##0.0E+0", "49": "@",
}
# fmt: on

# What a spreadsheet shows where a formula failed or is not done; an export can hold it as plain text.
NOT_VALUES = frozenset(
    ["", "#REF!", "#N/A", "#ERROR!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "Loading..."]
)

# Excel has no literals of more than 255 characters, so an export joins longer ones: "https://…"&"…".
LITERAL = r'"(?:[^"]|"")*+"'
JOINT = r"\s*&\s*"
HYPERLINK_FORMULA = re.compile(rf"(?<![\w.])HYPERLINK\s*\(\s*({LITERAL}(?:{JOINT}{LITERAL})*+)\s*[,;)]", re.IGNORECASE)
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
COLOUR = re.compile(r"(?:[0-9A-F]{2})?([0-9A-F]{6})", re.IGNORECASE)

Value = str | float | bool | None
Attributes = dict[str, str]
Style = tuple[str | None, str]  # fill, number format
RawCell = tuple[Value, Style, str | None]  # value, style, link

Handler = TypeVar("Handler")
Reader = TypeVar("Reader", bound="_PartReader")

BLANK: RawCell = (None, (None, "General"), None)
OUTSIDE = 1 << 30  # the column of a reference that lies beyond the limits or makes no sense


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


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its value (dates are serial numbers), the address it links to as written, and how it looks."""

    value: Value
    link: str | None
    fill: str | None
    number_format: str


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

    Raises SheetNotAWorkbook and SheetTooLarge, and nothing else, whatever the bytes are.
    """

    tabs: list[SheetTab]
    uses_1904_dates: bool

    def __init__(self, source: Path | BinaryIO, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._meter = _Meter(limits)
        with ExitStack() as opened, _broken_bytes_refused("the file"):
            file = opened.enter_context(source.open("rb")) if isinstance(source, Path) else source
            _refuse_many_entries(file, limits)
            self._archive = opened.enter_context(zipfile.ZipFile(file))
            self._refuse_large_parts()
            self._read_package()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def rows(self, tab: SheetTab) -> Iterator[SheetRow]:
        """Yield the rows of a tab that hold anything, from top to bottom."""
        relationships = self._relationships(tab.part)
        targets = {key: each.target for key, each in relationships.items() if each.is_external}
        raw_rows = self._read(tab.part, _Sheet(self._meter, self._strings, self._styles, targets)).take_rows()
        for number in sorted(raw_rows):
            cells = {
                column: Cell(value, link, *style)
                for column, (value, style, link) in raw_rows.pop(number).items()
                if value is not None or link is not None or style[0] is not None
            }
            if cells:
                yield SheetRow(number, cells)

    def digest(self, *salt: object) -> str:
        """Return a hash of all that can matter for the rows, and of ``salt``; the time of the export does not."""
        said = hashlib.sha256(repr(salt).encode())
        with _broken_bytes_refused("the file"):
            for name in sorted(set(self._archive.namelist())):
                if not name.startswith(WITHOUT_ROWS):
                    said.update(f"\0{name}\0".encode())
                    with self._archive.open(name) as stream:
                        for chunk in iter(lambda: stream.read(MEGABYTE), b""):
                            said.update(chunk)
        return said.hexdigest()

    def _refuse_large_parts(self) -> None:
        limits, parts = self._limits, self._archive.infolist()
        _at_most(limits.entries, len(parts), "parts")
        _at_most(limits.unpacked, sum(part.file_size for part in parts), "bytes when unpacked")
        for part in parts:
            _at_most(limits.part, part.file_size, f"bytes in {part.filename}")
            if part.file_size > MEGABYTE:
                _at_most(limits.ratio, part.file_size // max(part.compress_size, 1), f"fold packed: {part.filename}")
            if part.flag_bits & 1:
                raise SheetNotAWorkbook("it is protected with a password")
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise SheetNotAWorkbook(f"{part.filename} is packed in a way that no spreadsheet uses")

    def _read_package(self) -> None:
        main = _first(self._relationships("").values(), "officeDocument") or "xl/workbook.xml"
        relationships = self._relationships(main)
        contents = self._read(main, _Contents(self._meter))
        self.uses_1904_dates = contents.uses_1904_dates
        self.tabs = list(_tabs(contents, relationships))
        self._strings = self._read_if_there(
            _first(relationships.values(), "sharedStrings"), _SharedStrings(self._meter)
        ).strings
        self._styles = self._read_if_there(_first(relationships.values(), "styles"), _Styles(self._meter)).by_index()

    def _relationships(self, part: str) -> "dict[str, _Relationship]":
        folder, name = posixpath.split(part)
        reader = _Relationships(self._meter, folder)
        return self._read_if_there(posixpath.join(folder, "_rels", f"{name}.rels"), reader).by_id

    def _read_if_there(self, part: str | None, reader: Reader) -> Reader:
        return self._read(part, reader) if part in self._archive.NameToInfo else reader

    def _read(self, part: str, reader: Reader) -> Reader:
        with _broken_bytes_refused(part), self._archive.open(part) as stream:
            reader.read(stream)
        return reader


def _refuse_many_entries(file: BinaryIO, limits: Limits) -> None:
    """Count the zip's entries before zipfile makes an object of each: a million fit into a small file."""
    entries = sum(chunk.count(b"PK\x01\x02") for chunk in iter(lambda: file.read(MEGABYTE), b""))
    _at_most(limits.entries, entries, "parts")
    file.seek(0)


def _at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise SheetTooLarge(f"more than {limit:,} {what}")


@contextmanager
def _broken_bytes_refused(what: str) -> Generator[None]:
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
        raise SheetNotAWorkbook(f"{what} cannot be read ({str(error)[:200]})") from error


class _Meter:
    """Counts what has been read of one workbook."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._tags = 0

    def count(self, chunk: bytes) -> None:
        self._tags += chunk.count(b"<")
        _at_most(self.limits.tags, self._tags, "tags")


class _ByName(dict[str, Handler | None], Generic[Handler]):
    """Handlers by local name: writers choose the prefix, and strict files have other namespaces."""

    def __missing__(self, name: str) -> Handler | None:
        handler = self[name] = self.get(name.rpartition(":")[2])
        return handler


class _PartReader:
    """Parse one part: `opening` and `closing` say what happens at which element."""

    def __init__(self, meter: _Meter) -> None:
        self._meter = meter
        self._limits = meter.limits
        self._pieces: list[str] = []  # of the text, straight from expat
        self._characters = 0
        self.opening: _ByName[Callable[[Attributes], None]] = _ByName()
        self.closing: _ByName[Callable[[], None]] = _ByName()

    def read(self, stream: IO[bytes]) -> None:
        """Feed the part to expat in pieces, and look at the limits between two of them."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._pieces.append
        fed = 0
        while chunk := stream.read(CHUNK):
            self._meter.count(chunk)
            parser.Parse(chunk)
            fed += len(chunk)
            _at_most(self._limits.tag_length, fed - parser.CurrentByteIndex, "bytes in one tag")
            _at_most(self._limits.names, len(parser.intern), "names of elements")
            _at_most(self._limits.characters, self._characters, "characters of text")
            self._pieces[:] = [self._text()]
        parser.Parse(b"", True)

    def _open(self, name: str, attributes: Attributes) -> None:
        if handler := self.opening[name]:
            handler(attributes)

    def _close(self, name: str) -> None:
        if handler := self.closing[name]:
            handler()

    def _text(self) -> str:
        return "".join(self._pieces)[: self._limits.text]


def _refuse_doctype(*_: object) -> None:
    raise SheetNotAWorkbook("it declares a document type, as no spreadsheet does")


class _Relationship(NamedTuple):
    kind: str
    target: str
    is_external: bool


class _Relationships(_PartReader):
    """What a part refers to: targets inside the package by their name in the zip, others as written."""

    def __init__(self, meter: _Meter, folder: str) -> None:
        super().__init__(meter)
        self.by_id: dict[str, _Relationship] = {}
        self._folder = folder
        self.opening["Relationship"] = self._relationship

    def _relationship(self, attributes: Attributes) -> None:
        target = attributes.get("Target", "")
        is_external = attributes.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self._characters += len(target)
        self.by_id[attributes.get("Id", "")] = _Relationship(kind, target, is_external)
        _at_most(self._limits.relationships, len(self.by_id), "relationships")


def _first(relationships: Iterable[_Relationship], kind: str) -> str | None:
    return next((each.target for each in relationships if each.kind == kind and not each.is_external), None)


def _relationship_id(attributes: Attributes) -> str:
    """Return the value of `r:id`, whatever the prefix."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


class _Contents(_PartReader):
    """The list of tabs in the main part."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(meter)
        self.uses_1904_dates = False
        self.sheets: list[Attributes] = []
        self.opening.update(workbookPr=self._properties, sheet=self._sheet)

    def _properties(self, attributes: Attributes) -> None:
        self.uses_1904_dates = attributes.get("date1904") in ("1", "true")

    def _sheet(self, attributes: Attributes) -> None:
        self.sheets.append(attributes)
        _at_most(self._limits.tabs, len(self.sheets), "tabs")


def _tabs(contents: _Contents, relationships: dict[str, _Relationship]) -> Iterator[SheetTab]:
    parts: set[str] = set()
    for attributes in contents.sheets:
        relationship = relationships.get(_relationship_id(attributes))
        if relationship and relationship.kind == "worksheet" and not relationship.is_external:
            if relationship.target in parts:
                raise SheetNotAWorkbook("two tabs claim the same cells")
            parts.add(relationship.target)
            is_hidden = attributes.get("state", "visible") != "visible"
            yield SheetTab(attributes.get("name", ""), is_hidden, relationship.target)
    if not parts:
        raise SheetNotAWorkbook("it has no tabs")


class _Texts(_PartReader):
    """Gathers the texts of `<t>` elements, which a rich text has several of, into `_runs`."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(meter)
        self._runs: list[str] = []
        self._is_phonetic = False
        self.opening.update(t=self._begin_text, rPh=self._begin_phonetic)
        self.closing.update(t=self._end_text, rPh=self._end_phonetic)

    def _begin_text(self, _: Attributes) -> None:
        self._pieces.clear()

    def _begin_phonetic(self, _: Attributes) -> None:
        self._is_phonetic = True

    def _end_phonetic(self) -> None:
        self._is_phonetic = False

    def _end_text(self) -> None:
        if not self._is_phonetic:
            text = self._text()
            self._characters += len(text)
            self._runs.append(text)

    def _take_runs(self) -> str:
        text = "".join(self._runs)[: self._limits.text]
        self._runs.clear()
        return text


class _SharedStrings(_Texts):
    """The texts that cells refer to by number."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(meter)
        self.strings: list[str | None] = []
        self.closing["si"] = self._end_string

    def _end_string(self) -> None:
        self.strings.append(_meaningful(self._take_runs()))
        _at_most(self._limits.shared_strings, len(self.strings), "shared strings")


class _Styles(_PartReader):
    """The fill and number format of each cell style. Only direct solid fills count: conditional formats are no data."""

    def __init__(self, meter: _Meter) -> None:
        super().__init__(meter)
        self._section = ""  # fills, for one, stand in other sections too, with another meaning
        self._formats = dict(BUILTIN_FORMATS)
        self._fills: list[str | None] = []
        self._fill: str | None = None
        self._is_solid = False
        self._styles: list[tuple[str, str]] = []
        self.opening.update(numFmt=self._format, patternFill=self._pattern, fgColor=self._colour, xf=self._style)
        self.closing["fill"] = self._end_fill
        for section in ("numFmts", "fills", "cellXfs"):
            self.opening[section] = partial(self._begin_section, section)
            self.closing[section] = self._end_section

    def by_index(self) -> dict[str, Style]:
        """Return the styles by the number that cells give."""
        fills = {str(number): fill for number, fill in enumerate(self._fills)}
        return {
            str(number): (fills.get(fill), self._formats.get(number_format, "General"))
            for number, (fill, number_format) in enumerate(self._styles)
        }

    def _begin_section(self, section: str, _: Attributes) -> None:
        self._section = section

    def _end_section(self) -> None:
        self._section = ""

    def _format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")
            _at_most(self._limits.styles, len(self._formats), "number formats")

    def _pattern(self, attributes: Attributes) -> None:
        self._is_solid = attributes.get("patternType") == "solid"

    def _colour(self, attributes: Attributes) -> None:
        colour = COLOUR.fullmatch(attributes.get("rgb", ""))
        self._fill = colour[1].upper() if colour and self._is_solid else None

    def _end_fill(self) -> None:
        if self._section == "fills":
            self._fills.append(self._fill)
            _at_most(self._limits.styles, len(self._fills), "fills")
        self._fill = None

    def _style(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self._styles.append((attributes.get("fillId", "0"), attributes.get("numFmtId", "0")))
            _at_most(self._limits.styles, len(self._styles), "cell styles")


class _Sheet(_Texts):
    """The cells of a tab. Hyperlinks stand behind them, so all are gathered before the first row can be given."""

    def __init__(
        self, meter: _Meter, strings: list[str | None], styles: dict[str, Style], targets: dict[str, str]
    ) -> None:
        super().__init__(meter)
        self._strings = strings
        self._blanks: dict[str, RawCell] = {number: (None, style, None) for number, style in styles.items()}
        self._targets = targets
        self._last_column = self._limits.columns
        self._columns = dict(islice(_column_names(), self._last_column))
        self._rows: dict[int, dict[int, RawCell]] = {}
        self._row: dict[int, RawCell] = {}
        self._row_number = self._column = 0
        self._cell: Attributes = {}
        self._formula: Attributes = {}
        self._formula_link: str | None = None
        self._shared_links: dict[str, str | None] = {}
        self._links: dict[tuple[int, int], str] = {}
        self.opening.update(
            row=self._begin_row,
            c=self._begin_cell,
            f=self._begin_formula,
            v=self._begin_text,
            hyperlink=self._hyperlink,
        )
        self.closing.update(c=self._end_cell, f=self._end_formula, v=self._end_text)

    def _open(self, name: str, attributes: Attributes) -> None:
        if name == "c":  # by far the most frequent one
            self._cell = attributes
        elif handler := self.opening[name]:
            handler(attributes)

    def _close(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif handler := self.closing[name]:
            handler()

    def take_rows(self) -> dict[int, dict[int, RawCell]]:
        """Return the cells by row and column, with the links of both kinds."""
        for (row, column), link in self._links.items():
            cells = self._rows.setdefault(row, {})
            value, style, _ = cells.get(column, BLANK)
            cells[column] = (value, style, link)
        return self._rows

    def _begin_row(self, attributes: Attributes) -> None:
        self._row_number = _whole(attributes.get("r", "")) or self._row_number + 1
        self._column = 0
        self._row = self._rows.setdefault(self._row_number, {}) if self._row_number <= self._limits.rows else {}

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes

    def _begin_formula(self, attributes: Attributes) -> None:
        self._formula = attributes
        self._begin_text(attributes)

    def _end_formula(self) -> None:
        self._formula_link = _address(self._text())
        if self._formula.get("t") == "shared":  # written out once, at the first of the cells that share it
            self._formula_link = self._shared_links.setdefault(self._formula.get("si", ""), self._formula_link)

    def _end_cell(self) -> None:
        reference = self._cell.get("r")
        self._column = column = self._columns.get(reference.rstrip(digits), OUTSIDE) if reference else self._column + 1
        if column <= self._last_column:
            blank = self._blanks.get(self._cell.get("s", "0"), BLANK)
            if self._runs or self._formula_link:
                self._row[column] = (self._value(), blank[1], self._formula_link)
            else:
                self._row[column] = blank
        self._runs.clear()
        self._formula_link = None

    def _value(self) -> Value:
        text = self._take_runs()
        match self._cell.get("t", "n"):
            case "s":
                index = _whole(text)
                return self._strings[index] if index is not None and index < len(self._strings) else None
            case "n":
                return _number(text)
            case "str" | "inlineStr" | "d":
                return _meaningful(text)
            case "b":
                return text in ("1", "true") if text else None
            case _:  # an error
                return None

    def _hyperlink(self, attributes: Attributes) -> None:
        """Keep a link to somewhere else for the first cell of its range; Excel keeps a fragment apart."""
        target = self._targets.get(_relationship_id(attributes))
        reference = REFERENCE.fullmatch(attributes.get("ref", "").partition(":")[0])
        if target and reference:
            column, row = self._columns.get(reference[1], OUTSIDE), int(reference[2])
            if column <= self._last_column and row <= self._limits.rows:
                fragment = attributes.get("location")
                self._links[row, column] = f"{target}#{fragment}" if fragment else target
                _at_most(self._limits.hyperlinks, len(self._links), "hyperlinks in one tab")


def _column_names() -> Iterator[tuple[str, int]]:
    """Yield A and 1, B and 2, … AA and 27."""
    names = ("".join(letters) for length in (1, 2, 3) for letters in product(ascii_uppercase, repeat=length))
    return ((name, number) for number, name in enumerate(names, start=1))


def _address(formula: str) -> str | None:
    """Return what a HYPERLINK formula links to, if it says so in so many words."""
    link = HYPERLINK_FORMULA.search(formula)
    literals: list[str] = re.findall(LITERAL, link[1]) if link else []
    return "".join(literal[1:-1] for literal in literals).replace('""', '"') or None


def _meaningful(text: str) -> str | None:
    return None if text in NOT_VALUES else text


def _whole(text: str) -> int | None:
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
