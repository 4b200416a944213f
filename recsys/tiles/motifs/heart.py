"""Motifs of the heart and of childhood: Romance, Children's, Animation, and a star for movies without a genre."""

from __future__ import annotations

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import (
    along,
    around,
    circle,
    ellipse,
    half_disc,
    path,
    polygon,
    rect,
    ring,
    star,
    stroke,
    turned,
)


def two_discs(c: Canvas) -> str:
    """Two discs that overlap."""
    r, turn = c.reach * 0.56, c.between(0, -50, 50)
    dx, dy = around(0, 0, r * 0.6, turn)
    (ax, ay), (bx, by) = around(50, c.middle, r * 0.8, turn - 90), around(50, c.middle, r * 0.8, turn + 90)
    lens = along("M", ax, ay, "A", r, r, " 0 0 1 ", bx, by, "A", r, r, " 0 0 1 ", ax, ay, "z")
    return "".join(
        [circle(50 - dx, c.middle - dy, r, c.first), circle(50 + dx, c.middle + dy, r, c.second), path(lens, c.pop)]
    )


def waves(c: Canvas) -> str:
    """Two broad waves that cross, and a disc where they meet."""
    half, start = c.reach * 0.52, -c.between(0, 0, 50)
    width = half * 0.44
    lines = []
    for sign in (1, -1):
        data = along("M", start - 50, c.middle)
        for k in range(5):
            bend = sign * (half * 1.9) * (1 if k % 2 else -1)
            data += along("c", 18, bend, 32, bend, 50, 0)
        lines.append(data)
    x = start + 50 * c.count(1, 1, 2)
    return "".join(
        [stroke(lines[0], c.first, width), stroke(lines[1], c.second, width), circle(x, c.middle, width * 0.62, c.pop)]
    )


def halves(c: Canvas) -> str:
    """Two halves a small step apart, and what holds them together."""
    r, turn = c.reach * 0.72, 90 + c.side(0) * c.between(1, 4, 24)
    dx, dy = around(0, 0, r * 0.08, turn - 90)
    return "".join(
        [
            half_disc(50 + dx, c.middle + dy, r, c.second, turn),
            half_disc(50 - dx, c.middle - dy, r, c.first, turn + 180),
            circle(50, c.middle, r * 0.2, c.pop),
        ]
    )


def moon(c: Canvas) -> str:
    """A moon over two hills."""
    side, r = c.side(0), c.reach * 0.46
    low = c.bottom - c.room * 0.02
    return "".join(
        [
            circle(50 + side * c.between(1, 0, 12), c.top + c.room * 0.36, r, c.pop),
            circle(50 - side * 26, low + 16, c.room * 0.2 + 22, c.first),
            circle(50 + side * 28, low + 20, c.room * 0.2 + 22, c.second),
            rect(0, low + 8, WIDTH, c.height - low, c.second) if c.height - low > 10 else "",
        ]
    )


def leaves(c: Canvas) -> str:
    """A branch with pairs of leaves."""
    side, count = c.side(0), c.count(1, 4, 5)
    step = (c.height + 16) / count
    bright = c.count(2, 1, 2)
    parts = []
    for i in range(count + 1):
        x, y = 50 + side * (i - count / 2) * 6, 6 + i * step
        for way, colour in ((-1, c.first), (1, c.second)):
            length = 34 if way < 0 else 32
            leaf = along(
                "M", x, y, "C", x + way * 8, y - 20, x + way * length * 0.8, y - 20, x + way * length, y - 8
            ) + along("C", x + way * length * 0.8, y + 6, x + way * 14, y + 8, x, y, "z")
            parts.append(turned(way * -16, x, y, path(leaf, c.pop if (i == bright and way > 0) else colour)))
    return "".join(parts)


def toy_blocks(c: Canvas) -> str:
    """Toy blocks: squares, discs, triangles and arches on a grid."""
    columns = 3
    cell = WIDTH / columns
    rows = int(c.height / cell) + 1
    start = c.height - rows * cell
    bright = c.count(0, 0, columns - 1) + columns * max(0, int((c.middle - start) / cell))
    colours = (c.first, c.second, c.first)
    parts = []
    for i in range(columns * rows):
        x, y = (i % columns) * cell, start + (i // columns) * cell
        kind = (i * 3 + i // columns + c.count(1 + i % 5, 0, 4)) % 5
        parts.append(_block(kind, x + 2, y + 2, cell - 4, c.pop if i == bright else colours[(i + kind) % 3]))
    return "".join(parts)


def _block(kind: int, x: float, y: float, size: float, colour: str) -> str:
    """One toy block: square, disc, triangle, arch or bridge."""
    half = size / 2
    if kind == 0:
        return rect(x, y, size, size, colour)
    if kind == 1:
        return circle(x + half, y + half, half, colour)
    if kind == 2:
        return polygon(((x, y + size), (x + half, y), (x + size, y + size)), colour)
    if kind == 3:
        return half_disc(x + half, y + size * 0.75, half, colour)
    return path(along("M", x, y, "h", size, "v", size, "h", -size * 0.28, "v", -size * 0.3)
                + along("a", size * 0.22, size * 0.22, " 0 0 0 ", -size * 0.44, 0, "v", size * 0.3)
                + along("h", -size * 0.28, "z"), colour)  # fmt: skip


def balloons(c: Canvas) -> str:
    """Balloons on strings."""
    side, r = c.side(0), c.reach * 0.34
    end = (50 + side * 4, min(c.height, c.bottom + 6))
    parts = []
    for i, (dx, dy) in enumerate(((-26, 0.34), (25, 0.42), (-1, 0.24))):
        x, y = 50 + side * dx, c.top + c.room * (dy + c.between(i, -0.04, 0.04))
        colour = (c.first, c.second, c.pop)[i]
        string = along("M", x, y + r, "Q", x, (y + c.bottom) / 2 + 14, *end)
        knot = polygon(((x - 3, y + r * 1.28), (x, y + r), (x + 3, y + r * 1.28)), colour)
        parts += [stroke(string, c.second, 1.3), knot, ellipse(x, y, r * 0.9, r * 1.08, colour)]
    return "".join(parts)


def bouncing_rings(c: Canvas) -> str:
    """A ball that bounces, at several moments, and where it is now."""
    side, r, floor = c.side(0), c.reach * 0.28, c.bottom - c.room * 0.08
    count = c.count(1, 4, 5)
    parts = [rect(0, floor, WIDTH, 2, c.second)]
    for i in range(count + 1):
        share = i / count
        phase = (share * 2) % 1
        lift = 4 * phase * (1 - phase) * (0.78 if share < 0.5 else 0.55)
        x, y = 50 + side * (share * 100 - 50), floor - r - (c.room * 0.86 - r) * lift
        parts.append(circle(x, y, r, c.pop) if i == count - 1 else ring(x, y, r - 1, (c.first, c.second)[i % 2], 2.4))
    return "".join(parts)


def turning_frames(c: Canvas) -> str:
    """A square turns and grows from frame to frame, around a bright first one."""
    count, turn = c.count(0, 5, 6), c.side(1) * c.between(2, 11, 17)
    parts = []
    for i in range(count, 0, -1):
        half = max(c.reach, 36) * 0.98 * i / count
        colour = (c.first, c.second, c.ground)[i % 3]
        square = rect(50 - half * 0.8, c.middle - half * 0.8, half * 1.6, half * 1.6, colour, half * 0.16)
        parts.append(turned(turn * i, 50, c.middle, square))
    return "".join([*parts, circle(50, c.middle, c.reach * 0.11, c.pop)])


def lone_star(c: Canvas) -> str:
    """One star inside another."""
    r, turn = c.reach * 0.94, -90 + c.between(0, -14, 14)
    y = c.middle + r * 0.06
    return star(50, y, r, c.first, 5, 0.46, turn) + star(50, y, r * 0.56, c.pop, 5, 0.46, turn)


ROMANCE = (two_discs, waves, halves, moon, leaves)
CHILDRENS = (toy_blocks, balloons)
ANIMATION = (bouncing_rings, turning_frames)
UNKNOWN = (lone_star,)
