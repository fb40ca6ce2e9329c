"""Renders the tiles of albums, of which a page has many."""

from collections.abc import Collection, Iterable

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Album

TILE = "catalog/components/album_tile.html"


def render_tiles(albums: Iterable[Album], new_albums: Collection[int]) -> SafeString:
    """Return the tiles of albums, which have their artists, vocal styles and Spotify's side with them."""
    tile = get_template(TILE, using="jinja")
    return mark_safe("".join(tile.render({"album": album, "new_albums": new_albums}) for album in albums))  # noqa: S308
