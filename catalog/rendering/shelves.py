"""Renders the albums of a list in shelves: one, or one for each week where a list tells what comes when."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.utils.safestring import SafeString

from catalog.browse.index.calendar import WEEKLY, monday_of
from catalog.browse.query import CatalogQuery
from catalog.rendering.tiles import Tile, render_each, tiles_of

ON_FIRST_SCREEN = 4
"""Covers that even a phone shows at once, so that it fetches them before it has laid out the page."""

LATER = ' loading="lazy"'


@dataclass(frozen=True)
class Shelf:
    """Tiles as HTML. The name is `this`, `next`, `later` or `undated`; a list of one shelf has none."""

    tiles: SafeString
    name: str = ""
    monday: date | None = None


def render_shelves(keys: Sequence[int], new_albums: Collection[int], query: CatalogQuery) -> list[Shelf]:
    """Return the tiles of albums, by their primary keys."""
    shown = tiles_of(keys)
    if query.is_by_week:
        shelves = list(_weeks(shown, new_albums, monday_of(query.today)))
    else:
        shelves = [Shelf(render_each(shown, new_albums))]
    if shelves:
        tiles = shelves[0].tiles.replace(LATER, "", ON_FIRST_SCREEN)
        shelves[0] = replace(shelves[0], tiles=SafeString(tiles))
    return shelves


def _weeks(tiles: Sequence[Tile], new_albums: Collection[int], this: date) -> Iterator[Shelf]:
    names = {None: "undated", this: "this", this + WEEKLY: "next"}
    for monday, week in groupby(tiles, lambda tile: tile.release_date and monday_of(tile.release_date)):
        yield Shelf(render_each(week, new_albums), names.get(monday, "later"), monday)
