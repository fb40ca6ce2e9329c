"""Decodes the cells of a row, each once, into what its column holds: a text, a date or a link."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalog.services.sheet.dates import format_date, is_date_format, is_far_off, moment_of, typed_date
from catalog.services.sheet.links import address_in
from catalog.services.sheet.numbers import format_number
from catalog.services.sheet.text import clean
from catalog.services.sheet.vocabulary import DEBUT_FILL, LINKS, REISSUE_FILL, TEXTS
from catalog.services.xlsx.cells import CellError, column_name
from catalog.services.xlsx.reader import Cell, SheetRow

ERRORS = frozenset(
    [
        "#REF!", "#N/A", "#ERROR!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#BUSY!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA", "LOADING...", "LOADING…",
    ]
)  # fmt: skip
"""What spreadsheets show where a formula failed or is not done; an export may hold it as plain text."""

ROUNDED = 2
"""How far each part of a colour may be off."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row below the header, by column. Where a cell is empty or its column missing, a text or a link is empty."""

    number: int
    texts: Mapping[str, str]
    release_date: date | None
    release_text: str
    """What stands in place of a date."""
    length_fill: str | None
    links: Mapping[str, str]
    has_spotify_cell: bool
    unreadable: frozenset[str] = frozenset()
    """The columns whose cell shows an error: what should stand there is not known now."""
    far_off_date: str = ""
    """The name of the cell with a number that is no date, though it should be."""
    twice: tuple[tuple[str, str], ...] = ()
    """Columns that there are several of with something different in each, and the names of those cells."""


def decode_row(
    row: SheetRow, columns: Mapping[str, int], twins: Mapping[str, Sequence[int]], *, uses_1904_dates: bool
) -> TypedRow:
    """Decode the cells of the columns that have a meaning; ``twins`` are the columns that there are several of."""
    cells = {name: row.cells.get(number) for name, number in columns.items()}
    # A row is an album of the first columns alone: the others can be those of a list beside it.
    cells |= {name: _first_filled(row, twins[name]) for name in twins.keys() - {"artist", "title"}}
    length = cells.get("format")
    links = {name: link_of(cells.get(name)) for name in LINKS}
    unreadable = frozenset(name for name, cell in cells.items() if cell and is_error(cell) and not links.get(name))
    for name in unreadable:
        cells[name] = None
    released, spotify = cells.get("release_date"), cells.get("spotify_url")
    release_date = date_of(released, uses_1904_dates=uses_1904_dates)
    is_lost = release_date is None and is_number_out_of_reach(released, uses_1904_dates=uses_1904_dates)
    return TypedRow(
        number=row.number,
        texts={name: text_of(cells.get(name), uses_1904_dates=uses_1904_dates) for name in TEXTS},
        release_date=release_date,
        release_text="" if release_date or is_lost else text_of(released, uses_1904_dates=uses_1904_dates),
        length_fill=mark_of(length.fill) if length and length.fill else None,
        links=links,
        has_spotify_cell=spotify is not None and bool(spotify.link or text_of(spotify)),
        unreadable=unreadable,
        far_off_date=_name_of(row, released) if is_lost else "",
        twice=tuple((name, names) for name, numbers in twins.items() if (names := _both(row, numbers))),
    )


def hashed(said: object) -> str:
    """Return a hash of plain values: texts, numbers, dates, and tuples and lists of them."""
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def digest_of(row: SheetRow, columns: Mapping[str, Sequence[int]]) -> str:
    """Return a hash of what stands in the columns that have a meaning, wherever the row and the columns stand."""
    texts = {number: cell.value for number, cell in row.cells.items()}
    fills = {number: mark_of(cell.fill) for number, cell in row.cells.items() if cell.fill}
    # What a link is called says nothing, and programs that save the sheet anew may lose it.
    links = {number: cell.value if cell.link is None else cell.link for number, cell in row.cells.items()}
    said = sorted(
        (name, [(links if name in LINKS else texts).get(number) for number in numbers])
        for name, numbers in columns.items()
    )
    return hashed((said, [fills.get(number) for number in columns.get("format", ())]))


def _first_filled(row: SheetRow, numbers: Sequence[int]) -> Cell | None:
    """Return the first of several cells that holds something, or else the first of them."""
    found = [cell for number in numbers if (cell := row.cells.get(number))]
    return next((cell for cell in found if is_filled(cell)), found[0] if found else None)


@lru_cache(maxsize=1000)
def mark_of(fill: str) -> str:
    """Return the colour with a meaning that a fill is, but for what programs round when they shade a theme's colour."""
    for mark in (DEBUT_FILL, REISSUE_FILL):
        if all(abs(int(fill[at : at + 2], 16) - int(mark[at : at + 2], 16)) <= ROUNDED for at in (0, 2, 4)):
            return mark
    return fill


def is_filled(cell: Cell | None) -> bool:
    """Whether a cell holds more than a colour."""
    return cell is not None and (cell.value is not None or cell.link is not None)


def _both(row: SheetRow, numbers: Sequence[int]) -> str:
    """Name the cells of several columns with one header, if they hold different things."""
    filled = {number: cell for number in numbers if (cell := row.cells.get(number)) and is_filled(cell)}
    differ = len({(text_of(cell), cell.link) for cell in filled.values()}) > 1
    return ", ".join(f"{column_name(number)}{row.number}" for number in filled) if differ else ""


def _name_of(row: SheetRow, cell: Cell | None) -> str:
    number = next(number for number, each in row.cells.items() if each is cell)
    return f"{column_name(number)}{row.number}"


def is_error(cell: Cell) -> bool:
    """Whether a cell shows that its formula failed or is not done."""
    value = cell.value
    return value.strip().upper() in ERRORS if isinstance(value, str) else isinstance(value, CellError)


def text_of(cell: Cell | None, *, uses_1904_dates: bool = False) -> str:
    """Return a cell as people read it: numbers as they are written, dates in the cell's number format."""
    value = cell.value if cell else None
    if cell is None or value is None or isinstance(value, CellError):
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if is_date_format(cell.number_format):
        moment = moment_of(value, uses_1904_dates=uses_1904_dates)
        if moment is not None:
            return clean(format_date(moment, cell.number_format, value))
        return format_number(value, "General")
    return clean(format_number(value, cell.number_format))


def date_of(cell: Cell | None, *, uses_1904_dates: bool = False) -> date | None:
    """Return the date of a cell that holds a serial number or is an ISO date; a number of four digits is a year."""
    if cell is None or not isinstance(cell.value, float):
        return typed_date(clean(cell.value)) if cell and isinstance(cell.value, str) else None
    if cell.value < 10_000 and not is_date_format(cell.number_format):
        return None
    moment = moment_of(cell.value, uses_1904_dates=uses_1904_dates)
    return moment.date() if moment else None


def is_number_out_of_reach(cell: Cell | None, *, uses_1904_dates: bool = False) -> bool:
    """Whether a cell holds a number that is no day: too large, or negative."""
    return (
        cell is not None and isinstance(cell.value, float) and is_far_off(cell.value, uses_1904_dates=uses_1904_dates)
    )


def link_of(cell: Cell | None) -> str:
    """Return the http(s) address that a cell links to, redirects unwrapped, or an empty text."""
    if cell is None:
        return ""
    if cell.link is not None:
        return address_in(cell.link)
    return address_in(cell.value) if isinstance(cell.value, str) else ""
