"""Columns as HTML: shares of the stars, and numbers of ratings over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

MANY, CROWDED = 7, 13  # columns from which labels are smaller, and only the first and last have one


def columns(
    labels: Sequence[str],
    heights: Sequence[float],
    texts: Sequence[str],
    alt: str,
    pale: Collection[int] = (),
    rem: float = 8.0,
) -> str:
    """Columns side by side, each with a text above it and a label below.

    Parameters
    ----------
    labels, texts : sequence of str
        Plain text, escaped here.
    heights : sequence of float
        Not negative; the largest has the full height.
    alt : str
        Text alternative of the whole.
    pale : collection of int
        Positions of the columns that stand back.
    rem : float
        Height of the plot.
    """
    highest = max([*heights, 1e-12])
    style = "bars" + " many" * (len(labels) >= MANY) + " crowded" * (len(labels) >= CROWDED)
    parts = [
        f'<div{" class=pale" * (place in pale)}><div class="column"><b>{escape(text)}</b>'
        f'<i style="height:{(rem - 1.6) * height / highest:.2f}rem"></i></div><span>{escape(label)}</span></div>'
        for place, (label, height, text) in enumerate(zip(labels, heights, texts, strict=True))
    ]
    return (
        f'<div class="{style}" role="img" aria-label="{escape(alt)}" style="--height:{rem}rem">{"".join(parts)}</div>'
    )
