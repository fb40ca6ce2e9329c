"""Compositions of land and sky: mountains, sunsets, forests, monoliths, dunes."""

from demo.covers.circles import stars
from demo.covers.sleeve import EDGE, Composition, Point, Sleeve, swell


def mountains(sleeve: Sleeve) -> None:
    """Ridges that fade with distance, and a moon."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.at(0.55), palette.at(1)))
    moon = (EDGE * random.uniform(0.2, 0.8), EDGE * random.uniform(0.18, 0.36))
    radius = random.uniform(36, 92)
    sleeve.disc(moon, radius * 2.4, sleeve.glow(palette.brightest, 0.8))
    sleeve.disc(moon, radius, random.choice((palette.accent, palette.brightest)))
    count = random.choice((5, 6, 7))
    for number, colour in enumerate(palette.ramp(count, 0.72, 0.0)):
        top = EDGE * (0.4 + 0.55 * number / count)
        sleeve.shape([(0, EDGE), *ridge(sleeve, top, 95 - 6 * number), (EDGE, EDGE)], colour)


def ridge(sleeve: Sleeve, top: float, height: float) -> list[Point]:
    """Return the outline of a mountain range: a swell with sharp peaks on it."""
    random = sleeve.random
    wave = swell(random, 3, 0.6)
    points: list[Point] = []
    for step in range(54):
        rough = random.uniform(-0.11, 0.11) + (0.16 if step % 2 else 0)
        points.append((EDGE * step / 53, top - height * (wave(step / 53) + rough)))
    return points


def sunset(sleeve: Sleeve) -> None:
    """A sun cut by bars, reflected in water."""
    random, palette = sleeve.random, sleeve.palette
    horizon = EDGE * random.uniform(0.58, 0.7)
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.3), palette.at(0.62), palette.at(0.3), palette.ground))
    centre = (EDGE / 2 + random.choice((0, -90, 90)), horizon - random.uniform(30, 90))
    radius = random.uniform(130, 185)
    sleeve.disc(centre, radius * 1.9, sleeve.glow(palette.accent, 0.55))
    sleeve.disc(centre, radius, sleeve.vertical(palette.brightest, palette.accent))
    for number in range(6):
        y = centre[1] + radius * (0.08 + 0.15 * number)
        sleeve.box(0, y, EDGE, y + 3 + 2.6 * number, palette.at(0.36))
    sleeve.box(0, horizon, EDGE, EDGE, sleeve.vertical(palette.at(0.3), palette.ground))
    for number in range(17):
        y = horizon + 6 + number * (EDGE - horizon) / 17
        half = radius * (1 - number / 20) * random.uniform(0.35, 0.95)
        sleeve.box(centre[0] - half, y, centre[0] + half, y + 3.4, palette.at(0.8), 0.75 - number * 0.03)


def forest(sleeve: Sleeve) -> None:
    """Tree trunks in fog, lit from behind."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.at(0.55), palette.at(0.95), palette.at(0.5)))
    light = (EDGE * random.uniform(0.25, 0.75), EDGE * random.uniform(0.3, 0.5))
    sleeve.disc(light, 250, sleeve.glow(palette.brightest))
    sleeve.disc(light, random.uniform(30, 60), palette.accent)
    for share, count in ((0.66, 17), (0.42, 11), (0.2, 7), (0.0, 5)):
        for _ in range(count):
            x, width = random.uniform(-10, EDGE + 10), 5 + 30 * (0.7 - share) * random.uniform(0.5, 1.2)
            lean = random.uniform(-14, 14)
            foot = [(x + width * 0.75, EDGE), (x - width * 0.75, EDGE)]
            sleeve.shape([(x + lean - width * 0.3, 0), (x + lean + width * 0.3, 0), *foot], palette.at(share))
        ground = EDGE * (0.97 - share * 0.25)
        wave = swell(random, 3)
        hill = [(EDGE * step / 20, ground - 16 * wave(step / 20)) for step in range(21)]
        sleeve.shape([(0, EDGE), *hill, (EDGE, EDGE)], palette.at(share))


def monolith(sleeve: Sleeve) -> None:
    """A slab on a plain, with a halo behind it and a long shadow in front."""
    random, palette = sleeve.random, sleeve.palette
    horizon = EDGE * random.uniform(0.62, 0.74)
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.4), palette.at(0.85)))
    stars(sleeve, 50, EDGE * 0.4)
    x = EDGE * random.uniform(0.38, 0.62)
    width, height = random.uniform(64, 120), random.uniform(270, 380)
    halo = (x, horizon - height * 0.62)
    sleeve.disc(halo, 270, sleeve.glow(palette.brightest, 0.9))
    sleeve.ring(
        halo, random.uniform(140, 190), random.choice((palette.accent, palette.brightest)), random.choice((2, 9, 26))
    )
    sleeve.box(0, horizon, EDGE, EDGE, sleeve.vertical(palette.at(0.5), palette.at(0.1)))
    slant = random.uniform(-170, 170)
    shadow = [(x + slant + width * 1.4, EDGE), (x + slant - width * 1.4, EDGE)]
    sleeve.shape([(x - width / 2, horizon), (x + width / 2, horizon), *shadow], palette.ground, 0.75)
    foot, left, right = horizon + 8, x - width / 2, x + width / 2
    sleeve.box(left, foot - height, right, foot, palette.ground)
    side = right + width * 0.16
    sleeve.shape(
        [(right, foot - height), (side, foot - height + 12), (side, foot - 6), (right, foot)], palette.at(0.28)
    )


def dunes(sleeve: Sleeve) -> None:
    """Waves of sand or sea with lit crests."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.at(0.98), palette.at(0.7)))
    sun = (EDGE * random.uniform(0.15, 0.85), EDGE * random.uniform(0.14, 0.3))
    sleeve.disc(sun, random.uniform(34, 80), palette.accent)
    count = random.choice((8, 10, 13))
    for number in range(count):
        wave = swell(random, 2, 0.4)
        top = EDGE * (0.34 + 0.64 * number / count)
        crest = [(EDGE * step / 40, top - (18 + 4 * number) * wave(step / 40)) for step in range(41)]
        sleeve.shape([(0, EDGE), *crest, (EDGE, EDGE)], palette.at(0.78 - 0.78 * number / (count - 1)))
        sleeve.line(crest, palette.brightest, 1.6, 0.5)


COMPOSITIONS: tuple[Composition, ...] = (mountains, sunset, forest, monolith, dunes)
