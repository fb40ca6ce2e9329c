"""The canvas for covers: 640 units square, drawn as SVG."""

from collections.abc import Callable, Iterable
from math import cos, pi, sin
from random import Random
from typing import TypeAlias

from demo.covers.palettes import Palette

EDGE = 640
TURN = 2 * pi
Point: TypeAlias = tuple[float, float]


class Sleeve:
    """A cover being drawn; later shapes cover earlier ones."""

    def __init__(self, random: Random, palette: Palette) -> None:
        self.random = random
        self.palette = palette
        self._shapes: list[str] = []
        self._gradients: list[str] = []

    def maybe_on_paper(self, chance: float = 0.35) -> None:
        """Sometimes switch to a light background."""
        if self.random.random() < chance:
            self.palette = self.palette.inverted()

    def fill(self, paint: str | None = None) -> None:
        """Fill the canvas with a colour or a gradient; the background colour by default."""
        self._shapes.append(f'<rect width="{EDGE}" height="{EDGE}" fill="{paint or self.palette.ground}"/>')

    def shape(self, points: Iterable[Point], paint: str, opacity: float = 1) -> None:
        corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        self._shapes.append(f'<polygon points="{corners}" fill="{paint}"{faint(opacity)}/>')

    def box(self, left: float, top: float, right: float, bottom: float, paint: str, opacity: float = 1) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], paint, opacity)

    def facet(self, points: Iterable[Point], paint: str) -> None:
        """Draw a polygon without a visible seam to its neighbours."""
        self.path(f"{through(points)}Z", paint, 1.2, fill=paint)

    def disc(self, centre: Point, radius: float, paint: str, opacity: float = 1) -> None:
        self._shapes.append(f'<circle {at(centre)} r="{radius:.1f}" fill="{paint}"{faint(opacity)}/>')

    def ring(self, centre: Point, radius: float, paint: str, width: float, opacity: float = 1, dash: str = "") -> None:
        """Draw a circle's outline; `dash` is an SVG dash pattern, which starts at a random point."""
        offset = self.random.uniform(0, TURN * radius)
        dashed = f' stroke-dasharray="{dash}" stroke-dashoffset="{offset:.0f}"' if dash else ""
        self._shapes.append(
            f'<circle {at(centre)} r="{radius:.1f}" fill="none" stroke="{paint}" '
            f'stroke-width="{width:.1f}"{faint(opacity)}{dashed}/>'
        )

    def path(self, drawn: str, paint: str, width: float = 0, opacity: float = 1, fill: str = "none") -> None:
        """Draw an SVG path: filled with `paint` unless it has a width, then stroked with it."""
        line = f' stroke="{paint}" stroke-width="{width:.1f}" stroke-linejoin="round"' if width else ""
        self._shapes.append(f'<path d="{drawn}" fill="{fill if width else paint}"{line}{faint(opacity)}/>')

    def line(self, points: Iterable[Point], paint: str, width: float, opacity: float = 1) -> None:
        self.path(through(points), paint, width, opacity)

    def vertical(self, *stops: str) -> str:
        """Return a vertical gradient."""
        return self._gradient("linearGradient", 'x1="0" x2="0" y1="0" y2="1"', [(stop, 1) for stop in stops])

    def glow(self, paint: str, strength: float = 1) -> str:
        """Return a radial gradient from a colour to transparent."""
        stops = [(paint, strength), (paint, strength * 0.45), (paint, strength * 0.12), (paint, 0)]
        return self._gradient("radialGradient", "", stops)

    def shaded(self, lit: str, dark: str) -> str:
        """Return a gradient for a sphere lit from the upper left."""
        return self._gradient("radialGradient", 'cx=".34" cy=".3" r=".75"', [(lit, 1), (dark, 1)])

    def _gradient(self, kind: str, attributes: str, stops: list[tuple[str, float]]) -> str:
        name = f"g{len(self._gradients)}"
        steps = "".join(
            f'<stop offset="{index / (len(stops) - 1):.3f}" stop-color="{colour}"'
            + (f' stop-opacity="{opacity:.3f}"' if opacity < 1 else "")
            + "/>"
            for index, (colour, opacity) in enumerate(stops)
        )
        self._gradients.append(f'<{kind} id="{name}" {attributes}>{steps}</{kind}>')
        return f"url(#{name})"

    def svg(self) -> str:
        """Return the SVG with the placeholder SIZE for its width and height."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="SIZE" height="SIZE" viewBox="0 0 {EDGE} {EDGE}">'
        return f"{head}<defs>{''.join(self._gradients)}</defs>{''.join(self._shapes)}</svg>"


Composition: TypeAlias = Callable[[Sleeve], None]


def at(point: Point) -> str:
    """Return a circle's centre as SVG attributes."""
    return f'cx="{point[0]:.1f}" cy="{point[1]:.1f}"'


def faint(opacity: float) -> str:
    """Return an SVG opacity attribute, empty if opaque."""
    return f' opacity="{opacity:.2f}"' if opacity < 1 else ""


def through(points: Iterable[Point]) -> str:
    """Return an SVG path of straight lines."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def polar(centre: Point, radius: float, angle: float) -> Point:
    """`angle` is in radians."""
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def swell(random: Random, waves: int = 4, roughness: float = 0.5) -> Callable[[float], float]:
    """Return a random smooth curve over 0…1 with values between about -1 and 1."""
    parts = [(random.uniform(0, TURN), (number + random.uniform(0.4, 1.2))) for number in range(waves)]
    weight = sum(roughness**number for number in range(waves))
    return lambda x: (
        sum(roughness**n * sin(TURN * speed * x * (1 + n * 0.6) + start) for n, (start, speed) in enumerate(parts))
        / weight
    )
