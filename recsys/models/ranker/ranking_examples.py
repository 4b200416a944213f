"""The rows that the ranker is trained on: pools of unseen movies, and which of them the user went on to like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.ranker.candidate_generation import CandidatePools
from recsys.models.ranker.ranker_features import RankerFeatures

SHORT_HISTORY_SEEDS = 13  # added to the seed, so that short histories differ from those of the cross-fit


@dataclass(frozen=True)
class RankingExamples:
    """One row for each movie of each pool, and whether the user went on to like it."""

    names: tuple[str, ...]
    matrix: np.ndarray  # float32 (rows, names)
    label: np.ndarray  # float32 (rows,), 1 where the hidden rating is relevant

    @classmethod
    def of(
        cls, interactions: Interactions, catalogue: Catalogue, context: Context, features: Features, new: np.ndarray
    ) -> list[Self]:
        """Pools of the users of some ratings (`new`, bool per rating), whom the features do not know.

        Each pass hides a part of their ratings: the pool is drawn from what is not in the rest, and hidden ratings of
        at least `relevance_threshold` of the top star are relevant. Half of the users keep the rest, the others, in
        every second pass, only a few ratings of it, and every second of these passes hides their demographics.
        """
        config, settings, examples = context.config, context.config.ranking_examples, []
        ranker_features = RankerFeatures.learn(interactions.keep(~new), catalogue, context)
        newcomers = interactions.take(np.unique(interactions.user_index[new]))
        half = (draw(Stream.HALF_OF_NEWCOMERS, newcomers.user_ids, seed=config.seed) * 2).astype(int)
        folds, hidden_share = config.cross_fitting.folds, 1 / settings.passes
        for number in range(min(folds - 1, settings.passes)):
            users = newcomers.take(np.flatnonzero(half == number % 2))
            user_ids, movie_ids = users.user_ids[users.user_index], catalogue.movie_ids[users.movies]
            drawn = draw(Stream.HIDDEN_RATINGS, user_ids, movie_ids, seed=config.seed)
            hidden = (drawn >= number * hidden_share) & (drawn < (number + 1) * hidden_share)
            seen, seed = users.keep(~hidden), (config.seed + SHORT_HISTORY_SEEDS) * folds + number
            history = shorten(seen, catalogue, seed, settings) if number % 2 else seen
            history = history.without_demographics() if number % 4 == 3 else history
            relevant = users.keep(hidden & (users.stars >= settings.relevance_threshold * context.stars[-1]))
            if len(users):
                examples.append(cls._pass(ranker_features, features, history, seen, relevant))
        return examples

    @classmethod
    def _pass(
        cls,
        ranker_features: RankerFeatures,
        features: Features,
        history: Interactions,
        seen: Interactions,
        relevant: Interactions,
    ) -> Self:
        pools = CandidatePools.of(ranker_features, history, seen, ranker_features.config)
        labels = np.zeros((len(seen), len(ranker_features.movie_count)), np.float32)
        labels[relevant.user_index, relevant.movies] = 1
        matrix = ranker_features.describe(features, history, pools.rows, pools.movies, pools.scores)
        return cls(tuple(ranker_features.names(features)), matrix, labels[pools.rows, pools.movies])

    @classmethod
    def concatenated(cls, examples: list[Self]) -> Self:
        """The rows of all, one after the other."""
        matrix = np.concatenate([each.matrix for each in examples])
        return replace(examples[0], matrix=matrix, label=np.concatenate([each.label for each in examples]))

    def none(self) -> Self:
        """No row of the same columns; copied, for a slice would hold all of them."""
        return replace(self, matrix=self.matrix[:0].copy(), label=self.label[:0].copy())
