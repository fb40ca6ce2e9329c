"""Reads the cells of one tab, with the links of both kinds."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from string import ascii_uppercase, digits
from typing import NamedTuple

from catalog.services.xlsx.limits import Meter, at_most
from catalog.services.xlsx.markup import Attributes
from catalog.services.xlsx.moments import iso_moment, serial_of
from catalog.services.xlsx.parts import Style, Texts, meaningful, relationship_id, unescaped, whole

# Excel has no literals of more than 255 characters, so an export joins longer ones: "https://…"&"…".
LITERAL = r'"(?:[^"]|"")*+"'
JOINT = r"\s*&\s*"
HYPERLINK_FORMULA = re.compile(rf"(?<![\w.])HYPERLINK\s*\(\s*({LITERAL}(?:{JOINT}{LITERAL})*+)\s*[,;)]", re.IGNORECASE)
CORNER = r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})"
AREA = re.compile(rf"{CORNER}(?::{CORNER})?")


@dataclass(frozen=True, slots=True)
class CellError:
    """What stands in a cell whose formula failed or is not done: its value is not known now."""

    text: str


Value = str | float | bool | CellError | None


class Cell(NamedTuple):
    """One cell: its value (dates are serial numbers), the address it links to as written, and how it looks."""

    value: Value
    link: str | None
    fill: str | None
    number_format: str


PLAIN: Style = (None, "General")
BLANK = Cell(None, None, *PLAIN)
ISO_DAY = "yyyy-mm-dd"
OUTSIDE = 1 << 30  # the column of a reference that lies beyond the limits or makes no sense


class Sheet(Texts):
    """The cells of a tab. Hyperlinks stand behind them, so all are gathered before the first row can be given."""

    def __init__(
        self,
        meter: Meter,
        strings: list[str | None],
        styles: dict[str, Style],
        targets: dict[str, str],
        *,
        uses_1904_dates: bool = False,
    ) -> None:
        super().__init__(meter)
        self.row_beyond = 0
        self._uses_1904_dates = uses_1904_dates
        self._strings = strings
        self._styles = styles
        self._coloured = {number: Cell(None, None, *style) for number, style in styles.items() if style[0] is not None}
        self._targets = targets
        self._last_column = self._limits.columns
        self._columns = dict(islice(column_names(), self._last_column))
        self._rows: dict[int, dict[int, Cell]] = {}
        self._row: dict[int, Cell] = {}
        self._row_number = self._column = 0
        self._cell: Attributes = {}
        self._written: str | None = None  # in the cell's <v>
        self._formula: Attributes = {}
        self._formula_link: str | None = None
        self._shared_links: dict[str, str | None] = {}
        self._links: list[tuple[str, int, int, int, int]] = []
        self._visits = 0
        self.opening.update(
            row=self._begin_row,
            c=self._begin_cell,
            f=self._begin_formula,
            v=self._begin_text,
            hyperlink=self._hyperlink,
        )
        self.closing.update(c=self._end_cell, f=self._end_formula, v=self._end_value)

    def _begin_document(self, root: str, attributes: Attributes) -> None:
        namespace = root.removesuffix(root.rpartition(" ")[2])
        known = self._parser.intern  # names in here are given as the same object, and equal at a glance
        self._cell_name = known.setdefault(f"{namespace}c", f"{namespace}c")
        self._value_name = known.setdefault(f"{namespace}v", f"{namespace}v")
        super()._begin_document(root, attributes)

    def _open(self, name: str, attributes: Attributes) -> None:
        if name == self._cell_name:  # by far the most frequent one
            self._cell = attributes
        elif name == self._value_name:
            self._pieces.clear()
        elif handler := self._opening.get(name):
            handler(attributes)

    def _close(self, name: str) -> None:
        if name == self._cell_name:
            self._end_cell()
        elif name == self._value_name:
            self._end_value()
        elif handler := self._closing.get(name):
            handler()

    def take_rows(self) -> dict[int, dict[int, Cell]]:
        """Return the cells by row and column, with the links of both kinds."""
        self._look_beyond()
        numbers = sorted(self._rows)
        for link, top, left, bottom, right in self._links:
            if (top, left) != (bottom, right):
                self._link_area(link, numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)], left, right)
            cells = self._rows.setdefault(top, {})
            value, _, fill, number_format = cells.get(left, BLANK)
            cells[left] = Cell(value, link, fill, number_format)
        return self._rows

    def _link_area(self, link: str, rows: list[int], left: int, right: int) -> None:
        """Link the cells of an area that show something, of those that there are: an area may be a whole tab."""
        for number in rows:
            cells = self._rows[number]
            self._visits += len(cells)
            at_most(self._limits.linked_cells, self._visits, "hyperlinks")
            for column, cell in cells.items():
                if left <= column <= right and cell.value is not None:
                    cells[column] = cell._replace(link=link)

    def _look_beyond(self) -> None:
        """Remember a row behind the last one that is read, if it holds anything: ticks that are off are nothing."""
        if self._row_number > self._limits.rows and not self.row_beyond:
            is_used = any(cell.value is not None and cell.value is not False for cell in self._row.values())
            self.row_beyond = self._row_number if is_used else 0

    def _begin_row(self, attributes: Attributes) -> None:
        self._look_beyond()
        self._row_number = whole(attributes.get("r", "")) or self._row_number + 1
        self._column = 0
        self._row = self._rows.setdefault(self._row_number, {}) if self._row_number <= self._limits.rows else {}

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes

    def _begin_formula(self, attributes: Attributes) -> None:
        self._formula = attributes
        self._begin_text(attributes)

    def _end_formula(self) -> None:
        self._formula_link = address(self._text())
        if self._formula.get("t") == "shared":  # written out once, at the first of the cells that share it
            self._formula_link = self._shared_links.setdefault(self._formula.get("si", ""), self._formula_link)

    def _end_cell(self) -> None:
        cell = self._cell
        reference = cell.get("r")
        self._column = column = self._columns.get(reference.rstrip(digits), OUTSIDE) if reference else self._column + 1
        if self._written is not None or self._runs or self._formula_link or cell.get("t") == "e":
            if column <= self._last_column:
                self._keep(cell, column)
            self._written = self._formula_link = None
            self._runs.clear()
        elif cell.get("s", "0") in self._coloured and column <= self._last_column:
            self._row[column] = self._coloured[cell.get("s", "0")]

    def _keep(self, cell: Attributes, column: int) -> None:
        fill, number_format = self._styles.get(cell.get("s", "0"), PLAIN)
        kind = cell.get("t", "n")
        value = self._value(kind)
        if kind == "d" and number_format == "General" and isinstance(value, float):
            number_format = ISO_DAY
        if value is not None or self._formula_link is not None or fill is not None:
            self._row[column] = Cell(value, self._formula_link, fill, number_format)

    def _end_value(self) -> None:
        self._written = text = self._text()
        self._characters += len(text)

    def _value(self, kind: str) -> Value:
        # Both can be there: an inline text is what the cell shows, and else the value.
        if self._runs and (self._written is None or kind == "inlineStr"):
            text = self._take_runs()
        else:
            text = self._written or ""
            text = unescaped(text) if "_x" in text else text
        match kind:
            case "s":
                index = whole(text)
                return self._strings[index] if index is not None and index < len(self._strings) else None
            case "n":
                return number(text)
            case "str" | "inlineStr":
                return meaningful(text)
            case "d":
                return self._day(text)
            case "b":
                return text in ("1", "true") if text else None
            case "e":
                return CellError(text)
            case _:
                return None

    def _day(self, text: str) -> Value:
        moment = iso_moment(text)
        serial = serial_of(moment, uses_1904_dates=self._uses_1904_dates) if moment else None
        return meaningful(text) if serial is None else serial

    def _hyperlink(self, attributes: Attributes) -> None:
        """Keep a link to somewhere else, with its area; Excel keeps a fragment apart."""
        target = self._targets.get(relationship_id(attributes))
        area = AREA.fullmatch(attributes.get("ref", ""))
        if target and area:
            left = right = self._columns.get(area[1], OUTSIDE)
            top = bottom = int(area[2])
            if area[3]:
                left, right = sorted((left, self._columns.get(area[3], OUTSIDE)))
                top, bottom = sorted((top, int(area[4])))
            if left <= self._last_column and top <= self._limits.rows:
                fragment = attributes.get("location")
                link = f"{target}#{fragment}" if fragment else target
                self._links.append((link, top, left, bottom, right))
                at_most(self._limits.hyperlinks, len(self._links), "hyperlinks")


def column_name(column: int) -> str:
    """Name a column that counts from 1: A, B, … Z, AA."""
    return next(islice(column_names(), column - 1, None))[0]


def column_names() -> Iterator[tuple[str, int]]:
    """Yield A and 1, B and 2, … AA and 27."""
    names = ("".join(letters) for length in (1, 2, 3) for letters in product(ascii_uppercase, repeat=length))
    return ((name, number) for number, name in enumerate(names, start=1))


def address(formula: str) -> str | None:
    """Return what a HYPERLINK formula links to, if it says so in so many words."""
    link = HYPERLINK_FORMULA.search(formula)
    literals: list[str] = re.findall(LITERAL, link[1]) if link else []
    return "".join(literal[1:-1] for literal in literals).replace('""', '"') or None


def number(text: str) -> float | None:
    """Return a finite number, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
