"""Share of each star by user and by movie, damped to everybody's shares, and their standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context
from recsys.schema import star_name


@dataclass(frozen=True)
class Histograms:
    """Shares of each star, summing to 1."""

    config: TrainingConfig
    stars: np.ndarray = array("float64", "stars")
    everybody: np.ndarray = array("float64", "stars")
    movie_shares: np.ndarray = array("float64", "movies", "stars")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        config, stars = context.config.histograms, np.asarray(context.stars)
        shape = len(catalogue), len(stars)
        counts = sum_over_blocks(lambda block: {"n": _count(block.movies, block, stars, shape)}, interactions)["n"]
        everybody = counts.sum(0) / max(counts.sum(), 1)
        return cls(context.config, stars, everybody, _damped_shares(counts, everybody, config.damping))

    def names(self) -> list[str]:
        stars = [star_name(star) for star in self.stars]
        shares = [f"{owner}_share_{star}" for owner in ("user", "movie") for star in stars]
        return [*shares, "user_spread", "movie_spread"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        counts = _count(interactions.user_index, interactions, self.stars, (len(interactions), len(self.stars)))
        user = _damped_shares(counts, self.everybody, self.config.histograms.damping)[rows]
        movie = self.movie_shares[movies]
        return np.column_stack([user, movie, _spread(user, self.stars), _spread(movie, self.stars)])


def _count(key: np.ndarray, interactions: Interactions, stars: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How often each star was given, by user row or by movie, float64 of that shape."""
    cells = key.astype(np.int64) * shape[1] + np.searchsorted(stars, interactions.stars)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _damped_shares(counts: np.ndarray, everybody: np.ndarray, damping: float) -> np.ndarray:
    return (counts + damping * everybody) / (counts.sum(1, keepdims=True) + damping)


def _spread(shares: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """Standard deviation of each row's stars."""
    return np.sqrt(np.maximum(shares @ stars**2 - (shares @ stars) ** 2, 0))
