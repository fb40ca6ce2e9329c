"""How templates write durations, moments, links and values, and draw placeholders."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from django import template
from django.utils import timezone

from catalog import placeholder
from catalog.models import Album

register = template.Library()

COUNT_NAMES = {
    "created": "New",
    "updated": "Changed",
    "revived": "Back",
    "skipped": "Rows skipped",
    "failed": "Rows failed",
    "enriched": "From Spotify",
    "awaiting_enrichment": "Awaiting Spotify",
}

MINUTE, HOUR, DAY = 60, 3600, 86_400
AGES = (("year", 365 * DAY), ("month", 30 * DAY), ("day", DAY), ("hour", HOUR), ("minute", MINUTE))
"""As in relative-time.js, so that a time reads the same before and after the script runs."""


@register.filter
def duration(seconds: float | None) -> str:
    """Write a number of seconds as ``9 s``, ``1 min 20 s`` or ``2 h 5 min``."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s" if whole else "under 1 s"
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
def ago(moment: datetime) -> str:
    """Write how long ago a moment is, in one unit."""
    seconds = (timezone.now() - moment).total_seconds()
    for unit, length in AGES:
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


@register.filter
def seconds_until(moment: datetime) -> int:
    """Return how many seconds are left until a moment."""
    return max(0, round((moment - timezone.now()).total_seconds()))


@register.filter
def taken_in(counts: Mapping[str, int]) -> int:
    """Return how many albums of the sheet are in the catalogue after a sync."""
    return sum(counts.get(name, 0) for name in ("created", "updated", "unchanged", "revived"))


@register.filter
def met(counts: Mapping[str, int]) -> int:
    """Return how many albums of the sheet a sync met, those that failed too."""
    return taken_in(counts) + counts.get("failed", 0)


@register.filter
def changed(counts: Mapping[str, int]) -> int:
    """Return how many albums a sync changed in any way."""
    return sum(counts.get(name, 0) for name in ("created", "updated", "removed", "revived"))


@register.filter
def sentence(warning: str) -> str:
    """Return a warning without its code."""
    return warning.partition(": ")[2] or warning


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
    return "\u00a0· ".join(line.strip().replace(" ", "\u00a0") for line in lines.splitlines() if line.strip())


@register.filter
def joined(value: Any) -> str:  # noqa: ANN401 - whatever the change log holds
    """Write a value of the change log."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, cast("Iterable[object]", value)))
    return "" if value is None else str(value)


@register.filter
def link_name(address: str) -> str:
    """Name a link by the service that it really leads to, else by its host."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    services = {"spotify.com": "Spotify", "bandcamp.com": "Bandcamp", "youtube.com": "YouTube", "youtu.be": "YouTube"}
    services |= {"music.apple.com": "Apple Music", "itunes.apple.com": "Apple Music"}
    return next((name for known, name in services.items() if host == known or host.endswith(f".{known}")), host)


@register.filter
def is_upcoming(album: Album) -> bool:
    """Whether an album is yet to be released."""
    return album.release_date is not None and album.release_date > timezone.localdate()


@register.inclusion_tag("catalog/components/placeholder.html")
def draw_placeholder(album: Album) -> dict[str, object]:
    """Draw the placeholder cover of an album."""
    return {"drawn": placeholder.draw(album.artist.name, album.title)}
