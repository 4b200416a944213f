"""Looks up the glossary entry of a report's metric."""

from __future__ import annotations

from recsys.glossary.entry import NEITHER, Metric
from recsys.glossary.ranking import RANKING
from recsys.glossary.rating import RATING

METRICS = RATING | RANKING


def metric(name: str) -> Metric:
    """The entry of a metric, whatever the length of its list: `ndcg@10` has the entry `ndcg@n`.

    A metric without an entry gets an empty one with its identifier as label.
    """
    base, at, _ = name.partition("@")
    return METRICS.get(f"{base}@n" if at else base, Metric(name, "", name, NEITHER))
