"""The report: metrics of any predictors on the same held-out rows, with intervals over users and movies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.feature_sample import FeatureSample
from recsys.evaluation.sufficient_statistics import Sampling, SufficientStatistics, bounded, measures
from recsys.metrics.clustered import Clusters
from recsys.schema import MOVIE, MOVIE_COUNT, RANK, RATING, USER, USER_COUNT, probability_columns, star_name

COLUMNS = ("split", "model", "slice", "metric", "value", "low", "high", "n")
CURVE_COLUMNS = ("round", "rows", "value", "n")
AUDIT_COLUMNS = ("check", "passed", "found", "of", "measured")
LIST_COLUMNS = (USER, RANK, MOVIE)
DIFFERENCE_COLUMNS = ("difference", "low", "high")
TRADE_OFF_COLUMNS = ("ranker", "popularity", "diversity", "metric", "value", "n", *DIFFERENCE_COLUMNS)
MODEL = "model"  # name of the predictor that a report is about
ABOUT_ROWS = (USER, MOVIE, RATING, USER_COUNT, MOVIE_COUNT)  # columns of held-out rows beside the probabilities


def _no_rows(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class Report:
    """Metrics of some predictors on the same held-out rows, and what they are computed from.

    Attributes
    ----------
    table : DataFrame
        The columns `COLUMNS`: split, model, slice, metric, value, low and high (95% interval, see `report`), n (rows).
        The slices `train` and `validation` are those of `train_scores`; all others can be computed from the other
        attributes.
    confusion : ndarray of int64, shape (stars, stars)
        Confusion matrix of the model: rows are true stars, columns predicted ones.
    held_out : DataFrame
        One row per held-out rating: user_id, movie_id, rating, the model's probabilities p_* and, where known,
        user_count and movie_count, the ratings of its user and of its movie in the train part.
    baselines : mapping of str to Predictions
        Predictions of every other predictor for these rows.
    trade_off_curve : DataFrame
        The columns `TRADE_OFF_COLUMNS`: metrics of the lists of each ranker and setting of the sliders, all for the
        same users, whom n counts; and by how much they exceed those of the ranker with both sliders at 0, or, there,
        of popularity, with paired 95% intervals over users. NaN in reports from before there were differences.
    lists : DataFrame
        The columns `LIST_COLUMNS`: the longest list of each of these users.
    curve : DataFrame
        The columns `CURVE_COLUMNS`: log-loss by boosting round, on rows of the train part that the trees are fitted on
        and on rows kept out of the fit.
    audit : DataFrame
        The columns `AUDIT_COLUMNS`: the leakage audit.
    feature_sample : FeatureSample or None
        Some held-out rows with their features; None in reports from before it existed.
    """

    table: pd.DataFrame
    confusion: np.ndarray
    held_out: pd.DataFrame
    baselines: Mapping[str, Predictions] = field(default_factory=dict)
    trade_off_curve: pd.DataFrame = field(default_factory=lambda: _no_rows(TRADE_OFF_COLUMNS))
    lists: pd.DataFrame = field(default_factory=lambda: _no_rows(LIST_COLUMNS))
    curve: pd.DataFrame = field(default_factory=lambda: _no_rows(CURVE_COLUMNS))
    audit: pd.DataFrame = field(default_factory=lambda: _no_rows(AUDIT_COLUMNS))
    feature_sample: FeatureSample | None = None

    @property
    def stars(self) -> tuple[float, ...]:
        """The star values that the model predicts, ascending."""
        return tuple(float(name[2:]) for name in map(str, self.held_out) if name.startswith("p_"))

    def predicted(self, model: str = MODEL) -> Predictions:
        """The predictions of one predictor for the held-out rows. Raises KeyError for an unknown name."""
        return self._model_predictions if model == MODEL else self.baselines[model]

    def value(self, metric: str, model: str = MODEL, slice: str = "all") -> float:
        """One value of the table. Raises KeyError if it has no such row."""
        return float(self.row(metric, model, slice)["value"])

    def row(self, metric: str, model: str = MODEL, slice: str = "all") -> pd.Series:
        """One row of the table. Raises KeyError if it has no such row."""
        position = self._row_positions.get((metric, model, slice))
        if position is None:
            raise KeyError(f"no {metric} of {model} on {slice} in this report")
        return self.table.iloc[position]

    @cached_property
    def clusters(self) -> Clusters:
        """The users and the movies of the held-out rows."""
        return Clusters.of(*(self.held_out[name].to_numpy() for name in (USER, MOVIE)))

    @cached_property
    def _row_positions(self) -> dict[tuple[str, str, str], int]:
        """The first row of the table by (metric, model, slice)."""
        keys = list(zip(self.table["metric"], self.table["model"], self.table["slice"], strict=True))
        return {key: position for position, key in reversed(list(enumerate(keys)))}

    @cached_property
    def _model_predictions(self) -> Predictions:
        return Predictions.of_probabilities(self.held_out[probability_columns(self.stars)].to_numpy(), self.stars)


def report(
    held_out: pd.DataFrame,
    predicted: Mapping[str, Predictions],
    stars: tuple[float, ...],
    split: str,
) -> Report:
    """Score every predictor on the same held-out rows.

    The 95% intervals count users and movies as random samples: a linearized metric has the standard error of
    `metrics.clustered`, clustered by user and by movie; a mean over users (`user_rmse`, `user_mae`) is clustered by
    user alone. They do not include the variance of training with another seed.

    Parameters
    ----------
    held_out : DataFrame
        user_id, movie_id, rating and, if known, user_count and movie_count.
    predicted : mapping of str to Predictions
        Predictions for these rows by the predictor's name. The one named "model", which the report is about, needs
        probabilities.
    stars : tuple of float
        Star values, ascending.
    split : str
        Name of the split.

    Returns
    -------
    Report
        Without lists, trade-off curve, learning curve, audit and feature sample.
    """
    sampling = Sampling.of(held_out)
    tables = [
        _scores(SufficientStatistics.of(held_out, predictions, stars), sampling).assign(model=name, split=split)
        for name, predictions in predicted.items()
    ]
    model = predicted[MODEL]
    rows = held_out[[name for name in ABOUT_ROWS if name in held_out]].reset_index(drop=True)
    probabilities = dict(zip(probability_columns(stars), model.require_probabilities().T, strict=True))
    return Report(
        table=pd.concat(tables, ignore_index=True)[list(COLUMNS)],
        confusion=metrics.confusion(held_out[RATING].to_numpy(), model.rating, stars),
        held_out=rows.assign(**probabilities),
        baselines={name: predictions for name, predictions in predicted.items() if name != MODEL},
    )


def paired_differences(
    held_out: pd.DataFrame, one: Predictions, other: Predictions, stars: tuple[float, ...]
) -> pd.DataFrame:
    """Every metric of one predictor less that of another on the same rows, with paired intervals as in `report`.

    Parameters
    ----------
    held_out : DataFrame
        user_id, movie_id and rating of the rows; a pair may come again, as in several splits.
    one, other : Predictions
        Predictions of both for these rows.
    stars : tuple of float
        Star values, ascending.

    Returns
    -------
    DataFrame
        slice, metric, difference (one - other), low and high (the ends of its 95% interval).
    """
    sampling = Sampling.of(held_out)
    statistics = [SufficientStatistics.of(held_out, predictions, stars) for predictions in (one, other)]
    one_values, other_values = (measures(each.totals(), stars) for each in statistics)
    one_influences, other_influences = (each.influences() for each in statistics)
    rows = []
    for key in one_values:
        difference = float(one_values[key] - other_values[key])
        half_width = sampling.half_width(key, one_influences[key] - other_influences[key])
        rows.append((key[1], key[0], difference, difference - half_width, difference + half_width))
    return pd.DataFrame(rows, columns=["slice", "metric", "difference", "low", "high"])


def gains_over_baselines(report: Report) -> pd.DataFrame:
    """`paired_differences` of the model and each baseline: baseline, slice, metric, difference, low, high."""
    tables = [
        paired_differences(report.held_out, report.predicted(), predictions, report.stars).assign(baseline=name)
        for name, predictions in report.baselines.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["baseline", "slice", "metric", "difference", "low", "high"]]


def _scores(statistics: SufficientStatistics, sampling: Sampling) -> pd.DataFrame:
    """Every metric of one predictor with its interval and its number of rows."""
    totals, influences, stars = statistics.totals(), statistics.influences(), statistics.stars
    star_rows = dict(zip((f"star={star_name(star)}" for star in stars), totals["confusion"].sum(1), strict=True))
    rows = []
    for key, value in measures(totals, stars).items():
        metric, group = key
        low, high = bounded(metric, float(value), sampling.half_width(key, influences[key]))
        rows.append((group, metric, float(value), low, high, int(star_rows.get(group, totals["rows"]))))
    return pd.DataFrame(rows, columns=["slice", "metric", "value", "low", "high", "n"])
