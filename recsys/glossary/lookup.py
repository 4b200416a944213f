"""Looks up the glossary entry of a report's metric."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from recsys.glossary.entry import NEITHER, Metric
from recsys.glossary.ranking import RANKING
from recsys.glossary.rating import RATING

METRICS = RATING | RANKING


@lru_cache(maxsize=256)
def metric(name: str) -> Metric:
    """The entry of a metric; that of `ndcg@10` is `ndcg@n` with the length of the list in its label.

    A metric without an entry gets an empty one with its identifier as label.
    """
    base, at, n = name.partition("@")
    entry = METRICS.get(f"{base}@n" if at else base, Metric(name, "", name, NEITHER))
    return replace(entry, label=entry.label.replace("{n}", n))


def counted(name: str) -> str:
    """What a metric is measured on, for its number: `users` for lists, else `ratings`."""
    return "users" if "@" in name else "ratings"
