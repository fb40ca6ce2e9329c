"""Dates as spreadsheets keep them: serial numbers that a number format shows as a date."""

import re
from datetime import date, datetime, time, timedelta

from catalog.services.xlsx.moments import iso_moment

LAST_SERIAL = 2_958_465
"""The 31st of December 9999."""

# One token of a date format: quoted and escaped text, a run of one letter, AM/PM, or any other character.
FORMAT_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[(?:h+|m+|s+)\]|\[[^\]]*\]|AM/PM|A/P|[_*].|([ymdhs])\3*|.', re.IGNORECASE | re.DOTALL
)
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
SECONDS = {"h": 3600, "m": 60, "s": 1}
DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
LITERALS = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|general', re.IGNORECASE)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    section = code.partition(";")[0]
    return bool(DATE_LETTERS.search(LITERALS.sub("", section)) or ELAPSED.search(section))


def format_date(moment: datetime, code: str, serial: float = 0) -> str:
    """Write a date as a spreadsheet does in the number format ``code``, such as ``mmmm yyyy``.

    Hours in brackets go beyond a day: they count all the days of the serial number.
    """
    written: list[str] = []
    after_hours = False
    half_day = "am/pm" in code.lower()
    seconds = round(serial * 86_400)
    section = code.partition(";")[0]
    for token in FORMAT_TOKEN.finditer(section):
        quoted, escaped, letter = token.groups()
        run = token.group().lower()
        if quoted is not None or escaped is not None:
            written.append(quoted or escaped or "")
        elif ELAPSED.fullmatch(run):
            amount, seconds = divmod(seconds, SECONDS[run[1]])
            written.append(f"{amount:0{len(run) - 2}d}")
            after_hours = run[1] == "h"
        elif letter is None:
            written.append(moment.strftime("%p") if run in {"am/pm", "a/p"} else "" if run[0] in "[_*" else run)
        else:
            is_minute = run[0] == "m" and (after_hours or _seconds_follow(section, token.end()))
            written.append(_date_part(moment, "n" * len(run) if is_minute else run, half_day=half_day))
            after_hours = run[0] == "h"
    return "".join(written)


def _seconds_follow(section: str, position: int) -> bool:
    return bool(re.match(r"[^ymdh]*?s", section[position:], re.IGNORECASE))


def _date_part(moment: datetime, run: str, *, half_day: bool) -> str:
    names = {"mmm": "%b", "mmmm": "%B", "ddd": "%a", "dddd": "%A"}
    if run in names:
        return moment.strftime(names[run])
    if run[0] == "y":
        return f"{moment.year % 100:02d}" if len(run) <= 2 else f"{moment.year:04d}"
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[run[0]]
    return f"{number:0{min(len(run), 2)}d}"


def typed_date(text: str) -> date | None:
    """Return the date that a text is, written as ISO 8601 has it."""
    moment = iso_moment(text)
    return moment.date() if moment else None


def is_far_off(serial: float, *, uses_1904_dates: bool) -> bool:
    """Whether a number is no year and lies outside of the days that spreadsheets know."""
    return moment_of(serial, uses_1904_dates=uses_1904_dates) is None


def moment_of(serial: float, *, uses_1904_dates: bool) -> datetime | None:
    """Return the moment of a serial number, None where it lies outside of what spreadsheets know."""
    if not 0 <= serial <= LAST_SERIAL - 1462 * uses_1904_dates:
        return None
    # Spreadsheets believe in a 29th of February 1900, so that days before March 1900 are off by one.
    epoch = date(1904, 1, 1) if uses_1904_dates else date(1899, 12, 30 if serial >= 60 else 31)
    return datetime.combine(epoch, time()) + timedelta(seconds=round(serial * 86_400))
