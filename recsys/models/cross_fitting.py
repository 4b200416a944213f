"""The rows that the trees are grown on: features of each rating from tables and histories that exclude it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import fold_of
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.ranker.ranking_examples import RankingExamples

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
    ranking_examples: RankingExamples


def crossfit(
    interactions: Interactions,
    catalogue: Catalogue,
    context: Context,
    progress: Callable[[float], None] = lambda fraction: None,
) -> TrainingRows:
    """Features of the histories' own ratings, each from tables and histories that exclude its fold.

    The rows stand in the histories' order. After them comes a share of them (`cold_start_fraction`) once more, from
    tables that the row's user is no part of and from a history of a few ratings or none: so the model meets newcomers
    while it learns. One after the other: on threads side by side they took as long, and more memory.
    """
    config, parts = context.config, FoldAssignment.of(interactions, catalogue, context.config)
    index = np.concatenate([np.arange(len(parts.fold)), np.flatnonzero(parts.turn < PASSES)])
    rows, ranking_examples = _Rows(index, len(parts.fold)), []
    known, steps = (interactions, catalogue, context, parts, rows), config.folds + user_folds(config) + 1
    for fold in range(config.folds):
        _of_fold(*known, fold)
        progress((fold + 1) / steps)
    for fold in range(user_folds(config)):
        ranking_examples += _newcomers(*known, fold)
        progress((config.folds + fold + 1) / steps)
    features = Features.learn(interactions, catalogue, context)
    progress(1.0)
    return TrainingRows(
        rows.matrix, index, interactions.stars[index], features, RankingExamples.together(ranking_examples)
    )


@dataclass(frozen=True)
class FoldAssignment:
    """From which rows each rating is kept while rows are made; int64 per rating, drawn by ids and seed alone."""

    fold: np.ndarray  # the row of a rating is made without the ratings of its fold
    user_fold: np.ndarray  # its row as a newcomer's is made from tables without the users of this part
    turn: np.ndarray  # and from a history without the ratings of this turn; PASSES where there is no such row

    @classmethod
    def of(cls, interactions: Interactions, catalogue: Catalogue, config: TrainingConfig) -> Self:
        """Of the ratings of some histories, in their order."""
        users, movies = interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies]
        asked = uniform(users, movies, config.seed, ASKED) < config.cold_start_fraction
        turn = (uniform(users, movies, config.seed, TURN) * PASSES).astype(int)
        return cls(
            fold_of(users, movies, config.folds, config.seed),
            (uniform(users, config.seed, NEW) * user_folds(config)).astype(int),
            np.where(asked, turn, PASSES),
        )


def user_folds(config: TrainingConfig) -> int:
    """Parts of the users who are newcomers in turn: about half as many as parts of the ratings, and never one alone.

    A single part would be everybody, and leave nobody for the tables to learn from.
    """
    return max(2, (config.folds + 1) // 2)


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
    interactions: Interactions, catalogue: Catalogue, context: Context, parts: FoldAssignment, rows: _Rows, number: int
) -> None:
    """The ratings of one fold, from tables and histories of the others."""
    inside = parts.fold == number
    outside, index = interactions.keep(~inside), np.flatnonzero(inside)
    features = Features.learn(outside, catalogue, context)
    rows.fill(index, features.transform(outside, interactions.user_index[index], interactions.movies[index]))


def _newcomers(
    interactions: Interactions, catalogue: Catalogue, context: Context, parts: FoldAssignment, rows: _Rows, number: int
) -> list[RankingExamples]:
    """Some ratings of one fold of users whom the tables do not know, in passes of other short histories each.

    In every second pass nobody says who they are. With them come the pools of the same users, for the ranker.
    """
    config, user_index = context.config, interactions.user_index
    new = parts.user_fold == number
    turn, draw = np.where(new, parts.turn, PASSES), config.seed * user_folds(config) + number
    features = Features.learn(interactions.keep(~new), catalogue, context)
    for one in range(PASSES):
        index = np.flatnonzero(turn == one)
        few = shorten(interactions.keep(turn != one), catalogue, draw * PASSES + one, EMPTY_SHARE, LONGEST_SHORT)
        shown = few if one % 2 else few.without_demographics()
        rows.fill(index, features.transform(shown, user_index[index], interactions.movies[index]), newcomers=True)
    return RankingExamples.of(interactions, catalogue, context, features, new)
