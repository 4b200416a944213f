"""Signals side by side as one matrix with named columns, cross-fitted for training rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from threadpoolctl import threadpool_limits

from recsys.catalogue import Catalogue
from recsys.hashing import uniform
from recsys.histories import Histories
from recsys.recipe import Recipe
from recsys.signals import Context, Signal
from recsys.signals.bias import Bias
from recsys.signals.choice import Choice
from recsys.signals.company import Company
from recsys.signals.demographics import Demographics
from recsys.signals.facts import Facts
from recsys.signals.genres import Genres
from recsys.signals.histograms import Histograms
from recsys.signals.taste import Taste
from recsys.splits import fold_of

# In this order: a signal may use those before it.
SIGNALS: tuple[type[Signal], ...] = (Bias, Histograms, Facts, Demographics, Genres, Company, Choice, Taste)

COLD, LENGTH, ORDER = 3, 4, 5  # salts of the draws that shorten histories
EMPTY_SHARE, LONGEST_SHORT = 0.2, 30
THREADS = 2


@dataclass(frozen=True)
class Features:
    """The fitted signals; their columns stand in the order of `SIGNALS`."""

    signals: tuple[Signal, ...]

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Fit every signal on these histories alone, on one BLAS thread so that every machine agrees."""
        fitted: dict[type, Signal] = {}
        with threadpool_limits(limits=1, user_api="blas"):
            for signal in chosen_signals(context.recipe):
                fitted[signal] = signal.fit(histories, catalogue, replace(context, fitted=dict(fitted)))
        return cls(tuple(fitted.values()))

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
        return {name: array for signal in self.signals for name, array in named_arrays(signal).items()}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray], movies: int) -> Self:
        """The inverse of `arrays`, for a catalogue of so many movies.

        Raises KeyError when one is missing, ValueError when a table (a field named movie_*) has another length.
        """
        for name, array in arrays.items():
            if name.partition(".")[2].startswith("movie_") and array.shape[:1] != (movies,):
                raise ValueError(f"{name} has shape {array.shape}, the catalogue {movies} movies")
        kept = {name.partition(".")[0] for name in arrays}
        return cls(
            tuple(
                signal(**{field.name: arrays[f"{signal.__name__}.{field.name}"] for field in fields(signal)})
                for signal in SIGNALS
                if signal.__name__ in kept
            )
        )


def named_arrays(state: Any) -> dict[str, np.ndarray]:
    """The fields of a learned state by `State.field`."""
    return {f"{type(state).__name__}.{field.name}": np.asarray(getattr(state, field.name)) for field in fields(state)}


def chosen_signals(recipe: Recipe) -> list[type[Signal]]:
    """The signals of a recipe, each after those that it uses."""
    return [signal for signal in SIGNALS if signal.__name__.lower() not in recipe.left_out]


@dataclass(frozen=True)
class TrainingRows:
    """What the trees are grown on: float32 (rows, names), the rows' stars, and the signals of all ratings."""

    matrix: np.ndarray
    stars: np.ndarray
    features: Features


def crossfit(
    histories: Histories,
    catalogue: Catalogue,
    context: Context,
    progress: Callable[[float], None] = lambda fraction: None,
) -> TrainingRows:
    """Features of the histories' own ratings, each from tables and histories that exclude its fold.

    The rows stand in the histories' order; after them, a share of them (`cold_share`) once more as if their
    users had rated only a few movies or none, so that the model meets newcomers while it learns. Folds are
    made side by side on a few threads; which thread made what changes nothing.
    """
    folds = context.recipe.folds
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as pool:
        whole = pool.submit(Features.fit, histories, catalogue, context)
        jobs = [pool.submit(_fold_rows, number, histories, catalogue, context) for number in range(folds)]
        for done, job in enumerate(as_completed([*jobs, whole]), start=1):
            job.result()
            progress(done / (folds + 1))
    parts, features = [job.result() for job in jobs], whole.result()
    index = np.concatenate([part.index for part in parts] + [part.cold_index for part in parts])
    matrix = np.concatenate([part.matrix for part in parts] + [part.cold_matrix for part in parts])
    warm = np.arange(len(index)) < len(histories.movies)
    order = np.lexsort((index, ~warm))
    return TrainingRows(matrix[order], histories.stars[index[order]], features)


@dataclass(frozen=True)
class _FoldRows:
    """The rows of one fold, and the features of some of them a second time from shortened histories."""

    index: np.ndarray
    matrix: np.ndarray
    cold_index: np.ndarray
    cold_matrix: np.ndarray


def _fold_rows(number: int, histories: Histories, catalogue: Catalogue, context: Context) -> _FoldRows:
    recipe = context.recipe
    users, movies = histories.user_ids[histories.owners], catalogue.movie_ids[histories.movies]
    inside = fold_of(users, movies, recipe.folds, recipe.seed) == number
    outside = histories.keep(~inside)
    features = Features.fit(outside, catalogue, context)
    index = np.flatnonzero(inside)
    cold = index[uniform(users[index], movies[index], recipe.seed, COLD) < recipe.cold_share]

    def described(shown: Histories, chosen: np.ndarray) -> np.ndarray:
        return features.transform(shown, histories.owners[chosen], histories.movies[chosen])

    few = shorten(outside, catalogue, recipe.seed + number)
    return _FoldRows(index, described(outside, index), cold, described(few, cold))


def shorten(histories: Histories, catalogue: Catalogue, seed: int) -> Histories:
    """Every user with only a few of their ratings, a fifth with none; drawn from ids and seed.

    How many is drawn evenly on a logarithmic scale up to `LONGEST_SHORT`.
    """
    drawn = uniform(histories.user_ids, seed, LENGTH)
    share = np.clip((drawn - EMPTY_SHARE) / (1 - EMPTY_SHARE), 0, 1)
    length = np.where(drawn < EMPTY_SHARE, 0, np.floor((LONGEST_SHORT + 1) ** share))
    owners = histories.owners
    order = uniform(histories.user_ids[owners], catalogue.movie_ids[histories.movies], seed, ORDER)
    ranked = np.lexsort((order, owners))
    place = np.empty(len(order), np.int64)
    place[ranked] = np.arange(len(order)) - histories.start[owners]
    return histories.keep(place < length[owners])
