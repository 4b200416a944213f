"""Flat SVG shapes as text. Numbers are rounded to a tenth: a tile is small, and so is its markup."""

from __future__ import annotations

import math
from collections.abc import Iterable

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate, as short as it can be written.

    >>> number(3.0), number(-0.04), number(12.345)
    ('3', '0', '12.3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def numbers(*values: float) -> str:
    """Coordinates separated by spaces."""
    return " ".join(number(value) for value in values)


def along(*steps: str | float) -> str:
    """The data of a path: letters of commands, and their coordinates.

    >>> along("M", 1, 2, "C", 3, 4.04, 5, 6, 7, 8, "z")
    'M1 2C3 4 5 6 7 8z'
    """
    text, after_number = [], False
    for step in steps:
        is_number = not isinstance(step, str)
        text.append((" " if after_number and is_number else "") + (step if isinstance(step, str) else number(step)))
        after_number = is_number
    return "".join(text)


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A disc."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, colour: str, width: float = 2, dashes: str = "") -> str:
    """A circle's outline, dashed with rounded ends if `dashes` are given."""
    dash = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
    place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    return f'<circle {place} fill="none" stroke="{colour}" stroke-width="{number(width)}"{dash}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    """A filled ellipse."""
    return f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}" fill="{fill}"/>'


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """A rectangle, with rounded corners if asked; nothing if it has no area."""
    if width <= 0 or height <= 0:
        return ""
    corner = f' rx="{number(radius)}"' if radius else ""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place}{corner} fill="{fill}"/>'


def path(data: str, fill: str) -> str:
    """A filled path."""
    return f'<path d="{data}" fill="{fill}"/>'


def stroke(data: str, colour: str, width: float, dashes: str = "") -> str:
    """A line along a path, with round ends and corners."""
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{number(width)}" {ends}{dash}/>'


def polygon(points: Iterable[Point], fill: str) -> str:
    """A filled polygon."""
    return path(outline(points), fill)


def outline(points: Iterable[Point]) -> str:
    """A closed path through points."""
    return "M" + "L".join(numbers(*point) for point in points) + "z"


def half_disc(x: float, y: float, radius: float, fill: str, turn: float = 0) -> str:
    """The upper half of a disc around (x, y), turned clockwise by degrees."""
    (ax, ay), (bx, by) = around(x, y, radius, turn + 180), around(x, y, radius, turn)
    return path(f"M{numbers(ax, ay)}A{numbers(radius, radius)} 0 0 1 {numbers(bx, by)}z", fill)


def around(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point on a circle; degrees run clockwise from the right."""
    angle = math.radians(degrees)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def star(x: float, y: float, radius: float, fill: str, points: int = 5, inner: float = 0.45, turn: float = -90) -> str:
    """A star; `inner` is the inner radius as a share of the outer."""
    step = 180 / points
    radii = (radius, radius * inner)
    return polygon((around(x, y, radii[i % 2], turn + i * step) for i in range(2 * points)), fill)


def turned(degrees: float, x: float, y: float, *parts: str) -> str:
    """Parts rotated clockwise around a point."""
    return f'<g transform="rotate({numbers(degrees, x, y)})">{"".join(parts)}</g>'
