"""The movies that are worth ranking for each of some people: the first step from the catalogue to a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.interactions import Interactions
from recsys.models.ranker.ranker_features import RankerFeatures

POOL = 100  # movies that somebody's first score puts before all others; only these are ranked


@dataclass(frozen=True)
class CandidatePools:
    """One row for each movie of each person's pool, people in their order, each one's movies best first."""

    first: np.ndarray  # float32 (people, movies), everybody's first score of every movie
    rows: np.ndarray  # int64 (pairs,), the person
    movies: np.ndarray  # int64 (pairs,), catalogue positions
    scores: np.ndarray  # float64 (pairs, choices), by each of `ranker_features.CHOICES`

    @classmethod
    def of(cls, ranker_features: RankerFeatures, people: Interactions, seen: Interactions) -> Self:
        """What others who chose alike chose puts first, or what is popular for somebody of whom nothing is known.

        Scores are made from the ratings of `people`; what `seen` has is in no pool. Both have the same rows.
        """
        firsts, chosen, scores = [], [], []
        for row in range(len(people)):
            found = ranker_features.choices(people, row)
            first = found[:, 0] if people.counts[row] else ranker_features.movie_count
            movies = _best(first, seen.movies[seen.span(row)])
            firsts.append(first.astype(np.float32))
            chosen.append(movies)
            scores.append(found[movies])
        rows = np.repeat(np.arange(len(people)), [len(movies) for movies in chosen])
        return cls(np.stack(firsts), rows, np.concatenate(chosen), np.concatenate(scores))


def _best(first: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The `POOL` best unseen movies by a score of every movie (movies,): positions, best first, ties by position."""
    unseen = first.copy()
    unseen[seen] = -np.inf
    return np.argsort(-unseen, kind="stable")[: min(POOL, len(first) - len(seen))]
