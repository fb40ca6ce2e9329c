"""Reads the cells of one tab, with the links of both kinds."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from string import ascii_uppercase, digits

from catalog.services.xlsx.limits import Meter, at_most
from catalog.services.xlsx.parts import Attributes, Style, Texts, meaningful, relationship_id, whole

# Excel has no literals of more than 255 characters, so an export joins longer ones: "https://…"&"…".
LITERAL = r'"(?:[^"]|"")*+"'
JOINT = r"\s*&\s*"
HYPERLINK_FORMULA = re.compile(rf"(?<![\w.])HYPERLINK\s*\(\s*({LITERAL}(?:{JOINT}{LITERAL})*+)\s*[,;)]", re.IGNORECASE)
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class CellError:
    """What stands in a cell whose formula failed or is not done: its value is not known now."""

    text: str


Value = str | float | bool | CellError | None
RawCell = tuple[Value, Style, str | None]  # value, style, link

BLANK: RawCell = (None, (None, "General"), None)
OUTSIDE = 1 << 30  # the column of a reference that lies beyond the limits or makes no sense


class Sheet(Texts):
    """The cells of a tab. Hyperlinks stand behind them, so all are gathered before the first row can be given."""

    def __init__(
        self, meter: Meter, strings: list[str | None], styles: dict[str, Style], targets: dict[str, str]
    ) -> None:
        super().__init__(meter)
        self._strings = strings
        self._blanks: dict[str, RawCell] = {number: (None, style, None) for number, style in styles.items()}
        self._targets = targets
        self._last_column = self._limits.columns
        self._columns = dict(islice(column_names(), self._last_column))
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
        reference = self._cell.get("r")
        self._column = column = self._columns.get(reference.rstrip(digits), OUTSIDE) if reference else self._column + 1
        if column <= self._last_column:
            blank = self._blanks.get(self._cell.get("s", "0"), BLANK)
            if self._runs or self._formula_link or self._cell.get("t") == "e":
                self._row[column] = (self._value(), blank[1], self._formula_link)
            else:
                self._row[column] = blank
        self._runs.clear()
        self._formula_link = None

    def _value(self) -> Value:
        text = self._take_runs()
        match self._cell.get("t", "n"):
            case "s":
                index = whole(text)
                return self._strings[index] if index is not None and index < len(self._strings) else None
            case "n":
                return number(text)
            case "str" | "inlineStr" | "d":
                return meaningful(text)
            case "b":
                return text in ("1", "true") if text else None
            case "e":
                return CellError(text)
            case _:
                return None

    def _hyperlink(self, attributes: Attributes) -> None:
        """Keep a link to somewhere else for the first cell of its range; Excel keeps a fragment apart."""
        target = self._targets.get(relationship_id(attributes))
        reference = REFERENCE.fullmatch(attributes.get("ref", "").partition(":")[0])
        if target and reference:
            column, row = self._columns.get(reference[1], OUTSIDE), int(reference[2])
            if column <= self._last_column and row <= self._limits.rows:
                fragment = attributes.get("location")
                self._links[row, column] = f"{target}#{fragment}" if fragment else target
                at_most(self._limits.hyperlinks, len(self._links), "hyperlinks")


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
