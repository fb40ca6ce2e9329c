"""Draws abstract album covers; each id gives a different one."""

from functools import lru_cache

from demo.covers import circles, geometry, landscapes, lines, night_sky
from demo.covers.palettes import PALETTES
from demo.covers.sleeve import Composition, Sleeve
from demo.spotify_ids import seeded

COMPOSITIONS: tuple[Composition, ...] = (
    *circles.COMPOSITIONS,
    *lines.COMPOSITIONS,
    *landscapes.COMPOSITIONS,
    *geometry.COMPOSITIONS,
    *night_sky.COMPOSITIONS,
)


def cover_svg(album_id: str, size: int) -> str:
    """`size` is the width and height in pixels."""
    return drawing(album_id).replace("SIZE", str(size), 2)


@lru_cache(maxsize=1000)
def drawing(album_id: str) -> str:
    """Return the SVG with the placeholder SIZE for its width and height."""
    random = seeded("cover", album_id)
    sleeve = Sleeve(random, random.choice(PALETTES))
    random.choice(COMPOSITIONS)(sleeve)
    return sleeve.svg()
