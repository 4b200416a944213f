"""The rows that the trees are grown on: features of each rating from tables and histories that exclude it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.features import Features
from recsys.hashing import uniform
from recsys.histories import Histories
from recsys.ranking.contests import Contests
from recsys.recipe import Recipe
from recsys.shortening import shorten
from recsys.signals import Context
from recsys.splits import fold_of
from recsys.threads import one_blas_thread

NEW, TURN, ASKED = 3, 7, 8  # salts of the draws that make newcomers
PASSES = 4
EMPTY_SHARE, LONGEST_SHORT = 0.3, 30


@dataclass(frozen=True)
class TrainingRows:
    """What the trees are grown on: float32 (rows, names), which rating each row is, and the signals of all ratings."""

    matrix: np.ndarray
    index: np.ndarray  # int64 (rows,), into the histories' ratings; those shown once more come last
    stars: np.ndarray
    features: Features
    contests: Contests


def crossfit(
    histories: Histories,
    catalogue: Catalogue,
    context: Context,
    progress: Callable[[float], None] = lambda fraction: None,
) -> TrainingRows:
    """Features of the histories' own ratings, each from tables and histories that exclude its fold.

    The rows stand in the histories' order. After them comes a share of them (`cold_share`) once more, from tables
    that the row's user is no part of and from a history of a few ratings or none: so the model meets newcomers
    while it learns. One after the other: on threads side by side they took as long, and more memory.
    """
    known, folds, made = (histories, catalogue, context), context.recipe.folds, []
    steps: list[Callable[[], Any]] = [partial(_fold_rows, *known, fold) for fold in range(folds)]
    steps += [partial(_newcomers, *known, fold) for fold in range(user_folds(context.recipe))]
    steps += [partial(Features.fit, *known)]
    with one_blas_thread():
        for done, step in enumerate(steps, start=1):
            made.append(step())
            progress(done / len(steps))
    *parts, features = made
    new = parts[folds:]
    all_rows, newcomers = _Rows.together(parts[:folds]), _Rows.together([rows for rows, _ in new])
    index = np.concatenate([all_rows.index, newcomers.index])
    matrix = np.concatenate([all_rows.matrix, newcomers.matrix])
    contests = Contests.together([part for _, parts in new for part in parts])
    return TrainingRows(matrix, index, histories.stars[index], features, contests)


@dataclass(frozen=True)
class Parts:
    """From which rows each rating is kept while rows are made; int64 per rating, drawn by ids and seed alone."""

    fold: np.ndarray  # the row of a rating is made without the ratings of its fold
    user_fold: np.ndarray  # its row as a newcomer's is made from tables without the users of this part
    turn: np.ndarray  # and from a history without the ratings of this turn; PASSES where there is no such row

    @classmethod
    def of(cls, histories: Histories, catalogue: Catalogue, recipe: Recipe) -> Self:
        """Of the ratings of some histories, in their order."""
        users, movies = histories.user_ids[histories.owners], catalogue.movie_ids[histories.movies]
        asked = uniform(users, movies, recipe.seed, ASKED) < recipe.cold_share
        turn = (uniform(users, movies, recipe.seed, TURN) * PASSES).astype(int)
        return cls(
            fold_of(users, movies, recipe.folds, recipe.seed),
            (uniform(users, recipe.seed, NEW) * user_folds(recipe)).astype(int),
            np.where(asked, turn, PASSES),
        )


def user_folds(recipe: Recipe) -> int:
    """Parts of the users who are newcomers in turn: about half as many as parts of the ratings."""
    return (recipe.folds + 1) // 2


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
    inside = Parts.of(histories, catalogue, context.recipe).fold == number
    outside, index = histories.keep(~inside), np.flatnonzero(inside)
    features = Features.fit(outside, catalogue, context)
    return _Rows(index, features.transform(outside, histories.owners[index], histories.movies[index]))


def _newcomers(
    histories: Histories, catalogue: Catalogue, context: Context, number: int
) -> tuple[_Rows, list[Contests]]:
    """Some ratings of one fold of users whom the tables do not know, in passes of other short histories each.

    In every second pass nobody says who they are. With them come the pools of the same users, for the ranker.
    """
    recipe, owners, parts = context.recipe, histories.owners, Parts.of(histories, catalogue, context.recipe)
    new = parts.user_fold == number
    turn, draw = np.where(new, parts.turn, PASSES), recipe.seed * user_folds(recipe) + number
    features, made = Features.fit(histories.keep(~new), catalogue, context), []
    for one in range(PASSES):
        index = np.flatnonzero(turn == one)
        few = shorten(histories.keep(turn != one), catalogue, draw * PASSES + one, EMPTY_SHARE, LONGEST_SHORT)
        shown = few if one % 2 else few.anonymous()
        made.append(_Rows(index, features.transform(shown, owners[index], histories.movies[index])))
    return _Rows.together(made), Contests.of(histories, catalogue, context, features, new)
