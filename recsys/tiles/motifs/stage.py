"""Motifs of the stage: Comedy, Drama, Musical."""

from __future__ import annotations

import math

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import along, around, circle, ellipse, half_disc, path, polygon, rect, ring, stroke, turned


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
        (50, 46, 6),
        (34, 99, 10),
        (88, 96, 9),
    )
    turn = c.count(1, 0, 3)
    parts = []
    for i, (x, y, r) in enumerate(spots):
        colour = c.pop if i == (1, 3, 4, 1)[turn] else (c.first, c.second, c.first)[(i + turn) % 3]
        parts.append(circle(50 + side * (x - 50), c.top + y * s, r * min(1, 0.2 + s * 0.8), colour))
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
    rail = max(3.0, c.top * 0)
    parts = []
    for i in range(folds):
        away = abs(i - (folds - 1) / 2) / ((folds - 1) / 2)
        low = c.top + c.room * (c.between(0, 0.3, 0.5) + 0.6 * away**1.6)
        parts.append(rect(i * step, -8, step * 0.94, low + 8, (c.first, c.second)[i % 2], step / 2))
    floor = ellipse(50, c.height + 4, 56, c.height - c.bottom + 10, c.first)
    return "".join([floor, *parts, rect(0, 0, WIDTH, max(rail, c.top + 5), c.pop)])


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


def stave(c: Canvas) -> str:
    """Five lines in a wave, with notes."""
    gap, lift = c.room * 0.105, c.room * c.between(0, 0.12, 0.2) * c.side(1)
    y = c.middle - 2 * gap
    lines = (y + i * gap for i in range(5))
    waves = [along("M-2 ", at + lift, "C", 34, at - lift * 2.2, 62, at + lift * 2.2, 102, at - lift) for at in lines]
    notes, r = [], max(4.6, gap * 0.72)
    for i, x in enumerate((20, 50, 80)):
        row = y + gap * c.count(2 + i, 1, 4) - lift * (0.3, 0, -0.3)[i]
        colour = c.pop if i == c.count(5, 0, 2) else c.second
        stem = stroke(along("M", x + r * 0.95, row, "V", row - gap * 3.1), colour, 1.8)
        flag = stroke(along("M", x + r * 0.95, row - gap * 3.1, "q", 6, 2, 7, 8), colour, 2.6) if i != 1 else ""
        notes.append(turned(-20, x, row, ellipse(x, row, r * 1.2, r * 0.86, colour)) + stem + flag)
    return stroke("".join(waves), c.first, 2) + "".join(notes)


def piano_keys(c: Canvas) -> str:
    """Piano keys, one of them pressed."""
    count = c.count(0, 5, 7)
    width = WIDTH / count
    pressed = c.count(1, 1, count - 2)
    top = c.top + c.room * 0.16
    white = [
        rect(i * width + 0.5, top, width - 1, c.height - top, c.pop if i == pressed else c.second, 1)
        for i in range(count)
    ]
    black = [
        rect(i * width - width * 0.3, top, width * 0.6, (c.bottom - top) * 0.6, c.first, 1)
        for i in range(1, count)
        if i % 7 not in (3, 0)
    ]
    return "".join([*white, *black, rect(0, top - 3.4, WIDTH, 3.4, c.first)])


def record(c: Canvas) -> str:
    """A record and the arm of its player."""
    side, r = c.side(0), max(c.reach * 0.98, 40)
    x, y = 50 - side * c.between(1, 4, 10), c.middle + c.room * 0.05
    grooves = [ring(x, y, r * share, c.ground, 1) for share in (0.86, 0.72, 0.58)]
    ax, ay = 50 + side * 42, c.top + c.room * 0.08
    arm = along("M", ax, ay, "V", c.middle, "L", x + side * r * 0.5, c.middle + c.room * 0.2)
    centre = circle(x, y, r * 0.34, c.pop) + circle(x, y, r * 0.06, c.ground)
    return "".join([circle(x, y, r, c.first), *grooves, centre, stroke(arm, c.second, 3), circle(ax, ay, 5, c.second)])


def organ_pipes(c: Canvas) -> str:
    """Organ pipes, long and short."""
    count = c.count(0, 7, 9)
    step = WIDTH / count
    bright = c.count(1, 1, count - 2)
    hang = c.side(2) > 0
    parts = []
    for i in range(count):
        share = 0.3 + 0.62 * c.digest[(i * 3 + 9) % 32] / 255
        length = c.room * (share if i != bright else 0.4)
        colour = c.pop if i == bright else (c.second, c.first)[c.digest[(i + 11) % 32] % 2]
        top = -8.0 if hang else c.bottom - length
        parts.append(
            rect(
                i * step + step * 0.08,
                top,
                step * 0.84,
                (c.top + length + 8) if hang else c.height - top + 8,
                colour,
                step * 0.42,
            )
        )
    return "".join(parts)


COMEDY = (half_discs, bowler, bow_tie, rays, balls)
DRAMA = (split_disc, spotlight, curtain, stairs, window)
MUSICAL = (stave, piano_keys, record, organ_pipes)
