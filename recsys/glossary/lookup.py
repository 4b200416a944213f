"""All entries together, found by the name that a report gives a metric."""

from __future__ import annotations

from recsys.glossary.entry import NEITHER, Metric
from recsys.glossary.ranking import RANKING
from recsys.glossary.rating import RATING

METRICS = RATING | RANKING


def metric(name: str) -> Metric:
    """The entry of a report's metric, whatever the length of its list: `ndcg@10` is `ndcg@n`.

    One that nobody described speaks for itself.
    """
    base, at, _ = name.partition("@")
    return METRICS.get(f"{base}@n" if at else base, Metric(name, "", name, NEITHER))
