"""The movie's year of release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.histories import Histories
from recsys.signals import Context


@dataclass(frozen=True)
class Years:
    """Known before anybody rates, so nothing is learned: the catalogue's own column."""

    movie_year: np.ndarray  # float64 (movies,), NaN when unknown

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        return cls(catalogue.years)

    def names(self) -> list[str]:
        return ["movie_year"]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        return self.movie_year[movies, None]
