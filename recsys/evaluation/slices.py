"""Metrics by group of users or movies: for whom and for what is the model better or worse?

Computed from what a report stores and the model's users and movies; nothing is trained or predicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation import MODEL, Report
from recsys.features.vocabulary import Vocabulary
from recsys.metrics.bootstrap import intervals, resampled
from recsys.metrics.probability import log_losses
from recsys.schema import AGE, GENDER, MOVIE, MOVIE_COUNT, OCCUPATION, RATING, USER, USER_COUNT

AGES = ((0, 18), (18, 25), (25, 35), (35, 45), (45, 56), (56, 200))  # MovieLens' own bands
SMALL_ROWS, SMALL_USERS = 200, 10  # a group with fewer is shown, but never in a sentence about the largest gap
SLICE_COLUMNS = ("slice", "group", "model", "metric", "value", "low", "high", "n", "users")
Values = Mapping[tuple[str, str], np.ndarray]  # a value per held-out row, by model and metric
METRICS = ("accuracy", "rmse", "mae", "log_loss")


@dataclass(frozen=True)
class Slicing:
    """One way to divide held-out rows into groups; a row may be in several.

    Attributes
    ----------
    name : str
        What the rows are divided by.
    groups : tuple of str
        Names of the groups, in their order.
    rows, group : ndarray of int64, shape (memberships,)
        A held-out row, and the index in `groups` of a group that it is in.
    """

    name: str
    groups: tuple[str, ...]
    rows: np.ndarray
    group: np.ndarray

    @classmethod
    def by(cls, name: str, labels: np.ndarray, order: list[str] | None = None) -> Slicing:
        """Groups by one label per row, "" for none; in the given order, else by name."""
        labelled = np.flatnonzero(labels != "")
        groups = order or sorted(set(labels[labelled]))
        index = {group: i for i, group in enumerate(groups)}
        return cls(name, tuple(groups), labelled, np.array([index[label] for label in labels[labelled]], np.int64))


def slices(
    report: Report | None, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary, seed: int = 0
) -> pd.DataFrame:
    """Every metric of `METRICS` in every group, of the model and of each baseline.

    Parameters
    ----------
    report : Report or None
        The held-out rows.
    interactions : Interactions
        The users, with gender, age and occupation.
    catalogue : Catalogue
        The movies.
    vocabulary : Vocabulary
        The words for gender and occupation that the model knows.
    seed : int
        Seed of the bootstrap; the same resamples serve all predictors.

    Returns
    -------
    DataFrame
        The columns `SLICE_COLUMNS`: slice, group, model, metric, value, low and high (95% interval by a bootstrap over
        users), n (rows), users. Empty for a model without a report.
    """
    if report is None:
        return pd.DataFrame(columns=list(SLICE_COLUMNS))
    models = (MODEL, *report.baselines)
    values = {(model, metric): rows for model in models for metric, rows in _values_per_row(report, model).items()}
    weights = resampled(report.held_out[USER].nunique(), seed)
    tables = [
        _slice_metrics(report, slicing, values, weights)
        for slicing in slicings(report, interactions, catalogue, vocabulary)
    ]
    return pd.concat(tables, ignore_index=True)


def largest_gap(table: pd.DataFrame, metric: str, model: str = MODEL) -> dict[str, str | float]:
    """The two groups of one slicing that differ most in a metric, small groups excluded.

    Parameters
    ----------
    table : DataFrame
        A table of `slices`.
    metric, model : str
        The metric, and the predictor's name.

    Returns
    -------
    dict
        slice, lower, higher (groups) and gap (difference of their values); empty without such groups. The largest of
        many differences is partly chance: read it with the groups' intervals.
    """
    rows = table[(table["metric"] == metric) & (table["model"] == model) & table["value"].notna()]
    rows = rows[(rows["n"] >= SMALL_ROWS) & (rows["users"] >= SMALL_USERS)]
    widest: dict[str, str | float] = {}
    largest = 0.0
    for name, groups in rows.groupby("slice", sort=False):
        values = groups["value"].to_numpy(np.float64)
        lowest, highest = int(values.argmin()), int(values.argmax())
        gap = float(values[highest] - values[lowest])
        if len(groups) > 1 and gap > largest:
            labels, largest = groups["group"].to_list(), gap
            widest = {"slice": str(name), "lower": labels[lowest], "higher": labels[highest], "gap": gap}
    return widest


def slicings(
    report: Report, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary
) -> Iterator[Slicing]:
    """Every way to divide the held-out rows for which the data has labels (parameters as `slices`)."""
    user_rows = interactions.rows(report.held_out[USER].to_numpy())
    positions = catalogue.positions(report.held_out[MOVIE].to_numpy())
    for name, labels, order in user_labels(interactions, vocabulary):
        yield from _unless_empty(Slicing.by(name, labels[user_rows], order))
    if USER_COUNT in report.held_out:
        counts = report.held_out[USER_COUNT].to_numpy()
        labels = np.where(counts > 0, "known", "newcomer")
        yield from _unless_empty(Slicing.by("known", labels, ["newcomer", "known"]))
        yield from _unless_empty(_deciles("activity", report.held_out, USER, USER_COUNT))
        yield from _unless_empty(_deciles("popularity", report.held_out, MOVIE, MOVIE_COUNT))
    years = catalogue.years[positions]
    decades = np.array([f"{year // 10 * 10:.0f}s" if year == year else "" for year in years])
    yield from _unless_empty(Slicing.by("decade", decades))
    row, genre = np.nonzero(catalogue.genre_flags[positions])
    yield from _unless_empty(Slicing("genre", catalogue.genre_names, row, genre))


def _unless_empty(slicing: Slicing) -> Iterator[Slicing]:
    """The slicing, if any row is in a group."""
    if len(slicing.rows):
        yield slicing


def user_labels(users: Interactions, vocabulary: Vocabulary) -> Iterator[tuple[str, np.ndarray, list[str] | None]]:
    """Name, label of each user, and order of the groups."""
    yield GENDER, np.where(np.isin(users.gender, vocabulary.genders), users.gender, ""), None
    names = [f"under {AGES[0][1]}", *(f"{low}-{high - 1}" for low, high in AGES[1:-1]), f"{AGES[-1][0]} and over"]
    band = np.searchsorted([high for _, high in AGES], users.age, side="right").clip(max=len(AGES) - 1)
    yield AGE, np.where(np.isfinite(users.age), np.array(names)[band], ""), names
    yield OCCUPATION, np.where(np.isin(users.occupation, vocabulary.occupations), users.occupation, ""), None


def _deciles(name: str, held_out: pd.DataFrame, key: str, count: str) -> Slicing:
    """Users or movies (by `key`) of the held-out rows in ten equal groups, by their train ratings, fewest first."""
    counts = held_out.groupby(key)[count].first()
    decile = counts.rank(method="first").sub(1).mul(10).floordiv(len(counts)).astype(int)
    low, high = (counts.groupby(decile).agg(end) for end in ("min", "max"))
    names = [f"{i + 1}: {low[i]}-{high[i]} ratings" for i in low.index]
    labels = decile.map(dict(zip(low.index, names, strict=True)))
    return Slicing.by(name, held_out[key].map(labels).to_numpy(str), names)


def _slice_metrics(report: Report, slicing: Slicing, values: Values, weights: np.ndarray) -> pd.DataFrame:
    """Every metric of every predictor in every group of one slicing that has rows."""
    user_index = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)[1]
    users, groups = weights.shape[1], len(slicing.groups)
    cells = user_index[slicing.rows] * groups + slicing.group
    terms = [np.ones(len(cells)), *(value[slicing.rows] for value in values.values())]
    sums = np.stack([np.bincount(cells, term, users * groups).reshape(users, groups) for term in terms], axis=1)
    with_rows = np.flatnonzero(sums[:, 0].sum(0))
    sums = sums[:, :, with_rows]
    totals, resamples = sums.sum(0), (weights @ sums.reshape(users, -1)).reshape(len(weights), -1, len(with_rows))
    labels = {"slice": slicing.name, "group": np.array(slicing.groups)[with_rows]}
    counts = {"n": totals[0].astype(int), "users": (sums[:, 0] > 0).sum(0)}
    tables = [
        labels | {"model": model, "metric": metric} | _interval(metric, totals[[i, 0]], resamples[:, [i, 0]]) | counts
        for i, (model, metric) in enumerate(values, start=1)
    ]
    return pd.concat([pd.DataFrame(table) for table in tables], ignore_index=True)


def _interval(metric: str, totals: np.ndarray, resamples: np.ndarray) -> dict[str, np.ndarray]:
    """Value, low and high in each group, from sums and row counts: (2, groups), and (resamples, 2, groups)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value, resampled_values = totals[0] / totals[1], resamples[:, 0] / resamples[:, 1]
    if metric == "rmse":
        value, resampled_values = np.sqrt(value), np.sqrt(resampled_values)
    return dict(zip(("value", "low", "high"), (value, *intervals(resampled_values)), strict=True))


def _values_per_row(report: Report, model: str) -> dict[str, np.ndarray]:
    """The terms, one per held-out row, whose mean is a metric (for RMSE, its square)."""
    truth, predictions = report.held_out[RATING].to_numpy(), report.predicted(model)
    losses = np.full(len(truth), np.nan)
    if predictions.probabilities is not None:
        losses = log_losses(truth, predictions.probabilities, report.stars)
    return {
        "accuracy": (truth == predictions.rating).astype(np.float64),
        "rmse": metrics.squared_errors(truth, predictions.expected),
        "mae": metrics.absolute_errors(truth, predictions.expected),
        "log_loss": losses,
    }
