"""Albums as CSV that spreadsheets show as it is written: no text becomes a formula, a number or a date.

Programs like Excel and LibreOffice read the cells of a CSV file as if somebody typed them. What they would compute gets
the apostrophe in front that they themselves mark a text with; what they would take for a number, a date or the like
gets a figure space behind, which nobody sees and `str.strip` takes away.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from catalog.formats.records import KEYS

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its country."""

ROWS_AT_ONCE = 500
FIGURE_SPACE = "\u2007"
"""Unlike the no-break space, which LibreOffice 7.4 skips when it looks for a number."""

UNSEEN = "\\s\"'\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x1f\x7f-\x9f"
SIGNS = "=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
"""What formulas begin with, full and small forms too, which Excel reads as the plain ones in East Asian settings."""

COMPUTED = re.compile(f"[\t\r\n]|[{UNSEEN}]*[{SIGNS}]")
COMPUTED_BEHIND_SEMICOLON = re.compile(f";(?=[{UNSEEN}]*[{SIGNS}])")
"""Where the comma is for decimals, spreadsheets split lines at semicolons, in quotes or not."""

BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
DIGIT = re.compile(r"\d")
NUMBER_OR_MOMENT = re.compile(
    r"""
    [\d\s.,:;/'’°%()$€£¥₹+*\-–−]+ (?: e[+\-]?\d+ )? \s* (?: % | [ap]\.?m?\.? )?
    | \d+ [\s.,/\-]+ [^\W\d_]{3,10} \.? (?: [\s.,/\-]* \d+ )?
    | [^\W\d_]{3,10} \.? [\s.,/\-]+ \d+ (?: [\s.,/\-]+ \d+ )?
    | \d* (?: jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | may | june? | july? | aug(?:ust)?
      | sept?(?:ember)? | oct(?:ober)? | nov(?:ember)? | dec(?:ember)? ) \d*
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What has a digit and may be a number or a date in some language: rather too much, as a mark costs nothing.

As 007, 10,000, 1e5 or 12:30 PM; as 1. März 2020; as May 5; as MAR1.
"""

TRUTHS = frozenset((
    "true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "waar", "onwaar", "verdadeiro",
    "sant", "falskt", "sand", "falsk", "prawda", "fałsz",
))  # fmt: skip

AS_IT_IS = {"release_date"}
"""A date is meant to be one."""


class _Echo:
    """Gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_blocks(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a file piece by piece: its header, then some hundred albums at a time."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_NONNUMERIC)
    # Not in quotes: LibreOffice without a window takes the mark for a part of the first name.
    yield BOM + ",".join(KEYS) + "\r\n"
    rows: Iterator[str] = (str(writer.writerow(_cells(record))) for record in records)
    while block := "".join(islice(rows, ROWS_AT_ONCE)):
        yield block


def _cells(record: Mapping[str, Any]) -> list[object]:
    return [_cell(name, record[name]) for name in KEYS]


def _cell(name: str, value: object) -> object:
    if isinstance(value, list):
        value = ", ".join(cast("list[str]", value))
    return as_text(value) if isinstance(value, str) and name not in AS_IT_IS else value


@lru_cache(4096)  # tabs, styles and countries come again and again
def as_text(text: str) -> str:
    """Return a text that spreadsheets take for one."""
    shown = COMPUTED_BEHIND_SEMICOLON.sub(";'", BREAKS.sub(" ", text))
    if COMPUTED.match(text):
        return f"'{shown}"
    return shown + FIGURE_SPACE if _would_be_converted(shown.strip()) else shown


def _would_be_converted(text: str) -> bool:
    if DIGIT.search(text):
        return NUMBER_OR_MOMENT.fullmatch(text) is not None
    return text.startswith("#") or text.casefold() in TRUTHS
