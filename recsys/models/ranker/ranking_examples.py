"""The rows that a ranker is trained on: pools of unseen movies as it will have to rank them, and which are wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.ranker.candidate_generation import Pools
from recsys.models.ranker.ranker_features import Appeal

PASSES = 5  # at most, so that each rating is hidden at most once
HIDDEN = 1 / PASSES  # share of the ratings hidden in each
EMPTY_SHARE, LONGEST_SHORT = 0.1, 60  # of histories in every second pass
HIDE, SHORT, HALF = 12, 13, 14  # salts


@dataclass(frozen=True)
class Contests:
    """One row for each movie of each pool: float32 (rows, names), and whether it was wanted, float32 (rows,)."""

    names: tuple[str, ...]
    matrix: np.ndarray
    wanted: np.ndarray

    @classmethod
    def of(
        cls, histories: Histories, catalogue: Catalogue, context: Context, features: Features, new: np.ndarray
    ) -> list[Self]:
        """Pools of the users of some ratings (`new`, bool per rating), whom the features do not know.

        In each pass a part of their ratings is hidden: the pool is drawn from what is not in the rest, and of the
        hidden ones those with enough stars are wanted (`wanted_share` of the top). Half of the people come with the
        rest as it is, the others, in every second pass, with a few ratings of it, and in every second of these
        passes nobody says who they are.
        """
        recipe, parts = context.recipe, []
        appeal = Appeal.fit(histories.keep(~new), catalogue, context)
        everybody = histories.take(np.unique(histories.owners[new]))
        half = (uniform(everybody.user_ids, recipe.seed, HALF) * 2).astype(int)
        for one in range(min(recipe.folds - 1, PASSES)):
            people = everybody.take(np.flatnonzero(half == one % 2))
            users, movies = people.user_ids[people.owners], catalogue.movie_ids[people.movies]
            drawn = uniform(users, movies, recipe.seed, HIDE)
            hidden = (drawn >= one * HIDDEN) & (drawn < (one + 1) * HIDDEN)
            seen, draw = people.keep(~hidden), (recipe.seed + SHORT) * recipe.folds + one
            shown = shorten(seen, catalogue, draw, EMPTY_SHARE, LONGEST_SHORT) if one % 2 else seen
            shown = shown.anonymous() if one % 4 == 3 else shown
            wanted = people.keep(hidden & (people.stars >= recipe.wanted_share * context.stars[-1]))
            if len(people):
                parts.append(cls._pass(appeal, features, shown, seen, wanted))
        return parts

    @classmethod
    def _pass(cls, appeal: Appeal, features: Features, shown: Histories, seen: Histories, wanted: Histories) -> Self:
        pools = Pools.of(appeal, shown, seen)
        flags = np.zeros((len(seen), len(appeal.movie_count)), np.float32)
        flags[wanted.owners, wanted.movies] = 1
        matrix = appeal.describe(features, shown, pools.rows, pools.movies, pools.scores)
        return cls(tuple(appeal.names(features)), matrix, flags[pools.rows, pools.movies])

    @classmethod
    def together(cls, parts: list[Self]) -> Self:
        """The rows of all parts, one after the other."""
        matrix = np.concatenate([part.matrix for part in parts])
        return replace(parts[0], matrix=matrix, wanted=np.concatenate([part.wanted for part in parts]))

    def none(self) -> Self:
        """No row of the same columns; copied, for a slice would hold all of them."""
        return replace(self, matrix=self.matrix[:0].copy(), wanted=self.wanted[:0].copy())
