"""The mark of each member (`.mark-1`, drawn by together.css), and one line from the lowest star to the highest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from recsys.schema import star_name
from recsys.ui.common.text import clean, number


def mark(place: int, position: float | None = None) -> str:
    """The mark of the member at a place, from 1; at a position on a line in percent, or in the text."""
    where = "" if position is None else f' style="left: {position:.1f}%"'
    return f'<span class="mark mark-{place}"{where} aria-hidden="true"></span>'


def given(names: Sequence[str], expected: Sequence[float]) -> str:
    """Each member's mark, name and expected rating as a line of HTML."""
    members = (
        f"<span>{mark(place)}<span>{escape(clean(name))} <b>{number(value, 1)}</b></span></span>"
        for place, (name, value) in enumerate(zip(names, expected, strict=True), 1)
    )
    return f'<p class="given">{"".join(members)}</p>'


def line(names: Sequence[str], expected: Sequence[float], stars: Sequence[float], clash: bool) -> str:
    """All members' expected ratings on one line over the scale, with a text alternative; a clash is a thick line."""
    low, high = stars[0], stars[-1]
    positions = [100 * (value - low) / (high - low) for value in expected]
    ends = star_name(low), f"{star_name(high)} ★"
    words = ", ".join(f"{escape(clean(name))} {number(value, 1)}" for name, value in zip(names, expected, strict=True))
    label = f"Expected stars from {ends[0]} to {star_name(high)}: {words}"
    bounds = f"left: {min(positions):.1f}%; right: {100 - max(positions):.1f}%"
    span = f'<span class="span" style="{bounds}"></span>' if clash else ""
    marks = "".join(mark(place, position) for place, position in enumerate(positions, 1))
    return (
        f'<div class="stars-line" role="img" aria-label="{label}"><span>{ends[0]}</span>'
        f'<span class="track">{span}{marks}</span><span>{ends[1]}</span></div>'
    )
