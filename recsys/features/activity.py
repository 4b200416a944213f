"""Counts and years: how much a user rated, how well known and old a movie is, and what the user usually rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context


@dataclass(frozen=True)
class Activity:
    """Counts are natural logarithms of 1 + ratings."""

    config: TrainingConfig
    movie_count: np.ndarray = array("float64", "movies")
    movie_year: np.ndarray = array("float64", "movies")  # the median where unknown
    movie_raters: np.ndarray = array("float64", "movies", 2)  # its raters' mean count and mean offset in stars, damped

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        bias, size, config = context.fitted[DampedBias], len(catalogue), context.config.activity
        totals = sum_over_blocks(lambda block: _rater_totals(block, bias, size), interactions)
        raters, ratings = np.stack([totals["count"], totals["offset"]], axis=1), totals["ratings"][:, None]
        mean = raters.sum(0) / max(ratings.sum(), 1)
        return cls(
            movie_count=np.log1p(totals["ratings"]),
            movie_year=catalogue.filled_years,
            movie_raters=(raters + config.movie_damping * mean) / (ratings + config.movie_damping),
            config=context.config,
        )

    def names(self) -> list[str]:
        gaps = ["usual_count", "usual_year", "count_gap", "year_gap"]
        return ["user_count", "user_newness", "movie_count", "movie_year", *gaps, "raters_count", "raters_offset"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        count, year = self.movie_count[movies], self.movie_year[movies]
        usual_count, usual_year = (
            self._history_mean(table, interactions)[rows] for table in (self.movie_count, self.movie_year)
        )
        gaps = [usual_count, usual_year, count - usual_count, year - usual_year]
        user_count = [np.log1p(interactions.counts)[rows], 1 / (1 + interactions.counts[rows])]
        return np.column_stack([*user_count, count, year, *gaps, self.movie_raters[movies]])

    def _history_mean(self, table: np.ndarray, interactions: Interactions) -> np.ndarray:
        """The damped mean of a movie table over each user's history, float64 (users,)."""
        damping = self.config.activity.user_damping
        total = interactions.sum_by_user(table[interactions.movies]) + damping * table.mean()
        return total / (interactions.counts + damping)


def _rater_totals(block: Interactions, bias: DampedBias, size: int) -> dict[str, np.ndarray]:
    """Per movie: the sums of its raters' log counts and offsets, and the number of raters."""
    count, offset = np.log1p(block.counts)[block.user_index], bias.user_offset(block)[block.user_index]
    return {
        "count": np.bincount(block.movies, weights=count, minlength=size),
        "offset": np.bincount(block.movies, weights=offset, minlength=size),
        "ratings": np.bincount(block.movies, minlength=size).astype(np.float64),
    }
