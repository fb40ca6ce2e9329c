"""Draws covers for albums that have none: letters and lines in odd metres, always the same for the same name."""

import hashlib
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from django.templatetags.static import static

HUES = 18
"""Steps of twenty degrees on the circle of colours; the stylesheet knows them by number."""

DISTANCES = ("near", "across", "far")
"""How far the second hue lies from the first; the stylesheet knows them by name."""

METRES = (5, 7, 11)
VARIANTS = 24
"""Drawings in each metre: few enough for one file, which a browser fetches once for all pages."""

DRAWINGS = "catalog/images/drawings.svg"
"""The file of all drawings, as `all_drawings` makes it."""

SMALL_WORDS = {"a", "an", "and", "de", "der", "die", "for", "in", "la", "le", "of", "on", "the", "to", "und"}
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Stroke:
    """Lines of one width across the square of 100 units, as the data of a path."""

    path: str
    width: int


@dataclass(frozen=True)
class Placeholder:
    """What the template draws."""

    initials: str
    hue: int
    distance: str
    drawing: str
    """The id of the lines in the file of all drawings."""
    x: int
    y: int
    size: int

    @property
    def values(self) -> dict[str, str]:
        """What the template shows, each as HTML: initials are letters or digits."""
        return {
            "hue": str(self.hue),
            "distance": self.distance,
            "lines": f"{_address()}#{self.drawing}",
            "x": str(self.x),
            "y": str(self.y),
            "size": str(self.size),
            "initials": self.initials,
        }


def draw(artist: str, title: str) -> Placeholder:
    """Return the placeholder of an album: seven bars, five rings or eleven slanted lines behind its initials."""
    name = f"{artist}\x1f{title}".encode("utf-8", "replace")
    number = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
    letters = initials(title) or initials(artist) or "?"
    number, hue = divmod(number, HUES)
    number, distance = divmod(number, len(DISTANCES))
    number, metre = divmod(number, len(METRES))
    number, variant = divmod(number, VARIANTS)
    number, left = divmod(number, 7)
    return Placeholder(
        initials=letters,
        hue=hue,
        distance=DISTANCES[distance],
        drawing=f"d{metre * VARIANTS + variant}",
        x=-3 - left,
        y=101 + number % 12,
        size=92 if len(letters) == 1 else 74,
    )


def all_drawings() -> str:
    """Return the file of all drawings. What refers to one gives its lines their colour."""
    drawings = itertools.product(METRES, range(VARIANTS))
    groups = (f'<g id="d{number}">{_as_paths(strokes(*drawing))}</g>\n' for number, drawing in enumerate(drawings))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(groups)}</svg>\n'


def _as_paths(strokes: Iterable[Stroke]) -> str:
    return "".join(f'<path d="{stroke.path}" stroke-width="{stroke.width}"/>' for stroke in strokes)


@cache
def _address() -> str:
    return static(DRAWINGS)


def initials(name: str) -> str:
    """Return the first letters of the first two words that carry weight, or of the only one."""
    words = WORD.findall(name)
    weighty = [word for word in words if word.casefold() not in SMALL_WORDS] or words
    return "".join(word[0].upper()[0] for word in weighty[:2])


def strokes(metre: int, variant: int) -> tuple[Stroke, ...]:
    """Return the lines of a drawing, those of one width together."""
    random = Random(metre * VARIANTS + variant)  # noqa: S311 - a drawing, no secret
    return tuple({5: _rings, 7: _bars, 11: _slants}[metre](random))


def _bars(random: Random) -> Iterable[Stroke]:
    """Draw seven bars grouped as two, two and three."""
    groups = random.choice(((2, 2, 3), (2, 3, 2), (3, 2, 2)))
    x, width = random.randint(4, 10), random.randint(4, 6)
    path = ""
    for size in groups:
        for place in range(size):
            bottom = 100 if place == 0 else random.randrange(30, 90, 5)
            path += f"M{x} 0V{bottom}"
            x += width * 7 // 4
        x += width
    yield Stroke(path, width)


def _rings(random: Random) -> Iterable[Stroke]:
    """Draw five rings about a point, like the grooves of a record that lies half outside."""
    x, y = random.choice((18, 50, 84)), random.choice((8, 30, 46))
    gap = random.randint(11, 15)
    fine, bold = random.randint(1, 3), random.randint(4, 6)
    for width, numbers in ((bold, (1, 3, 5)), (fine, (2, 4))):
        yield Stroke("".join(_ring(x, y, number * gap) for number in numbers), width)


def _ring(x: int, y: int, radius: int) -> str:
    arc = f"a{radius} {radius} 0 1 0"
    return f"M{x - radius} {y}{arc} {2 * radius} 0{arc}-{2 * radius} 0"


def _slants(random: Random) -> Iterable[Stroke]:
    """Draw eleven lines that lean the same way, heavier from the left to the right."""
    lean = random.choice((-60, -35, 35, 60))
    fine = random.randint(1, 2)
    for step, numbers in enumerate((range(4), range(4, 8), range(8, 11))):
        path = "".join(f"M{number * 15 - 10 - lean // 2}-5l{lean} 110" for number in numbers)
        yield Stroke(path, fine + step * random.randint(1, 2))
