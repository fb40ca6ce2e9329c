"""Renders the tiles of albums. One that looks as it did before isn't rendered again."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from catalog.browse.index.current import current_index
from catalog.browse.parameters import address_of
from catalog.models import Album, SpotifyAlbum
from catalog.models.spotify import tile_cover
from catalog.placeholder import draw
from catalog.rendering.jinja import kept_unless_edited, rendered
from catalog.rendering.pieces import MARK, mark
from catalog.templatetags.catalog_extras import is_upcoming, iso_date, link_name, short_date

MOST_KEPT = 20_000
"""How many tiles are kept, of two or three kilobytes each with their rows: all of a catalogue like the community's."""

SHOWN = (
    "pk", "title", "artist_id", "artist__name", "genre_text", "release_date", "release_text", "year", "country",
    "vocal_style__name", "format", "is_debut", "is_reissue", "spotify_url", "bandcamp_url", "spotify_id",
    "spotify__state", "spotify__cover_medium", "spotify__cover_large", "spotify__cover_small", "added_at",
)  # fmt: skip

FACTS = ("fact_a", "fact_b", "fact_c", "fact_d")
LINKS, SERVICES = ("link_a", "link_b"), ("service_a", "service_b")
PAIRS = tuple(zip(LINKS, SERVICES, strict=True))

IS_SO = "1"
ROOM_FOR_TITLE, ROOM = 44, 22
"""Characters after which a text may be cut off, and is whole in its `title` attribute."""

BETWEEN_TAGS, BLANKS = re.compile(r">\s+<"), re.compile(r"\s+")
"""Blanks that mean nothing in a tile; between tags a browser would make a node of each, a thousand in a list."""


class Tile(NamedTuple):
    """What a tile shows of an album, in the order of `SHOWN`."""

    pk: int
    title: str
    artist_id: int
    artist: str
    genre_text: str
    release_date: date | None
    release_text: str
    year: int | None
    country: str
    vocal_style: str | None
    format: str
    is_debut: bool
    is_reissue: bool
    spotify_url: str
    bandcamp_url: str
    spotify_id: str | None
    state: str | None
    cover_medium: str | None
    cover_large: str | None
    cover_small: str | None
    added_at: datetime

    @property
    def cover(self) -> str | None:
        """The address of the cover that suits a tile, if Spotify has told one."""
        return tile_cover(self.cover_medium, self.cover_large, self.cover_small)

    @property
    def values(self) -> dict[str, str]:
        """What the template shows, as HTML, by the names that it has for it; what isn't there is left out."""
        made = {name: value for name, value in self._made.items() if value}
        return made | {name: escape(text) for name, text in self._texts.items() if text}

    @property
    def _made(self) -> dict[str, str]:
        """What we make ourselves: numbers, dates, addresses and drawings."""
        address, when = address_of("catalog:album_detail", self.pk), self.release_date
        may_ask = self.spotify_id and not self.cover and self.state not in SpotifyAlbum.SETTLED
        return {
            "pk": str(self.pk),
            "added": str(int(self.added_at.timestamp())),
            "address": address,
            "artist_address": address_of("catalog:artist_detail", self.artist_id),
            "ask": f"{address}cover/" if may_ask else "",
            "day": iso_date(when) if when else "",
            "date": short_date(when) if when else "",
            "is_debut": IS_SO if self.is_debut else "",
            "is_reissue": IS_SO if self.is_reissue else "",
            **({} if self.cover else draw(self.artist, self.title).values),
        }

    @property
    def _texts(self) -> dict[str, str]:
        """What others wrote."""
        links = [link for link in (self.spotify_url, self.bandcamp_url) if link]
        facts = [fact for fact in (self._when, self.country, self.vocal_style, self._format) if fact]
        return {
            "cover": self.cover or "",
            "title": self.title,
            "whole_title": _if_long(self.title, ROOM_FOR_TITLE),
            "artist": self.artist,
            "whole_artist": _if_long(self.artist, ROOM),
            "genres": self.genre_text,
            "whole_genres": _if_long(self.genre_text, ROOM),
            **dict(zip(FACTS, facts, strict=False)),
            **dict(zip(LINKS, links, strict=False)),
            **dict(zip(SERVICES, map(link_name, links), strict=False)),
        }

    @property
    def _when(self) -> str:
        """What stands for the date where there is none."""
        return "" if self.release_date else f"{self.release_text} {self.year or ''}".strip()

    @property
    def _format(self) -> str:
        return "" if self.format == "LP" else self.format


class _Rows:
    """The rows of albums that pages have shown, good as long as nothing in the catalogue has changed."""

    def __init__(self) -> None:
        self._kept: tuple[object, dict[int, Tile], dict[int, Tile]] = (None, {}, {})

    def of(self, keys: Sequence[int]) -> dict[int, Tile]:
        """Return what is known, with the rows of these keys. The versions are older than the rows, if anything."""
        versions = current_index().versions
        known_by, tiles, before = self._kept
        if versions != known_by:
            tiles, before = {}, tiles
        elif len(tiles) > 2 * MOST_KEPT:
            tiles, before = {}, {}
        self._kept = versions, tiles, before
        fresh = fresh_tiles_of([key for key in keys if key not in tiles])
        # What is as it was is what rendered tiles are kept by: a second copy would take as much room again.
        tiles |= {pk: before[pk] if before.get(pk) == tile else tile for pk, tile in fresh.items()}
        return tiles


_rows = _Rows()


def tiles_of(keys: Sequence[int]) -> list[Tile]:
    """Return the tiles of albums in the order of their keys; those that are gone are left out.

    For pages that have asked for the index: this is how they know what has changed.
    """
    known = _rows.of(keys)
    return [known[key] for key in keys if key in known]


def fresh_tiles_of(keys: Sequence[int]) -> dict[int, Tile]:
    """Return the tiles of albums by their keys, as the database has them now."""
    rows = Album.objects.filter(pk__in=keys).values_list(*SHOWN) if keys else ()
    return {row[0]: Tile(*row) for row in rows}


def render_each(tiles: Iterable[Tile], new_albums: Collection[int] = ()) -> SafeString:
    """Return tiles as HTML."""
    today = localdate()
    render = kept_unless_edited(_tile)
    parts = (render(tile, is_upcoming(tile, today), tile.pk in new_albums) for tile in tiles)
    return SafeString("".join(parts))


def render_cover(tile: Tile, again: Mapping[str, str]) -> SafeString:
    """Return the cover of a tile, or its placeholder with what it asks ``again``: the address and the trigger."""
    values = {name: value for name, value in tile.values.items() if name != "ask"}
    return _render("catalog/components/tile_cover.html", values | {name: escape(text) for name, text in again.items()})


@lru_cache(MOST_KEPT)
def _tile(tile: Tile, is_to_come: bool, is_new: bool) -> SafeString:
    flags = {name: IS_SO for name, is_so in (("is_upcoming", is_to_come), ("is_new", is_new)) if is_so}
    return _render("catalog/components/album_tile.html", tile.values | flags)


def _render(name: str, values: Mapping[str, str]) -> SafeString:
    """Return a template with these values, which are HTML, in place of its marks."""
    pattern = kept_unless_edited(_pattern)
    spotify = tuple(service for service in SERVICES if values.get(service) == "Spotify")
    return SafeString(pattern(name, tuple(values), spotify) % values)


@lru_cache(1000)
def _pattern(name: str, shape: tuple[str, ...], spotify: tuple[str, ...]) -> str:
    """Return a template with the places of its values, as `%` of strings fills them in.

    Albums that have values of the same names differ in nothing but these: filling them in takes a fifth of the time.
    """
    marks = {each: mark(each) for each in shape}
    links = [(marks[link], marks[service], service in spotify) for link, service in PAIRS if link in marks]
    facts = [marks[fact] for fact in FACTS if fact in marks]
    html = rendered(name, {**marks, "drawn": marks, "links": links, "facts": facts})
    plain = BLANKS.sub(" ", BETWEEN_TAGS.sub("><", html)).strip().replace("%", "%%")
    return MARK.sub(r"%(\1)s", plain)


def _if_long(text: str, room: int) -> str:
    return text if len(text) > room else ""
