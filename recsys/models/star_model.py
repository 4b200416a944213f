"""XGBoost as a classifier over the star values, from a linear start. Takes a matrix; knows nothing of users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import xgboost
from xgboost.callback import TrainingCallback

from recsys.config.models import StarModelConfig
from recsys.errors import DataError
from recsys.models.softmax_regression import SoftmaxRegression
from recsys.models.tree_checks import sound_trees
from recsys.schema import star_name

LEAST_ROWS_PER_STAR = 10
PIVOTS = ("gp_expected",)  # features that every feature is multiplied by in the linear start


@dataclass(frozen=True)
class EvalSet:
    """Rows that nothing is learned from; their mean log-loss is reported after each round."""

    matrix: np.ndarray  # float32 (rows, names)
    ratings: np.ndarray
    on_round: Callable[[int, float], None]  # called with the round and the log-loss

    def evals(
        self, softmax_regression: SoftmaxRegression, stars: tuple[float, ...], names: list[str]
    ) -> list[tuple[xgboost.DMatrix, str]]:
        """XGBoost's form of them."""
        if not len(self.ratings):
            return []
        classes, start = np.searchsorted(stars, self.ratings), softmax_regression.logits(self.matrix)
        return [(xgboost.DMatrix(self.matrix, classes, base_margin=start, feature_names=names), "eval_set")]


@dataclass(frozen=True)
class StarModel:
    """A linear start and the trees grown on it, the star value of each class, and the columns they expect."""

    softmax_regression: SoftmaxRegression
    booster: xgboost.Booster
    stars: tuple[float, ...]
    names: tuple[str, ...]

    @classmethod
    def learn(
        cls,
        matrix: np.ndarray,
        ratings: np.ndarray,
        stars: tuple[float, ...],
        names: list[str],
        config: StarModelConfig,
        progress: Callable[[float], None] = lambda fraction: None,
        eval_set: EvalSet | None = None,
    ) -> Self:
        """Fit the linear start, then grow the trees on its margins.

        Parameters
        ----------
        matrix : ndarray, float32 (rows, names)
            Features, NaN where missing.
        ratings : ndarray (rows,)
            Each row's star, one of `stars`.
        stars : tuple of float
            The scale, ascending.
        names : list of str
            The columns of the matrix.
        config : StarModelConfig
            Of the linear start and the trees, and the seed.
        progress : callable
            Called with the fraction of trees grown.
        eval_set : EvalSet, optional
            Rows whose log-loss is reported after each round; they change nothing.
        """
        classes = np.searchsorted(stars, ratings)
        pivots = [names.index(name) for name in PIVOTS if name in names]
        softmax_regression = SoftmaxRegression.learn(matrix, classes, len(stars), pivots, config.softmax_regression)
        rows = xgboost.QuantileDMatrix(
            matrix,
            classes,
            base_margin=softmax_regression.logits(matrix),
            max_bin=config.boosting.bins,
            feature_names=list(names),
        )
        booster = xgboost.train(
            _parameters(config, len(stars)),
            rows,
            config.boosting.trees,
            evals=eval_set.evals(softmax_regression, stars, list(names)) if eval_set else (),
            verbose_eval=False,
            callbacks=[_Progress(config.boosting.trees, progress, eval_set.on_round if eval_set else None)],
        )
        return cls(softmax_regression, _on_one_thread(booster), tuple(stars), tuple(names))

    @classmethod
    def from_json(
        cls, content: bytes, softmax_regression: SoftmaxRegression, stars: tuple[float, ...], names: tuple[str, ...]
    ) -> Self:
        """The model of a linear start and trees that `to_json` wrote. Raises ValueError when they are not sound."""
        _validate(softmax_regression, stars, names)
        booster = xgboost.Booster()
        booster.load_model(bytearray(sound_trees(content, len(stars), names)))
        return cls(softmax_regression, _on_one_thread(booster), stars, names)

    def to_json(self) -> bytes:
        """The trees in XGBoost's own JSON: the same bytes for the same trees."""
        return bytes(self.booster.save_raw("json"))

    def predict_proba(self, matrix: np.ndarray) -> np.ndarray:
        """Probability of each star, float64 (rows, stars), rows summing to 1, from float32 (rows, names)."""
        if not len(matrix):
            return np.empty((0, len(self.stars)))
        logits = self.softmax_regression.logits(matrix)
        raw = self.booster.inplace_predict(matrix, base_margin=logits, validate_features=False)
        probabilities = np.asarray(raw).astype(np.float64)
        return probabilities / probabilities.sum(axis=1, keepdims=True)


def argmax_rating(probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """The most probable star of each row, float64 (rows,)."""
    return np.asarray(stars)[probabilities.argmax(axis=1)]


class _Progress(TrainingCallback):
    def __init__(
        self, rounds: int, progress: Callable[[float], None], on_round: Callable[[int, float], None] | None = None
    ) -> None:
        super().__init__()
        self.rounds, self.progress, self.on_round = rounds, progress, on_round

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: dict) -> bool:
        self.progress((epoch + 1) / self.rounds)
        if self.on_round and "eval_set" in evals_log:
            (losses,) = evals_log["eval_set"].values()
            self.on_round(epoch + 1, float(losses[-1]))
        return False


def _parameters(config: StarModelConfig, classes: int) -> dict[str, object]:
    boosting = config.boosting
    return {
        "objective": "multi:softprob",
        "num_class": classes,
        "tree_method": "hist",
        "max_depth": boosting.depth,
        "learning_rate": boosting.learning_rate,
        "subsample": boosting.subsample,
        "colsample_bynode": boosting.colsample,
        "min_child_weight": boosting.min_child_weight,
        "lambda": boosting.l2,
        "max_bin": boosting.bins,
        "seed": config.seed,
    }


def _on_one_thread(booster: xgboost.Booster) -> xgboost.Booster:
    """Single rows are predicted several times faster on one thread than by waking a pool."""
    booster.set_param({"nthread": 1})
    return booster


def _validate(softmax_regression: SoftmaxRegression, stars: tuple[float, ...], names: tuple[str, ...]) -> None:
    """Raise ValueError unless the stars ascend and the linear start is one for these stars and features."""
    if len(stars) < 2 or not np.isfinite(stars).all() or not (np.diff(stars) > 0).all():
        raise ValueError("the stars are not two or more numbers in ascending order")
    parts = 1 + len(names) * (1 + len(softmax_regression.pivots))
    if (
        len(softmax_regression.mean) != len(names)
        or softmax_regression.weights.shape != (parts, len(stars))
        or not (softmax_regression.scale > 0).all()
    ):
        raise ValueError("the linear start was fitted for other stars or features")


def require_rows(ratings: np.ndarray, stars: tuple[float, ...]) -> None:
    """Raise DataError when a star has fewer ratings than `LEAST_ROWS_PER_STAR`: nothing could be learned of it."""
    counts = np.bincount(np.searchsorted(stars, ratings), minlength=len(stars))
    thin = [
        f"{star_name(star)} stars ({count} rows)"
        for star, count in zip(stars, counts, strict=True)
        if count < LEAST_ROWS_PER_STAR
    ]
    if thin:
        raise DataError(
            f"A model cannot learn a star from so few ratings: {', '.join(thin)}; allowed: at least "
            f"{LEAST_ROWS_PER_STAR} training rows for each star. Add ratings, or leave these stars out."
        )
