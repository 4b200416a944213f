"""The rows that the trees are grown on: features of each rating from tables and histories that exclude it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import Recipe
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.data.splits import fold_of
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.ranker.ranking_examples import Contests

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
    recipe, parts = context.recipe, Parts.of(histories, catalogue, context.recipe)
    index = np.concatenate([np.arange(len(parts.fold)), np.flatnonzero(parts.turn < PASSES)])
    rows, contests = _Rows(index, len(parts.fold)), []
    known, steps = (histories, catalogue, context, parts, rows), recipe.folds + user_folds(recipe) + 1
    for fold in range(recipe.folds):
        _of_fold(*known, fold)
        progress((fold + 1) / steps)
    for fold in range(user_folds(recipe)):
        contests += _newcomers(*known, fold)
        progress((recipe.folds + fold + 1) / steps)
    features = Features.fit(histories, catalogue, context)
    progress(1.0)
    return TrainingRows(rows.matrix, index, histories.stars[index], features, Contests.together(contests))


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
    """Parts of the users who are newcomers in turn: about half as many as parts of the ratings, and never one alone.

    A single part would be everybody, and leave nobody for the tables to learn from.
    """
    return max(2, (recipe.folds + 1) // 2)


class _Rows:
    """The matrix of all rows, filled part by part: a matrix of its own for each part would double the memory."""

    def __init__(self, index: np.ndarray, once: int) -> None:
        self.index, self.once = index, once  # which rating each row is; how many rows are no newcomers'
        self.matrix = np.empty((len(index), 0), np.float32)

    def fill(self, ratings: np.ndarray, features: np.ndarray, newcomers: bool = False) -> None:
        """Put the features of some ratings (positions in the histories, ascending) where their rows are."""
        if not self.matrix.size:
            self.matrix = np.empty((len(self.index), features.shape[1]), np.float32)
        places = self.once + np.searchsorted(self.index[self.once :], ratings) if newcomers else ratings
        self.matrix[places] = features


def _of_fold(
    histories: Histories, catalogue: Catalogue, context: Context, parts: Parts, rows: _Rows, number: int
) -> None:
    """The ratings of one fold, from tables and histories of the others."""
    inside = parts.fold == number
    outside, index = histories.keep(~inside), np.flatnonzero(inside)
    features = Features.fit(outside, catalogue, context)
    rows.fill(index, features.transform(outside, histories.owners[index], histories.movies[index]))


def _newcomers(
    histories: Histories, catalogue: Catalogue, context: Context, parts: Parts, rows: _Rows, number: int
) -> list[Contests]:
    """Some ratings of one fold of users whom the tables do not know, in passes of other short histories each.

    In every second pass nobody says who they are. With them come the pools of the same users, for the ranker.
    """
    recipe, owners = context.recipe, histories.owners
    new = parts.user_fold == number
    turn, draw = np.where(new, parts.turn, PASSES), recipe.seed * user_folds(recipe) + number
    features = Features.fit(histories.keep(~new), catalogue, context)
    for one in range(PASSES):
        index = np.flatnonzero(turn == one)
        few = shorten(histories.keep(turn != one), catalogue, draw * PASSES + one, EMPTY_SHARE, LONGEST_SHORT)
        shown = few if one % 2 else few.anonymous()
        rows.fill(index, features.transform(shown, owners[index], histories.movies[index]), newcomers=True)
    return Contests.of(histories, catalogue, context, features, new)
