"""Renders the tiles of albums. One that looks as it did before isn't rendered again."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from catalog.models import Album, SpotifyAlbum
from catalog.models.artist import artist_slug
from catalog.placeholder import draw
from catalog.rendering.jinja import rendered
from catalog.templatetags.catalog_extras import is_upcoming, link_name

MOST_KEPT = 8192
"""How many tiles are kept, of one or two kilobytes each."""

SHOWN = (
    "pk", "title", "artist_id", "artist__name", "genre_text", "release_date", "release_text", "year", "country",
    "vocal_style__name", "format", "is_debut", "is_reissue", "spotify_url", "bandcamp_url", "spotify_id",
    "spotify__state", "spotify__cover_medium", "spotify__cover_large", "spotify__cover_small",
)  # fmt: skip

BETWEEN_TAGS = re.compile(r">\s+<")
"""Blanks that mean nothing in a tile, and that a browser would make a node of, a thousand in a list."""


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

    @property
    def cover(self) -> str | None:
        """The address of the cover that suits a tile, if Spotify has told one."""
        return self.cover_medium or self.cover_large or self.cover_small

    @property
    def context(self) -> dict[str, object]:
        """What the templates show. They take names without a dot a third faster."""
        albums, artists = _addresses(get_script_prefix())
        address, slug = f"{albums}{self.pk}/", quote(artist_slug(self.artist))
        may_ask = self.spotify_id and not self.cover and self.state not in SpotifyAlbum.SETTLED
        links = [(link, link_name(link)) for link in (self.spotify_url, self.bandcamp_url) if link]
        return {
            **self._asdict(),
            "address": address,
            "ask": f"{address}cover/" if may_ask else "",
            "artist_address": f"{artists}{self.artist_id}/{slug}/" if slug else f"{artists}{self.artist_id}/",
            "cover": self.cover,
            "placeholder": None if self.cover else draw(self.artist, self.title),
            "links": links,
            "facts": [fact for fact in (self._when, self.country, self.vocal_style, self._format) if fact],
        }

    @property
    def _when(self) -> str:
        """What stands for the date where there is none."""
        return "" if self.release_date else f"{self.release_text} {self.year or ''}".strip()

    @property
    def _format(self) -> str:
        return "" if self.format == "LP" else self.format


@cache
def _addresses(_prefix: str) -> tuple[str, str]:
    """Return what the addresses of all albums and of all artists begin with."""
    return reverse("catalog:album_list"), reverse("catalog:artist_detail", args=[0]).removesuffix("0/")


def tiles_of(keys: Sequence[int]) -> list[Tile]:
    """Return the tiles of albums in the order of their keys; those that are gone are left out."""
    found = {row[0]: Tile(*row) for row in Album.objects.filter(pk__in=keys).values_list(*SHOWN)}
    return [found[key] for key in keys if key in found]


def render_each(tiles: Iterable[Tile], new_albums: Collection[int] = ()) -> SafeString:
    """Return tiles as HTML."""
    today = localdate()
    render = _tile.__wrapped__ if settings.DEBUG else _tile  # where templates are edited, nothing is kept
    parts = (render(tile, is_upcoming(tile, today), tile.pk in new_albums) for tile in tiles)
    return SafeString("".join(parts))


def render_cover(tile: Tile, again: Mapping[str, str]) -> SafeString:
    """Return the cover of a tile, or its placeholder with what it asks ``again``: the address and the trigger."""
    return _render("catalog/components/tile_cover.html", {**tile.context, "ask": "", **again})


@lru_cache(MOST_KEPT)
def _tile(tile: Tile, is_to_come: bool, is_new: bool) -> SafeString:
    return _render("catalog/components/album_tile.html", {**tile.context, "is_upcoming": is_to_come, "is_new": is_new})


def _render(name: str, context: Mapping[str, object]) -> SafeString:
    return SafeString(BETWEEN_TAGS.sub("><", rendered(name, context)))
