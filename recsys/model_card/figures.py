"""Coordinates of the lines, marks and bars of the card's SVG figures, and opacities of the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDTH, SIDE = 360, 260  # pixels of a figure and of its square
LEFT, TOP = 46, 10
BAR_WIDTH = 120
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
DARKEST = 0.6  # opacity of a cell that has its whole row


def confusion(
    stars: Sequence[str], counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float | None]]
) -> list[dict[str, Any]]:
    """The confusion matrix: rows are the actual stars, columns the predicted ones; shares of the row, and counts."""
    return [
        {"star": star, "cells": [_confusion_cell(*pair) for pair in zip(row, row_shares, strict=True)]}
        for star, row, row_shares in zip(stars, counts, shares, strict=True)
    ]


def _confusion_cell(count: int, share: float | None) -> dict[str, str]:
    return {
        "share": "–" if share is None else f"{share:.0%}",
        "count": f"{count:,}",
        "opacity": f"{DARKEST * (share or 0):.3f}",
    }


def reliability(bins: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The calibration curve: observed share against predicted probability, with intervals and the diagonal."""
    return {
        "width": WIDTH,
        "height": SIDE + 50,
        "ticks": [{"text": f"{share:.0%}", "x": _x(share), "y": _y(share)} for share in TICKS],
        "left": _x(0),
        "right": _x(1),
        "top": _y(1),
        "bottom": _y(0),
        "points": " ".join(f"{_x(row['said'])},{_y(row['seen'])}" for row in bins),
        "marks": [_mark(row) for row in bins],
        "alternative": "; ".join(
            f"predicted {row['said']:.0%}, observed {row['seen']:.0%} of {row['n']:,}" for row in bins
        ),
    }


def _mark(row: dict[str, Any]) -> dict[str, Any]:
    """A bin's point, and the ends of its interval where it has one."""
    interval = None if row["low"] is None else {"low": _y(row["low"]), "high": _y(row["high"])}
    return {"x": _x(row["said"]), "y": _y(row["seen"]), "interval": interval}


def bar(share: float) -> dict[str, Any]:
    """A share as the length of a bar, and as a percentage."""
    return {"percent": f"{100 * share:.1f}%", "length": f"{BAR_WIDTH * share:.1f}", "width": BAR_WIDTH}


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)
