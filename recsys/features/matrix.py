"""Signals side by side as one matrix with named columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np

from recsys.config import Recipe
from recsys.core.blas import limit_blas_threads
from recsys.core.serialization import named_arrays, restored
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.features.activity import Facts
from recsys.features.cooccurrence_svd import Company
from recsys.features.damped_bias import Bias
from recsys.features.demographics import Demographics
from recsys.features.ease import Choice
from recsys.features.extractor import ClosedForm, Context, Signal
from recsys.features.gaussian_process import Taste
from recsys.features.genre_pca import Genres
from recsys.features.histograms import Histograms
from recsys.features.vocabulary import Vocabulary

# In this order: a signal may use those before it.
SIGNALS: tuple[type[Signal], ...] = (Bias, Histograms, Facts, Demographics, Genres, Company, Choice, Taste)

Known = TypeVar("Known")


@dataclass(frozen=True)
class Features:
    """The fitted signals; their columns stand in the order of `SIGNALS`."""

    signals: tuple[Signal, ...]
    vocabulary: Vocabulary

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Fit every signal on these histories alone, on one BLAS thread so that every machine agrees."""
        fitted: dict[type, Signal] = {}
        limit_blas_threads()
        for signal in chosen_signals(context.recipe):
            fitted[signal] = signal.fit(histories, catalogue, replace(context, fitted=dict(fitted)))
        return cls(tuple(fitted.values()), context.vocabulary)

    @property
    def names(self) -> list[str]:
        """The columns' names, in the matrix's order."""
        return [name for signal in self.signals for name in signal.names()]

    def signal(self, kind: type[Known]) -> Known:
        """The fitted signal of this kind; KeyError where the recipe leaves it out."""
        for signal in self.signals:
            if isinstance(signal, kind):
                return signal
        raise KeyError(f"this model was trained without {kind.__name__.lower()}")

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of the pairs (row of `histories`, catalogue position), float32 (pairs, names)."""
        limit_blas_threads()
        blocks = [signal.transform(histories, rows, movies) for signal in self.signals]
        return np.hstack(blocks).astype(np.float32, copy=False)

    def transform_without_each(self, person: Histories, places: np.ndarray, movie: int) -> np.ndarray:
        """Features of one movie for one person (a single row) without the rating at each place, (places, names).

        What `transform` gives for each of the shortened histories; signals whose cost grows with the cube or with the
        whole catalogue have closed forms for it.
        """
        limit_blas_threads()
        shortened, rows = person.without_each(places), np.arange(len(places))
        movies = np.full(len(places), movie)
        blocks = [
            signal.transform_without_each(person, places, shortened, movie)
            if isinstance(signal, ClosedForm)
            else signal.transform(shortened, rows, movies)
            for signal in self.signals
        ]
        return np.hstack(blocks).astype(np.float32, copy=False)

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by `signal.field`, and the vocabulary, as a bundle stores them."""
        states = (*self.signals, self.vocabulary)
        return {name: array for state in states for name, array in named_arrays(state).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Self:
        """The inverse of `arrays`; `sizes` are those of the catalogue and the scale: movies, genres, stars.

        Raises KeyError when one is missing, ValueError when one is not as its signal declares.
        """
        kept = {name.partition(".")[0] for name in arrays}
        vocabulary = restored(Vocabulary, arrays, sizes)
        sizes = {**sizes, "genders": len(vocabulary.genders), "occupations": len(vocabulary.occupations)}
        signals = tuple(restored(signal, arrays, sizes) for signal in SIGNALS if signal.__name__ in kept)
        return cls(signals, vocabulary)


def chosen_signals(recipe: Recipe) -> list[type[Signal]]:
    """The signals of a recipe, each after those that it uses."""
    return [signal for signal in SIGNALS if signal.__name__.lower() not in recipe.left_out]
