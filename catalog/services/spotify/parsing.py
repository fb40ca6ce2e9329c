"""Turns what Spotify sends into values that can be trusted: bounded, clean, and with covers of known hosts only."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from catalog.services.spotify.errors import MalformedAnswer

LONGEST_TEXT = 500
LONGEST_ADDRESS = 500
MOST_TRACKS = 500
MOST_IMAGES = 10
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
ADDRESS = re.compile(r"https?://[!-~]+")
# PostgreSQL takes neither NUL nor half a surrogate pair, and JSON may hold both.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
PLACES = ("large", "medium", "small")


@dataclass(frozen=True)
class Covers:
    """Addresses of a cover, about 64, 300 and 640 pixels wide; empty where Spotify names none."""

    small: str = ""
    medium: str = ""
    large: str = ""

    def __bool__(self) -> bool:
        return bool(self.small or self.medium or self.large)


@dataclass(frozen=True)
class Track:
    """One track of an album."""

    number: int
    disc: int
    name: str
    seconds: float | None


@dataclass(frozen=True)
class AlbumFacts:
    """What the Web API says of an album; development mode names no label."""

    name: str
    release_date: str
    label: str
    total_tracks: int | None
    tracks: tuple[Track, ...]
    covers: Covers


@dataclass(frozen=True)
class CoverFacts:
    """What oEmbed says of an album."""

    name: str
    covers: Covers


def parse_json(body: bytes) -> Mapping[str, object]:
    """Return the object that a body holds; raise MalformedAnswer if it holds none."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer("not_json") from error
    if not isinstance(content, dict):
        raise MalformedAnswer("not_an_object")
    return cast("dict[str, object]", content)


def parse_album(content: object, image_hosts: Sequence[str]) -> AlbumFacts | None:
    """Return the facts of an album, or None for the husk that Spotify leaves of one it has taken down."""
    album = _fields(content)
    facts = AlbumFacts(
        name=_text(album.get("name")),
        release_date=_date(album.get("release_date")),
        label=_text(album.get("label")),
        total_tracks=_whole(album.get("total_tracks"), most=10_000),
        tracks=_tracks(_fields(album.get("tracks")).get("items")),
        covers=_covers(_entries(album.get("images")), image_hosts),
    )
    return facts if facts.name or facts.covers else None


def parse_cover(content: Mapping[str, object], image_hosts: Sequence[str]) -> CoverFacts:
    """Return what an answer of oEmbed says."""
    image = {"url": content.get("thumbnail_url"), "width": content.get("thumbnail_width") or 300}
    return CoverFacts(_text(content.get("title")), _covers([image], image_hosts))


def is_allowed_image(address: str, hosts: Sequence[str]) -> bool:
    """Say whether a cover may come from this address; only a host given with its port may do without https."""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.netloc.lower() not in {host, f"{host}:{port}"}:
        return False
    if f"{host}:{port}" in hosts:
        return True
    return (
        parts.scheme == "https"
        and port is None
        and any(host == known or (known.startswith("*.") and host.endswith(known[1:])) for known in hosts)
    )


def _fields(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _entries(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str:
    return " ".join(UNPRINTABLE.sub(" ", value).split())[:LONGEST_TEXT] if isinstance(value, str) else ""


def _date(value: object) -> str:
    return value if isinstance(value, str) and DATE.fullmatch(value) else ""


def _whole(value: object, most: int) -> int | None:
    return value if type(value) is int and 0 <= value <= most else None


def _tracks(items: object) -> tuple[Track, ...]:
    return tuple(_track(_fields(item), place) for place, item in enumerate(_entries(items)[:MOST_TRACKS], 1))


def _track(item: Mapping[str, object], place: int) -> Track:
    milliseconds = _whole(item.get("duration_ms"), most=10**9)
    return Track(
        number=_whole(item.get("track_number"), most=10_000) or place,
        disc=_whole(item.get("disc_number"), most=1000) or 1,
        name=_text(item.get("name")),
        seconds=None if milliseconds is None else milliseconds / 1000,
    )


def _covers(images: list[object], hosts: Sequence[str]) -> Covers:
    """Choose a cover of each size; without widths the order counts, which is widest first."""
    found: dict[str, str] = {}
    for place, image in enumerate(map(_fields, images[:MOST_IMAGES])):
        address, width = image.get("url"), _whole(image.get("width"), most=100_000)
        if isinstance(address, str) and is_allowed_image(address, hosts):
            found.setdefault(_place(width) if width else PLACES[min(place, 2)], address)
    return Covers(**found)


def _place(width: int) -> str:
    return "small" if width <= 150 else "medium" if width <= 450 else "large"
