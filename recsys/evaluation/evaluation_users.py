"""The users whose top-N lists are measured, and the held-out movies that they liked."""

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
WHOLE = ("coverage", "gini")  # of all lists together; every other metric is a mean over users


@dataclass(frozen=True)
class EvaluationUsers:
    """Users, which held-out movies are relevant to them, and the popularity of each movie in the train part.

    Attributes
    ----------
    interactions : Interactions
        One row of train ratings per evaluation user.
    relevant : ndarray of bool, shape (evaluation users, movies)
        The held-out movies that each of them liked.
    catalogue : Catalogue
        The movies.
    counts : ndarray of int64, shape (movies,)
        Train ratings of each movie, by all users.
    users : int
        Users with train ratings.
    """

    interactions: Interactions
    relevant: np.ndarray
    catalogue: Catalogue
    counts: np.ndarray
    users: int

    @classmethod
    def of(cls, known: Interactions, catalogue: Catalogue, user_ids: np.ndarray, movies: np.ndarray) -> Self:
        """The users of relevant held-out pairs.

        Parameters
        ----------
        known : Interactions
            The train ratings of all users.
        catalogue : Catalogue
            The movies.
        user_ids : ndarray of int64, shape (pairs,)
            Users of the relevant pairs; one without train ratings has an empty history.
        movies : ndarray of int64, shape (pairs,)
            Catalogue positions of the relevant pairs.
        """
        ids, user_index = np.unique(user_ids, return_inverse=True)
        relevant = np.zeros((len(ids), len(catalogue)), bool)
        relevant[user_index, movies] = True
        counts = np.bincount(known.movies, minlength=len(catalogue))
        return cls(known.take(known.rows(ids)), relevant, catalogue, counts, int((known.counts > 0).sum()))

    def __len__(self) -> int:
        return len(self.relevant)

    def take(self, rows: np.ndarray) -> EvaluationUsers:
        """Only the users of these rows."""
        return EvaluationUsers(
            self.interactions.take(rows), self.relevant[rows], self.catalogue, self.counts, self.users
        )

    def scores(self, lists: np.ndarray) -> dict[str, np.ndarray]:
        """Every metric of these users' lists.

        Parameters
        ----------
        lists : ndarray of int64, shape (evaluation users, n)
            Catalogue positions, best first; -1 where a list is short.

        Returns
        -------
        dict of str to ndarray
            One value per user, (evaluation users,), NaN where undefined; a single value for the metrics of `WHOLE`.
        """
        hits = np.take_along_axis(self.relevant, lists, 1) & (lists >= 0)
        scores = {name: metric(hits, self.relevant.sum(1)) for name, metric in RELEVANT.items()}
        flags, size = self.catalogue.genre_flags, len(self.catalogue)
        genre_taste = self.interactions.sum_rows(self.catalogue.genre_shares)
        return scores | {
            "coverage": np.array(metrics.coverage(lists, size)),
            "gini": np.array(metrics.gini(lists, size)),
            "novelty": metrics.novelty(lists, self.counts, self.users),
            "popularity_rank": metrics.popularity_rank(lists, self.counts),
            "long_tail": metrics.long_tail(lists, self.counts),
            "diversity": metrics.diversity(lists, flags),
            "calibration": metrics.calibration(lists, genre_taste, flags),
        }
