"""Motifs in rank and file: War, Action, Documentary."""

from __future__ import annotations

import math

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import around, circle, outline, polygon, rect, ring, star, stroke, turned


def ranks(c: Canvas) -> str:
    """Ranks of blocks in which some are missing."""
    columns = c.count(0, 5, 6)
    cell = WIDTH / columns
    rows = math.ceil(c.height / cell)
    bright = c.count(1, 1, columns - 2) + columns * int(c.middle / cell)
    parts = []
    for i in range(columns * rows):
        x, y = (i % columns) * cell, (i // columns) * cell
        missing = c.digest[(i * 7 + 3) % 32] % 5 == 0
        colour = c.pop if i == bright else (c.first, c.second)[i // columns % 3 == 2]
        if not missing or i == bright:
            parts.append(rect(x + cell * 0.2, y + cell * 0.16, cell * 0.6, cell * 0.68, colour))
    return "".join(parts)


def chevrons(c: Canvas) -> str:
    """Chevrons, one above the other."""
    up, thick = c.side(0), c.room * 0.13
    rise = c.between(1, 22, 32) * up
    bright = 2
    parts = []
    for i in range(-3, 9):
        y = c.top + c.room * (0.02 + 0.235 * i)
        points = (
            (0, y + rise),
            (50, y),
            (100, y + rise),
            (100, y + rise + thick),
            (50, y + thick),
            (0, y + rise + thick),
        )
        parts.append(polygon(points, c.pop if i == bright else (c.first, c.second)[i % 2]))
    return "".join(parts)


def diagonal_bars(c: Canvas) -> str:
    """Bars that rush across at an angle, of unequal length."""
    angle, step = -c.between(0, 24, 40), 15.0
    side = c.side(1)
    rows = math.ceil((c.height + 90) / step)
    bright = rows // 2 + c.count(2, -1, 0)
    parts = []
    for i in range(rows):
        start = -40 + 90 * c.digest[(i * 3 + 8) % 32] / 255
        colour = c.pop if i == bright else (c.first, c.second)[i % 2]
        length = 46.0 if i == bright else 190.0
        parts.append(rect(start, -45 + i * step, length, step * 0.62, colour))
    return (
        turned(angle * side, 50, c.height / 2, *parts)
        if side > 0
        else _mirrored(turned(angle, 50, c.height / 2, *parts))
    )


def burst(c: Canvas) -> str:
    """A jagged burst."""
    points, turn = c.count(0, 9, 12), c.between(1, 0, 30)
    x, y, r = 50 + c.between(2, -5, 5), c.middle, c.reach
    return "".join(
        [
            star(x, y, r * 1.02, c.first, points, 0.68, turn),
            star(x, y, r * 0.7, c.second, points, 0.6, turn + 12),
            star(x, y, r * 0.34, c.pop, points, 0.56, turn),
        ]
    )


def contact_sheet(c: Canvas) -> str:
    """A contact sheet with one frame ringed."""
    columns = c.count(0, 3, 4)
    wide = WIDTH / columns
    high = wide * 0.78
    rows = math.ceil(c.height / high)
    target = (c.count(1, 0, columns - 1), max(0, int((c.middle - high / 2) / high)))
    parts = []
    for i in range(columns * rows):
        x, y = (i % columns) * wide, (i // columns) * high
        colour = c.second if c.digest[(i * 5 + 2) % 32] % 4 == 0 else c.first
        parts.append(rect(x + 1.6, y + 1.6, wide - 3.2, high - 3.2, colour))
    x, y = (target[0] + 0.5) * wide, (target[1] + 0.5) * high
    oval = ring(0, 0, 1, c.pop, 0.11)
    scaled = (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate(-5) scale({wide * 0.54:.1f} {high * 0.6:.1f})">{oval}</g>'
    )
    return "".join([*parts, scaled])


def aperture(c: Canvas) -> str:
    """The blades of a lens around its opening."""
    x, y, r = 50.0, c.middle, c.reach * 0.92
    turn, hole = c.between(0, 0, 60), c.between(1, 0.32, 0.46)
    inner = [around(x, y, r * hole, turn + 60 * i) for i in range(6)]
    rim = [around(x, y, r, turn + 60 * i + 66) for i in range(6)]
    blades = "".join(f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}" for (ax, ay), (bx, by) in zip(inner, rim, strict=True))
    return "".join(
        [
            circle(x, y, r, c.first),
            polygon(inner, c.second),
            stroke(blades + outline(inner), c.ground, 2),
            circle(x, y, r * hole * 0.36, c.pop),
        ]
    )


def _mirrored(part: str) -> str:
    """A part seen in a mirror."""
    return f'<g transform="matrix(-1 0 0 1 {WIDTH:.0f} 0)">{part}</g>'


WAR = (ranks, chevrons)
ACTION = (diagonal_bars, burst)
DOCUMENTARY = (contact_sheet, aperture)
