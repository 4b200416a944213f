"""Which movies a person would choose and like: scores that order the catalogue for one user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.features import Features
from recsys.histories import Histories, sums
from recsys.signals import Context
from recsys.signals.choice import ease
from recsys.threads import one_blas_thread

LEAST, MOST = 0.2, 1.2  # what a rating at the scale's ends counts
RIDGE = 300.0


@dataclass(frozen=True)
class Ranker:
    """Item-item weights of EASE (Steck 2019, doi 10.1145/3308558.3313710) on ratings that count by their stars."""

    stars: np.ndarray  # float64 (stars,)
    movie_weights: np.ndarray  # float32 (movies, movies), from the rated to the scored movie

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Learn from sums over blocks of users."""
        size, stars = len(catalogue), np.array(context.stars)

        def gram(block: Histories) -> dict[str, np.ndarray]:
            worth = block.dense(_worth(block.stars, stars), size)
            return {"gram": worth.T @ worth}

        with one_blas_thread():
            return cls(stars, ease(sums(gram, histories)["gram"], RIDGE))

    def scores(self, features: Features, histories: Histories, row: int) -> np.ndarray:
        """One user's score of every movie, float64 (movies,); seen movies too."""
        mine = slice(histories.start[row], histories.start[row + 1])
        worth = _worth(histories.stars[mine], self.stars).astype(np.float64)
        return worth @ self.movie_weights[histories.movies[mine]]


def _worth(given: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """What each rating counts: from `LEAST` at the lowest star to `MOST` at the highest, float32."""
    share = (given - stars[0]) / (stars[-1] - stars[0])
    return (LEAST + (MOST - LEAST) * share).astype(np.float32)
