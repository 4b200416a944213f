"""Learning curve: log-loss by boosting round, on rows that the trees are fitted on and on rows kept out of the fit.

The kept-out rows are from the train part. The curve decides nothing: the number of rounds is in the training
configuration.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import softmax

from recsys.core.keyed_random import Stream, draw
from recsys.evaluation import CURVE_COLUMNS
from recsys.metrics.probability import log_losses
from recsys.models.star_model import EvalSet, StarModel
from recsys.models.training_set import TrainingSet
from recsys.schema import MOVIE, USER

MAX_HOLDOUT = 2000  # ratings kept out of the fit of the trees and the softmax regression
MAX_HOLDOUT_SHARE = 0.05  # of the ratings of the train part
MAX_FITTED_ROWS = 4000  # rows that the curve of fitted rows is measured on
EVERY = 5  # rounds
FITTED_ROWS, HELD_OUT_ROWS = "learned from", "kept back"


def holdout_rows(training_set: TrainingSet, seed: int) -> np.ndarray:
    """Which training rows are kept out of the fit, bool (rows,); drawn by user and movie id."""
    pairs = training_set.pairs()
    users, movies = (pairs.get_level_values(name).to_numpy() for name in (USER, MOVIE))
    draws = draw(Stream.LEARNING_CURVE_ROWS, users, movies, seed=seed)
    return (draws < min(MAX_HOLDOUT_SHARE, MAX_HOLDOUT / len(draws)))[training_set.rows.index]


def watched_rows(training_set: TrainingSet, holdout: np.ndarray, rounds: int, point: Callable[..., None]) -> EvalSet:
    """An evaluation set that reports the log-loss of each round while the trees are fitted.

    Parameters
    ----------
    training_set : TrainingSet
        The training rows.
    holdout : ndarray of bool, shape (rows,)
        The rows kept out of the fit; of these, only rows of full histories are used.
    rounds : int
        Boosting rounds of the fit.
    point : callable
        Called with round, log_loss and of (`rounds`) after each round, and once before with round=0 and majority, the
        log-loss of always predicting the distribution of the fitted rows.

    Returns
    -------
    EvalSet
        The evaluation set for `StarModel.learn`.
    """
    full_history = full_history_rows(training_set)
    rows, ratings = full_history & holdout, training_set.rows.stars
    stars, counts = np.unique(ratings[full_history & ~holdout], return_counts=True)
    shares = np.tile(counts / counts.sum(), (int(rows.sum()), 1))
    if len(shares):
        point(round=0, majority=log_losses(ratings[rows], shares, tuple(stars)).mean())
    return EvalSet(
        training_set.rows.aligned(rows),
        ratings[rows],
        lambda number, loss: point(round=number, log_loss=loss, of=rounds),
    )


def learning_curve(model: StarModel, training_set: TrainingSet, holdout: np.ndarray) -> pd.DataFrame:
    """Log-loss by boosting round, on rows of full histories (rows that pose as newcomers' are another task).

    Parameters
    ----------
    model : StarModel
        The fitted star model.
    training_set : TrainingSet
        The training rows.
    holdout : ndarray of bool, shape (rows,)
        The rows kept out of the fit.

    Returns
    -------
    DataFrame
        round (0 is the softmax regression alone), rows (`FITTED_ROWS` or `HELD_OUT_ROWS`), value (mean log-loss), n
        (number of rows).
    """
    fitted, held_out = full_history_parts(training_set, holdout)
    fitted_sample = fitted[:: max(1, len(fitted) // MAX_FITTED_ROWS)]
    rows_by_name = {FITTED_ROWS: fitted_sample, HELD_OUT_ROWS: held_out}
    points = [
        (number, name, _log_loss(model, training_set, rows, number), len(rows))
        for name, rows in rows_by_name.items()
        for number in _rounds(model)
    ]
    return pd.DataFrame(points, columns=list(CURVE_COLUMNS))


def full_history_rows(training_set: TrainingSet) -> np.ndarray:
    """Which training rows are of full histories, bool (rows,): they come first, one per rating.

    The others pose as newcomers' ratings.
    """
    return np.arange(len(training_set.rows.index)) < len(training_set.interactions.stars)


def full_history_parts(training_set: TrainingSet, holdout: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the rows of full histories that the model is fitted on, and of those kept out of the fit."""
    full_history = full_history_rows(training_set)
    return np.flatnonzero(full_history & ~holdout), np.flatnonzero(full_history & holdout)


def _rounds(model: StarModel) -> list[int]:
    """0, every fifth, and the last."""
    last = model.booster.num_boosted_rounds()
    return [*range(0, last, EVERY), last]


def _log_loss(model: StarModel, training_set: TrainingSet, rows: np.ndarray, rounds: int) -> float:
    """Mean log-loss of some training rows after so many rounds, NaN without rows."""
    if not len(rows):
        return np.nan
    probabilities = _probabilities_after(model, training_set.rows.aligned(rows), rounds)
    return float(log_losses(training_set.rows.stars[rows], probabilities, model.stars).mean())


def _probabilities_after(model: StarModel, matrix: np.ndarray, rounds: int) -> np.ndarray:
    """Probability of each star after the first rounds alone, (rows, stars)."""
    logits = model.softmax_regression.logits(matrix)
    if not rounds:  # to XGBoost, no rounds mean all of them
        return softmax(logits, axis=1)
    return model.booster.inplace_predict(
        matrix, iteration_range=(0, rounds), base_margin=logits, validate_features=False
    )
