"""Compositions of circles: rings, eclipses, orbits, spirals, petals."""

from math import pi, sqrt

from demo.covers.sleeve import EDGE, TURN, Composition, Point, Sleeve, polar

MIDDLE: Point = (EDGE / 2, EDGE / 2)
GOLDEN_ANGLE = pi * (3 - sqrt(5))


def rings(sleeve: Sleeve) -> None:
    """Concentric, broken rings around a small sun."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.maybe_on_paper()
    palette = sleeve.palette
    sleeve.fill()
    centre = random.choice([MIDDLE, (EDGE * 0.5, EDGE * 0.82), (EDGE * 0.24, EDGE * 0.28), (EDGE * 0.74, EDGE * 0.66)])
    count = random.choice((7, 9, 11, 13))
    step = random.uniform(34, 46) if centre != MIDDLE else 285 / count
    width = step * random.choice((0.28, 0.55, 0.86))
    for number, colour in enumerate(palette.ramp(count, 0.85, 0.3), 1):
        radius = step * (number + 0.6)
        parts = random.choice((1, 3, 5, 7))
        length = TURN * radius / parts
        dash = "" if random.random() < 0.4 else f"{length * random.uniform(0.55, 0.9):.0f} {length:.0f}"
        sleeve.ring(centre, radius, colour, width, dash=dash)
    sleeve.disc(centre, step * 0.75, palette.accent)


def eclipse(sleeve: Sleeve) -> None:
    """A dark disc in front of a corona of rays."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(random.uniform(0.12, 0.3))))
    centre = (EDGE / 2, EDGE * random.uniform(0.42, 0.52))
    radius = random.uniform(120, 165)
    sleeve.disc(centre, radius * 2.5, sleeve.glow(palette.at(0.62), 0.9))
    rays = random.choice((77, 121, 165))
    for number in range(rays):
        angle = TURN * number / rays
        reach = radius * (1.12 + 0.75 * random.random() ** 3)
        sleeve.line(
            [polar(centre, radius, angle), polar(centre, reach, angle)], palette.at(random.uniform(0.6, 1)), 1.6, 0.75
        )
    sleeve.disc(centre, radius * 1.03, palette.brightest)
    sleeve.disc((centre[0] + 5, centre[1] + 5), radius, palette.ground)
    for number in range(random.choice((0, 3, 5))):
        sleeve.ring(centre, radius * (1.7 + 0.28 * number), palette.brightest, 0.8, 0.35)


def orbits(sleeve: Sleeve) -> None:
    """A ringed planet with moons."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.22)))
    stars(sleeve, 90)
    centre = (EDGE * random.uniform(0.36, 0.64), EDGE * random.uniform(0.42, 0.6))
    radius = random.uniform(95, 150)
    sleeve.disc(centre, radius * 2, sleeve.glow(palette.at(0.55), 0.5))
    tilt = random.uniform(-32, 32)
    bands = [(radius * (1.45 + 0.13 * number), palette.at(0.9 - 0.13 * number)) for number in range(5)]
    for across, colour in bands:
        sleeve.path(half_ellipse(centre, across, across * 0.24, tilt, upper=True), colour, 7, 0.85)
    sleeve.disc(centre, radius, sleeve.shaded(palette.at(0.85), palette.at(0.3)))
    for across, colour in bands:
        sleeve.path(half_ellipse(centre, across, across * 0.24, tilt, upper=False), colour, 7, 0.85)
    for _ in range(random.choice((1, 2, 3))):
        moon = polar(centre, radius * random.uniform(2, 2.7), random.uniform(0, TURN))
        sleeve.disc(moon, random.uniform(6, 24), sleeve.shaded(palette.accent, palette.at(0.25)))


def half_ellipse(centre: Point, across: float, down: float, tilt: float, *, upper: bool) -> str:
    """`tilt` is in degrees."""
    angle = tilt * pi / 180
    start, end = polar(centre, -across, angle), polar(centre, across, angle)
    sweep = 1 if upper else 0
    return f"M{start[0]:.1f} {start[1]:.1f}A{across:.1f} {down:.1f} {tilt:.1f} 0 {sweep} {end[0]:.1f} {end[1]:.1f}"


def stars(sleeve: Sleeve, count: int, lowest: float = EDGE) -> None:
    """Scatter stars above `lowest`."""
    random = sleeve.random
    for _ in range(count):
        place = (random.uniform(0, EDGE), random.uniform(0, lowest))
        sleeve.disc(place, random.choice((0.7, 0.9, 1.2, 1.9)), sleeve.palette.brightest, random.uniform(0.3, 0.95))


def seeds(sleeve: Sleeve) -> None:
    """Dots on a golden spiral, as in a sunflower."""
    random = sleeve.random
    sleeve.maybe_on_paper()
    palette = sleeve.palette
    sleeve.fill()
    count, grows = random.choice((210, 320, 430)), random.choice((True, False))
    twist = GOLDEN_ANGLE + random.choice((0, 0, 0.0021, -0.0034))
    for number in range(6, count):
        share = number / count
        size = 282 / sqrt(count) * (0.25 + 0.7 * (share if grows else 1 - share))
        place = polar(MIDDLE, 292 * sqrt(share), number * twist)
        colour = palette.accent if number % 55 == 0 else palette.at(0.3 + 0.7 * share)
        sleeve.disc(place, size, colour)


def petals(sleeve: Sleeve) -> None:
    """A rosette of overlapping petals in three layers."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.maybe_on_paper(0.4)
    palette = sleeve.palette
    sleeve.fill()
    count = random.choice((5, 7, 9, 11))
    turn = random.uniform(0, TURN)
    for layer, (reach, share) in enumerate(((300, 0.4), (225, 0.62), (150, 0.85))):
        for number in range(count):
            angle = turn + TURN * (number + layer / 2) / count
            sleeve.path(petal(reach, angle, 0.9 * TURN / count), palette.at(share), opacity=0.62)
    sleeve.disc(MIDDLE, 44, palette.accent)
    sleeve.disc(MIDDLE, 20, palette.ground)


def petal(reach: float, angle: float, spread: float) -> str:
    tip = polar(MIDDLE, reach, angle)
    left, right = polar(MIDDLE, reach * 0.62, angle - spread), polar(MIDDLE, reach * 0.62, angle + spread)
    middle = f"{MIDDLE[0]:.0f} {MIDDLE[1]:.0f}"
    curve = f"Q{left[0]:.1f} {left[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}Q{right[0]:.1f} {right[1]:.1f} {middle}Z"
    return f"M{middle}{curve}"


COMPOSITIONS: tuple[Composition, ...] = (rings, eclipse, orbits, seeds, petals)
