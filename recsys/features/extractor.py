"""What a history says about a movie: one idea per file, all of the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

import numpy as np

from recsys.config import TrainingConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.vocabulary import Vocabulary


@dataclass(frozen=True)
class Context:
    """What every signal may know while it learns: the scale's stars, the recipe, what users may say of themselves, the
    signals before it. The columns of the features are fixed by these and the catalogue, never by the histories."""

    stars: tuple[float, ...]  # ascending
    config: TrainingConfig
    vocabulary: Vocabulary
    fitted: Mapping[type, FeatureExtractor] = field(default_factory=dict)


class FeatureExtractor(Protocol):
    """A frozen dataclass of named arrays: learned from histories, applied to pairs.

    `fit` learns movie-side tables from sums over blocks of users and keeps nothing of any user.
    `transform` computes the features of the pairs (user row, movie position) from the rows' histories.
    """

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self: ...

    def names(self) -> list[str]: ...

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray: ...


@runtime_checkable
class ClosedForm(Protocol):
    """A signal that need not compute everything anew for each rating that is left out of a history."""

    def transform_without_each(
        self, user_history: Interactions, places: np.ndarray, shortened: Interactions, movie: int
    ) -> np.ndarray:
        """`transform` of one movie for each of the shortened histories, which lack the rating at one place each.

        `user_history` is the single row that they were shortened from.
        """
        ...
