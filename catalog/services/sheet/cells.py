"""Decodes the cells of a row, each once, into what its column holds: a text, a date or a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.services.sheet.dates import format_date, is_date_format, moment_of
from catalog.services.sheet.links import clean_link, unwrapped
from catalog.services.sheet.text import clean
from catalog.services.sheet.vocabulary import LINKS, TEXTS
from catalog.services.xlsx.cells import CellError
from catalog.services.xlsx.reader import Cell, SheetRow

ERRORS = frozenset(
    [
        "#REF!", "#N/A", "#ERROR!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#BUSY!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA", "LOADING...", "LOADING…",
    ]
)  # fmt: skip
"""What spreadsheets show where a formula failed or is not done; an export may hold it as plain text."""


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


def decode_row(row: SheetRow, columns: Mapping[str, int], *, uses_1904_dates: bool) -> TypedRow:
    """Decode the cells of the columns that have a meaning."""
    cells = {name: row.cells.get(number) for name, number in columns.items()}
    length = cells.get("format")
    links = {name: link_of(cells.get(name)) for name in LINKS}
    unreadable = frozenset(name for name, cell in cells.items() if cell and is_error(cell) and not links.get(name))
    for name in unreadable:
        cells[name] = None
    released, spotify = cells.get("release_date"), cells.get("spotify_url")
    release_date = date_of(released, uses_1904_dates=uses_1904_dates)
    return TypedRow(
        number=row.number,
        texts={name: text_of(cells.get(name), uses_1904_dates=uses_1904_dates) for name in TEXTS},
        release_date=release_date,
        release_text="" if release_date else text_of(released, uses_1904_dates=uses_1904_dates),
        length_fill=length.fill if length else None,
        links=links,
        has_spotify_cell=spotify is not None and bool(spotify.link or text_of(spotify)),
        unreadable=unreadable,
    )


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
            return clean(format_date(moment, cell.number_format))
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:.15g}"


def date_of(cell: Cell | None, *, uses_1904_dates: bool = False) -> date | None:
    """Return the date of a cell that holds a serial number; a bare number of four digits is a year, and no date."""
    if cell is None or not isinstance(cell.value, float):
        return None
    if cell.value < 10_000 and not is_date_format(cell.number_format):
        return None
    moment = moment_of(cell.value, uses_1904_dates=uses_1904_dates)
    return moment.date() if moment else None


def link_of(cell: Cell | None) -> str:
    """Return the http(s) address that a cell links to, redirects unwrapped, or an empty text."""
    if cell is None:
        return ""
    address = cell.link
    if address is None and isinstance(cell.value, str) and cell.value.lstrip().lower().startswith(("http:", "https:")):
        address = cell.value
    return clean_link(unwrapped(address)) if address else ""
