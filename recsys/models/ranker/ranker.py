"""Which movies a person would choose and like: scores that order the catalogue for one user."""

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

OUTCOMES = (0.0, 1.0)  # not wanted, wanted
FEW = 3  # ratings up to which popularity has a say
LEAST_SHARE = float(np.finfo(np.float32).tiny)  # what XGBoost rounds to no chance at all has finite odds
PEOPLE = 64  # whose pools are looked at together


@dataclass(frozen=True)
class Ranker:
    """A pool of movies by what others who chose alike chose, then XGBoost over everything known of these.

    The trees tell wanted from other movies of a pool, from a linear start as the star model's.
    """

    ranker_features: RankerFeatures
    model: StarModel

    @classmethod
    def learn(cls, ranking_examples: RankingExamples, ranker_features: RankerFeatures, config: TrainingConfig) -> Self:
        """Learn from pools of people whom their tables did not know; `ranker_features` is of everybody."""
        outcomes = ranking_examples.label.astype(np.float64)
        return cls(
            ranker_features,
            StarModel.learn(
                ranking_examples.matrix, outcomes, OUTCOMES, list(ranking_examples.names), _settings(config)
            ),
        )

    def with_interactions(self, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """The same trees over movie tables made anew from these ratings."""
        return replace(self, ranker_features=RankerFeatures.learn(interactions, catalogue, context))

    def scores(self, features: Features, people: Interactions) -> np.ndarray:
        """Everybody's score of every movie, float64 (people, movies); seen movies too.

        The log-odds of liking for the movies of somebody's pool; all others come after these, by their first score.
        Somebody of whom nothing is known is shown what is popular; with up to `FEW` ratings popularity has a say.
        """
        parts = [np.arange(low, min(low + PEOPLE, len(people))) for low in range(0, len(people), PEOPLE)]
        limit_blas_threads()
        found = [self._scores(features, people.take(part)) for part in parts]
        return np.concatenate([np.empty((0, len(self.ranker_features.movie_count))), *found])

    def _scores(self, features: Features, people: Interactions) -> np.ndarray:
        pools = CandidatePools.of(self.ranker_features, people, people)
        described = self.ranker_features.describe(features, people, pools.rows, pools.movies, pools.scores)
        found, result = self.model.predict_proba(described), pools.first.astype(np.float64)
        found = np.maximum(found, LEAST_SHARE)
        odds = np.log(found[:, 1] / found[:, 0])
        popular = np.maximum(FEW + 1 - people.counts, 0) / (FEW + 1)
        odds += popular[pools.rows] * self.ranker_features.movie_count[pools.movies]
        for row, here in by_user(pools.rows):
            if people.counts[row]:
                result[row] = _ahead(odds[here], pools.movies[here], result[row])
        return result

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by `Ranker.name`; the trees are a file of their own."""
        parts = self.ranker_features.arrays() | named_arrays(self.model.softmax_regression, "softmax_regression")
        return {f"Ranker.{name}": array for name, array in parts.items()}

    @classmethod
    def from_files(
        cls, trees: bytes, arrays: Mapping[str, np.ndarray], features: Features, sizes: Mapping[str, int]
    ) -> Self:
        """The inverse of `arrays` with the trees' JSON. KeyError or ValueError when they are not sound."""
        own = {name.removeprefix("Ranker."): array for name, array in arrays.items() if name.startswith("Ranker.")}
        ranker_features, softmax_regression = (
            RankerFeatures.from_arrays(own, sizes),
            restored(SoftmaxRegression, own, sizes, "softmax_regression"),
        )
        return cls(
            ranker_features,
            StarModel.from_json(trees, softmax_regression, OUTCOMES, tuple(ranker_features.names(features))),
        )


def _settings(config: TrainingConfig) -> TrainingConfig:
    """Of the trees of a ranker: shallow and strongly shrunk, for most of it is linear."""
    shape = {"trees": 40, "depth": 4, "learning_rate": 0.06, "min_child_weight": 20.0, "l2": 20.0, "ridge": 300.0}
    return replace(config, **shape)


def _ahead(odds: np.ndarray, movies: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Scores of every movie (movies,): the odds of some, all others after these by their first score."""
    beyond = np.ones(len(first), bool)
    beyond[movies] = False
    result = first - first[beyond].max(initial=first.min()) + odds.min() - 1
    result[movies] = odds
    return result
