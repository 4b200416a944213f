"""The comparison as an SVG that follows a light or a dark page: one panel per metric, one dot per model."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from benchmarks.peers import BY_NAME, PEERS
from benchmarks.results import HEADINGS
from benchmarks.scoring import COMPARED, LOWER_IS_BETTER

LEFT, GAP, PANEL, ROW, TOP, EDGE = 208, 30, 220, 22, 58, 20
BETWEEN = 56  # from one row of panels to the next
OMITTED = ("majority",)  # so far off that the dots of the others would coincide
STYLE = """
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
.small{font-size:11px;fill:#59636e}.head{font-weight:600}.title{font-size:15px;font-weight:600}
.card{fill:#ffffff;stroke:#d1d9e0}.grid{stroke:#d1d9e0}.dot{fill:#818b98}.bar{stroke:#818b98;stroke-width:2}
.ours .dot{fill:#0969da}.ours .bar{stroke:#0969da}.ours text,text.ours{fill:#0969da;font-weight:600}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.small{fill:#9198a1}.card{fill:#0d1117;stroke:#3d444d}
.grid{stroke:#3d444d}.dot{fill:#9198a1}.bar{stroke:#9198a1}.ours .dot{fill:#4493f8}.ours .bar{stroke:#4493f8}
.ours text,text.ours{fill:#4493f8}}
"""


def draw(record: dict[str, Any], split: str = "stratified") -> str:
    """The SVG of one split's means and intervals; "" when there is nothing to draw."""
    names = [peer.name for peer in PEERS if peer.name not in OMITTED]
    means = {mean["model"]: mean for mean in record["means"] if mean["split"] == split and mean["model"] in names}
    models = [name for name in names if name in means]
    if not models:
        return ""
    panel_height = ROW * len(models) + BETWEEN
    width, height = LEFT + 3 * (PANEL + GAP) + EDGE - GAP, TOP + 2 * panel_height + 4
    elements = [_heading(record, means[models[0]], width)]
    for index, metric in enumerate(COMPARED):
        left, top = LEFT + index % 3 * (PANEL + GAP), TOP + index // 3 * panel_height + 22
        if index % 3 == 0:
            elements += [_label(name, top + ROW * row) for row, name in enumerate(models)]
        elements.append(_panel(metric, [means[name] for name in models], left, top))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(_description(means))}"><style>{STYLE}</style>'
        f'<rect class="card" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>'
        f"{''.join(elements)}</svg>\n"
    )


def _heading(record: dict[str, Any], mean: dict[str, Any], width: int) -> str:
    seeds = f"seed{'s' * (len(mean['seeds']) > 1)} {', '.join(map(str, mean['seeds']))}"
    subtitle = f"{record['data']['name']}, {mean['test']:,} held-out ratings, {seeds}; bars: 95% over users and movies"
    return (
        f'<text class="title" x="{EDGE}" y="30">Predicting ratings: this project and its peers</text>'
        f'<text class="small" x="{width - EDGE}" y="30" text-anchor="end">{escape(subtitle)}</text>'
    )


def _label(name: str, top: float) -> str:
    peer = BY_NAME[name]
    css_class = ' class="ours"' if peer.ours else ""
    return f'<text{css_class} x="{LEFT - 14}" y="{top + ROW / 2 + 4:g}" text-anchor="end">{escape(peer.label)}</text>'


def _panel(metric: str, means: list[dict[str, Any]], left: float, top: float) -> str:
    intervals = [mean["metrics"][metric] for mean in means]
    bounds = np.array([[interval["low"], interval["high"]] for interval in intervals], float)
    low, high = np.nanmin(bounds), np.nanmax(bounds)
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    bottom = top + ROW * len(means)
    better = "lower is better" if metric in LOWER_IS_BETTER else "higher is better"
    elements = [
        f'<text class="head" x="{left}" y="{top - 8}">{HEADINGS[metric]}</text>'
        f'<text class="small" x="{left + PANEL}" y="{top - 8}" text-anchor="end">{better}</text>'
    ]
    for tick in _ticks(low, high):
        x = _x(tick, low, high, left)
        elements.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>')
        elements.append(f'<text class="small" x="{x}" y="{bottom + 15}" text-anchor="middle">{tick:g}</text>')
    for row, (mean, interval) in enumerate(zip(means, intervals, strict=True)):
        elements.append(_dot(mean["model"], interval, (low, high), left, top + ROW * (row + 0.5)))
    return "".join(elements)


def _dot(model: str, interval: dict[str, float], axis: tuple[float, float], left: float, y: float) -> str:
    css_class = ' class="ours"' if BY_NAME[model].ours else ""
    if not np.isfinite(interval["value"]):
        return f'<text class="small" x="{left + 4}" y="{y + 4:g}">no probabilities</text>'
    x, low, high = (_x(interval[name], *axis, left) for name in ("value", "low", "high"))
    tooltip = f"{BY_NAME[model].label}: {interval['value']:.4f} ({interval['low']:.4f} to {interval['high']:.4f})"
    return (
        f"<g{css_class}><title>{escape(tooltip)}</title>"
        f'<line class="bar" x1="{low}" x2="{high}" y1="{y:g}" y2="{y:g}"/>'
        f'<circle class="dot" cx="{x}" cy="{y:g}" r="5"/></g>'
    )


def _x(value: float, low: float, high: float, left: float) -> float:
    return round(left + PANEL * (value - low) / (high - low), 1)


def _ticks(low: float, high: float) -> list[float]:
    """Two to six round numbers between the ends."""
    rough = (high - low) / 3.5
    size = 10.0 ** np.floor(np.log10(rough))
    step = size * min((1, 2, 5, 10), key=lambda factor: abs(factor * size - rough))
    return [round(float(step * multiple), 6) for multiple in range(int(np.ceil(low / step)), int(high / step) + 1)]


def _description(means: dict[str, dict[str, Any]]) -> str:
    sentences = [
        f"{BY_NAME[name].label}: "
        + ", ".join(
            f"{HEADINGS[metric]} {mean['metrics'][metric]['value']:.3f}"
            for metric in COMPARED
            if np.isfinite(mean["metrics"][metric]["value"])
        )
        for name, mean in means.items()
    ]
    return "Predicting ratings. " + "; ".join(sentences)
