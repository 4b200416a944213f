"""Motifs of the stage: Comedy, Drama."""

from __future__ import annotations

import math

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import along, around, circle, ellipse, half_disc, path, polygon, rect, stroke, turned


def half_discs(c: Canvas) -> str:
    """A pattern of half discs that face all ways."""
    columns = c.count(0, 3, 4)
    cell = WIDTH / columns
    rows = math.ceil(c.height / cell)
    bright = c.count(1, 0, columns * max(1, int(c.room / cell)) - 1) + columns * int(c.top / cell)
    parts = []
    for i in range(columns * rows):
        x, y = (i % columns + 0.5) * cell, (i // columns + 0.5) * cell
        value = c.digest[(i * 5 + 7) % 32] + 11 * i
        turn = 90 * (value % 4)
        px, py = around(x, y, cell / 4 - cell * 0.02, turn + 90)
        colour = c.pop if i == bright else (c.first, c.second, c.first)[value // 4 % 3]
        if value % 7 or i == bright:
            parts.append(half_disc(px, py, cell * 0.46, colour, turn))
    return "".join(parts)


def bowler(c: Canvas) -> str:
    """A bowler hat."""
    x, y, r = 50.0, c.middle + c.reach * 0.3, c.reach * 0.62
    tilt = c.side(0) * c.between(1, 5, 14)
    brim = along("M", x - r * 1.5, y - r * 0.08, "Q", x, y + r * 0.62, x + r * 1.5, y - r * 0.08)
    crown = along("M", x - r, y, "V", y - r * 0.5, "A", r, r * 0.98, " 0 0 1 ", x + r, y - r * 0.5, "V", y, "z")
    band = rect(x - r, y - r * 0.32, 2 * r, r * 0.34, c.pop)
    return turned(tilt, x, y, path(crown, c.first), band, stroke(brim, c.second, r * 0.26))


def bow_tie(c: Canvas) -> str:
    """A bow tie."""
    x, y, r, tilt = 50.0, c.middle, c.reach * 0.92, c.side(0) * c.between(1, 4, 22)
    wings = []
    for side, colour in ((-1, c.first), (1, c.second)):
        far = x + side * r
        wings.append(
            path(
                along("M", x, y - r * 0.1, "L", far, y - r * 0.58, "Q", far + side * r * 0.16, y, far, y + r * 0.58)
                + along("L", x, y + r * 0.1, "z"),
                colour,
            )
        )
    knot = rect(x - r * 0.19, y - r * 0.21, r * 0.38, r * 0.42, c.pop, r * 0.08)
    return turned(tilt, x, y, *wings, knot)


def rays(c: Canvas) -> str:
    """Rays around a disc."""
    count, x, y = c.count(0, 9, 14), 50 + c.between(1, -10, 10), c.middle
    turn, far = c.between(2, 0, 40), 190
    step = 360 / count
    wedges = [
        polygon(((x, y), around(x, y, far, turn + step * i), around(x, y, far, turn + step * (i + 0.5))), c.first)
        for i in range(count)
    ]
    return "".join([*wedges, circle(x, y, c.reach * 0.4, c.second), circle(x, y, c.reach * 0.24, c.pop)])


def balls(c: Canvas) -> str:
    """Balls in the air."""
    side, s = c.side(0), c.room / 100
    spots = (
        (26, 30, 21),
        (72, 22, 14),
        (58, 72, 25),
        (16, 78, 13),
        (90, 56, 13),
        (52, 41, 5),
        (34, 99, 10),
        (88, 96, 9),
    )
    turn = c.count(1, 0, 3)
    parts = []
    for i, (x, y, r) in enumerate(spots):
        colour = c.pop if i == (1, 3, 4, 1)[turn] else (c.first, c.second, c.first)[(i + turn) % 3]
        parts.append(circle(50 + side * (x - 50), c.top + y * s, r * min(1, 0.08 + s * 0.92), colour))
    return "".join(parts)


def split_disc(c: Canvas) -> str:
    """A disc in two halves that have slipped."""
    x, y, r, turn = 50.0, c.middle, c.reach * 0.7, c.between(0, -70, 70)
    dx, dy = around(0, 0, r * c.between(1, 0.16, 0.3), turn)
    dot = around(x, y, r * 1.16, turn + c.side(2) * 90)
    return "".join(
        [
            half_disc(x - dx, y - dy, r, c.first, turn),
            half_disc(x + dx, y + dy, r, c.second, turn + 180),
            circle(*dot, r * 0.12, c.pop),
        ]
    )


def spotlight(c: Canvas) -> str:
    """Somebody small in a spotlight."""
    side, floor = c.side(0), c.bottom - c.room * 0.09
    x, wide, deep = 50 + side * c.between(1, 2, 8), 38.0, max(4.0, c.room * 0.07)
    source = 50 - side * 34
    height = c.room * 0.3
    beam = ((source - 5, 0), (source + 12, 0), (x + wide, floor), (x - wide, floor))
    return "".join(
        [
            polygon(beam, c.first),
            ellipse(x, floor, wide, deep, c.second),
            rect(x - 3, floor - height, 6, height, c.ground, 3),
            circle(x, floor - height - 5.5, 4.6, c.pop),
        ]
    )


def curtain(c: Canvas) -> str:
    """A curtain that opens, under a bright rail."""
    folds, step = 9, WIDTH / 9
    parts = []
    for i in range(folds):
        away = abs(i - (folds - 1) / 2) / ((folds - 1) / 2)
        low = c.top + c.room * (c.between(0, 0.3, 0.5) + 0.6 * away**1.6)
        parts.append(rect(i * step, -8, step * 0.94, low + 8, (c.first, c.second)[i % 2], step / 2))
    floor = ellipse(50, c.height + 4, 56, c.height - c.bottom + 10, c.first)
    return "".join([floor, *parts, rect(0, 0, WIDTH, 5, c.pop)])


def stairs(c: Canvas) -> str:
    """Stairs up to a disc."""
    side, count = c.side(0), c.count(1, 4, 5)
    step, rise = WIDTH / count, c.room * 0.74 / count
    parts = []
    for i in range(count):
        x = i * step if side > 0 else WIDTH - (i + 1) * step
        top = c.bottom - rise * (i + 0.7)
        parts.append(rect(x, top, step + 0.2, c.height - top, (c.first, c.second)[i % 2]))
    r = c.reach * 0.26
    return "".join([*parts, circle(50 - side * 26, c.top + c.room * 0.3, r, c.pop)])


def window(c: Canvas) -> str:
    """A window with four panes, one of them lit."""
    high, wide = c.room * 0.76, min(62.0, c.room * 0.76)
    x, y = 50 - wide / 2, c.top + c.room * 0.07
    lit = c.count(0, 0, 3)
    gap = 2.4
    parts = []
    for i in range(4):
        px, py = x + (i % 2) * (wide + gap) / 2, y + (i // 2) * (high + gap) / 2
        colour = c.pop if i == lit else (c.second if (i % 3 == 0) == (c.side(1) > 0) else c.first)
        parts.append(rect(px, py, (wide - gap) / 2, (high - gap) / 2, colour))
    return "".join([*parts, rect(x - 7, y + high + 3, wide + 14, 4.4, c.first)])


def umbrella(c: Canvas) -> str:
    """An umbrella, one panel of it bright."""
    x, r, tilt = 50.0, c.reach * 0.84, c.side(0) * c.between(1, 0, 20)
    y = c.middle - r * 0.06
    scallop = along("a", r / 3, r / 5, " 0 0 0 ", -r / 1.5, 0)
    canopy = path(along("M", x - r, y, "A", r, r, " 0 0 1 ", x + r, y) + 3 * scallop + "z", c.first)
    panel = along(
        "M", x - r / 3, y, "Q", x - r / 3.4, y - r * 0.8, x, y - r, "Q", x + r / 3.4, y - r * 0.8, x + r / 3, y
    )
    handle = along(
        "M", x, y - r * 1.1, "V", y + r * 0.72, "q", 0, r * 0.22, r * 0.16, r * 0.22, "t", r * 0.16, -r * 0.2
    )
    return turned(tilt, x, c.middle, stroke(handle, c.second, r * 0.09), canopy, path(f"{panel}{scallop}z", c.pop))


def arches(c: Canvas) -> str:
    """Arches within arches, and what stands in the last."""
    count, x = c.count(0, 4, 5), 50 + c.side(1) * c.between(2, 0, 12)
    parts, wide, floor = [], 44.0, c.height
    for i in range(count):
        half = wide * (count - i) / count
        top = c.top + c.room * (0.05 + 0.13 * i) + half
        arch = along("M", x - half, floor, "V", top, "A", half, half, " 0 0 1 ", x + half, top, "V", floor, "z")
        parts.append(path(arch, (c.first, c.second)[i % 2]))
    sill = max(c.bottom - c.room * 0.02, c.top)
    return "".join(
        [
            *parts,
            circle(x, sill - c.room * 0.13, 3.4, c.pop),
            rect(x - 2.4, sill - c.room * 0.13 + 4, 4.8, floor, c.pop, 2.4),
        ]
    )


def boat(c: Canvas) -> str:
    """A boat with two sails."""
    side, sea, s = c.side(0), c.bottom - c.room * 0.22, c.room / 100
    x, tall = 50 + side * c.between(1, -8, 8), c.room * 0.64
    wide = min(34.0, 40 * s)
    sails = polygon(((x, sea - 7), (x, sea - 7 - tall), (x + side * wide, sea - 7)), c.second)
    jib = polygon(
        ((x - side * 3, sea - 7), (x - side * 3, sea - 7 - tall * 0.78), (x - side * wide * 0.7, sea - 7)), c.pop
    )
    hull = (
        (x - side * wide * 0.9, sea - 4),
        (x + side * wide * 1.1, sea - 4),
        (x + side * wide * 0.7, sea + 8),
        (x - side * wide * 0.6, sea + 8),
    )
    swell = "".join(along("q", 6.25, -5, 12.5, 0) + along("t", 12.5, 0) for _ in range(5))
    waves = along("M", -12 + c.between(2, 0, 12), sea + 5) + swell + along("V", c.height, "H-12z")
    return "".join([sails, jib, polygon(hull, c.second), path(waves, c.first)])


COMEDY = (half_discs, bowler, bow_tie, rays, balls, umbrella)
DRAMA = (split_disc, spotlight, curtain, stairs, window, arches, boat)
