"""Dates and moments written out as ISO 8601 has them, and the serial numbers that spreadsheets keep them as."""

import re
from datetime import datetime

ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
LEAP_DAY = 60  # Spreadsheets believe in a 29th of February 1900.


def iso_moment(text: str) -> datetime | None:
    """Return the moment that a text names, wherever its clock stood; None where it names none."""
    written = ISO_MOMENT.fullmatch(text.strip()) if len(text) < 50 else None
    try:
        return datetime.fromisoformat(f"{written[1]} {written[2] or '00:00'}") if written else None
    except ValueError:
        return None


def serial_of(moment: datetime, *, uses_1904_dates: bool) -> float | None:
    """Return the number of days that a spreadsheet counts up to a moment, None where it cannot."""
    # fromisoformat, since a cell has no time zone.
    epoch = datetime.fromisoformat("1904-01-01" if uses_1904_dates else "1899-12-30")
    serial = (moment - epoch).total_seconds() / 86_400
    if not uses_1904_dates and serial <= LEAP_DAY:
        serial -= 1
    return serial if serial >= 0 else None
