"""Albums to come as a calendar (RFC 5545): an event that takes a day for each.

Written by hand: the library that the tests read it with needs 250 ms for 300 events.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from catalog.formats.names import Site, album_uuid, changed_at
from catalog.formats.records import AlbumRow, genres_of, rows_of

LONGEST_LINE = 75
"""Octets, without the line break."""

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SPECIAL = re.compile(r"[\\;,]")
BREAKS = re.compile("\r\n|[\r\n\u2028\u2029]")

BREAK = "\n"

HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//progmetal//catalogue//EN",
    "CALSCALE:GREGORIAN",
    "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    "X-PUBLISHED-TTL:PT12H",
)
SOME_COMPONENT = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar has to have one, also where nothing is to come."""


def calendar_of(keys: Sequence[int], site: Site, title: str) -> str:
    """Return a calendar of albums that have a date."""
    genres, changes = genres_of(keys), changed_at(keys)
    rows = [row for row in rows_of(keys) if row.release_date]
    lines = [*HEAD, f"NAME:{escaped(title)}", f"X-WR-CALNAME:{escaped(title)}"]
    for row in rows:
        lines += _event(row, genres.get(row.pk, ()), site, changes)
    lines += () if rows else SOME_COMPONENT
    return "".join(f"{folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def escaped(text: str) -> str:
    """Return a text as the value of a property."""
    return BREAKS.sub(r"\\n", SPECIAL.sub(r"\\\g<0>", CONTROLS.sub("", BREAKS.sub(BREAK, text))))


def folded(line: str) -> str:
    """Return a line in pieces that are short enough, none of which ends within a character."""
    if len(line.encode()) <= LONGEST_LINE:
        return line
    return "\r\n ".join(_pieces(line))


def _pieces(line: str) -> Iterator[str]:
    start, size, room = 0, 0, LONGEST_LINE
    for place, character in enumerate(line):
        width = len(character.encode())
        if size + width > room:
            yield line[start:place]
            start, size, room = place, 0, LONGEST_LINE - 1
        size += width
    yield line[start:]


def _event(row: AlbumRow, genres: Sequence[str], site: Site, changes: Mapping[int, datetime]) -> Iterator[str]:
    changed = max(row.added_at, changes.get(row.pk, row.added_at))
    address = site.album(row.pk)
    facts = _joined(" · ", (row.format, ", ".join(genres), row.vocal_style__name, row.country))
    yield "BEGIN:VEVENT"
    yield f"UID:{album_uuid(row.pk, row.added_at)}"
    yield f"DTSTAMP:{_moment(changed)}"
    yield f"LAST-MODIFIED:{_moment(changed)}"
    yield f"CREATED:{_moment(row.added_at)}"
    yield f"DTSTART;VALUE=DATE:{row.release_date:%Y%m%d}"
    yield f"SUMMARY:{escaped(f'{row.artist__name} – {row.title}')}"
    yield f"DESCRIPTION:{escaped(_joined(BREAK, (facts, row.spotify_url, row.bandcamp_url, address)))}"
    yield f"URL:{CONTROLS.sub('', address)}"
    if genres:
        yield f"CATEGORIES:{','.join(map(escaped, genres))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _joined(between: str, said: Iterable[str | None]) -> str:
    return between.join(filter(None, said))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
