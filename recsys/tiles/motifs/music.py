"""Motifs of music: Musical."""

from __future__ import annotations

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import along, circle, ellipse, rect, ring, stroke, turned


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


MUSICAL = (stave, piano_keys, record, organ_pipes)
