"""How the log-loss falls while trees are added: on rows they grow on, and on rows of the train part kept from them.

The test part has no share in it, and nothing is decided by it: the number of rounds is the recipe's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import softmax

from recsys.core.keyed_random import uniform
from recsys.evaluation import CURVE_COLUMNS
from recsys.metrics.probability import log_losses
from recsys.models.star_model import EvalSet, StarModel
from recsys.models.training_set import TrainingSet
from recsys.schema import MOVIE, USER

WATCHED = 2000  # ratings kept from the trees and the linear start, at most
WATCHED_SHARE = 0.05  # of the train part, at most
GROWN_ROWS = 4000  # rows that the curve of what was learned from is measured on
EVERY = 5  # rounds
DRAW = 11  # salt of the draws
GROWN, KEPT_BACK = "learned from", "kept back"


def holdout_rows(training_set: TrainingSet, seed: int) -> np.ndarray:
    """Training rows of a few ratings that no tree and no linear start may see, bool (rows,); drawn by ids."""
    pairs = training_set.pairs()
    drawn = uniform(pairs.get_level_values(USER).to_numpy(), pairs.get_level_values(MOVIE).to_numpy(), seed, DRAW)
    return (drawn < min(WATCHED_SHARE, WATCHED / len(drawn)))[training_set.rows.index]


def watched_rows(training_set: TrainingSet, kept: np.ndarray, rounds: int, point: Callable[..., None]) -> EvalSet:
    """The kept rows of full histories, for a curve that is drawn while trees grow; a point for the majority at once."""
    first = np.arange(len(kept)) < len(training_set.interactions.stars)
    rows, given = first & kept, training_set.rows.stars
    stars, counts = np.unique(given[first & ~kept], return_counts=True)
    shares = np.tile(counts / counts.sum(), (int(rows.sum()), 1))
    if len(shares):
        point(round=0, majority=log_losses(given[rows], shares, tuple(stars)).mean())
    return EvalSet(
        training_set.rows.matrix[rows], given[rows], lambda number, loss: point(round=number, log_loss=loss, of=rounds)
    )


def learning_curve(model: StarModel, training_set: TrainingSet, kept: np.ndarray) -> pd.DataFrame:
    """Log-loss by boosting round: round, rows (`GROWN` or `KEPT_BACK`), value, n; round 0 is the linear start alone.

    Rows of full histories only: those shown once more as newcomers' are another task.
    """
    first = np.arange(len(kept)) < len(training_set.interactions.stars)
    grown = np.flatnonzero(first & ~kept)
    sides = {GROWN: grown[:: max(1, len(grown) // GROWN_ROWS)], KEPT_BACK: np.flatnonzero(first & kept)}
    found = [
        (number, name, _loss(model, training_set, rows, number), len(rows))
        for name, rows in sides.items()
        for number in _rounds(model)
    ]
    return pd.DataFrame(found, columns=list(CURVE_COLUMNS))


def _rounds(model: StarModel) -> list[int]:
    """0, every fifth, and the last."""
    last = model.booster.num_boosted_rounds()
    return [*range(0, last, EVERY), last]


def _loss(model: StarModel, training_set: TrainingSet, rows: np.ndarray, rounds: int) -> float:
    """Mean log-loss of some training rows after so many rounds, NaN without rows."""
    if not len(rows):
        return np.nan
    found = _after(model, training_set.rows.matrix[rows], rounds)
    return float(log_losses(training_set.rows.stars[rows], found, model.stars).mean())


def _after(model: StarModel, matrix: np.ndarray, rounds: int) -> np.ndarray:
    """Probability of each star after the first rounds alone, (rows, stars)."""
    logits = model.softmax_regression.logits(matrix)
    if not rounds:  # to XGBoost, no rounds mean all of them
        return softmax(logits, axis=1)
    return model.booster.inplace_predict(
        matrix, iteration_range=(0, rounds), base_margin=logits, validate_features=False
    )
