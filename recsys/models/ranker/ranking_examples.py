"""The rows that a ranker is trained on: pools of unseen movies as it will have to rank them, and which are wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.ranker.candidate_generation import CandidatePools
from recsys.models.ranker.ranker_features import RankerFeatures

PASSES = 5  # at most, so that each rating is hidden at most once
HIDDEN = 1 / PASSES  # share of the ratings hidden in each
EMPTY_SHARE, LONGEST_SHORT = 0.1, 60  # of histories in every second pass
HIDE, SHORT, HALF = 12, 13, 14  # salts


@dataclass(frozen=True)
class RankingExamples:
    """One row for each movie of each pool: float32 (rows, names), and whether it was wanted, float32 (rows,)."""

    names: tuple[str, ...]
    matrix: np.ndarray
    label: np.ndarray

    @classmethod
    def of(
        cls, interactions: Interactions, catalogue: Catalogue, context: Context, features: Features, new: np.ndarray
    ) -> list[Self]:
        """Pools of the users of some ratings (`new`, bool per rating), whom the features do not know.

        In each pass a part of their ratings is hidden: the pool is drawn from what is not in the rest, and of the
        hidden ones those with enough stars are wanted (`relevance_threshold` of the top). Half of the people come with
        the rest as it is, the others, in every second pass, with a few ratings of it, and in every second of these
        passes nobody says who they are.
        """
        config, parts = context.config, []
        ranker_features = RankerFeatures.learn(interactions.keep(~new), catalogue, context)
        everybody = interactions.take(np.unique(interactions.user_index[new]))
        half = (uniform(everybody.user_ids, config.seed, HALF) * 2).astype(int)
        for one in range(min(config.folds - 1, PASSES)):
            people = everybody.take(np.flatnonzero(half == one % 2))
            users, movies = people.user_ids[people.user_index], catalogue.movie_ids[people.movies]
            drawn = uniform(users, movies, config.seed, HIDE)
            hidden = (drawn >= one * HIDDEN) & (drawn < (one + 1) * HIDDEN)
            seen, draw = people.keep(~hidden), (config.seed + SHORT) * config.folds + one
            shown = shorten(seen, catalogue, draw, EMPTY_SHARE, LONGEST_SHORT) if one % 2 else seen
            shown = shown.without_demographics() if one % 4 == 3 else shown
            label = people.keep(hidden & (people.stars >= config.relevance_threshold * context.stars[-1]))
            if len(people):
                parts.append(cls._pass(ranker_features, features, shown, seen, label))
        return parts

    @classmethod
    def _pass(
        cls,
        ranker_features: RankerFeatures,
        features: Features,
        shown: Interactions,
        seen: Interactions,
        label: Interactions,
    ) -> Self:
        pools = CandidatePools.of(ranker_features, shown, seen)
        flags = np.zeros((len(seen), len(ranker_features.movie_count)), np.float32)
        flags[label.user_index, label.movies] = 1
        matrix = ranker_features.describe(features, shown, pools.rows, pools.movies, pools.scores)
        return cls(tuple(ranker_features.names(features)), matrix, flags[pools.rows, pools.movies])

    @classmethod
    def together(cls, parts: list[Self]) -> Self:
        """The rows of all parts, one after the other."""
        matrix = np.concatenate([part.matrix for part in parts])
        return replace(parts[0], matrix=matrix, label=np.concatenate([part.label for part in parts]))

    def none(self) -> Self:
        """No row of the same columns; copied, for a slice would hold all of them."""
        return replace(self, matrix=self.matrix[:0].copy(), label=self.label[:0].copy())
