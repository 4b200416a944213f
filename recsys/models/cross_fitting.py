"""Cross-fitting: the training rows, features of each rating from tables and histories that exclude it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.config.models import CrossFittingConfig
from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import fold_of
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.cold_start import shorten
from recsys.models.feature_alignment import FeatureAlignment
from recsys.models.ranker.ranking_examples import RankingExamples


@dataclass(frozen=True)
class TrainingRows:
    """The rows that the star model learns from, and the features learned from all ratings."""

    matrix: np.ndarray  # float32 (rows, names)
    index: np.ndarray  # int64 (rows,), into the ratings; those repeated as newcomers' come last
    stars: np.ndarray  # (rows,)
    features: Features
    alignment: FeatureAlignment  # of the rows before the newcomers'
    ranking_examples: RankingExamples

    def aligned(self, rows: np.ndarray) -> np.ndarray:
        """Features as the star model learns from them, float32 (chosen rows, names); `rows`: a mask, or ascending."""
        chosen = np.arange(len(self.index))[rows]
        matrix, of_newcomers = self.matrix[chosen], self.index[chosen] != chosen
        self.alignment.apply(matrix[: len(chosen) - of_newcomers.sum()])
        return matrix


def crossfit(
    interactions: Interactions,
    catalogue: Catalogue,
    context: Context,
    progress: Callable[[float], None] = lambda fraction: None,
) -> TrainingRows:
    """Features of the ratings, each from tables and histories that exclude its fold.

    The rows stand in the ratings' order. After them a share of them (`cold_start_fraction`) is repeated, from tables
    without the row's user and from a history of a few ratings or none: so the model learns from newcomers too. Folds
    follow one another: on threads side by side they took as long, and more memory.

    Features of fewer ratings are distributed differently from those that are served; `TrainingRows.aligned` corrects
    that with `FeatureAlignment`.
    """
    config, assignment = context.config.cross_fitting, FoldAssignment.of(interactions, catalogue, context.config)
    index = np.concatenate([np.arange(len(assignment.fold)), np.flatnonzero(assignment.pass_number < config.passes)])
    rows, ranking_examples = _Rows(index, len(assignment.fold)), []
    arguments, steps = (interactions, catalogue, context, assignment, rows), config.folds + user_folds(config) + 2
    for fold in range(config.folds):
        _fill_fold(*arguments, fold)
        progress((fold + 1) / steps)
    for fold in range(user_folds(config)):
        ranking_examples += _fill_newcomers(*arguments, fold)
        progress((config.folds + fold + 1) / steps)
    alignment = _alignment(interactions, catalogue, context, rows.matrix)
    progress((steps - 1) / steps)
    features = Features.learn(interactions, catalogue, context)
    progress(1.0)
    return TrainingRows(
        rows.matrix,
        index,
        interactions.stars[index],
        features,
        alignment,
        RankingExamples.concatenated(ranking_examples),
    )


@dataclass(frozen=True)
class FoldAssignment:
    """The fold of each rating, in three ways; int64 (ratings,), drawn by ids and seed alone."""

    fold: np.ndarray  # the row of a rating is made without the ratings of its fold
    user_fold: np.ndarray  # its row as a newcomer's is made from tables without the users of this fold
    pass_number: np.ndarray  # and from a history without the ratings of this turn; `passes` where there is no such row

    @classmethod
    def of(cls, interactions: Interactions, catalogue: Catalogue, config: TrainingConfig) -> Self:
        """Of all ratings, in their order."""
        users, movies = interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies]
        settings, seed = config.cross_fitting, config.seed
        repeated = draw(Stream.NEWCOMER_ROWS, users, movies, seed=seed) < settings.cold_start_fraction
        pass_number = (draw(Stream.NEWCOMER_PASS, users, movies, seed=seed) * settings.passes).astype(int)
        return cls(
            fold_of(users, movies, settings.folds, seed),
            (draw(Stream.NEWCOMER_FOLD, users, seed=seed) * user_folds(settings)).astype(int),
            np.where(repeated, pass_number, settings.passes),
        )


def user_folds(config: CrossFittingConfig) -> int:
    """Number of folds of users: about half as many as folds of ratings, and at least two.

    A single one would be everybody, and leave nobody for the tables to learn from.
    """
    return max(2, (config.folds + 1) // 2)


class _Rows:
    """The matrix of all rows, filled fold by fold: a matrix for each fold would double the memory."""

    def __init__(self, index: np.ndarray, ratings: int) -> None:
        self.index, self.ratings = index, ratings  # the rating of each row; rows before the newcomers'
        self.matrix = np.empty((len(index), 0), np.float32)

    def fill(self, ratings: np.ndarray, features: np.ndarray, newcomers: bool = False) -> None:
        """Write the features of some ratings (ascending positions) to their rows."""
        if not self.matrix.size:
            self.matrix = np.empty((len(self.index), features.shape[1]), np.float32)
        rows = self.ratings + np.searchsorted(self.index[self.ratings :], ratings) if newcomers else ratings
        self.matrix[rows] = features


def _fill_fold(
    interactions: Interactions,
    catalogue: Catalogue,
    context: Context,
    assignment: FoldAssignment,
    rows: _Rows,
    fold: int,
) -> None:
    """The ratings of one fold, from tables and histories of the others."""
    inside = assignment.fold == fold
    outside, index = interactions.keep(~inside), np.flatnonzero(inside)
    features = Features.learn(outside, catalogue, context)
    rows.fill(index, features.transform(outside, interactions.user_index[index], interactions.movies[index]))


def _alignment(
    interactions: Interactions, catalogue: Catalogue, context: Context, matrix: np.ndarray
) -> FeatureAlignment:
    """From cross-fitted features to served ones, by a few ratings: their features learned on all the others."""
    users, movies = interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies]
    drawn = draw(Stream.ALIGNMENT_ROWS, users, movies, seed=context.config.seed)
    sample = drawn < context.config.cross_fitting.alignment_fraction
    others = interactions.keep(~sample)
    served = Features.learn(others, catalogue, context).transform(
        others, interactions.user_index[sample], interactions.movies[sample]
    )
    return FeatureAlignment.between(matrix[: len(sample)][sample], served)


def _fill_newcomers(
    interactions: Interactions,
    catalogue: Catalogue,
    context: Context,
    assignment: FoldAssignment,
    rows: _Rows,
    fold: int,
) -> list[RankingExamples]:
    """Ratings of one fold of users whom the tables do not know, each pass from other short histories.

    Every second pass hides the demographics. Returns the ranking examples of the same users.
    """
    config, user_index, seed = context.config.cross_fitting, interactions.user_index, context.config.seed
    new = assignment.user_fold == fold
    pass_number, fold_seed = np.where(new, assignment.pass_number, config.passes), seed * user_folds(config) + fold
    features = Features.learn(interactions.keep(~new), catalogue, context)
    for number in range(config.passes):
        index = np.flatnonzero(pass_number == number)
        short = shorten(interactions.keep(pass_number != number), catalogue, fold_seed * config.passes + number, config)
        history = short if number % 2 else short.without_demographics()
        rows.fill(index, features.transform(history, user_index[index], interactions.movies[index]), newcomers=True)
    return RankingExamples.of(interactions, catalogue, context, features, new)
