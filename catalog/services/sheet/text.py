"""Turns what stands in a cell into text, dates, links and ids. Pure: values in, values out."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

from catalog.services.xlsx.reader import Cell

# Categories of characters that carry no text: format (zero-width, right-to-left override), control, surrogate.
INVISIBLE = {"Cf", "Cc", "Cs"}
LONGEST_LINK = 2000
LAST_SERIAL = 2_958_465
"""The 31st of December 9999."""

# One token of a date format: quoted and escaped text, a run of one letter, AM/PM, or any other character.
FORMAT_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|AM/PM|A/P|([ymdhs])\3*|.', re.IGNORECASE | re.DOTALL)
DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|general', re.IGNORECASE)

REDIRECTS = {
    "www.google.com": ("/url", ("q", "url")),
    "google.com": ("/url", ("q", "url")),
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "www.youtube.com": ("/redirect", ("q",)),
    "l.instagram.com": ("/", ("u",)),
}
"""Pages that only pass on to the address in one of their parameters, as people copy them from mails and feeds."""

BARE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters whose accent Unicode does not take apart."""

MARKS = re.compile(r"[^\w\s]|_")
"""What is neither letter nor digit nor blank."""

SPOTIFY_ALBUM = re.compile(r"/(?:intl-[A-Za-z-]+/)?album/([0-9A-Za-z]{22})/?")
SPOTIFY_HOSTS = {"open.spotify.com", "play.spotify.com"}


def clean(text: str) -> str:
    """Return text in NFC without invisible characters, its blanks collapsed; otherwise as written."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # A line break or a tab is a control character too, but stands for a blank.
    kept = (" " if character.isspace() else character for character in text)
    visible = "".join(character for character in kept if unicodedata.category(character) not in INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def fold(text: str) -> str:
    """Return what is equal for texts that differ only in case, accents, punctuation and blanks.

    A text that has nothing else, such as ``///``, is only case-folded.
    """
    apart = text.lower()
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(BARE_LETTERS)
    return " ".join(MARKS.sub("", apart).split()) or clean(text).casefold()


def text_of(cell: Cell | None, *, uses_1904_dates: bool = False) -> str:
    """Return a cell as people read it: numbers as they are written, dates in the cell's number format."""
    if cell is None or cell.value is None:
        return ""
    value = cell.value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if is_date_format(cell.number_format):
        moment = _moment(value, uses_1904_dates=uses_1904_dates)
        if moment is not None:
            return clean(format_date(moment, cell.number_format))
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:.15g}"


def date_of(cell: Cell | None, *, uses_1904_dates: bool = False) -> date | None:
    """Return the date of a cell that holds a serial number; a bare number of four digits is a year, and no date."""
    if cell is None or not isinstance(cell.value, float):
        return None
    if cell.value < 10_000 and not is_date_format(cell.number_format):
        return None
    moment = _moment(cell.value, uses_1904_dates=uses_1904_dates)
    return moment.date() if moment else None


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    return bool(DATE_LETTERS.search(LITERALS.sub("", code.partition(";")[0])))


def format_date(moment: datetime, code: str) -> str:
    """Write a date as a spreadsheet does in the number format ``code``, such as ``mmmm yyyy``."""
    written: list[str] = []
    after_hours = False
    half_day = "am/pm" in code.lower()
    section = code.partition(";")[0]
    for token in FORMAT_TOKEN.finditer(section):
        quoted, escaped, letter = token.groups()
        run = token.group().lower()
        if quoted is not None or escaped is not None:
            written.append(quoted or escaped or "")
        elif letter is None:
            written.append(moment.strftime("%p") if run in {"am/pm", "a/p"} else "" if run[0] == "[" else run)
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


def _moment(serial: float, *, uses_1904_dates: bool) -> datetime | None:
    if not 0 <= serial <= LAST_SERIAL - 1462 * uses_1904_dates:
        return None
    # Spreadsheets believe in a 29th of February 1900, so that days before March 1900 are off by one.
    epoch = date(1904, 1, 1) if uses_1904_dates else date(1899, 12, 30 if serial >= 60 else 31)
    return datetime.combine(epoch, time()) + timedelta(seconds=round(serial * 86_400))


def link_of(cell: Cell | None) -> str:
    """Return the http(s) address that a cell links to, redirects unwrapped, or an empty text."""
    if cell is None:
        return ""
    address = cell.link
    if address is None and isinstance(cell.value, str) and cell.value.lstrip().lower().startswith(("http:", "https:")):
        address = cell.value
    for _ in range(3):
        target = _wrapped(address or "")
        if target is None:
            break
        address = target
    return clean_link(address or "")


def clean_link(address: str) -> str:
    """Return an address without blanks around it if it is http(s), bounded and has a host; else an empty text."""
    if not (address.isascii() and address.isprintable()):
        address = "".join(letter for letter in address if unicodedata.category(letter) not in INVISIBLE)
    address = address.strip()
    try:
        parts = urlsplit(address)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return address if is_web and len(address) <= LONGEST_LINK else ""


def _wrapped(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
        path, names = REDIRECTS.get((parts.hostname or "").lower(), ("", ()))
        query = parse_qs(parts.query, max_num_fields=50) if parts.path == path and names else {}
    except ValueError:
        return None
    return next((query[name][0] for name in names if name in query), None)


def spotify_album_id(address: str) -> str | None:
    """Return the id of the album on Spotify that an address leads to, or None where it leads elsewhere."""
    if not address:
        return None
    parts = urlsplit(address)
    found = SPOTIFY_ALBUM.fullmatch(parts.path)
    return found[1] if found and (parts.hostname or "").lower() in SPOTIFY_HOSTS else None
