"""A difference in NDCG between two lists of the same users, as text."""

from __future__ import annotations

import math

from recsys.glossary import metric

NDCG = metric("ndcg@10")
CHANCE = "no more than chance"


def with_interval(difference: float, low: float, high: float) -> str:
    """The difference with its 95% interval and, where that has 0 inside, that it may be chance.

    A dash where it was not measured.
    """
    if not all(map(math.isfinite, (difference, low, high))):
        return NDCG.write(math.nan)
    ends = " to ".join(map(NDCG.write_difference, (low, high)))
    return f"{NDCG.write_difference(difference)} ({ends})" + (f", {CHANCE}" if low <= 0 <= high else "")
