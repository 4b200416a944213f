"""Motifs under an open sky: Western, Sci-Fi, Fantasy, Adventure."""

from __future__ import annotations

from recsys.tiles.canvas import WIDTH, Canvas
from recsys.tiles.shapes import along, around, circle, ellipse, path, polygon, rect, ring, star, stroke, turned


def barred_sun(c: Canvas) -> str:
    """A sun with bars across its lower half sets behind two mesas."""
    x, r, floor = 50 + c.side(0) * c.between(1, 4, 14), c.reach * 0.74, c.bottom - c.room * 0.16
    y = floor - r * 0.8
    bars = [rect(x - r, y + r * (0.04 + 0.22 * i), 2 * r, r * (0.05 + 0.025 * i), c.ground) for i in range(3)]
    mesas = []
    for place, half, rise in ((x - c.side(0) * 32, 20, 0.24), (x + c.side(0) * 34, 12, 0.17)):
        top = floor - c.room * (rise + c.between(2, 0, 0.08))
        slope = half * 0.28
        points = (
            (place - half, floor),
            (place - half + slope, top),
            (place + half - slope, top),
            (place + half, floor),
        )
        mesas.append(polygon(points, c.first))
    ground = rect(0, floor - 0.2, WIDTH, c.height - floor + 0.2, c.first)
    return "".join([circle(x, y, r, c.pop), *bars, *mesas, ground, rect(0, floor + 4, WIDTH, 3.4, c.second)])


def cactus(c: Canvas) -> str:
    """A saguaro before a low sun."""
    side, floor, s = c.side(0), c.bottom - c.room * 0.12, c.room / 100
    x, top, arm = 50 - side * c.between(1, 4, 14), c.top + c.room * 0.16, 20
    width = 11 * min(1, s + 0.2)
    left, right = floor - c.between(2, 24, 34) * s, floor - c.between(3, 34, 44) * s
    arms = [
        along("M", x, left, "H", x - arm + 6, "q-6 0 -6 -6V", left - 22 * s),
        along("M", x, right, "H", x + arm - 6, "q6 0 6 -6V", right - 16 * s),
    ]
    sun = circle(x + side * 26, floor - c.room * 0.42, c.reach * 0.36, c.pop)
    trunk = stroke(along("M", x, floor, "V", top), c.first, width)
    soil = rect(0, floor, WIDTH, c.height - floor, c.second)
    return "".join([sun, trunk, *(stroke(each, c.first, width * 0.72) for each in arms), soil])


def ringed_planet(c: Canvas) -> str:
    """A planet with a tilted ring, before which the near half of the ring runs."""
    x, y, r = 50.0, c.middle, c.reach * 0.6
    tilt, rx, ry = c.side(0) * c.between(1, 12, 26), r * 1.55, r * 0.42
    far = along("M", x - rx, y, "A", rx, ry, " 0 0 1 ", x + rx, y)
    near = along("M", x - rx, y, "A", rx, ry, " 0 0 0 ", x + rx, y)
    width = max(2.4, r * 0.12)
    back, front = (turned(tilt, x, y, stroke(arc, c.second, width)) for arc in (far, near))
    stars = []
    for i in range(c.count(2, 3, 5)):
        px, py = around(x, y, c.reach * 1.25, c.between(3, 0, 60) + i * 77)
        stars.append(circle(min(94, max(6, px)), min(c.bottom - 4, max(c.top + 4, py)), (4.2, 1.8, 2.8)[i % 3],
                            (c.pop, c.second, c.second)[i % 3]))  # fmt: skip
    return "".join([*stars, back, circle(x, y, r, c.first), front])


def orbits(c: Canvas) -> str:
    """Planets on rings around a star at the lower edge."""
    x, y = 50 + c.side(0) * c.between(1, 0, 12), c.bottom - c.room * 0.1
    rings, radius = c.count(2, 3, 4), min(c.room * 0.84, 62.0)
    parts = []
    for i in range(rings):
        r = radius * (i + 1.1) / (rings + 0.1)
        parts.append(ring(x, y, r, c.second if i % 2 == 0 else c.first, 1.6))
        for k in range(1 + i % 2):
            degrees = -150 + (c.between(3 + i, 0, 110) + 70 * k) % 120
            px, py = around(x, y, r, degrees)
            parts.append(circle(px, py, 2.6 + 1.5 * ((i + k) % 3), c.pop if i == rings - 1 and k == 0 else c.first))
    return "".join([*parts, circle(x, y, radius * 0.16, c.second)])


def horizon(c: Canvas) -> str:
    """A sun comes up behind the curve of a planet."""
    x, sun = 50 + c.side(0) * c.between(1, 8, 20), c.reach * 0.42
    top = c.bottom - c.room * 0.36
    radius = 118.0
    stars = []
    for i in range(6):
        place = 8 + (i * 31 + c.between(2, 0, 84)) % 84, c.top + c.room * (0.06 + 0.065 * (i * 2 % 5))
        stars.append(circle(*place, 1 + 0.9 * (i % 2), c.second))
    return "".join(
        [
            *stars,
            circle(x, top - sun * 0.4, sun, c.pop),
            circle(50, top + radius, radius, c.first),
            ring(50, top + radius + 4, radius + 8, c.second, 1.8),
            rect(0, c.bottom, WIDTH, c.height - c.bottom, c.first),
        ]
    )


def crescent(c: Canvas) -> str:
    """A crescent moon and stars."""
    side, r = c.side(0), c.reach * 0.66
    x, y = 50 - side * 6, c.middle
    bite = r * 0.82
    stars = []
    for i, (dx, dy, size) in enumerate(((0.42, -0.18, 0.3), (0.98, -0.72, 0.17), (1.02, 0.42, 0.2), (0.5, 0.42, 0.1))):
        if i < c.count(1, 2, 4):
            place = (x + side * r * dx, y + r * dy * 1.1)
            stars.append(star(*place, r * size, c.pop if i == 0 else c.second, 4, 0.34))
    moon = circle(x, y, r, c.first) + circle(x + side * r * 0.42, y - r * 0.12, bite, c.ground)
    return moon + "".join(stars)


def towers(c: Canvas) -> str:
    """Towers with pointed roofs on a hill, under a star."""
    side, floor = c.side(0), c.bottom - c.room * 0.14
    parts = [star(50 - side * 32, c.top + c.room * 0.2, c.reach * 0.18, c.pop, 4, 0.34)]
    for offset, half, rise, colour in ((-17, 9, 0.36, c.second), (19, 8, 0.26, c.second), (1, 11, 0.5, c.first)):
        x, top = 50 + side * offset, floor - c.room * rise
        parts.append(rect(x - half, top, 2 * half, c.height - top, colour))
        peak = top - c.room * 0.24
        parts.append(polygon(((x - half - 3, top), (x, peak), (x + half + 3, top)), c.first))
        parts.append(rect(x - 2, top + c.room * 0.07, 4, 8, c.ground, 2))
    return "".join([*parts, ellipse(50, c.height + 30, 100, c.height - floor + 30, c.first)])


def hills_and_track(c: Canvas) -> str:
    """The sun behind two mountains, and a dashed track that leads there."""
    side, floor = c.side(0), c.bottom - c.room * 0.2
    x, r = 50 + side * c.between(1, 2, 10), c.reach * 0.42
    peaks = (
        ((x - side * 26), floor - c.room * c.between(2, 0.34, 0.42)),
        (x + side * 20, floor - c.room * c.between(3, 0.48, 0.56)),
    )
    sun = circle(x - side * 2, floor - c.room * 0.48, r, c.pop)
    mountains = [polygon(((px - 46, floor + 16), (px, py), (px + 46, floor + 16)), c.first) for px, py in peaks]
    near = path(
        along("M0 ", floor + 6, "C", 28, floor - 5, 64, floor + 9, 100, floor - 3, "V", c.height, "H0z"),
        c.second,
    )
    low = max(floor + 9, c.bottom)
    bend = (50 - side * 6, low - 7, 50 + side * 14, low - 1, 50 + side * 40, floor + 5)
    track = along("M", 50 - side * 24, low, "C", *bend)
    return "".join([sun, *mountains, near, stroke(track, c.ground, 2.2, "5 4.5")])


def compass(c: Canvas) -> str:
    """A compass rose in its ring."""
    x, y, r = 50.0, c.middle, c.reach * 0.82
    turn = c.between(0, -24, 24)
    parts = [ring(x, y, r, c.second, 2.4), ring(x, y, r * 0.86, c.first, 1.2)]
    for colours, start, length in (((c.second, c.second), 45, 0.5), ((c.first, c.second), 0, 0.96)):
        for k in range(4):
            angle = start + 90 * k + turn - 90
            tip = around(x, y, r * length, angle)
            for sign, colour in zip((-45, 45), colours, strict=True):
                fill = c.pop if length > 0.9 and k == 0 and sign > 0 else colour
                parts.append(polygon(((x, y), around(x, y, r * 0.2, angle + sign), tip), fill))
    return "".join([*parts, circle(x, y, r * 0.07, c.ground)])


WESTERN = (barred_sun, cactus)
SCI_FI = (ringed_planet, orbits, horizon)
FANTASY = (crescent, towers)
ADVENTURE = (hills_and_track, compass)
