"""The card's building blocks: escaped text, tables, and figures drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

WIDTH, SIDE = 360, 260  # pixels of a figure and of its square
LEFT, TOP = 46, 10


def text(value: object) -> str:
    """Anything as text that no browser takes for markup."""
    return escape("–" if value is None else str(value))


def section(title: str, *parts: str) -> str:
    """A heading and what stands under it, with an anchor of its own."""
    anchor = "-".join("".join(c for c in title.lower() if c.isalnum() or c == " ").split())
    return f'<section><h2 id="{anchor}">{text(title)}</h2>{"".join(parts)}</section>'


def paragraph(said: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f"<p{_kind(kind)}>{text(said)}</p>"


def bullets(said: Iterable[str]) -> str:
    """A list of sentences; `code` between backticks."""
    return f"<ul>{''.join(f'<li>{_with_code(one)}</li>' for one in said)}</ul>"


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = (), few: Iterable[int] = ()
) -> str:
    """A table of cells that are markup already; columns in `numbers` stand right, rows in `few` are greyed."""
    right, grey, lines = set(numbers), set(few), []
    kinds = [_kind("n" if place in right else "") for place in range(len(heads))]
    head = "".join(f'<th scope="col"{kind}>{text(one)}</th>' for kind, one in zip(kinds, heads, strict=True))
    for number, row in enumerate(rows):
        cells = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        lines.append(f"<tr{_kind('few' if number in grey else '')}>{cells}</tr>")
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def confusion(stars: Sequence[str], counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float | None]]) -> str:
    """The confusion matrix: rows are the true stars, columns the decided ones; shares of the row, and counts."""
    head = "".join(f'<th scope="col">{text(star)}</th>' for star in stars)
    lines = []
    for star, row, of in zip(stars, counts, shares, strict=True):
        cells = "".join(
            f'<td style="background: rgba(var(--heat), {0.6 * (share or 0):.3f})">'
            f"{'–' if share is None else f'{share:.0%}'}<br/><small>{count:,}</small></td>"
            for count, share in zip(row, of, strict=True)
        )
        lines.append(f'<tr><th scope="row">{text(star)}</th>{cells}</tr>')
    top = f'<tr><th></th><th colspan="{len(stars)}">decided stars</th></tr><tr><th>true stars</th>{head}</tr>'
    return f'<div class="wide"><table class="cells"><thead>{top}</thead><tbody>{"".join(lines)}</tbody></table></div>'


def reliability(bins: Sequence[dict[str, Any]]) -> str:
    """What was seen against what was said, with intervals and the line on which both are equal."""
    ticks = "".join(
        f'<line class="grid" x1="{_x(at)}" x2="{_x(at)}" y1="{_y(0)}" y2="{_y(1)}"/>'
        f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(at)}" y2="{_y(at)}"/>'
        f'<text x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle">{at:.0%}</text>'
        f'<text x="{LEFT - 6}" y="{_y(at) + 4}" text-anchor="end">{at:.0%}</text>'
        for at in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    even = f'<line class="even" stroke-dasharray="4 4" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    points = " ".join(f"{_x(one['said'])},{_y(one['seen'])}" for one in bins)
    way = f'<polyline class="way" points="{points}"/>'
    marks = "".join(_mark(one) for one in bins)
    words = "; ".join(f"said {one['said']:.0%}, seen {one['seen']:.0%} of {one['n']:,}" for one in bins)
    return (
        f'<figure><svg role="img" viewBox="0 0 {WIDTH} {SIDE + 50}" width="{WIDTH}" '
        f'aria-label="Reliability: {text(words)}">{ticks}{even}{way}{marks}</svg>'
        "<figcaption>Across: the probability of the decided star. Up: how often that star was right, with 95 % "
        "intervals. On the dashed line both are equal.</figcaption></figure>"
    )


def bar(share: float) -> str:
    """A share of 1 as a bar with its percentage."""
    said = f"{100 * share:.1f} %"
    return (
        f'<svg role="img" viewBox="0 0 120 12" width="120" height="12" aria-label="{said}">'
        f'<rect class="bar" width="{120 * share:.1f}" height="12" rx="2"/></svg> {said}'
    )


def _mark(one: dict[str, Any]) -> str:
    x = _x(one["said"])
    dot = f'<circle class="mark" cx="{x}" cy="{_y(one["seen"])}" r="4"/>'
    if one["low"] is None:
        return dot
    return f'<line class="arm" x1="{x}" x2="{x}" y1="{_y(one["low"])}" y2="{_y(one["high"])}"/>{dot}'


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _with_code(said: str) -> str:
    """Text with what stands between backticks as code."""
    parts = text(said).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
