"""Any predictor on any rows -> one tidy report, with intervals by bootstrap over users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.baselines import Predicted
from recsys.hashing import uniform
from recsys.schema import MOVIE, RATING, USER, star_name

RESAMPLES = 500
COLUMNS = ("split", "model", "slice", "metric", "value", "low", "high", "n")
PRICE_COLUMNS = ("ranker", "popularity", "diversity", "metric", "value", "n")
SAMPLE = 6  # salt of the bootstrap's draws


@dataclass(frozen=True)
class Report:
    """How well some predictors did on the same held-out rows.

    `table` has the columns split, model, slice, metric, value, low, high, n (low to high is the 95 % interval
    of a bootstrap over users); `confusion` counts rows (truth) by columns (decided) of the model itself;
    `held_out` holds user_id, movie_id, rating and the model's probabilities p_* of each held-out row;
    `prices` has the columns ranker, popularity, diversity, metric, value, n: what lists are worth at each setting
    of the sliders, on n people.
    """

    table: pd.DataFrame
    confusion: np.ndarray
    held_out: pd.DataFrame
    prices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PRICE_COLUMNS)))

    def value(self, metric: str, model: str = "model", slice: str = "all") -> float:
        """One number of the table; KeyError when it is not there."""
        return float(self.row(metric, model, slice)["value"])

    def row(self, metric: str, model: str = "model", slice: str = "all") -> pd.Series:
        """One row of the table; KeyError when it is not there."""
        table = self.table
        chosen = table[(table["metric"] == metric) & (table["model"] == model) & (table["slice"] == slice)]
        if chosen.empty:
            raise KeyError(f"no {metric} of {model} on {slice} in this report")
        return chosen.iloc[0]


def report(
    held_out: pd.DataFrame,
    predicted: Mapping[str, Predicted],
    stars: tuple[float, ...],
    split: str,
    seed: int = 0,
) -> Report:
    """Score every predictor on the same held-out rows (columns user_id, movie_id, rating).

    `predicted` maps a name to what it said of the rows in their order; the one named "model" is kept in full.
    """
    truth, users = held_out[RATING].to_numpy(), held_out[USER].to_numpy()
    tables = [
        _scores(_Sums.of(truth, users, said, stars), stars, seed).assign(model=name, split=split)
        for name, said in predicted.items()
    ]
    model = predicted["model"]
    return Report(
        table=pd.concat(tables, ignore_index=True)[list(COLUMNS)],
        confusion=metrics.confusion(truth, model.decided, stars),
        held_out=held_out[[USER, MOVIE, RATING]]
        .reset_index(drop=True)
        .assign(**{f"p_{star_name(star)}": model.probabilities[:, i] for i, star in enumerate(stars)}),
    )


def paired(
    held_out: pd.DataFrame, one: Predicted, other: Predicted, stars: tuple[float, ...], seed: int = 0
) -> pd.DataFrame:
    """How much one predictor differs from another on the same rows: slice, metric, difference, low, high.

    The difference is one less the other; low to high is its 95 % interval when users are drawn anew, the same
    draws for both.
    """
    truth, users = held_out[RATING].to_numpy(), held_out[USER].to_numpy()
    sides = [_Sums.of(truth, users, said, stars) for said in (one, other)]
    whole, weights = np.ones(len(sides[0].users)), resampled(len(sides[0].users), seed)
    value, drawn = ([_measures(side.weighted(by), stars) for side in sides] for by in (whole, weights))
    rows = [
        (
            part,
            metric,
            float(value[0][metric, part] - value[1][metric, part]),
            *interval(drawn[0][metric, part] - drawn[1][metric, part]),
        )
        for metric, part in value[0]
    ]
    return pd.DataFrame(rows, columns=["slice", "metric", "difference", "low", "high"])


@dataclass(frozen=True)
class _Sums:
    """What the metrics are made of, summed per user, so that a bootstrap is weights times sums."""

    users: np.ndarray  # int64 (users,)
    rows: np.ndarray  # (..., users or nothing)
    confusion: np.ndarray  # (..., stars, stars)
    squared: np.ndarray
    absolute: np.ndarray
    log_loss: np.ndarray

    @classmethod
    def of(cls, truth: np.ndarray, users: np.ndarray, said: Predicted, stars: tuple[float, ...]) -> Self:
        ids, owner = np.unique(users, return_inverse=True)
        size = len(stars)
        cells = np.searchsorted(stars, truth) * size + np.searchsorted(stars, said.decided)
        counts = np.bincount(owner * size * size + cells, minlength=len(ids) * size * size)
        losses = np.full(len(truth), np.nan)
        if said.probabilities is not None:
            losses = metrics.log_losses(truth, said.probabilities, stars)
        return cls(
            users=ids,
            rows=np.bincount(owner),
            confusion=counts.reshape(len(ids), size, size),
            squared=np.bincount(owner, weights=metrics.squared_errors(truth, said.expected)),
            absolute=np.bincount(owner, weights=metrics.absolute_errors(truth, said.expected)),
            log_loss=np.bincount(owner, weights=losses),
        )

    def weighted(self, weights: np.ndarray) -> _Sums:
        """The sums over users under float64 weights (..., users)."""
        flat = weights @ self.confusion.reshape(len(self.users), -1)
        return _Sums(
            users=self.users,
            rows=weights @ self.rows,
            confusion=flat.reshape(*weights.shape[:-1], *self.confusion.shape[1:]),
            squared=weights @ self.squared,
            absolute=weights @ self.absolute,
            log_loss=weights @ self.log_loss,
        )


def _measures(sums: _Sums, stars: tuple[float, ...]) -> dict[tuple[str, str], np.ndarray]:
    """Every (metric, slice) of some sums, keeping their leading axes."""
    table = sums.confusion
    found = {
        ("accuracy", "all"): metrics.accuracy(table),
        ("weighted_kappa", "all"): metrics.weighted_kappa(table),
        ("within_one", "all"): metrics.within_one(table),
        ("rmse", "all"): np.sqrt(sums.squared / sums.rows),
        ("mae", "all"): sums.absolute / sums.rows,
        ("log_loss", "all"): sums.log_loss / sums.rows,
    }
    for name, function in (("precision", metrics.precision), ("recall", metrics.recall), ("f1", metrics.f1)):
        per_star = function(table)
        found[f"macro_{name}", "all"] = metrics.macro(per_star)
        found[f"weighted_{name}", "all"] = metrics.weighted(per_star, table)
        found |= {(name, f"star={star_name(star)}"): per_star[..., i] for i, star in enumerate(stars)}
    return found


def _scores(sums: _Sums, stars: tuple[float, ...], seed: int) -> pd.DataFrame:
    """Every metric of one predictor with its interval and its number of rows."""
    whole = sums.weighted(np.ones(len(sums.users)))
    drawn = _measures(sums.weighted(resampled(len(sums.users), seed)), stars)
    occurring = dict(zip((f"star={star_name(star)}" for star in stars), whole.confusion.sum(1), strict=True))
    rows = []
    for (metric, part), value in _measures(whole, stars).items():
        low, high = interval(drawn[metric, part])
        rows.append((part, metric, float(value), low, high, int(occurring.get(part, whole.rows))))
    return pd.DataFrame(rows, columns=["slice", "metric", "value", "low", "high", "n"])


def resampled(users: int, seed: int) -> np.ndarray:
    """How often each user is drawn in each resample, float64 (resamples, users)."""
    drawn = (uniform(np.arange(RESAMPLES)[:, None], np.arange(users), seed, SAMPLE) * users).astype(int)
    return np.stack([np.bincount(row, minlength=users) for row in drawn]).astype(np.float64)


def interval(drawn: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of a metric over resamples; NaN when it was undefined in most of them."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < len(drawn) / 2:
        return np.nan, np.nan
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)
