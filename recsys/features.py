"""Signals side by side as one matrix with named columns, cross-fitted for training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from threadpoolctl import threadpool_limits

from recsys.catalogue import Catalogue
from recsys.hashing import uniform
from recsys.histories import Histories
from recsys.signals import Context, Signal
from recsys.signals.demographics import Demographics
from recsys.signals.genres import Genres
from recsys.signals.means import Means
from recsys.signals.years import Years
from recsys.splits import fold_of

SIGNALS: tuple[type[Signal], ...] = (Genres, Years, Means, Demographics)

COLD, LENGTH, ORDER = 3, 4, 5  # salts of the draws that shorten histories
SHORT_LENGTHS = np.array([0, 0, 1, 2, 3, 5, 8, 12, 20])


@dataclass(frozen=True)
class Features:
    """The fitted signals; their columns stand in the order of `SIGNALS`."""

    signals: tuple[Signal, ...]

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Fit every signal on these histories alone, on one BLAS thread so that every machine agrees."""
        with threadpool_limits(limits=1, user_api="blas"):
            return cls(tuple(signal.fit(histories, catalogue, context) for signal in SIGNALS))

    @property
    def names(self) -> list[str]:
        """The columns' names, in the matrix's order."""
        return [name for signal in self.signals for name in signal.names()]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of the pairs (row of `histories`, catalogue position), float32 (pairs, names)."""
        blocks = [signal.transform(histories, rows, movies) for signal in self.signals]
        return np.hstack(blocks).astype(np.float32, copy=False)

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by `signal.field`, as a bundle stores them."""
        return {
            f"{type(signal).__name__}.{field.name}": np.asarray(getattr(signal, field.name))
            for signal in self.signals
            for field in fields(signal)
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray], movies: int) -> Self:
        """The inverse of `arrays`, for a catalogue of so many movies.

        Raises KeyError when one is missing, ValueError when a table (a field named movie_*) has another length.
        """
        for name, array in arrays.items():
            if name.partition(".")[2].startswith("movie_") and array.shape[:1] != (movies,):
                raise ValueError(f"{name} has shape {array.shape}, the catalogue {movies} movies")
        return cls(
            tuple(
                signal(**{field.name: arrays[f"{signal.__name__}.{field.name}"] for field in fields(signal)})
                for signal in SIGNALS
            )
        )


def crossfit(
    histories: Histories, catalogue: Catalogue, context: Context, progress: Callable[[float], None]
) -> tuple[np.ndarray, list[str]]:
    """Features of the histories' own ratings, each from tables and histories that exclude its fold.

    Returns float32 (ratings, names) in the histories' order, and the names. Some users of each fold are
    shown with a shortened, sometimes empty, history, so that the model meets newcomers while it learns.
    """
    matrix, names = None, None
    for fold, (inside, outside) in enumerate(_folds(histories, catalogue, context)):
        features = Features.fit(outside, catalogue, context)
        shown = shorten(outside, context.recipe.cold_share, fold, context.recipe.seed)
        block = features.transform(shown, histories.owners[inside], histories.movies[inside])
        if matrix is None:
            names, matrix = features.names, np.empty((len(inside), block.shape[1]), np.float32)
        _require_same(names, features.names)
        matrix[inside] = block
        progress((fold + 1) / context.recipe.folds)
    return matrix, names


def shorten(histories: Histories, share: float, fold: int, seed: int) -> Histories:
    """The same users, a share of them with only a few of their ratings; drawn from ids, fold and seed."""
    users = histories.user_ids
    cold = uniform(users, fold, seed, COLD) < share
    drawn = SHORT_LENGTHS[(uniform(users, fold, seed, LENGTH) * len(SHORT_LENGTHS)).astype(int)]
    length = np.where(cold, drawn, np.iinfo(np.int64).max)
    order = uniform(users[histories.owners], histories.movies, fold, seed, ORDER)
    ranked = np.lexsort((order, histories.owners))
    place = np.empty(len(order), np.int64)
    place[ranked] = np.arange(len(order)) - histories.start[histories.owners]
    return histories.keep(place < length[histories.owners])


def _folds(histories: Histories, catalogue: Catalogue, context: Context) -> Iterator[tuple[np.ndarray, Histories]]:
    """For each fold: which ratings it holds, and the histories without them."""
    users, movies = histories.user_ids[histories.owners], catalogue.movie_ids[histories.movies]
    fold = fold_of(users, movies, context.recipe.folds, context.recipe.seed)
    for number in range(context.recipe.folds):
        yield fold == number, histories.keep(fold != number)


def _require_same(names: list[str], others: list[str]) -> None:
    """Folds must agree on the columns."""
    if names != others:
        raise AssertionError(f"folds disagree on the features: {set(names) ^ set(others)}")
