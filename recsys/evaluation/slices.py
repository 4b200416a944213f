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
from recsys.evaluation.diagnostics import star_event
from recsys.features.vocabulary import Vocabulary
from recsys.metrics.clustered import Clusters, root_with_half_width
from recsys.metrics.probability import log_losses
from recsys.schema import AGE, GENDER, MOVIE, MOVIE_COUNT, OCCUPATION, RATING, USER, USER_COUNT

AGES = ((0, 18), (18, 25), (25, 35), (35, 45), (45, 56), (56, 200))  # MovieLens' own bands
SMALL_ROWS, SMALL_USERS = 200, 10  # a group with no more rows, or with fewer users, is too small to compare
SLICE_COLUMNS = ("slice", "group", "model", "metric", "value", "low", "high", "n", "users")
Values = Mapping[tuple[str, str], np.ndarray]  # a value per held-out row, by model and metric
METRICS = ("accuracy", "rmse", "mae", "log_loss")
MEAN_ERROR, CONFIDENCE_GAP = SIGNED_METRICS = ("mean_error", "confidence_gap")  # 0 where the model is not biased


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
    of : str
        Whose attribute it is: `USER`, so that all rows of a user are in the same groups, or `MOVIE`.
    """

    name: str
    groups: tuple[str, ...]
    rows: np.ndarray
    group: np.ndarray
    of: str

    @classmethod
    def by(cls, name: str, of: str, labels: np.ndarray, order: list[str] | None = None) -> Slicing:
        """Groups by one label per row, "" for none; in the given order, else by name."""
        labelled = np.flatnonzero(labels != "")
        groups = order or sorted(set(labels[labelled]))
        index = {group: i for i, group in enumerate(groups)}
        return cls(name, tuple(groups), labelled, np.array([index[label] for label in labels[labelled]], np.int64), of)

    def sizes(self, user_index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows and users of each group, from the users' numbers, int64 (held-out rows,)."""
        groups = len(self.groups)
        members = np.unique(user_index[self.rows] * groups + self.group) % groups
        return np.bincount(self.group, minlength=groups), np.bincount(members, minlength=groups)


def slices(
    report: Report | None, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary
) -> pd.DataFrame:
    """Every metric of `METRICS` and `SIGNED_METRICS` in every group, of the model and of each baseline.

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

    Returns
    -------
    DataFrame
        The columns `SLICE_COLUMNS`: slice, group, model, metric, value, low and high (95% interval
        over users and movies, as in `evaluation.report`), n (rows), users. Empty for a model without a report.
    """
    if report is None:
        return pd.DataFrame(columns=list(SLICE_COLUMNS))
    models = (MODEL, *report.baselines)
    values = {
        (model, metric): rows
        for model in models
        for metric, rows in (values_per_row(report, model) | signed_values_per_row(report, model)).items()
    }
    tables = [
        _slice_metrics(slicing, values, report.clusters)
        for slicing in slicings(report, interactions, catalogue, vocabulary)
    ]
    return pd.concat(tables, ignore_index=True)


def large_enough(n: pd.Series | np.ndarray, users: pd.Series | np.ndarray) -> np.ndarray:
    """Which groups, by their rows and users, are large enough to be compared."""
    return np.asarray((n > SMALL_ROWS) & (users >= SMALL_USERS))


def slicings(
    report: Report, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary
) -> Iterator[Slicing]:
    """Every way to divide the held-out rows for which the data has labels (parameters as `slices`)."""
    user_rows = interactions.rows(report.held_out[USER].to_numpy())
    positions = catalogue.positions(report.held_out[MOVIE].to_numpy())
    for name, labels, order in user_labels(interactions, vocabulary):
        yield from _unless_empty(Slicing.by(name, USER, labels[user_rows], order))
    if USER_COUNT in report.held_out:
        counts = report.held_out[USER_COUNT].to_numpy()
        labels = np.where(counts > 0, "known", "newcomer")
        yield from _unless_empty(Slicing.by("known", USER, labels, ["newcomer", "known"]))
        yield from _unless_empty(_deciles("activity", report.held_out, USER, USER_COUNT))
        yield from _unless_empty(_deciles("popularity", report.held_out, MOVIE, MOVIE_COUNT))
    years = catalogue.years[positions]
    decades = np.array([f"{year // 10 * 10:.0f}s" if year == year else "" for year in years])
    yield from _unless_empty(Slicing.by("decade", MOVIE, decades))
    row, genre = np.nonzero(catalogue.genre_flags[positions])
    yield from _unless_empty(Slicing("genre", catalogue.genre_names, row, genre, MOVIE))


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
    return Slicing.by(name, key, held_out[key].map(labels).to_numpy(str), names)


def _slice_metrics(slicing: Slicing, values: Values, clusters: Clusters) -> pd.DataFrame:
    """Every metric of every predictor in every group of one slicing that has rows."""
    groups, group, of_rows = len(slicing.groups), slicing.group, clusters.of_rows(slicing.rows)
    counts = dict(zip(("n", "users"), slicing.sizes(clusters.ways[0]), strict=True))
    tables = []
    for (model, metric), value in values.items():
        mean, half_width = of_rows.means(value[slicing.rows], group, groups)
        if metric == "rmse":
            mean, half_width = root_with_half_width(mean, half_width)
        lowest = -np.inf if metric in SIGNED_METRICS else 0.0
        ends = {"value": mean, "low": np.maximum(mean - half_width, lowest), "high": mean + half_width}
        labels = {"slice": slicing.name, "group": slicing.groups, "model": model, "metric": metric}
        tables.append(pd.DataFrame(labels | ends | counts)[counts["n"] > 0])
    return pd.concat(tables, ignore_index=True)


def values_per_row(report: Report, model: str) -> dict[str, np.ndarray]:
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


def signed_values_per_row(report: Report, model: str) -> dict[str, np.ndarray]:
    """The terms, one per held-out row, whose mean is a signed metric: NaN for a predictor without probabilities."""
    truth, predictions = report.held_out[RATING].to_numpy(), report.predicted(model)
    gaps = np.full(len(truth), np.nan)
    if predictions.probabilities is not None:
        confidence, happened = star_event(report, predictions.probabilities, predictions.rating)
        gaps = confidence - happened
    return {MEAN_ERROR: predictions.expected - truth, CONFIDENCE_GAP: gaps}
