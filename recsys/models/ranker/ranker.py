"""The ranker: scores that order the catalogue for one user by what they would choose and like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.blas import limit_blas_threads
from recsys.core.serialization import named_arrays, restored
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.ranker.candidate_generation import CandidatePools
from recsys.models.ranker.ranker_features import RankerFeatures
from recsys.models.ranker.ranking_examples import RankingExamples
from recsys.models.softmax_regression import SoftmaxRegression
from recsys.models.star_model import StarModel

OUTCOMES = (0.0, 1.0)  # not relevant, relevant
LEAST_SHARE = float(np.finfo(np.float32).tiny)  # XGBoost rounds to no probability at all; so its odds stay finite
BLOCK_USERS = 64  # whose pools are scored together


@dataclass(frozen=True)
class Ranker:
    """A pool of movies by ALS, then XGBoost over all features of these.

    The trees tell relevant from other movies of a pool, from a linear start as the star model's.
    """

    ranker_features: RankerFeatures
    model: StarModel

    @classmethod
    def learn(cls, ranking_examples: RankingExamples, ranker_features: RankerFeatures, config: TrainingConfig) -> Self:
        """Learn from pools of users whom their tables did not know; `ranker_features` is of all users."""
        outcomes, names = ranking_examples.label.astype(np.float64), list(ranking_examples.names)
        model = StarModel.learn(ranking_examples.matrix, outcomes, OUTCOMES, names, config.ranker_model)
        return cls(ranker_features, model)

    def with_interactions(self, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """The same trees over movie tables learned anew from these ratings."""
        return replace(self, ranker_features=RankerFeatures.learn(interactions, catalogue, context))

    def scores(self, features: Features, users: Interactions) -> np.ndarray:
        """Each user's score of every movie, seen movies too.

        The log-odds of liking for the movies of the user's pool; all others come after these, by their ALS score. An
        empty history gets what is popular; with up to `ranker.newcomer_ratings` ratings popularity is mixed in.

        Parameters
        ----------
        features : Features
            The star model's features.
        users : Interactions
            The histories, one row per user.

        Returns
        -------
        ndarray, float64 (users, movies)
        """
        blocks = [np.arange(low, min(low + BLOCK_USERS, len(users))) for low in range(0, len(users), BLOCK_USERS)]
        limit_blas_threads()
        scores = [self._scores(features, users.take(block)) for block in blocks]
        return np.concatenate([np.empty((0, len(self.ranker_features.movie_count))), *scores])

    def _scores(self, features: Features, users: Interactions) -> np.ndarray:
        config, ranker_features = self.ranker_features.config, self.ranker_features
        pools = CandidatePools.of(ranker_features, users, users, config)
        matrix = ranker_features.describe(features, users, pools.rows, pools.movies, pools.scores)
        probabilities = np.maximum(self.model.predict_proba(matrix), LEAST_SHARE)
        log_odds = np.log(probabilities[:, 1] / probabilities[:, 0])
        few = config.ranker.newcomer_ratings
        popularity_weight = np.maximum(few + 1 - users.counts, 0) / (few + 1)
        log_odds += popularity_weight[pools.rows] * ranker_features.movie_count[pools.movies]
        scores = pools.first_scores.astype(np.float64)
        for row, pairs in by_user(pools.rows):
            if users.counts[row]:
                scores[row] = _pool_first(log_odds[pairs], pools.movies[pairs], scores[row])
        return scores

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by `ranker.name`; the trees are a file of their own."""
        arrays = self.ranker_features.arrays() | named_arrays(self.model.softmax_regression, "softmax_regression")
        return {f"ranker.{name}": array for name, array in arrays.items()}

    @classmethod
    def from_files(
        cls,
        trees: bytes,
        arrays: Mapping[str, np.ndarray],
        features: Features,
        sizes: Mapping[str, int],
        config: TrainingConfig,
    ) -> Self:
        """The inverse of `arrays` with the trees' JSON. KeyError or ValueError when they are not sound."""
        own = {name.removeprefix("ranker."): array for name, array in arrays.items() if name.startswith("ranker.")}
        ranker_features = RankerFeatures.from_arrays(own, sizes, config)
        linear = config.ranker_softmax_regression
        softmax_regression = restored(SoftmaxRegression, own, sizes, "softmax_regression", linear)
        names = tuple(ranker_features.names(features))
        return cls(ranker_features, StarModel.from_json(trees, softmax_regression, OUTCOMES, names))


def _pool_first(log_odds: np.ndarray, pool: np.ndarray, first_scores: np.ndarray) -> np.ndarray:
    """Scores of every movie (movies,): the log-odds of the pool, all others after these by their first score."""
    outside = np.ones(len(first_scores), bool)
    outside[pool] = False
    scores = first_scores - first_scores[outside].max(initial=first_scores.min()) + log_odds.min() - 1
    scores[pool] = log_odds
    return scores
