"""The verdict of the promotion gate in sentences: against what, by how much, and how sure that is. As Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from recsys.glossary import metric
from recsys.registry.promotion_gate import MARGINS, NAMES
from recsys.ui.common.text import plain
from recsys.ui.common.version_rows import Row, best_baseline, readable

TESTED = tuple(NAMES)  # metrics of which a lower value is better
DIGITS = 4


def acceptance(verdict: Mapping[str, Any], row: Row) -> str:
    """Why a version passed: `no worse than v1 · quick · today 14:06`, or with how much it beats the baselines.

    Parameters
    ----------
    verdict : mapping
        The fields of `Verdict.as_dict`.
    row : Row
        The version's metrics and baselines, as in `listing`.
    """
    if champion := verdict.get("champion"):
        best = f", nor than the best so far, {plain(readable(best))}" if (best := verdict.get("best")) else ""
        return f"no worse than {plain(readable(champion))}{best}, within the margin"
    if not (baseline := best_baseline(row, "rmse")):
        return "better than every baseline"
    entry, value = metric("rmse"), row["metrics"]["rmse"][0]
    return (
        f"better than every baseline. Its {entry.label} is {entry.write(value)}; "
        f"that of the best one, {plain(baseline[0].lower())}, is {entry.write(baseline[1])}"
    )


def comparison(verdict: Mapping[str, Any]) -> str:
    """By how much the two versions differ, in one sentence, without the metrics that a reason tells; else ""."""
    reasons = verdict.get("reasons") or ()
    clauses = [
        f"its {NAMES[name]} is {_difference(value)}"
        for name, (value, _, _) in _intervals(verdict)
        if not any(reason.startswith(f"Its {NAMES[name]} may be worse") for reason in reasons)
    ]
    if not clauses:
        return ""
    return f"On {verdict['pairs']:,} ratings that neither has seen, {' and '.join(clauses)} (lower is better)."


def certainty(verdict: Mapping[str, Any]) -> str:
    """The intervals of the differences and what they are; "" without any."""
    intervals = {name: interval for name, interval in _intervals(verdict) if name in MARGINS}
    if not intervals:
        return ""
    texts = (f"{NAMES[name]} {_signed(low)} to {_signed(high)}" for name, (_, low, high) in intervals.items())
    margins = " and ".join(f"{MARGINS[name]} ({NAMES[name]})" for name in intervals)
    return (
        f"90% intervals of the differences (95% to either side), over users and movies: {'; '.join(texts)}. A model is "
        f"accepted if the upper ends are below {margins}."
    )


def _intervals(verdict: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Value, low and high of each metric whose difference is known."""
    for name, interval in (verdict.get("differences") or {}).items():
        if name in TESTED and len(interval) == 3 and all(_is_finite(bound) for bound in interval):
            yield name, (interval[0], interval[1], interval[2])


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _difference(value: float) -> str:
    text = f"{abs(value):.{DIGITS}f}"
    return "the same" if float(text) == 0 else f"{text} {'lower' if value < 0 else 'higher'}"


def _signed(value: float) -> str:
    return f"{value:+.{DIGITS}f}".replace("-", "−")
