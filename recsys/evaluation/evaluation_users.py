"""Whom lists are measured on: people with a history, and what they liked of what was held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.metrics import ranking as metrics

RELEVANT = {
    "ndcg": metrics.ndcg,
    "recall": metrics.recall,
    "precision": metrics.precision,
    "map": metrics.average_precision,
    "hit_rate": metrics.hit_rate,
}
WHOLE = ("coverage", "gini")  # of all lists together; every other metric is a mean over people


@dataclass(frozen=True)
class EvaluationUsers:
    """People as rows of ratings, which held-out movies are relevant to them, and what everybody rated before."""

    people: Interactions
    relevant: np.ndarray  # bool (people, movies)
    catalogue: Catalogue
    counts: np.ndarray  # int64 (movies,), ratings of everybody who was learned from
    users: int  # how many those are

    @classmethod
    def of(cls, known: Interactions, catalogue: Catalogue, user_ids: np.ndarray, movies: np.ndarray) -> Self:
        """From everybody's known ratings and the relevant held-out pairs, as user ids and catalogue positions.

        People without a relevant movie are left out; somebody the data does not know has an empty history.
        """
        ids, owner = np.unique(user_ids, return_inverse=True)
        relevant = np.zeros((len(ids), len(catalogue)), bool)
        relevant[owner, movies] = True
        counts = np.bincount(known.movies, minlength=len(catalogue))
        return cls(known.take(known.rows(ids)), relevant, catalogue, counts, int((known.counts > 0).sum()))

    def __len__(self) -> int:
        return len(self.relevant)

    def some(self, rows: np.ndarray) -> EvaluationUsers:
        """Only these people."""
        return EvaluationUsers(self.people.take(rows), self.relevant[rows], self.catalogue, self.counts, self.users)

    def scores(self, lists: np.ndarray) -> dict[str, np.ndarray]:
        """Every metric of the people's lists (people, n): per person, those of `WHOLE` once. NaN where undefined."""
        hits = np.take_along_axis(self.relevant, lists, 1) & (lists >= 0)
        found = {name: metric(hits, self.relevant.sum(1)) for name, metric in RELEVANT.items()}
        flags, size = self.catalogue.genre_flags, len(self.catalogue)
        return found | {
            "coverage": np.array(metrics.coverage(lists, size)),
            "gini": np.array(metrics.gini(lists, size)),
            "novelty": metrics.novelty(lists, self.counts, self.users),
            "popularity_rank": metrics.popularity_rank(lists, self.counts),
            "long_tail": metrics.long_tail(lists, self.counts),
            "diversity": metrics.diversity(lists, flags),
            "calibration": metrics.calibration(lists, self.people.sum_rows(self.catalogue.genre_shares), flags),
        }
