"""Plain facts: how much was rated, how known and how old the movie is, and what people are used to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context

USER_DAMPING, MOVIE_DAMPING = 2.0, 5.0


@dataclass(frozen=True)
class Activity:
    """Counts are natural logarithms of 1 + ratings."""

    movie_count: np.ndarray = array("float64", "movies")
    movie_year: np.ndarray = array("float64", "movies")  # the median where unknown
    movie_raters: np.ndarray = array("float64", "movies", 2)  # its raters' mean count and mean offset in stars, damped

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        bias, size = context.fitted[DampedBias], len(catalogue)
        found = sum_over_blocks(lambda block: _raters(block, bias, size), interactions)
        sides = np.stack([found["count"], found["offset"]], axis=1)
        ratings = found["ratings"][:, None]
        mean = sides.sum(0) / max(ratings.sum(), 1)
        return cls(
            movie_count=np.log1p(found["ratings"]),
            movie_year=catalogue.filled_years,
            movie_raters=(sides + MOVIE_DAMPING * mean) / (ratings + MOVIE_DAMPING),
        )

    def names(self) -> list[str]:
        gaps = ["usual_count", "usual_year", "count_gap", "year_gap"]
        return ["user_count", "user_newness", "movie_count", "movie_year", *gaps, "raters_count", "raters_offset"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        count, year = self.movie_count[movies], self.movie_year[movies]
        usual_count, usual_year = (
            self._usual(table, interactions)[rows] for table in (self.movie_count, self.movie_year)
        )
        gaps = [usual_count, usual_year, count - usual_count, year - usual_year]
        who = [np.log1p(interactions.counts)[rows], 1 / (1 + interactions.counts[rows])]
        return np.column_stack([*who, count, year, *gaps, self.movie_raters[movies]])

    def _usual(self, table: np.ndarray, interactions: Interactions) -> np.ndarray:
        """The mean of a movie table over what each user rated, drawn a little to the catalogue's."""
        total = interactions.sum_by_user(table[interactions.movies]) + USER_DAMPING * table.mean()
        return total / (interactions.counts + USER_DAMPING)


def _raters(block: Interactions, bias: DampedBias, size: int) -> dict[str, np.ndarray]:
    """Per movie: sums over its raters of their log count and their offset, and how many they are."""
    count, offset = np.log1p(block.counts)[block.user_index], bias.user_offset(block)[block.user_index]
    return {
        "count": np.bincount(block.movies, weights=count, minlength=size),
        "offset": np.bincount(block.movies, weights=offset, minlength=size),
        "ratings": np.bincount(block.movies, minlength=size).astype(np.float64),
    }
