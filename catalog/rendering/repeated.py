"""Renders what a page has dozens of: the tiles of albums, and the choices of filters."""

from collections.abc import Collection, Iterable

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from catalog.browse.facets import Choice
from catalog.models import Album


def render_tiles(albums: Iterable[Album], new_albums: Collection[int]) -> SafeString:
    """Return the tiles of albums, which have their artists, vocal styles and Spotify's side with them."""
    tile = get_template("catalog/components/album_tile.html", using="jinja")
    return mark_safe("".join(tile.render({"album": album, "new_albums": new_albums}) for album in albums))  # noqa: S308


def render_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """Return the checkboxes of a group of filters."""
    template = get_template("catalog/list/choices.html", using="jinja")
    return mark_safe(template.render({"name": name, "choices": choices}))  # noqa: S308
