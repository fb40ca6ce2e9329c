"""Compositions of plain shapes: tiles, arches, cubes, shards, quarter circles."""

from math import sqrt

from demo.covers.sleeve import EDGE, Composition, Point, Sleeve


def tiles(sleeve: Sleeve) -> None:
    """Truchet tiles: two arcs each, randomly rotated, that join into long paths."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.45)
    palette = sleeve.palette
    sleeve.fill(palette.at(random.choice((0.0, 0.0, 0.25))))
    count = random.choice((5, 7, 8))
    side = EDGE / count
    layers = ((side * 0.46, palette.at(0.45)), (side * 0.26, palette.at(0.8)), (side * 0.08, palette.accent))
    turned = [[random.random() < 0.5 for _ in range(count)] for _ in range(count)]
    for width, colour in layers:
        for row in range(count):
            for column in range(count):
                sleeve.path(arcs(column * side, row * side, side, turned=turned[row][column]), colour, width)


def arcs(x: float, y: float, side: float, *, turned: bool) -> str:
    """Two quarter circles around opposite corners of a square."""
    half = side / 2
    if turned:
        return (
            f"M{x:.1f} {y + half:.1f}A{half:.1f} {half:.1f} 0 0 1 {x + half:.1f} {y + side:.1f}"
            f"M{x + half:.1f} {y:.1f}A{half:.1f} {half:.1f} 0 0 0 {x + side:.1f} {y + half:.1f}"
        )
    return (
        f"M{x + half:.1f} {y:.1f}A{half:.1f} {half:.1f} 0 0 1 {x:.1f} {y + half:.1f}"
        f"M{x + side:.1f} {y + half:.1f}A{half:.1f} {half:.1f} 0 0 0 {x + half:.1f} {y + side:.1f}"
    )


def quarters(sleeve: Sleeve) -> None:
    """A Bauhaus grid of quarter circles, discs and squares."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.5)
    palette = sleeve.palette
    sleeve.fill()
    count = random.choice((3, 4, 5))
    side = EDGE / count
    colours = [palette.at(0.25), palette.at(0.5), palette.at(0.75), palette.brightest, palette.accent]
    for cell in range(count * count):
        x, y = cell % count * side, cell // count * side
        back, front = random.sample(colours, 2)
        sleeve.box(x, y, x + side, y + side, back)
        kind = random.random()
        if kind < 0.62:
            sleeve.path(quarter(x, y, side, random.randrange(4)), front)
        elif kind < 0.8:
            sleeve.disc((x + side / 2, y + side / 2), side * random.choice((0.22, 0.36)), front)


def quarter(x: float, y: float, side: float, corner: int) -> str:
    """A quarter disc around one corner of a square."""
    corners: list[Point] = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    centre, start, end = corners[corner], corners[(corner + 1) % 4], corners[(corner + 3) % 4]
    arc = f"A{side:.1f} {side:.1f} 0 0 1 {end[0]:.1f} {end[1]:.1f}"
    return f"M{centre[0]:.1f} {centre[1]:.1f}L{start[0]:.1f} {start[1]:.1f}{arc}Z"


def arches(sleeve: Sleeve) -> None:
    """Nested gates with a light at the end."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.25)
    palette = sleeve.palette
    sleeve.fill(palette.at(0.1))
    count = random.choice((5, 7, 9))
    foot = EDGE * 0.9
    for number, colour in enumerate(palette.ramp(count, 0.18, 1)):
        share = 1 - number / count
        half, rise = 265 * share, 340 * share
        top = foot - rise
        sleeve.path(gate(half, top, foot), colour)
    sleeve.disc((320, foot - 340 / count * 0.9), 190 / count, palette.accent)
    for number, colour in enumerate(palette.ramp(6, 0.5, 0.15)):
        near, far, top = 60 + 46 * number, 106 + 46 * number, foot + 11 * number
        sleeve.shape([(320 - near, top), (320 + near, top), (320 + far, top + 11), (320 - far, top + 11)], colour)


def gate(half: float, top: float, foot: float) -> str:
    """A gate with a round arch; `half` is half its width."""
    arch = f"A{half:.1f} {half * 0.92:.1f} 0 0 1 {320 + half:.1f} {top:.1f}"
    return f"M{320 - half:.1f} {foot:.1f}V{top:.1f}{arch}V{foot:.1f}Z"


def cubes(sleeve: Sleeve) -> None:
    """Towers in isometric view."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.maybe_on_paper(0.4)
    palette = sleeve.palette
    sleeve.fill(sleeve.vertical(palette.at(0.05), palette.at(0.3)))
    count = random.choice((4, 5, 6))
    side = 300 / count
    across, down = side * sqrt(3) / 2, side / 2
    special = random.randrange(count * count)
    for cell in range(count * count):
        row, column = divmod(cell, count)
        height = side * random.choice((0.3, 0.7, 1.2, 1.9, 2.6))
        x, y = 320 + (column - row) * across, 370 + (column + row - count) * down
        light = palette.accent if cell == special else palette.at(0.95)
        tower(sleeve, (x, y - height), (across, down, height), (light, palette.at(0.62), palette.at(0.36)))


def tower(sleeve: Sleeve, top: Point, size: tuple[float, float, float], colours: tuple[str, str, str]) -> None:
    """Draw the roof, the left and the right side of a box."""
    (x, y), (across, down, height) = top, size
    east, south, west = (x + across, y + down), (x, y + 2 * down), (x - across, y + down)
    sleeve.shape([west, south, (south[0], south[1] + height), (west[0], west[1] + height)], colours[1])
    sleeve.shape([south, east, (east[0], east[1] + height), (south[0], south[1] + height)], colours[2])
    sleeve.shape([top, east, south, west], colours[0])


def shards(sleeve: Sleeve) -> None:
    """A low-poly surface, lit around a focus."""
    random, palette = sleeve.random, sleeve.palette
    sleeve.fill()
    count = random.choice((6, 8, 10))
    side = EDGE / (count - 1)
    shift = side * 0.42
    grid = [[(column * side + random.uniform(-shift, shift), row * side + random.uniform(-shift, shift))
             for column in range(-1, count + 1)] for row in range(-1, count + 1)]  # fmt: skip
    focus = (random.uniform(120, 520), random.uniform(120, 520))
    for row in range(count + 1):
        for column in range(count + 1):
            a, b, c, d = grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column]
            for facet in ([a, b, c], [a, c, d]) if random.random() < 0.5 else ([a, b, d], [b, c, d]):
                x, y = (sum(point[axis] for point in facet) / 3 for axis in (0, 1))
                far = sqrt((x - focus[0]) ** 2 + (y - focus[1]) ** 2) / 620
                colour = palette.at(1 - far * 1.1 + random.uniform(-0.09, 0.09))
                sleeve.facet(facet, palette.accent if random.random() < 0.015 else colour)


def slices(sleeve: Sleeve) -> None:
    """A disc cut into slices that have slipped sideways."""
    random = sleeve.random
    sleeve.maybe_on_paper(0.5)
    palette = sleeve.palette
    sleeve.fill()
    count = random.choice((13, 17, 21))
    radius, height = 235, 470 / count
    for number, colour in enumerate(palette.ramp(count, 0.4, 1)):
        y = 85 + number * height
        half = sqrt(max(radius**2 - (y + height / 2 - 320) ** 2, 0))
        slip = random.choice((-64, -36, -18, 0, 0, 0, 18, 36, 64))
        paint = palette.accent if number == count // 2 else colour
        sleeve.box(320 - half + slip, y, 320 + half + slip, y + height - 2, paint)


COMPOSITIONS: tuple[Composition, ...] = (tiles, quarters, arches, cubes, shards, slices)
