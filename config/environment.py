"""Reads the settings that an operator may give, from the environment or from .env."""

import os
import re
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from catalog.conf import SpotifySettings, SyncSettings

PUBLIC_SHEET = "https://docs.google.com/spreadsheets/d/1fQFg52uaojpRCz29EzSHVpsX5SYVJ2VN8IuKs9XA5W8/export?format=xlsx"
INTERVAL = re.compile(r"(\d+)([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def load_dotenv(path: Path) -> None:
    """Add the lines of a .env file to the environment, where the environment does not have them already."""
    environ.Env.read_env(str(path), overwrite=False)  # pyright: ignore[reportUnknownMemberType]


def text(name: str, default: str = "") -> str:
    """Return a setting; an empty one counts as not given."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """Return a setting that is a list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: float) -> float:
    """Return a setting that is a number of zero or more."""
    given = text(name, str(default))
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be a number of zero or more, such as {default:g}.")
    return value


def optional_number(name: str) -> float | None:
    """Return a setting that is a number of zero or more, or None where it is not given."""
    return number(name, 0) if text(name) else None


def flag(name: str) -> bool:
    """Return a setting that is on or off, off by default."""
    given = text(name, "off").lower()
    if given not in {"on", "off", "true", "false", "yes", "no", "1", "0"}:
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be on or off.")
    return given in {"on", "true", "yes", "1"}


def choice(name: str, options: tuple[str, ...]) -> str:
    """Return a setting that is one of a few words, the first by default."""
    given = text(name, options[0])
    if given not in options:
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be one of {', '.join(options)}.")
    return given


def pattern(name: str) -> str:
    """Return a setting that is a regular expression, empty by default."""
    given = text(name)
    try:
        re.compile(given)
    except re.error as error:
        raise ImproperlyConfigured(f"{name} is not a regular expression: {error}.") from error
    return given


def interval(name: str) -> timedelta | None:
    """Return a setting such as 90s, 30m, 6h or 1d."""
    given = text(name)
    if not given:
        return None
    found = INTERVAL.fullmatch(given)
    if not found or not int(found[1]):
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be a number and a unit, such as 30m, 6h or 1d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def secret_key(debug: bool) -> str:
    """Return SECRET_KEY; only with DEBUG on may it be missing."""
    given = text("SECRET_KEY")
    if given or debug:
        return given or "only-for-debugging"
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Run script/setup, which writes one to .env, or make one with: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def spotify_from_environment() -> SpotifySettings:
    """Read the settings of Spotify."""
    return SpotifySettings(
        client_id=text("SPOTIFY_CLIENT_ID"),
        client_secret=text("SPOTIFY_CLIENT_SECRET"),
        api_url=text("SPOTIFY_API_URL", "https://api.spotify.com/v1").rstrip("/"),
        token_url=text("SPOTIFY_TOKEN_URL", "https://accounts.spotify.com/api/token"),
        oembed_url=text("SPOTIFY_OEMBED_URL", "https://open.spotify.com/oembed"),
        min_interval_seconds=optional_number("SPOTIFY_MIN_INTERVAL_SECONDS"),
        image_hosts=tuple(words("SPOTIFY_IMAGE_HOSTS", "i.scdn.co,*.spotifycdn.com")),
        daily_budget=int(number("SPOTIFY_DAILY_BUDGET", 200)),
        max_wait_seconds=number("SPOTIFY_MAX_WAIT_SECONDS", 60),
        ttl_days=number("SPOTIFY_TTL_DAYS", 30),
    )


def sync_from_environment() -> SyncSettings:
    """Read the settings of the sync."""
    return SyncSettings(
        sheet_url=text("GOOGLE_SHEETS_XLSX_URL", PUBLIC_SHEET),
        sheet_tabs=pattern("SHEET_TABS"),
        enrich_seconds=number("SYNC_ENRICH_SECONDS", 60),
        permission=choice("SYNC_PERMISSION", ("staff", "anyone")),
        cooldown_seconds=number("SYNC_COOLDOWN_SECONDS", 10),
        stale_after_seconds=number("SYNC_STALE_AFTER_SECONDS", 60),
        interval=interval("SYNC_INTERVAL"),
    )
