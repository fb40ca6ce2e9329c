"""Draws covers for albums that have none: letters and lines in odd metres, always the same for the same name."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

HUES = 18
"""Steps of twenty degrees on the circle of colours; the stylesheet knows them by number."""

DISTANCES = ("near", "across", "far")
"""How far the second hue lies from the first; the stylesheet knows them by name."""

SMALL_WORDS = {"a", "an", "and", "de", "der", "die", "for", "in", "la", "le", "of", "on", "the", "to", "und"}
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Line:
    """A line across the square of 100 units."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True)
class Ring:
    """A circle drawn as a line."""

    x: float
    y: float
    radius: float
    width: float


@dataclass(frozen=True)
class Stroke:
    """Lines of one width, as the data of a path."""

    path: str
    width: str


@dataclass(frozen=True)
class Placeholder:
    """What the template draws."""

    initials: str
    hue: int
    distance: str
    lines: tuple[Line, ...]
    rings: tuple[Ring, ...]
    x: float
    y: float
    size: float

    @property
    def strokes(self) -> list[Stroke]:
        """All lines and rings, those of one width together."""
        paths: dict[float, str] = {}
        for line in self.lines:
            path = f"M{line.x1:g} {line.y1:g} {line.x2:g} {line.y2:g}"
            paths[line.width] = paths.get(line.width, "") + path
        for ring in self.rings:
            arc = f"a{ring.radius:g} {ring.radius:g} 0 1 0"
            paths[ring.width] = (
                paths.get(ring.width, "")
                + f"M{ring.x - ring.radius:g} {ring.y:g}{arc} {2 * ring.radius:g} 0{arc}-{2 * ring.radius:g} 0"
            )
        return [Stroke(path, f"{width:g}") for width, path in paths.items()]


def draw(artist: str, title: str) -> Placeholder:
    """Return the placeholder of an album: seven bars, five rings or eleven slanted lines behind its initials."""
    digest = hashlib.blake2b(f"{artist}\x1f{title}".encode("utf-8", "replace"), digest_size=8).digest()
    random = Random(digest)  # noqa: S311 - a drawing, no secret
    letters = initials(title) or initials(artist) or "?"
    metre = random.choice((7, 5, 11))
    lines = tuple(_bars(random) if metre == 7 else _slants(random) if metre == 11 else ())
    return Placeholder(
        initials=letters,
        hue=random.randrange(HUES),
        distance=random.choice(DISTANCES),
        lines=lines,
        rings=tuple(_rings(random)) if metre == 5 else (),
        x=round(random.uniform(-9, -3), 1),
        y=round(random.uniform(101, 112), 1),
        size=92 if len(letters) == 1 else 74,
    )


def initials(name: str) -> str:
    """Return the first letters of the first two words that carry weight, or of the only one."""
    words = WORD.findall(name)
    weighty = [word for word in words if word.casefold() not in SMALL_WORDS] or words
    return "".join(word[0].upper()[0] for word in weighty[:2])


def _bars(random: Random) -> Iterator[Line]:
    """Draw seven bars grouped as two, two and three."""
    groups = random.choice(((2, 2, 3), (2, 3, 2), (3, 2, 2)))
    x, width = random.uniform(4, 10), random.uniform(3.5, 6.5)
    for size in groups:
        for place in range(size):
            bottom = 100 if place == 0 else random.uniform(30, 85)
            yield Line(round(x, 1), 0, round(x, 1), round(bottom, 1), round(width, 1))
            x += width * 1.75
        x += width * 1.1


def _rings(random: Random) -> Iterator[Ring]:
    """Draw five rings about a point, like the grooves of a record that lies half outside."""
    x, y = random.choice((18, 50, 84)), random.choice((8, 30, 46))
    gap = random.uniform(11, 15)
    for number in range(1, 6):
        width = round(random.uniform(1.2, 6), 1)
        yield Ring(x, y, round(number * gap, 1), width)


def _slants(random: Random) -> Iterator[Line]:
    """Draw eleven lines that lean the same way, each a little heavier than the one before."""
    lean = random.choice((-60, -35, 35, 60))
    for number in range(11):
        x = number * 15 - 10 - lean / 2
        yield Line(round(x, 1), -5, round(x + lean, 1), 105, round(0.8 + number * random.uniform(0.25, 0.55), 1))
