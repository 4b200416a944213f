"""For whom and for what the model is better or worse: means over groups of the held-out rows, each with its interval.

Made from what a report stores and the people and movies a model knows; nothing is trained or predicted.
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
SMALL_ROWS, SMALL_USERS = 200, 10  # groups with less are shown, and never named
SLICE_COLUMNS = ("slice", "group", "model", "metric", "value", "low", "high", "n", "users")
Values = Mapping[tuple[str, str], np.ndarray]  # by model and metric, a value per held-out row
METRICS = ("accuracy", "rmse", "mae", "log_loss")


@dataclass(frozen=True)
class Slicing:
    """One way to divide held-out rows: the groups' names, and which rows are in which; a row may be in several."""

    name: str
    groups: tuple[str, ...]
    rows: np.ndarray  # int64 (memberships,)
    group: np.ndarray  # int64 (memberships,), a place in `groups`

    @classmethod
    def by(cls, name: str, labels: np.ndarray, order: list[str] | None = None) -> Slicing:
        """By one label per row, "" where there is none; groups in the given order, else by name."""
        known = np.flatnonzero(labels != "")
        groups = order or sorted(set(labels[known]))
        places = {group: place for place, group in enumerate(groups)}
        return cls(name, tuple(groups), known, np.array([places[label] for label in labels[known]], np.int64))


def slices(
    report: Report | None, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary, seed: int = 0
) -> pd.DataFrame:
    """Every metric of `METRICS` in every group, of the model and of each baseline; columns `SLICE_COLUMNS`.

    Empty for a model without a report. `low` to `high` is the 95 % interval when users are drawn anew, the same draws
    for all.
    """
    if report is None:
        return pd.DataFrame(columns=list(SLICE_COLUMNS))
    models = (MODEL, *report.baselines)
    values = {(model, metric): row for model in models for metric, row in _per_row(report, model).items()}
    weights = resampled(report.held_out[USER].nunique(), seed)
    parts = [_measured(report, one, values, weights) for one in slicings(report, interactions, catalogue, vocabulary)]
    return pd.concat(parts, ignore_index=True)


def largest_gap(table: pd.DataFrame, metric: str, model: str = MODEL) -> dict[str, str | float]:
    """The two groups of one slicing that differ most: slice, lower, higher, gap. Small ones aside; {} without any.

    The largest of many differences is partly chance: read it with the groups' intervals.
    """
    kept = table[(table["metric"] == metric) & (table["model"] == model) & table["value"].notna()]
    kept = kept[(kept["n"] >= SMALL_ROWS) & (kept["users"] >= SMALL_USERS)]
    found: dict[str, str | float] = {}
    for name, groups in kept.groupby("slice", sort=False):
        low, high = groups.loc[groups["value"].idxmin()], groups.loc[groups["value"].idxmax()]
        gap = float(high["value"] - low["value"])
        if len(groups) > 1 and gap > found.get("gap", 0.0):
            found = {"slice": str(name), "lower": low["group"], "higher": high["group"], "gap": gap}
    return found


def slicings(
    report: Report, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary
) -> Iterator[Slicing]:
    """Every way to divide the held-out rows that the data has something to say of."""
    rows = interactions.rows(report.held_out[USER].to_numpy())
    at = catalogue.positions(report.held_out[MOVIE].to_numpy())
    for name, labels, order in _of_people(interactions, vocabulary):
        yield from _some(Slicing.by(name, labels[rows], order))
    if USER_COUNT in report.held_out:
        counts = report.held_out[USER_COUNT].to_numpy()
        yield from _some(Slicing.by("known", np.where(counts > 0, "known", "newcomer"), ["newcomer", "known"]))
        yield from _some(_tenths("activity", report.held_out, USER, USER_COUNT))
        yield from _some(_tenths("popularity", report.held_out, MOVIE, MOVIE_COUNT))
    years = catalogue.years[at]
    decades = np.array([f"{year // 10 * 10:.0f}s" if year == year else "" for year in years])
    yield from _some(Slicing.by("decade", decades))
    row, genre = np.nonzero(catalogue.genre_flags[at])
    yield from _some(Slicing("genre", catalogue.genre_names, row, genre))


def _some(slicing: Slicing) -> Iterator[Slicing]:
    """The slicing, if any row is in a group."""
    if len(slicing.rows):
        yield slicing


def _of_people(people: Interactions, vocabulary: Vocabulary) -> Iterator[tuple[str, np.ndarray, list[str] | None]]:
    """Name, label of each user, and order of the groups."""
    yield GENDER, np.where(np.isin(people.gender, vocabulary.genders), people.gender, ""), None
    names = [f"under {AGES[0][1]}", *(f"{low}-{high - 1}" for low, high in AGES[1:-1]), f"{AGES[-1][0]} and over"]
    band = np.searchsorted([high for _, high in AGES], people.age, side="right").clip(max=len(AGES) - 1)
    yield AGE, np.where(np.isfinite(people.age), np.array(names)[band], ""), names
    yield OCCUPATION, np.where(np.isin(people.occupation, vocabulary.occupations), people.occupation, ""), None


def _tenths(name: str, held_out: pd.DataFrame, of: str, count: str) -> Slicing:
    """Users or movies of the held-out rows in ten equal parts, from those with the fewest known ratings to the most."""
    each = held_out.groupby(of)[count].first()
    place = each.rank(method="first").sub(1).mul(10).floordiv(len(each)).astype(int)
    low, high = (each.groupby(place).agg(how) for how in ("min", "max"))
    names = [f"{part + 1}: {low[part]}-{high[part]} ratings" for part in low.index]
    labels = place.map(dict(zip(low.index, names, strict=True)))
    return Slicing.by(name, held_out[of].map(labels).to_numpy(str), names)


def _measured(report: Report, slicing: Slicing, values: Values, weights: np.ndarray) -> pd.DataFrame:
    """Every measure in every group of one slicing."""
    owner = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)[1]
    users, groups = weights.shape[1], len(slicing.groups)
    cells = owner[slicing.rows] * groups + slicing.group
    counted = [np.ones(len(cells)), *(value[slicing.rows] for value in values.values())]
    sums = np.stack([np.bincount(cells, value, users * groups).reshape(users, groups) for value in counted], axis=1)
    kept = np.flatnonzero(sums[:, 0].sum(0))
    sums = sums[:, :, kept]
    whole, drawn = sums.sum(0), (weights @ sums.reshape(users, -1)).reshape(len(weights), -1, len(kept))
    about = {"slice": slicing.name, "group": np.array(slicing.groups)[kept]}
    counts = {"n": whole[0].astype(int), "users": (sums[:, 0] > 0).sum(0)}
    parts = [
        about | {"model": model, "metric": metric} | _ends(metric, whole[[place, 0]], drawn[:, [place, 0]]) | counts
        for place, (model, metric) in enumerate(values, start=1)
    ]
    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)


def _ends(metric: str, whole: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
    """Value and interval in each group, from sum and rows: (2, groups), and drawn anew (resamples, 2, groups)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value, again = whole[0] / whole[1], drawn[:, 0] / drawn[:, 1]
    if metric == "rmse":
        value, again = np.sqrt(value), np.sqrt(again)
    return dict(zip(("value", "low", "high"), (value, *intervals(again)), strict=True))


def _per_row(report: Report, model: str) -> dict[str, np.ndarray]:
    """What is averaged over each group, per held-out row; RMSE is the root of its own."""
    truth, said = report.held_out[RATING].to_numpy(), report.predicted(model)
    losses = np.full(len(truth), np.nan)
    if said.probabilities is not None:
        losses = log_losses(truth, said.probabilities, report.stars)
    return {
        "accuracy": (truth == said.decided).astype(np.float64),
        "rmse": metrics.squared_errors(truth, said.expected),
        "mae": metrics.absolute_errors(truth, said.expected),
        "log_loss": losses,
    }
