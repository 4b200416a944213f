"""What a history says about a movie: one idea per file, all of the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.histories import Histories
from recsys.recipe import Recipe


@dataclass(frozen=True)
class Context:
    """What every signal may know while it learns: the scale's stars, ascending, and the recipe."""

    stars: tuple[float, ...]
    recipe: Recipe


class Signal(Protocol):
    """A frozen dataclass of named arrays: learned from histories, applied to pairs.

    `fit` learns movie-side tables from sums over blocks of users and keeps nothing of any user.
    `transform` computes the features of the pairs (user row, movie position) from the rows' histories.
    """

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self: ...

    def names(self) -> list[str]: ...

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray: ...
