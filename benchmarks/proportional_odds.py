"""One boosted score with ordered cut points between the stars, for `benchmarks/variants.py`.

P(at most star k) = 1 / (1 + exp(score - cut_k)): trees move a single score, and the cut points are learned with it. The
score starts from the expected rating of the softmax regression.

References
----------
P. McCullagh (1980), Regression models for ordinal data, doi 10.1111/j.2517-6161.1980.tb01109.x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from scipy.optimize import minimize
from scipy.special import expit

LOWEST = 1e-9  # probability
CALLS_BETWEEN_CUTS = 10  # rounds of trees, after which the cut points are learned again


@dataclass(frozen=True)
class Rows:
    """Features, float32 (rows, features), and the expected ratings to start from, (rows,)."""

    matrix: np.ndarray
    start: np.ndarray


class _Objective:
    """XGBoost's custom objective; learns the cut points again every few calls."""

    def __init__(self, classes: np.ndarray, cuts: np.ndarray) -> None:
        self.classes, self.cuts, self.calls = classes, cuts, 0

    def __call__(self, score: np.ndarray, _: xgboost.DMatrix) -> tuple[np.ndarray, np.ndarray]:
        if self.calls % CALLS_BETWEEN_CUTS == 0:
            self.cuts = _cuts(score, self.classes, self.cuts)
        self.calls += 1
        return _derivatives(score, self.classes, self.cuts)


def probabilities_by_cuts(
    train: Rows, classes: np.ndarray, test: Rows, settings: dict[str, Any], rounds: int
) -> np.ndarray:
    """Learn score and cut points from rows with known classes, int (rows,); star probabilities of the test rows."""
    cuts, slope = _cuts_and_slope(train.start, classes)
    objective = _Objective(classes, cuts)
    data = xgboost.QuantileDMatrix(train.matrix, classes, base_margin=slope * train.start, max_bin=settings["max_bin"])
    booster = xgboost.train(
        settings | {"base_score": 0.0, "disable_default_eval_metric": True}, data, rounds, obj=objective
    )
    test_data = xgboost.DMatrix(test.matrix, base_margin=slope * test.start)
    return _probabilities(booster.predict(test_data, output_margin=True), objective.cuts)


def _probabilities(score: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Star probabilities, float64 (rows, cuts + 1)."""
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    return np.maximum(np.diff(expit(edges - score[:, None].astype(np.float64)), axis=1), LOWEST)


def _derivatives(score: np.ndarray, classes: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivative of each row's log-loss by its score, float64 (rows,) both."""
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    below, up_to = (expit(edges[classes + step] - score) for step in (0, 1))
    return 1 - up_to - below, up_to * (1 - up_to) + below * (1 - below)


def _cuts(score: np.ndarray, classes: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The ordered cut points of the lowest log-loss for these scores, from others."""
    return _ordered(minimize(lambda steps: _loss(score, classes, _ordered(steps)), _steps(start), method="BFGS").x)


def _cuts_and_slope(start: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, float]:
    """Cut points, and the factor of the start scores, of the lowest log-loss together."""
    shares = np.cumsum(np.bincount(classes))[:-1] / len(classes)
    first = np.append(_steps(np.log(shares / (1 - shares)) + 2 * start.mean()), np.log(2.0))
    best = minimize(lambda each: _loss(np.exp(each[-1]) * start, classes, _ordered(each[:-1])), first, method="BFGS").x
    return _ordered(best[:-1]), float(np.exp(best[-1]))


def _loss(score: np.ndarray, classes: np.ndarray, cuts: np.ndarray) -> float:
    return float(-np.log(_probabilities(score, cuts)[np.arange(len(classes)), classes]).mean())


def _steps(cuts: np.ndarray) -> np.ndarray:
    """The lowest cut point, and the logarithms of the steps above it: any numbers make ordered cut points."""
    return np.concatenate([cuts[:1], np.log(np.diff(cuts))])


def _ordered(steps: np.ndarray) -> np.ndarray:
    return np.cumsum(np.concatenate([steps[:1], np.exp(steps[1:])]))
