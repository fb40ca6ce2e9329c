"""Compositions of lines: interference, ridges, pendulums, rays, contours."""

from math import exp, sin

from demo.covers.sleeve import EDGE, TURN, Composition, Point, Sleeve, polar, swell, through


def moire(sleeve: Sleeve) -> None:
    """Two sets of fine circles that interfere."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.5)
    palette = sleeve.palette
    sleeve.fill()
    step = random.uniform(15, 23)
    apart = random.uniform(50, 150)
    turn = random.uniform(0, TURN)
    for colour, direction in ((palette.at(0.62), turn), (palette.accent, turn + TURN / 2)):
        centre = polar((EDGE / 2, EDGE / 2), apart, direction)
        for number in range(1, int(520 / step)):
            sleeve.ring(centre, number * step, colour, step * 0.46, 0.9)


def ridges(sleeve: Sleeve) -> None:
    """Stacked lines that swell in the middle, like a pulsar plot."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.25)
    palette = sleeve.palette
    sleeve.fill()
    count = random.choice((29, 35, 41))
    peak, breadth = random.uniform(0.36, 0.64), random.uniform(0.14, 0.26)
    for number in range(count):
        y = 120 + 430 * number / (count - 1)
        wave = swell(random, 6, 0.85)
        xs = [step / 64 for step in range(65)]
        points = [
            (60 + 520 * x, y - 78 * exp(-(((x - peak) / breadth) ** 2)) * (0.55 + 0.45 * abs(wave(x * 3)) * 2))
            for x in xs
        ]
        colour = palette.at(0.45 + 0.55 * number / count)
        paint = palette.accent if number == count // 2 else colour
        sleeve.path(through(points), paint, 2, fill=palette.ground)


def pendulum(sleeve: Sleeve) -> None:
    """The trace of a harmonograph: two pendulums that slowly come to rest."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.maybe_on_paper(0.4)
    palette = sleeve.palette
    sleeve.fill()
    across, down = random.choice(((2, 3), (3, 4), (3, 5), (4, 5), (5, 7)))
    drift, start, fade = random.uniform(0.004, 0.012), random.uniform(0, TURN), random.uniform(0.006, 0.014)
    for share, paint in ((0.0, palette.at(0.55)), (0.6, palette.accent)):
        points: list[Point] = []
        for step in range(720):
            time = step * 0.062
            size = 285 * exp(-fade * time) * (1 - share * 0.28)
            points.append((320 + size * sin(across * time + start + share), 320 + size * sin((down + drift) * time)))
        sleeve.line(points, paint, 1.7, 0.9)


def prism(sleeve: Sleeve) -> None:
    """A ray that enters a prism and leaves it as a fan of colours."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill(sleeve.vertical(palette.ground, palette.at(0.18)))
    height = random.uniform(190, 250)
    apex, left, right = (
        (320, 330 - height / 2),
        (320 - height * 0.6, 330 + height / 2),
        (320 + height * 0.6, 330 + height / 2),
    )
    enter, leave = (320 - height * 0.28, 330 + 10), (320 + height * 0.28, 330)
    fan = random.choice((5, 7, 9))
    tilt = random.uniform(-30, 60)
    for number, colour in enumerate(palette.ramp(fan, 0.4, 1)):
        top = 300 + tilt + (number - fan / 2) * 40
        sleeve.shape([leave, (EDGE + 5, top), (EDGE + 5, top + 41)], colour, 0.92)
    sleeve.line([(-5, enter[1] + random.uniform(40, 120)), enter], palette.brightest, 5)
    sleeve.shape([apex, left, right], palette.at(0.16))
    sleeve.shape([enter, leave, (leave[0], leave[1] + 14), (enter[0], enter[1] + 2)], palette.brightest, 0.35)
    sleeve.line([apex, left, right, apex], palette.accent, 5)


def contours(sleeve: Sleeve) -> None:
    """Contour lines around two summits."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.35)
    palette = sleeve.palette
    sleeve.fill()
    centre = (random.uniform(180, 460), random.uniform(180, 460))
    wave = swell(random, 3, 0.6)
    count = random.choice((15, 19, 23))
    for number in range(count, 0, -1):
        share = number / count
        points = [
            polar(
                centre,
                560 * share**0.9 * (1 + 0.34 * wave(step / 90 * 0.999) * share**0.4 * blend(step / 90)),
                TURN * step / 90,
            )
            for step in range(90)
        ]
        sleeve.shape(points, palette.at(1 - share * 0.95))
    sleeve.disc(centre, 9, palette.accent)


def blend(share: float) -> float:
    """Return a weight that is zero at both ends, so that a closed curve joins smoothly."""
    return sin(share * TURN / 2) ** 0.7


def curtain(sleeve: Sleeve) -> None:
    """Swaying ribbons, like northern lights."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill()
    count = random.choice((9, 13, 17))
    sway = swell(random, 3)
    breadth = EDGE * 1.4 / count
    ys = [step / 30 for step in range(31)]
    for number, colour in enumerate(palette.ramp(count, 0.15, 0.95)):
        left, right = (
            [(-EDGE * 0.2 + breadth * edge + 120 * sway(y * 0.7 + edge * 0.04), EDGE * y) for y in ys]
            for edge in (number, number + 1)
        )
        sleeve.facet([*left, *right[::-1]], palette.accent if number == count * 2 // 3 else colour)


COMPOSITIONS: tuple[Composition, ...] = (moire, ridges, pendulum, prism, contours, curtain)
