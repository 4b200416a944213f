"""The protocol of feature extractors, and what each may use while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from recsys.config import TrainingConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.vocabulary import Vocabulary


@dataclass(frozen=True)
class Context:
    """What every extractor may use while it learns.

    The columns of the features are fixed by the context and the catalogue, never by the interactions.
    """

    stars: tuple[float, ...]  # ascending
    config: TrainingConfig
    vocabulary: Vocabulary
    fitted: Mapping[type, Any] = field(default_factory=dict)  # the extractors before it, by class


class FeatureExtractor(Protocol):
    """A frozen dataclass of named arrays and its config: learned from interactions, applied to pairs."""

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Learn movie-side tables from sums over blocks of users; nothing of any user is kept."""
        ...

    def names(self) -> list[str]:
        """The names of the columns."""
        ...

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of pairs.

        Parameters
        ----------
        interactions : Interactions
            The users' histories.
        rows, movies : ndarray of int (pairs,)
            Each pair's row of `interactions` and position in the catalogue.

        Returns
        -------
        ndarray (pairs, names)
        """
        ...


@runtime_checkable
class ClosedForm(Protocol):
    """An extractor that computes the features of shortened histories in closed form."""

    def transform_without_each(
        self,
        user_history: Interactions,
        omitted: np.ndarray,
        shortened: Interactions,
        rows: np.ndarray,
        movies: np.ndarray,
    ) -> np.ndarray:
        """`transform(shortened, rows, movies)`, where `shortened` is `user_history.without_each(omitted)`."""
        ...
