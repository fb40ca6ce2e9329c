"""How templates write durations, moments, links and values, and draw placeholders."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils import timezone

from catalog import placeholder, wording
from catalog.browse.index.values import format_group
from catalog.models import Album
from catalog.services.clock import Clock
from catalog.services.sync.status import SyncStatus

register = template.Library()

SERVICES = {
    "spotify.com": "Spotify", "bandcamp.com": "Bandcamp", "youtube.com": "YouTube", "youtu.be": "YouTube",
    "music.apple.com": "Apple Music", "itunes.apple.com": "Apple Music", "play.google.com": "Google Play",
    "amazon.com": "Amazon", "amazon.co.uk": "Amazon", "amazon.de": "Amazon",
}  # fmt: skip
register.filter(wording.joined)
register.filter(wording.plain)
register.filter(format_group)

COUNT_NAMES = {
    "created": "New",
    "updated": "Changed",
    "revived": "Restored",
    "skipped": "Rows without an album",
    "failed": "Rows skipped",
    "enriched": "From Spotify",
    "awaiting_enrichment": "Waiting for Spotify",
}

LONG_ERROR = 140
"""From so many characters on, an error does not fit into the panel of a phone."""

LEAST = 0.05
MINUTE, HOUR, DAY = 60, 3600, 86_400
AGES = (("year", 365 * DAY), ("month", 30 * DAY), ("day", DAY), ("hour", HOUR), ("minute", MINUTE))
"""As in relative-time.js, so that a time reads the same before and after the script runs."""

BLANK_OF_TEXT = re.compile(r" (?![^<]*>)")
"""A blank, unless it stands in a tag."""


class Located(Protocol):
    """What stands in a row of a tab, or concerns all of it."""

    tab: str
    row: int | None


class Dated(Protocol):
    """What has the date of an album."""

    @property
    def release_date(self) -> date | None:
        """The date, if it is known."""
        ...


@register.filter
def item(mapping: Mapping[int, object], key: int) -> object:
    """Return what a mapping has for a key."""
    return mapping.get(key)


@register.filter
def duration(seconds: float | None) -> str:
    """Write a number of seconds as ``0.4 s``, ``9 s``, ``1 min 20 s`` or ``2 h 5 min``."""
    if seconds is None:
        return ""
    if seconds < LEAST:
        return "under 0.1 s"
    if seconds < 1 - LEAST:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s" if whole % MINUTE else f"{whole // MINUTE} min"
    minutes = whole % HOUR // MINUTE
    return f"{whole // HOUR:,} h {minutes} min" if minutes else f"{whole // HOUR:,} h"


@register.filter
def track_length(seconds: float | None) -> str:
    """Write the length of a track as ``5:01`` or ``1:02:03``."""
    if not isinstance(seconds, (int, float)):
        return ""
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes}:{rest:02d}" if minutes < MINUTE else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@register.filter
def ago(moment: datetime, now: datetime | None = None) -> str:
    """Write how long ago a moment is, in one unit; by the clock that gave ``now``, where there is one."""
    seconds = ((now or Clock().now()) - moment).total_seconds()
    for unit, length in AGES:
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


@register.filter
def seconds_since(moment: datetime, now: datetime | None = None) -> float:
    """Return how many seconds have passed since a moment."""
    return max(0.0, ((now or Clock().now()) - moment).total_seconds())


@register.filter
def seconds_from_now(seconds: float, now: datetime | None = None) -> datetime:
    """Return the moment that comes in so many seconds."""
    return (now or Clock().now()) + timedelta(seconds=seconds)


@register.filter
def countdown(moment: datetime, now: datetime | None = None) -> str:
    """Write how long it is until a moment, as ``in 24 s``."""
    seconds = round((moment - (now or Clock().now())).total_seconds())
    return f"in {duration(seconds)}" if seconds > 0 else "now"


@register.filter
def clock_time(moment: datetime, now: datetime | None = None) -> str:
    """Write a moment as ``14:30:05 UTC``, ``tomorrow 14:30 UTC`` or ``3 May 14:30 UTC``."""
    today, local = timezone.localtime(now or Clock().now()), timezone.localtime(moment)
    days = (local.date() - today.date()).days
    day = {0: "", 1: "tomorrow ", -1: "yesterday "}.get(days, f"{local.day} {local:%b} ")
    time = f"{local:%H:%M:%S}" if abs(local - today) < timedelta(hours=1) else f"{local:%H:%M}"
    return f"{day}{time} {local:%Z}"


@register.filter
def taken_in(counts: Mapping[str, int]) -> int:
    """Return how many albums of the sheet are in the catalogue after a sync."""
    return sum(counts.get(name, 0) for name in ("created", "updated", "unchanged", "revived"))


@register.filter
def met(counts: Mapping[str, int]) -> int:
    """Return how many albums of the sheet a sync met, those that failed too."""
    return taken_in(counts) + counts.get("failed", 0)


@register.filter
def as_moment(text: str) -> datetime:
    """Read a moment that a warning names."""
    return datetime.fromisoformat(text)


@register.filter
def listed(names: Sequence[str]) -> str:
    """Write names as ``X``, ``X and Y`` or ``X, Y and Z``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


@register.filter
def has_details(status: SyncStatus) -> bool:
    """Whether there is more to say than the panel has room for."""
    error = status.error
    if error is not None:
        is_long = len(wording.error_message(error)) + len(wording.error_hint(error)) > LONG_ERROR
        return bool(status.warnings) or is_long or status.is_held
    return bool(status.warnings) or (status.status == "completed" and status.is_spotify_blocked)


@register.filter
def reference(where: Located) -> str:
    """Write where a row stands as the sheet itself writes it; without a row, name the tab in the same way."""
    tab = "'{}'".format(where.tab.replace("'", "''"))
    return f"{tab}!A{where.row}" if where.row else tab


@register.filter
def words(code: str) -> str:
    """Write a code such as ``not_a_spotify_album`` as words."""
    return code.replace("_", " ").capitalize().replace("spotify", "Spotify")


@register.filter
def count_name(name: str) -> str:
    """Name a count of a sync as the pages do."""
    return COUNT_NAMES.get(name, words(name))


@register.filter
def dotted(lines: str) -> str:
    """Join the lines that say something, with dots between; a reader's line breaks after a dot and nowhere else."""
    said = filter(None, map(str.strip, lines.splitlines()))
    return "\u00a0· ".join(BLANK_OF_TEXT.sub("\u00a0", line) for line in said)


@register.filter
def link_name(address: str) -> str:
    """Name a link by the service that it really leads to, else by its host."""
    host = address.partition("://")[2].partition("/")[0]
    is_plain = host.isascii() and host.replace(".", "").replace("-", "").isalnum()
    return _service(host.lower() if is_plain else urlsplit(address).hostname or "")


@lru_cache(1000)
def _service(host: str) -> str:
    host = host.removeprefix("www.")
    return next((name for known, name in SERVICES.items() if host == known or host.endswith(f".{known}")), host)


@register.filter
def is_upcoming(album: Dated, today: date | None = None) -> bool:
    """Whether an album is yet to be released."""
    return album.release_date is not None and album.release_date > (today or timezone.localdate())


@register.filter(name="placeholder")
def placeholder_cover(album: Album) -> dict[str, str]:
    """Draw the placeholder cover of an album."""
    return placeholder.draw(album.artist.name, album.title).values


@register.filter
def address_of(view: str, argument: object = None) -> str:
    """Return the address of a view, as ``{% url %}`` does; here for the templates that Jinja renders too."""
    return reverse(view, args=[argument] if argument is not None else None)


@register.filter
def machine_time(moment: datetime | None) -> str:
    """Write a moment for machines; HTML knows no fraction smaller than a millisecond."""
    if not moment:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


@register.filter
def iso_date(day: date) -> str:
    """Write a date as ``2026-01-31``."""
    return day.isoformat()


@register.filter
def short_date(day: date) -> str:
    """Write a date as ``31 Jan 2026``."""
    return f"{day.day} {day:%b} {day.year}"


@register.filter
def span(years: tuple[int, int]) -> str:
    """Write years from the first to the last as ``2014–2026``."""
    return "–".join(map(str, dict.fromkeys(years)))


@register.filter
def thousands(number: int) -> str:
    """Write a number with separators."""
    return f"{number:,}"


@register.filter
def digits(number: int) -> str:
    """Write a number without separators, as years are."""
    return str(number)
