"""ROC and precision-recall curves: how well the probability of one star separates its ratings from all others.

Each star is one against the rest. A row is predicted to be the star if its probability is at least a threshold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.evaluation.diagnostics import star_event
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import USER

ROC_AUC, AVERAGE_PRECISION = "roc_auc", "average_precision"
POINT_COLUMNS = ("star", "threshold", "false_positive_rate", "recall", "precision")
AREA_COLUMNS = ("star", "metric", "value", "low", "high", "n", "rows")
Stars = float | tuple[float, ...]  # one, or any of several
STEPS = 60  # of each axis: a thinned curve has at most twice as many points
BINS = 200  # of the distinct probabilities, for the intervals


def curve_points(report: Report, model: str = MODEL) -> pd.DataFrame:
    """The thinned curves of every star.

    Parameters
    ----------
    report : Report
        The held-out rows.
    model : str
        The predictor's name.

    Returns
    -------
    DataFrame
        The columns `POINT_COLUMNS`, by falling threshold: a point wherever the recall or the false positive rate has
        passed a step of 1/`STEPS`. Empty for a predictor without probabilities; without a star that never or always
        occurs.
    """
    tables = [_points(star, *_counts(report, star, model)) for star in _stars(report, model)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(POINT_COLUMNS))


def areas(report: Report, model: str = MODEL, seed: int = 0) -> pd.DataFrame:
    """The area under the ROC curve and the average precision of every star.

    Parameters
    ----------
    report : Report
        The held-out rows.
    model : str
        The predictor's name.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        The columns `AREA_COLUMNS`: star, metric (`ROC_AUC` or `AVERAGE_PRECISION`), value over all rows, low and high
        (95% interval by a bootstrap over users, from probabilities in bins), n (ratings of the star), rows.
    """
    rows = [row for star in _stars(report, model) for row in _area_rows(report, star, model, seed)]
    return pd.DataFrame(rows, columns=list(AREA_COLUMNS))


def area(report: Report, stars: tuple[float, ...], name: str, model: str = MODEL, seed: int = 0) -> pd.Series:
    """One of the two areas for telling ratings of any of some stars from all others: a row with `AREA_COLUMNS`."""
    table = pd.DataFrame(_area_rows(report, stars, model, seed), columns=list(AREA_COLUMNS))
    return table[table["metric"] == name].iloc[0]


def points_of(report: Report, stars: tuple[float, ...], model: str = MODEL) -> pd.DataFrame:
    """The thinned curve of ratings of any of some stars against all others; its `star` is the highest of them."""
    return _points(max(stars), *_counts(report, stars, model))


def _area_rows(report: Report, star: Stars, model: str, seed: int) -> list[tuple]:
    scores, hits, counts = _counts(report, star, model)
    values, resamples = _areas(hits, counts), _areas(*_resampled_counts(report, star, model, scores, seed))
    label = max(star) if isinstance(star, tuple) else star
    return [
        (label, metric, float(value), *interval(resamples[metric]), int(hits.sum()), int(counts.sum()))
        for metric, value in values.items()
    ]


def _stars(report: Report, model: str) -> list[float]:
    """The stars that some but not all rows have, if the predictor has probabilities."""
    if report.predicted(model).probabilities is None:
        return []
    totals = report.confusion.sum(1)
    return [star for star, total in zip(report.stars, totals, strict=True) if 0 < total < totals.sum()]


def _counts(report: Report, star: Stars, model: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct probabilities of a star, falling, and how many rows of the star and of all have each."""
    score, event = star_event(report, report.predicted(model).require_probabilities(), star)
    distinct, index = np.unique(-score, return_inverse=True)
    return -distinct, np.bincount(index, event, len(distinct)), np.bincount(index, minlength=len(distinct))


def _resampled_counts(
    report: Report, star: Stars, model: str, scores: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the star and all rows, by resample and bin of falling probability, float64 (resamples, bins) each."""
    score, event = star_event(report, report.predicted(model).require_probabilities(), star)
    bins = min(BINS, len(scores))
    group = np.searchsorted(-scores, -score) * bins // len(scores)
    counts, hits = _sums_by_user(report, group, bins, event)
    weights = resampled(len(counts), seed)
    return weights @ hits, weights @ counts


def _sums_by_user(report: Report, group: np.ndarray, groups: int, *values: np.ndarray) -> np.ndarray:
    """Row counts and sums of the values, float64 (1 + values, users, groups)."""
    users, user_index = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)
    cells, size = user_index * groups + group, len(users) * groups
    sums = [np.bincount(cells, value, size) for value in (np.ones(len(cells)), *values)]
    return np.stack(sums).reshape(-1, len(users), groups)


def _rates(hits: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False positive rate, recall and precision after each group of rows, (..., groups)."""
    true, predicted = hits.cumsum(-1), counts.cumsum(-1)
    false = predicted - true
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(predicted > 0, true / predicted, 1.0)
        return false / false[..., -1:], true / true[..., -1:], precision


def _areas(hits: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Both areas from the rows of a star and all rows by falling probability; leading axes are kept."""
    false_positive_rate, recall, precision = _rates(hits, counts)
    gains = np.diff(recall, axis=-1, prepend=0)
    heights = recall - gains / 2
    return {
        ROC_AUC: (np.diff(false_positive_rate, axis=-1, prepend=0) * heights).sum(-1),
        AVERAGE_PRECISION: (gains * precision).sum(-1),
    }


def _points(star: float, scores: np.ndarray, hits: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    """One thinned curve."""
    rates = _rates(hits, counts)
    steps = np.floor(STEPS * rates[0]) + np.floor(STEPS * rates[1])
    kept = np.append(np.flatnonzero(np.diff(steps)), len(steps) - 1)
    columns = [np.full(len(kept), star), *(values[kept] for values in (scores, *rates))]
    return pd.DataFrame(dict(zip(POINT_COLUMNS, columns, strict=True)))
