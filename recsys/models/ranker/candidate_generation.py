"""Candidate generation: the movies to rank for each user, the first step from the catalogue to a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.data.interactions import Interactions
from recsys.models.ranker.ranker_features import RankerFeatures


@dataclass(frozen=True)
class CandidatePools:
    """A row for each movie of each user's pool, users in their order, each one's movies best first."""

    first_scores: np.ndarray  # float32 (users, movies), each user's score of every movie by the first factorisation
    rows: np.ndarray  # int64 (pairs,), the user's row
    movies: np.ndarray  # int64 (pairs,), catalogue positions
    scores: np.ndarray  # float64 (pairs, factorisations)

    @classmethod
    def of(
        cls, ranker_features: RankerFeatures, users: Interactions, seen: Interactions, config: TrainingConfig
    ) -> Self:
        """Top unseen movies by ALS score; by popularity if the history is empty.

        Parameters
        ----------
        ranker_features : RankerFeatures
            The factorisations and the movies' counts.
        users : Interactions
            The histories that scores are computed from.
        seen : Interactions
            The same rows; what it has is in no pool.
        config : TrainingConfig
            `candidate_generation.pool` is the size of a pool.
        """
        first_scores, movies, scores = [], [], []
        for row in range(len(users)):
            row_scores = ranker_features.als_scores(users, row)
            first = row_scores[:, 0] if users.counts[row] else ranker_features.movie_count
            pool = _top_unseen(first, seen.movies[seen.row_slice(row)], config.candidate_generation.pool)
            first_scores.append(first.astype(np.float32))
            movies.append(pool)
            scores.append(row_scores[pool])
        rows = np.repeat(np.arange(len(users)), [len(pool) for pool in movies])
        return cls(np.stack(first_scores), rows, np.concatenate(movies), np.concatenate(scores))


def _top_unseen(scores: np.ndarray, seen: np.ndarray, size: int) -> np.ndarray:
    """Positions of the best unseen movies by a score of every movie (movies,), best first, ties by position."""
    unseen = scores.copy()
    unseen[seen] = -np.inf
    return np.argsort(-unseen, kind="stable")[: min(size, len(scores) - len(seen))]
