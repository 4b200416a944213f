"""Motifs of the night: Film-Noir, Horror, Mystery."""

from __future__ import annotations

from itertools import pairwise

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import (
    along,
    around,
    circle,
    ellipse,
    path,
    polygon,
    rect,
    stroke,
    turned,
)


def blinds(c: Canvas) -> str:
    """A lamp's disc behind slanted blinds."""
    x, angle = 50 + c.side(0) * 14, c.side(1) * c.between(2, 7, 13)
    step = 13.5
    first = -20 + c.between(3, 0, step)
    rows = int((c.height + 40) / step)
    bright = int((c.middle - first) / step)
    slats = [rect(-30, first + i * step, 160, 6.6, c.pop if i == bright else c.second) for i in range(rows)]
    return circle(x, c.middle, c.reach * 0.72, c.first) + turned(angle, 50, c.middle, *slats)


def lamp_cone(c: Canvas) -> str:
    """A hanging lamp, and what it lights."""
    x, lamp, floor = 50 + c.side(0) * c.between(1, 0, 16), c.top + c.room * 0.2, c.bottom - c.room * 0.1
    spread = 34
    return "".join(
        [
            polygon(((x - 9, lamp), (x + 9, lamp), (x + spread, floor), (x - spread, floor)), c.first),
            ellipse(x, floor, spread, max(4, c.room * 0.07), c.second),
            stroke(along("M", x, 0, "V", lamp - 8), c.second, 1.8),
            circle(x, lamp, 5, c.pop),
            polygon(((x - 5, lamp - 9), (x + 5, lamp - 9), (x + 13, lamp + 1), (x - 13, lamp + 1)), c.second),
            rect(x - 9, floor - c.room * 0.2, 18, c.room * 0.19, c.ground),
        ]
    )


def teeth(c: Canvas) -> str:
    """Two rows of teeth, one of them bright."""
    count = c.count(0, 4, 6)
    width = WIDTH / count
    bright = c.count(1, 1, count - 2)
    reach = c.room * c.between(2, 0.4, 0.46)
    parts = []
    for i in range(-1, count + 1):
        x = i * width
        long = reach * (1, 0.8, 0.92)[i % 3]
        upper = ((x, 0), (x + width, 0), (x + width, c.top), (x + width / 2, c.top + long), (x, c.top))
        x += width / 2
        low = (
            (x, c.height),
            (x, c.bottom),
            (x + width / 2, c.bottom - long),
            (x + width, c.bottom),
            (x + width, c.height),
        )
        parts += [polygon(upper, c.pop if i == bright else c.second), polygon(low, c.first)]
    return "".join(parts)


def claw_marks(c: Canvas) -> str:
    """Five long scratches."""
    count, lean = c.count(0, 4, 5), c.side(1) * c.between(2, 9, 18)
    gap, bright = 80 / count, c.count(3, 1, 3)
    parts = []
    for i in range(count):
        x = 13 + gap * (i + 0.3)
        top, low = c.top + c.room * (0.05, 0.0, 0.08, 0.02, 0.1)[i], c.bottom - c.room * (0.1, 0.0, 0.04, 0.0, 0.12)[i]
        mid, thick = (top + low) / 2, gap * 0.46
        data = along("M", x + lean, top, "Q", x + thick + 3, mid - 8, x - lean + 1, low) + along(
            "Q", x - thick * 0.7, mid, x + lean, top, "z"
        )
        parts.append(path(data, c.pop if i == bright else (c.first, c.second)[i % 2]))
    return "".join(parts)


def cobweb(c: Canvas) -> str:
    """A web spun from a corner, with something in it."""
    side = c.side(0)
    x, y = (0.0 if side < 0 else WIDTH), 0.0
    size = max(c.height, WIDTH) * 1.1
    inward = 1 if side < 0 else -1
    angles = [4, 24, 45, 66, 86]
    threads = [along("M", x, y, "L", x + inward * ax, ay) for ax, ay in (around(0, 0, size, a) for a in angles)]
    arcs = []
    for k in range(1, 6):
        knots = [around(0, 0, size * 0.17 * k, a) for a in angles]
        data = along("M", x + inward * knots[0][0], knots[0][1])
        for before, after in pairwise(knots):
            sag = ((before[0] + after[0]) * 0.44, (before[1] + after[1]) * 0.44)
            data += along("Q", x + inward * sag[0], sag[1], x + inward * after[0], after[1])
        arcs.append(data)
    drop = x + inward * 64
    low = c.top + c.room * 0.62
    body = stroke(along("M", drop, 0, "V", low), c.first, 1.4) + circle(drop, low, c.reach * 0.17, c.pop)
    return stroke("".join(threads + arcs), c.second, 1.5) + body


def keyhole(c: Canvas) -> str:
    """A keyhole in its plate, and a light behind it."""
    x, y, r = 50.0, c.middle, c.reach * 0.92
    hole, low = r * 0.36, y + r * 0.72
    top = y - r * 0.22
    slot = ((x - hole * 0.5, top), (x + hole * 0.5, top), (x + hole * 1.05, low), (x - hole * 1.05, low))
    return "".join(
        [
            circle(x, y, r, c.first),
            circle(x, top, hole, c.second),
            polygon(slot, c.second),
            circle(x, top, hole * c.between(0, 0.3, 0.45), c.pop),
        ]
    )


def door_ajar(c: Canvas) -> str:
    """A door that stands ajar, and the light that falls through it."""
    side, floor, top = c.side(0), c.bottom - c.room * 0.16, c.top + c.room * 0.08
    wide = c.between(1, 14, 20)
    left, right = 50 - 22, 50 + 22
    hinge, edge = (left, left + wide) if side < 0 else (right, right - wide)
    opening = (left, right)[side < 0]
    spill = ((edge, floor), (opening, floor), (opening - side * 26, c.height), (edge - side * 40, c.height))
    slam = ((hinge, top), (edge, top + c.room * 0.07), (edge, floor + c.room * 0.09), (hinge, floor))
    knob = edge + (hinge - edge) * 0.24
    return "".join(
        [
            rect(left - 4, top - 4, 52, floor - top + 4, c.first),
            rect(left, top, 44, floor - top, c.second),
            polygon(spill, c.second),
            polygon(slam, c.first),
            circle(knob, (top + floor) / 2 + c.room * 0.04, 2.4, c.pop),
        ]
    )


def skyline(c: Canvas) -> str:
    """A skyline with few lit windows."""
    edges = (0, 17, 38, 55, 80, 100)
    lit = c.count(0, 1, 3)
    parts = []
    for i, (left, right) in enumerate(pairwise(edges)):
        top = c.bottom - c.room * (0.3 + 0.52 * c.digest[(i * 5 + 6) % 32] / 255)
        parts.append(rect(left, top, right - left + 0.2, c.height - top, (c.first, c.second)[i % 2]))
        for k in range(3 if i == lit else 1):
            colour = c.pop if i == lit and k == 1 else c.ground
            parts.append(
                rect(left + 4 + 5.4 * (k % 2), top + 6 + 8.4 * (k // 2 if i == lit else i % 2), 3.4, 5.4, colour)
            )
    moon = circle(50 + c.side(1) * c.between(2, 14, 34), c.top + c.room * 0.2, c.reach * 0.2, c.second)
    return moon + "".join(parts)


def magnifier(c: Canvas) -> str:
    """A magnifying glass over dots, one of which it shows large."""
    side, r = c.side(0), c.reach * 0.5
    x, y = 50 - side * 6, c.middle - r * 0.16
    rows = "".join(along("M6.25 ", 6.25 + 12.5 * i, "H100") for i in range(int(c.height / 12.5) + 1))
    dots = stroke(rows, c.first, 4.4, "0 12.5")
    (ax, ay), (bx, by) = (around(x, y, r * share, 90 - side * 45) for share in (1.05, 2.3))
    handle = stroke(along("M", ax, ay, "L", bx, by), c.second, r * 0.26)
    return "".join(
        [dots, handle, circle(x, y, r * 1.1, c.second), circle(x, y, r * 0.9, c.ground), circle(x, y, r * 0.44, c.pop)]
    )


FILM_NOIR = (blinds, lamp_cone, skyline)
HORROR = (teeth, claw_marks, cobweb)
MYSTERY = (keyhole, door_ajar, magnifier)
