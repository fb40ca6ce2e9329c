"""Draws album covers from ids: abstract sleeves for progressive music, no two alike."""

from functools import lru_cache

from demo.covers import circles, geometry, landscapes, lines, weather
from demo.covers.palettes import PALETTES
from demo.covers.sleeve import Composition, Sleeve
from demo.spotify_ids import seeded

COMPOSITIONS: tuple[Composition, ...] = (
    *circles.COMPOSITIONS,
    *lines.COMPOSITIONS,
    *landscapes.COMPOSITIONS,
    *geometry.COMPOSITIONS,
    *weather.COMPOSITIONS,
)


def cover_svg(album_id: str, size: int) -> str:
    """Return the cover of an album as SVG, `size` pixels wide and high."""
    return drawing(album_id).replace("SIZE", str(size), 2)


@lru_cache(maxsize=1000)
def drawing(album_id: str) -> str:
    """Return the SVG of a cover whose size is still to be filled in."""
    random = seeded("cover", album_id)
    sleeve = Sleeve(random, random.choice(PALETTES))
    random.choice(COMPOSITIONS)(sleeve)
    return sleeve.svg()
