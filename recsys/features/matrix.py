"""Feature extractors side by side as one matrix with named columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.blas import limit_blas_threads
from recsys.core.serialization import named_arrays, restored, snake_case
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.activity import Activity
from recsys.features.cooccurrence_svd import CooccurrenceSvd
from recsys.features.damped_bias import DampedBias
from recsys.features.demographics import Demographics
from recsys.features.ease import Ease
from recsys.features.extractor import ClosedForm, Context, FeatureExtractor
from recsys.features.gaussian_process import GaussianProcess
from recsys.features.genre_pca import GenrePca
from recsys.features.histograms import Histograms
from recsys.features.vocabulary import Vocabulary

# In this order: an extractor may use those before it.
EXTRACTORS: tuple[type[FeatureExtractor], ...] = (
    DampedBias,
    Histograms,
    Activity,
    Demographics,
    GenrePca,
    CooccurrenceSvd,
    Ease,
    GaussianProcess,
)

Known = TypeVar("Known")


@dataclass(frozen=True)
class Features:
    """The fitted extractors; their columns stand in the order of `EXTRACTORS`."""

    extractors: tuple[FeatureExtractor, ...]
    vocabulary: Vocabulary

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Fit every enabled extractor on these interactions alone, on one BLAS thread so that every machine agrees."""
        fitted: dict[type, FeatureExtractor] = {}
        limit_blas_threads()
        for extractor in enabled_extractors(context.config):
            fitted[extractor] = extractor.learn(interactions, catalogue, replace(context, fitted=dict(fitted)))
        return cls(tuple(fitted.values()), context.vocabulary)

    @property
    def names(self) -> list[str]:
        """The columns' names, in the matrix's order."""
        return [name for extractor in self.extractors for name in extractor.names()]

    def extractor(self, kind: type[Known]) -> Known:
        """The fitted extractor of this kind; KeyError where the configuration disables it."""
        for extractor in self.extractors:
            if isinstance(extractor, kind):
                return extractor
        raise KeyError(f"this model was trained without {snake_case(kind.__name__)}")

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of the pairs (row of `interactions`, catalogue position), float32 (pairs, names)."""
        limit_blas_threads()
        blocks = [extractor.transform(interactions, rows, movies) for extractor in self.extractors]
        return np.hstack(blocks).astype(np.float32, copy=False)

    def transform_without_each(self, user_history: Interactions, omitted: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of movies for one user without some of their ratings.

        Equal to `transform` of each shortened history; extractors whose cost grows with the cube of the history or
        with the catalogue have closed forms.

        Parameters
        ----------
        user_history : Interactions
            A single row.
        omitted : ndarray of int, shape (pairs, omitted ratings)
            Positions of the ratings that each pair's history lacks, ascending.
        movies : ndarray of int, shape (pairs,)
            Catalogue positions.

        Returns
        -------
        ndarray of float32, shape (pairs, names)
        """
        limit_blas_threads()
        omitted, rows = np.unique(omitted, axis=0, return_inverse=True)
        shortened = user_history.without_each(omitted)
        blocks = [
            extractor.transform_without_each(user_history, omitted, shortened, rows, movies)
            if isinstance(extractor, ClosedForm)
            else extractor.transform(shortened, rows, movies)
            for extractor in self.extractors
        ]
        return np.hstack(blocks).astype(np.float32, copy=False)

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by `extractor.field`, and the vocabulary, as a bundle stores them."""
        states = (*self.extractors, self.vocabulary)
        return {name: array for state in states for name, array in named_arrays(state).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], config: TrainingConfig) -> Self:
        """The inverse of `arrays`; `sizes` are those of the catalogue and the scale: movies, genres, stars.

        Raises KeyError when an array is missing, ValueError when one is not as its extractor declares.
        """
        vocabulary = restored(Vocabulary, arrays, sizes)
        sizes = {**sizes, "genders": len(vocabulary.genders), "occupations": len(vocabulary.occupations)}
        kinds: list[Any] = enabled_extractors(config)
        extractors = tuple(restored(kind, arrays, sizes, config=config) for kind in kinds)
        return cls(extractors, vocabulary)


def enabled_extractors(config: TrainingConfig) -> list[type[FeatureExtractor]]:
    """The extractors of a configuration, each after those that it uses."""
    return [extractor for extractor in EXTRACTORS if snake_case(extractor.__name__) not in config.disabled]
