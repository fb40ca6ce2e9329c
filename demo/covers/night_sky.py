"""Compositions of the night sky: constellations, star trails, rain, a lighthouse, a comet."""

from demo.covers.circles import stars
from demo.covers.sleeve import EDGE, TURN, Composition, Point, Sleeve, polar, swell


def constellation(sleeve: Sleeve) -> None:
    """A star chart with an invented constellation."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.3)))
    stars(sleeve, 130)
    centre = (320, 320)
    for number in range(1, 5):
        sleeve.ring(centre, 72 * number, palette.at(0.7), 1.4, 0.7, dash="2 7" if number % 2 else "")
    for number in range(12):
        angle = TURN * number / 12
        sleeve.line([polar(centre, 72, angle), polar(centre, 288, angle)], palette.at(0.7), 1, 0.4)
    figure = [polar(centre, random.uniform(60, 265), TURN * (n + random.uniform(0, 0.8)) / 9) for n in range(9)]
    sleeve.line([*figure[: random.randint(6, 9)], figure[2]], palette.brightest, 2, 0.9)
    for place in figure:
        sleeve.disc(place, 20, sleeve.glow(palette.accent, 0.8))
        sleeve.disc(place, random.uniform(3.5, 7.5), palette.brightest)


def trails(sleeve: Sleeve) -> None:
    """Star trails around the pole, over a dark hill."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.38)))
    pole = (random.uniform(180, 460), random.uniform(150, 300))
    for number in range(64):
        radius = 10 + number * 8.2
        length = TURN * radius
        drawn = length * random.uniform(0.06, 0.22)
        gap = length / random.choice((2, 3, 4)) - drawn
        colour = palette.accent if random.random() < 0.07 else palette.at(random.uniform(0.55, 1))
        sleeve.ring(pole, radius, colour, random.choice((1.2, 1.8, 2.8)), 0.85, dash=f"{drawn:.0f} {max(gap, 4):.0f}")
    wave = swell(random, 3)
    hill = [(EDGE * step / 30, 540 - 50 * wave(step / 30)) for step in range(31)]
    sleeve.shape([(0, EDGE), *hill, (EDGE, EDGE)], palette.ground)


def rain(sleeve: Sleeve) -> None:
    """Slanting strokes of varying length, one in the accent colour."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.35)
    palette = sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.22)))
    slant = random.uniform(-0.45, 0.45)
    count = random.choice((44, 62, 80))
    for number in range(count):
        x, y = -90 + 820 * number / count, random.uniform(-120, 420)
        length = random.uniform(60, 380)
        lit = number == count // 2
        stroke: list[Point] = [(x, y), (x + slant * length, y + length)]
        sleeve.line(
            stroke,
            palette.accent if lit else palette.at(random.uniform(0.3, 1)),
            6 if lit else random.choice((2, 3, 5)),
        )


def lighthouse(sleeve: Sleeve) -> None:
    """Beams from a small light over dark water."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.32), palette.at(0.5)))
    stars(sleeve, 60, 300)
    lamp = (EDGE * random.choice((0.22, 0.3, 0.7, 0.78)), EDGE * random.uniform(0.36, 0.46))
    turn = random.uniform(-0.3, 0.3)
    for start in (turn, turn + TURN / 2):
        beam = [lamp, polar(lamp, 900, start - 0.13), polar(lamp, 900, start + 0.13)]
        sleeve.shape(beam, palette.brightest, 0.28)
        sleeve.shape([lamp, polar(lamp, 900, start - 0.05), polar(lamp, 900, start + 0.05)], palette.brightest, 0.4)
    sleeve.disc(lamp, 120, sleeve.glow(palette.accent))
    x, y = lamp
    sleeve.shape([(x - 13, y + 16), (x + 13, y + 16), (x + 24, 500), (x - 24, 500)], palette.ground)
    sleeve.disc(lamp, 13, palette.brightest)
    for number in range(9):
        wave = swell(random, 3)
        top = 485 + 18 * number
        crest = [(EDGE * step / 40, top - 9 * wave(step / 40 * 2)) for step in range(41)]
        sleeve.shape([(0, EDGE), *crest, (EDGE, EDGE)], palette.at(0.42 - 0.05 * number))


def comet(sleeve: Sleeve) -> None:
    """A ball of light with a long tail."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.2)))
    stars(sleeve, 80)
    head = (EDGE * random.uniform(0.24, 0.4), EDGE * random.uniform(0.58, 0.74))
    angle, radius = -random.uniform(0.5, 0.95), random.uniform(46, 74)
    for number in range(25):
        offset = (number - 12) / 12
        start = polar(head, radius * offset, angle + TURN / 4)
        end = polar(head, random.uniform(380, 760), angle + offset * 0.2)
        sleeve.line([start, end], palette.at(1 - abs(offset) * 0.6), 3.4, 0.8)
    sleeve.disc(head, radius * 2.6, sleeve.glow(palette.accent, 0.8))
    sleeve.disc(head, radius, sleeve.shaded(palette.brightest, palette.accent))


COMPOSITIONS: tuple[Composition, ...] = (constellation, trails, rain, lighthouse, comet)
