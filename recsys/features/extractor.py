"""What a history says about a movie: one idea per file, all of the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

import numpy as np

from recsys.config import Recipe
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.features.vocabulary import Vocabulary


@dataclass(frozen=True)
class Context:
    """What every signal may know while it learns: the scale's stars, the recipe, what users may say of themselves, the
    signals before it. The columns of the features are fixed by these and the catalogue, never by the histories."""

    stars: tuple[float, ...]  # ascending
    recipe: Recipe
    vocabulary: Vocabulary
    fitted: Mapping[type, Signal] = field(default_factory=dict)


class Signal(Protocol):
    """A frozen dataclass of named arrays: learned from histories, applied to pairs.

    `fit` learns movie-side tables from sums over blocks of users and keeps nothing of any user.
    `transform` computes the features of the pairs (user row, movie position) from the rows' histories.
    """

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self: ...

    def names(self) -> list[str]: ...

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray: ...


@runtime_checkable
class ClosedForm(Protocol):
    """A signal that need not compute everything anew for each rating that is left out of a history."""

    def transform_without_each(
        self, person: Histories, places: np.ndarray, shortened: Histories, movie: int
    ) -> np.ndarray:
        """`transform` of one movie for each of the shortened histories, which lack the rating at one place each.

        `person` is the single row that they were shortened from.
        """
        ...
