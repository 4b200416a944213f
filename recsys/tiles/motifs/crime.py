"""Motifs of suspicion: Crime, Thriller."""

from __future__ import annotations

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import along, around, circle, numbers, polygon, rect, ring, stroke, turned


def bars(c: Canvas) -> str:
    """Prison bars, one of them bent."""
    count = c.count(0, 6, 8)
    step = WIDTH / count
    crooked = c.count(1, 2, count - 2)
    rail = c.top + c.room * 0.1
    parts = []
    for i in range(count):
        x = step * (i + 0.5)
        if i == crooked:
            lean = c.side(2) * step * 0.95
            data = along("M", x, 0, "V", rail, "L", x + lean, c.middle, "L", x, c.bottom, "V", c.height)
            parts.append(stroke(data, c.pop, step * 0.4))
        else:
            parts.append(rect(x - step * 0.24, 0, step * 0.48, c.height, c.first))
    rails = [rect(0, rail, WIDTH, 4.5, c.second), rect(0, c.bottom - c.room * 0.12, WIDTH, 4.5, c.second)]
    return "".join([*parts[:crooked], *parts[crooked + 1 :], *rails, parts[crooked]])


def fingerprint(c: Canvas) -> str:
    """A fingerprint: broken ridges around a tilted core."""
    x, y = 50 + c.between(0, -5, 5), c.middle + c.room * 0.06
    parts = []
    for i in range(1, 11):
        r = 4 + 7.5 * (i - 1)
        length = 6.28 * r
        gap = 6 + i
        share = (0.62, 0.34, 0.48, 0.27)[(i + c.count(1, 0, 3)) % 4]
        dashes = numbers(length * share - gap, gap, length * (0.8 - share) - gap * 0.5, gap) if i > 1 else ""
        colour = c.pop if i == 3 else (c.first, c.second)[i % 2]
        parts.append(turned((i * 73 + c.between(2, 0, 200)) % 360, x, y, ring(x, y, r, colour, 4, dashes)))
    tilt = c.side(3) * c.between(4, 6, 20)
    narrow = f"rotate({numbers(tilt, x, y)}) translate({numbers(x)} 0) scale(.8 1) translate({numbers(-x)} 0)"
    return f'<g transform="{narrow}">{"".join(parts)}</g>'


def vertigo_rings(c: Canvas) -> str:
    """Rings that slip to one side as they shrink."""
    angle, count = c.between(0, 0, 360), c.count(1, 5, 6)
    x, y, r = 50.0, c.middle, max(c.reach, 40) * 1.2
    slip = r / count * 0.4
    parts = []
    for i in range(count):
        px, py = around(x, y, slip * i, angle)
        parts.append(circle(px, py, r * (count - i) / count, (c.first, c.second)[i % 2]))
    px, py = around(x, y, slip * count, angle)
    return "".join([*parts, circle(px, py, r / count * 0.42, c.pop)])


def crack(c: Canvas) -> str:
    """A crack from edge to edge, and its bright echo."""
    side, x = c.side(0), 50 + c.between(1, -8, 8)
    steps, swing = 6, (9, -11, 6, -13, 10, -7, 5)
    points = [(x + side * swing[i], c.height * i / steps) for i in range(steps + 1)]
    edge = 0.0 if side > 0 else WIDTH
    left = polygon([(edge, 0.0), *points, (edge, c.height)], c.first)
    band = [*points, *((px + side * 15, py) for px, py in reversed(points))]
    return left + polygon([(px + side * 5, py) for px, py in band[: steps + 1]] + band[steps + 1 :], c.pop)


def nested_squares(c: Canvas) -> str:
    """Squares within squares, each turned a little further."""
    count, turn = c.count(0, 5, 6), c.side(1) * c.between(2, 6, 12)
    parts, half = [], max(c.reach * 1.3, 60)
    for i in range(count):
        size = half * (count - i) / count
        colour = c.pop if i == count - 1 else (c.first, c.second)[i % 2]
        parts.append(turned(turn * i, 50, c.middle, rect(50 - size, c.middle - size, 2 * size, 2 * size, colour)))
    return "".join(parts)


CRIME = (bars, fingerprint)
THRILLER = (vertigo_rings, crack, nested_squares)
