"""What leaks do: the project's first model measured with the mistakes of its first notebook, and without them.

The model is `legacy_baseline`: a few plain features and small trees, so that everything takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import xgboost

from recsys.data import Dataset
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import Split
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.legacy_baseline import PairColumns, StaticColumns, learn, predict, training_rows
from recsys.evaluation.reports import COLUMNS, MODEL, report
from recsys.features.extractor import Context
from recsys.schema import MOVIE, NO_TIME, RATING, TIME, USER

LABORATORY_VERSION = 1  # raise it when the figures change, so that stored ones are measured again
LEAKS = "leaks"  # the split's name of an evaluation of this kind
HONEST = MODEL  # the name of the model without a mistake
ALL_ROW_MEANS, SAME_SECOND, SEEN_ROWS = "all_row_means", "same_second", "seen_rows"
MISTAKES = (ALL_ROW_MEANS, SAME_SECOND, SEEN_ROWS)
IN_USE = "_in_use"  # suffix: the model made with the mistake, predicting without what it cannot know


def leak_laboratory(
    dataset: Dataset, split: Split, context: Context, progress: Callable[[float], None] = lambda fraction: None
) -> pd.DataFrame:
    """Measure one model with each mistake and without any, on the same held-out ratings with the same seed.

    - `ALL_ROW_MEANS`: the means of users and movies are taken over all rows, the held-out ones too.
    - `SAME_SECOND`: a feature tells how the user rated other movies in the second of the rating to be predicted.
    - `SEEN_ROWS`: the held-out ratings are among the rows that the trees learn from.

    Parameters
    ----------
    dataset : Dataset
        Ratings, movies and, if there are any, users.
    split : Split
        Which ratings are held out.
    context : Context
        Star values, training configuration (of which the seed counts) and vocabulary.
    progress : callable
        Called with the fraction that is done.

    Returns
    -------
    DataFrame
        The columns of a report (`COLUMNS`): split is `LEAKS`; model is `HONEST`, one of `MISTAKES`, or a mistake with
        the suffix `IN_USE` (not of `SEEN_ROWS`, whose honest figures are those of `HONEST`).
    """
    rows = _Rows(dataset, split, context)
    experiments = (rows.honest, rows.all_row_means, rows.same_second, rows.seen_rows)
    predictions: dict[str, Predictions] = {}
    for number, experiment in enumerate(experiments):
        progress(number / len(experiments))
        predictions |= experiment()
    return report(rows.held_out, predictions, context.stars, LEAKS).table[list(COLUMNS)]


class _Rows:
    """The rows of a split in the order of interactions, and the features that each experiment makes of them."""

    def __init__(self, dataset: Dataset, split: Split, context: Context) -> None:
        order = np.lexsort((dataset.ratings[MOVIE].to_numpy(), dataset.ratings[USER].to_numpy()))
        self.context, self.catalogue = context, Catalogue.from_frame(dataset.movies)
        self.ratings, self.test = dataset.ratings.iloc[order].reset_index(drop=True), split.test[order]
        self.every = Interactions.from_frames(self.ratings, dataset.users, self.catalogue)
        self.train = self.every.keep(split.train[order])
        self.table = StaticColumns.of(self.train, self.catalogue, context.vocabulary)
        self.train_matrix = training_rows(self.train, self.catalogue, self.table, context.config.seed)
        self.test_matrix = self._features(self.train, self.test)

    @property
    def held_out(self) -> pd.DataFrame:
        """The ratings to predict."""
        return self.ratings[self.test]

    def honest(self) -> dict[str, Predictions]:
        """Everything is learned from the train part, each training row from the other folds."""
        booster = learn(self.train_matrix, self.train.stars, self.context)
        return {HONEST: predict(booster, self.test_matrix, self.context)}

    def all_row_means(self) -> dict[str, Predictions]:
        """Means over all rows: a row's own rating is part of the features that predict it."""
        leaky_train, leaky_test = (self._features(self.every, rows) for rows in (~self.test, self.test))
        booster = learn(leaky_train, self.train.stars, self.context)
        return self._both(booster, ALL_ROW_MEANS, leaky_test, self.test_matrix)

    def same_second(self) -> dict[str, Predictions]:
        """A feature of the user's other training ratings in the same second; in use nobody knows it yet."""
        residual = self._same_second_residual()
        train_matrix = np.column_stack([self.train_matrix, residual[~self.test]])
        test_matrix = np.column_stack([self.test_matrix, residual[self.test]])
        unknown = np.column_stack([self.test_matrix, np.full(self.test.sum(), np.nan, np.float32)])
        return self._both(learn(train_matrix, self.train.stars, self.context), SAME_SECOND, test_matrix, unknown)

    def seen_rows(self) -> dict[str, Predictions]:
        """The trees learn from all rows, and are measured on some of these."""
        matrix = training_rows(self.every, self.catalogue, self.table, self.context.config.seed)
        booster = learn(matrix, self.every.stars, self.context)
        return {SEEN_ROWS: predict(booster, matrix[self.test], self.context)}

    def _features(self, interactions: Interactions, rows: np.ndarray) -> np.ndarray:
        """Features of some rows (bool) with the means of these interactions."""
        columns = PairColumns.of(interactions, interactions, self.table)
        return columns.features(self.every.user_index[rows], self.every.movies[rows])

    def _same_second_residual(self) -> np.ndarray:
        """The mean of stars less the movie's mean, over the other training ratings of a row's user and second.

        float32 (rows,), NaN where there is none.
        """
        means = PairColumns.of(self.train, self.train, self.table).movies[:, 0]
        counted = ~self.test & (self.ratings[TIME] != NO_TIME).to_numpy()
        residual = np.where(counted, self.ratings[RATING] - means[self.every.movies], 0.0)
        second = self.ratings.groupby([USER, TIME]).ngroup().to_numpy()
        others = np.bincount(second, counted)[second] - counted
        total = np.bincount(second, residual)[second] - residual
        return np.divide(total, others, out=np.full(len(second), np.nan), where=others > 0).astype(np.float32)

    def _both(
        self, booster: xgboost.Booster, name: str, leaky: np.ndarray, in_use: np.ndarray
    ) -> dict[str, Predictions]:
        """Predictions of one model from the features with the leak, and from those that it has in use."""
        return {
            name: predict(booster, leaky, self.context),
            f"{name}{IN_USE}": predict(booster, in_use, self.context),
        }
