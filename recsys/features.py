"""Signals side by side as one matrix with named columns, cross-fitted for training rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeVar

import numpy as np

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
from recsys.threads import one_blas_thread

# In this order: a signal may use those before it.
SIGNALS: tuple[type[Signal], ...] = (Bias, Histograms, Facts, Demographics, Genres, Company, Choice, Taste)

NEW, LENGTH, ORDER, TURN, ASKED = 3, 4, 5, 7, 8  # salts of the draws that make newcomers
PASSES = 4
EMPTY_SHARE, LONGEST_SHORT = 0.3, 30
THREADS = 2
Known = TypeVar("Known")


@dataclass(frozen=True)
class Features:
    """The fitted signals; their columns stand in the order of `SIGNALS`."""

    signals: tuple[Signal, ...]

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Fit every signal on these histories alone, on one BLAS thread so that every machine agrees."""
        fitted: dict[type, Signal] = {}
        with one_blas_thread():
            for signal in chosen_signals(context.recipe):
                fitted[signal] = signal.fit(histories, catalogue, replace(context, fitted=dict(fitted)))
        return cls(tuple(fitted.values()))

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

    The rows stand in the histories' order. After them comes a share of them (`cold_share`) once more, from tables
    that the row's user is no part of and from a history of a few ratings or none: so the model meets newcomers
    while it learns. Folds are made side by side on a few threads; which thread
    made what changes nothing.
    """
    known, folds = (histories, catalogue, context), context.recipe.folds
    with one_blas_thread(), ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(_fold_rows, *known, fold) for fold in range(folds)]
        jobs += [pool.submit(_newcomer_rows, *known, fold) for fold in range(_user_folds(context.recipe))]
        jobs += [pool.submit(Features.fit, *known)]
        for done, job in enumerate(as_completed(jobs), start=1):
            job.result()
            progress(done / len(jobs))
    *parts, features = [job.result() for job in jobs]
    all_rows, newcomers = _Rows.together(parts[:folds]), _Rows.together(parts[folds:])
    stars = np.concatenate([histories.stars, histories.stars[newcomers.index]])
    return TrainingRows(np.concatenate([all_rows.matrix, newcomers.matrix]), stars, features)


@dataclass(frozen=True)
class _Rows:
    """Some of the histories' ratings and their features."""

    index: np.ndarray
    matrix: np.ndarray

    @classmethod
    def together(cls, parts: list[_Rows]) -> Self:
        """The rows of all parts, in the histories' order."""
        index = np.concatenate([part.index for part in parts])
        order = np.argsort(index)
        return cls(index[order], np.concatenate([part.matrix for part in parts])[order])


def _fold_rows(histories: Histories, catalogue: Catalogue, context: Context, number: int) -> _Rows:
    """The ratings of one fold, from tables and histories of the others."""
    users, movies = histories.user_ids[histories.owners], catalogue.movie_ids[histories.movies]
    inside = fold_of(users, movies, context.recipe.folds, context.recipe.seed) == number
    outside, index = histories.keep(~inside), np.flatnonzero(inside)
    features = Features.fit(outside, catalogue, context)
    return _Rows(index, features.transform(outside, histories.owners[index], histories.movies[index]))


def _user_folds(recipe: Recipe) -> int:
    """Parts of the users who are newcomers in turn: about half as many as parts of the ratings."""
    return (recipe.folds + 1) // 2


def _newcomer_rows(histories: Histories, catalogue: Catalogue, context: Context, number: int) -> _Rows:
    """Some ratings of one fold of users whom the tables do not know, in passes of other short histories each.

    In every second pass nobody says who they are.
    """
    recipe, owners, folds = context.recipe, histories.owners, _user_folds(context.recipe)
    users, movies = histories.user_ids[owners], catalogue.movie_ids[histories.movies]
    new = (uniform(users, recipe.seed, NEW) * folds).astype(int) == number
    asked = new & (uniform(users, movies, recipe.seed, ASKED) < recipe.cold_share)
    turn = np.where(asked, (uniform(users, movies, recipe.seed, TURN) * PASSES).astype(int), PASSES)
    features, parts = Features.fit(histories.keep(~new), catalogue, context), []
    for one in range(PASSES):
        index = np.flatnonzero(turn == one)
        few = shorten(histories.keep(turn != one), catalogue, (recipe.seed * folds + number) * PASSES + one)
        shown = few if one % 2 else few.anonymous()
        parts.append(_Rows(index, features.transform(shown, owners[index], histories.movies[index])))
    return _Rows.together(parts)


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
