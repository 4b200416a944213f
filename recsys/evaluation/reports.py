"""Any predictor on any rows -> one tidy report, with intervals by bootstrap over users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.sufficient_statistics import SufficientStatistics, measures
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import MOVIE, MOVIE_COUNT, RANK, RATING, USER, USER_COUNT, probability_columns, star_name

COLUMNS = ("split", "model", "slice", "metric", "value", "low", "high", "n")
CURVE_COLUMNS = ("round", "rows", "value", "n")
AUDIT_COLUMNS = ("check", "passed", "found", "of", "measured")
LIST_COLUMNS = (USER, RANK, MOVIE)
TRADE_OFF_COLUMNS = ("ranker", "popularity", "diversity", "metric", "value", "n")
MODEL = "model"  # the name of the predictor that a report is about
ABOUT_ROWS = (USER, MOVIE, RATING, USER_COUNT, MOVIE_COUNT)


@dataclass(frozen=True)
class Report:
    """How well some predictors did on the same held-out rows.

    `table` has the columns split, model, slice, metric, value, low, high, n (low to high is the 95 % interval
    of a bootstrap over users); `confusion` counts rows (truth) by columns (decided) of the model itself;
    `held_out` holds user_id, movie_id, rating and the model's probabilities p_* of each held-out row and, where they
    were told, user_count and movie_count: ratings that the train part has of the row's user and movie; `baselines`
    what every other predictor said of these rows. All of `table` can be computed from these.
    `trade_off_curve` has the columns ranker, popularity, diversity, metric, value, n: what lists are worth at
    each setting of the sliders, on n people; `lists` the columns user_id, rank, movie_id: the longest list kept of
    each of these people; `curve` the columns round, rows, value, n: the log-loss while trees were added, on
    rows of the train part that they were grown on and on some that were kept from them; `audit` the columns check,
    passed, found, of, measured: whether the model could have seen what it is measured on.
    """

    table: pd.DataFrame
    confusion: np.ndarray
    held_out: pd.DataFrame
    baselines: Mapping[str, Predictions] = field(default_factory=dict)
    trade_off_curve: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TRADE_OFF_COLUMNS)))
    lists: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LIST_COLUMNS)))
    curve: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CURVE_COLUMNS)))
    audit: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(AUDIT_COLUMNS)))

    @property
    def stars(self) -> tuple[float, ...]:
        """The star values that the model chose from, ascending."""
        return tuple(float(name[2:]) for name in self.held_out if name.startswith("p_"))

    def predicted(self, model: str = MODEL) -> Predictions:
        """What a predictor said of the held-out rows, in their order; KeyError for a name that is not there."""
        return self._own if model == MODEL else self.baselines[model]

    def value(self, metric: str, model: str = MODEL, slice: str = "all") -> float:
        """One number of the table; KeyError when it is not there."""
        return float(self.row(metric, model, slice)["value"])

    def row(self, metric: str, model: str = MODEL, slice: str = "all") -> pd.Series:
        """One row of the table; KeyError when it is not there."""
        place = self._places.get((metric, model, slice))
        if place is None:
            raise KeyError(f"no {metric} of {model} on {slice} in this report")
        return self.table.iloc[place]

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], int]:
        """The first row of the table by (metric, model, slice)."""
        keys = list(zip(self.table["metric"], self.table["model"], self.table["slice"], strict=True))
        return {key: place for place, key in reversed(list(enumerate(keys)))}

    @cached_property
    def _own(self) -> Predictions:
        """What the model itself said of the held-out rows."""
        return Predictions.of_probabilities(self.held_out[probability_columns(self.stars)].to_numpy(), self.stars)


def report(
    held_out: pd.DataFrame,
    predicted: Mapping[str, Predictions],
    stars: tuple[float, ...],
    split: str,
    seed: int = 0,
) -> Report:
    """Score every predictor on the same held-out rows (columns user_id, movie_id, rating; the counts if known).

    `predicted` maps a name to what it said of the rows in their order; the report is about the one named "model",
    which needs probabilities.
    """
    truth, users = held_out[RATING].to_numpy(), held_out[USER].to_numpy()
    tables = [
        _scores(SufficientStatistics.of(truth, users, said, stars), stars, seed).assign(model=name, split=split)
        for name, said in predicted.items()
    ]
    model = predicted[MODEL]
    told = held_out[[name for name in ABOUT_ROWS if name in held_out]].reset_index(drop=True)
    return Report(
        table=pd.concat(tables, ignore_index=True)[list(COLUMNS)],
        confusion=metrics.confusion(truth, model.decided, stars),
        held_out=told.assign(**dict(zip(probability_columns(stars), model.probabilities.T, strict=True))),
        baselines={name: said for name, said in predicted.items() if name != MODEL},
    )


def paired(
    held_out: pd.DataFrame, one: Predictions, other: Predictions, stars: tuple[float, ...], seed: int = 0
) -> pd.DataFrame:
    """How much one predictor differs from another on the same rows: slice, metric, difference, low, high.

    The difference is one less the other; low to high is its 95 % interval when users are drawn anew, the same
    draws for both.
    """
    truth, users = held_out[RATING].to_numpy(), held_out[USER].to_numpy()
    sides = [SufficientStatistics.of(truth, users, said, stars) for said in (one, other)]
    weights = resampled(len(sides[0].users), seed)
    value = [measures(side.whole(), stars) for side in sides]
    drawn = [measures(side.weighted(weights), stars) for side in sides]
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


def gains(report: Report, seed: int = 0) -> pd.DataFrame:
    """The model less each baseline on the same rows, paired: baseline, slice, metric, difference, low, high."""
    parts = [
        paired(report.held_out, report.predicted(), said, report.stars, seed).assign(baseline=name)
        for name, said in report.baselines.items()
    ]
    found = pd.concat(parts, ignore_index=True)
    return found[["baseline", "slice", "metric", "difference", "low", "high"]]


def _scores(sums: SufficientStatistics, stars: tuple[float, ...], seed: int) -> pd.DataFrame:
    """Every metric of one predictor with its interval and its number of rows."""
    whole = sums.whole()
    drawn = measures(sums.weighted(resampled(len(sums.users), seed)), stars)
    occurring = dict(zip((f"star={star_name(star)}" for star in stars), whole["confusion"].sum(1), strict=True))
    rows = []
    for (metric, part), value in measures(whole, stars).items():
        low, high = interval(drawn[metric, part])
        rows.append((part, metric, float(value), low, high, int(occurring.get(part, whole["rows"]))))
    return pd.DataFrame(rows, columns=["slice", "metric", "value", "low", "high", "n"])
