"""The mark of each member, by shape and colour, and one line from the lowest star to the highest with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from recsys.schema import star_name
from recsys.ui.common.text import clean, number

# Light and dark colour of each mark, at least 3:1 on the page; shapes differ where colours could be mixed up.
COLOURS = (
    ("#9e2a3c", "#e0677a"),
    ("#1f7a74", "#5cc2ba"),
    ("#2f5d8a", "#8db8e8"),
    ("#8a5a00", "#f2b84b"),
    ("#6c4a8c", "#c3a3e6"),
    ("#4a7324", "#a9cf7e"),
    ("#a54a28", "#f0a072"),
    ("#5e6b78", "#a9b6c4"),
)
SHAPES = ("disc", "ring", "square", "frame", "diamond", "lozenge", "bar", "slot")
_HOLLOW = ("ring", "frame", "lozenge", "slot")


def style() -> str:
    """The style sheet of marks and lines."""
    colours = "".join(
        f".mark-{place} {{ --mark: light-dark({light}, {dark}); }}" for place, (light, dark) in enumerate(COLOURS, 1)
    )
    chips = "".join(
        f'.st-key-together_mark_{place} button::before {{ content: ""; margin-right: 0.5rem; {_shape(shape)}'
        f"--mark: light-dark({light}, {dark}); }}"
        for place, (shape, (light, dark)) in enumerate(zip(SHAPES, COLOURS, strict=True), 1)
    )
    shapes = "".join(f".mark-{shape} {{ {_shape(shape)} }}" for shape in SHAPES)
    return f"{colours}{shapes}{chips}{_LINE}"


def mark(place: int, position: float | None = None) -> str:
    """The mark of the member at a place, from 1; at a position on a line in percent, or in the text."""
    where = "" if position is None else f' style="left: {position:.1f}%"'
    return f'<span class="mark mark-{place} mark-{SHAPES[place - 1]}"{where} aria-hidden="true"></span>'


def expected_words(names: Sequence[str], expected: Sequence[float]) -> str:
    """Each member's expected rating, as `You 4.4, Ben 4.3`; names are escaped."""
    return ", ".join(f"{escape(clean(name))} {number(value, 1)}" for name, value in zip(names, expected, strict=True))


def line(names: Sequence[str], expected: Sequence[float], stars: Sequence[float], clash: bool) -> str:
    """All members' expected ratings on one line over the scale, with a text alternative; a clash is a thick line."""
    low, high = stars[0], stars[-1]
    positions = [100 * (value - low) / (high - low) for value in expected]
    ends = star_name(low), f"{star_name(high)} ★"
    label = f"Expected stars from {ends[0]} to {star_name(high)}: {expected_words(names, expected)}"
    bounds = f"left: {min(positions):.1f}%; right: {100 - max(positions):.1f}%"
    span = f'<span class="span" style="{bounds}"></span>' if clash else ""
    marks = "".join(mark(place, position) for place, position in enumerate(positions, 1))
    return (
        f'<div class="stars-line" role="img" aria-label="{label}"><span>{ends[0]}</span>'
        f'<span class="track">{span}{marks}</span><span>{ends[1]}</span></div>'
    )


def _shape(shape: str) -> str:
    """The declarations of a shape."""
    size = "width: 0.4rem; height: 0.9rem;" if shape in ("bar", "slot") else "width: 0.8rem; height: 0.8rem;"
    radius = "border-radius: 50%;" if shape in ("disc", "ring") else "border-radius: 1px;"
    turn = "rotate: 45deg; scale: 0.85;" if shape in ("diamond", "lozenge") else ""
    fill = "background: transparent;" if shape in _HOLLOW else "background: var(--mark);"
    return f"display: inline-block; box-sizing: border-box; {size}{radius}{turn}{fill} border: 3px solid var(--mark);"


_LINE = """
.stars-line { display: flex; align-items: center; gap: 0.6rem; font-size: 0.875rem; max-width: 26rem; }
.stars-line > span { flex: none; }
.stars-line .track { position: relative; flex: 1; height: 1.2rem; margin: 0 0.5rem; }
.stars-line .track::before { content: ""; position: absolute; inset: calc(50% - 1px) 0 auto; height: 2px;
  background: currentColor; opacity: 0.25; }
.stars-line .span { position: absolute; top: calc(50% - 2px); height: 4px; background: currentColor; opacity: 0.45; }
.stars-line .mark { position: absolute; top: 50%; translate: -50% -50%; }
.stars-line .mark-ring, .stars-line .mark-frame, .stars-line .mark-lozenge, .stars-line .mark-slot {
  background: var(--page); }
"""
