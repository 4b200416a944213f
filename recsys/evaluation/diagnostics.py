"""Where a model errs and whether its probabilities mean what they say: tables made from what a report stores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.evaluation.baselines import Predictions
from recsys.metrics import absolute_errors
from recsys.metrics.bootstrap import interval, resampled
from recsys.metrics.probability import BINS, bins_of
from recsys.schema import EXPECTED, MOVIE, RATING, USER

PREDICTED, ACTUAL, MEAN_PROBABILITY = "decided", "given", "probable"
PARTS = 10  # equal parts of the held-out rows, by what is expected of them


def row_shares(confusion: np.ndarray) -> np.ndarray:
    """A confusion matrix with each row (truth) as shares of it, float64; NaN for a star that never occurs."""
    total = confusion.sum(1, keepdims=True).astype(np.float64)
    return np.divide(confusion, total, out=np.full(confusion.shape, np.nan), where=total > 0)


def star_shares(report: Report, model: str = MODEL) -> pd.DataFrame:
    """How the held-out ratings divide over the stars: star, given, decided, probable; each sums to 1.

    `probable` is the mean probability of the star, NaN for a predictor without probabilities.
    """
    stars, said = np.array(report.stars), report.predicted(model)
    truth = report.held_out[RATING].to_numpy()
    mean = np.full(len(stars), np.nan) if said.probabilities is None else said.probabilities.mean(0)
    columns = {ACTUAL: _shares(truth, stars), PREDICTED: _shares(said.decided, stars), MEAN_PROBABILITY: mean}
    return pd.DataFrame({"star": stars} | columns)


def reliability(report: Report, star: float | None = None, model: str = MODEL, seed: int = 0) -> pd.DataFrame:
    """Is what was said with some probability seen that often? One row per bin of it: said, seen, low, high, n.

    About the decided star's probability, or that of one given star. Bins are equally wide, empty ones left out;
    `low` to `high` is the 95 % interval of `seen` when users are drawn anew. Empty without probabilities.
    """
    probabilities = report.predicted(model).probabilities
    if probabilities is None:
        return pd.DataFrame(columns=["said", "seen", "low", "high", "n"])
    said, happened = _event(report, report.predicted(model), star)
    sums = _per_group(report, bins_of(said), BINS, said, happened)
    means, drawn = sums.sum(1), resampled(sums.shape[1], seed) @ sums
    rows = [
        (means[1, place] / n, means[2, place] / n, *_middle(drawn[2, :, place], drawn[0, :, place]), int(n))
        for place, n in enumerate(means[0])
        if n
    ]
    return pd.DataFrame(rows, columns=["said", "seen", "low", "high", "n"])


def error_by_expected(report: Report, seed: int = 0) -> pd.DataFrame:
    """How far off ratings are, by what was expected: rows in ten equal parts, from the lowest expected to the highest.

    Columns part, expected and rating (means), model, value, low, high, n: the mean absolute error in the part, of the
    model and of each baseline on the same rows, `low` to `high` its 95 % interval when users are drawn anew.
    """
    ours = report.predicted().expected
    order = np.argsort(ours, kind="stable")
    part = np.empty(len(ours), np.int64)
    part[order] = np.arange(len(ours)) * PARTS // max(len(ours), 1)
    truth = report.held_out[RATING].to_numpy()
    tables = [
        _errors(report, part, report.predicted(name).expected, seed).assign(model=name)
        for name in (MODEL, *report.baselines)
    ]
    means = pd.DataFrame({EXPECTED: ours, RATING: truth}).groupby(part).mean().rename_axis("part").reset_index()
    found = pd.concat(tables, ignore_index=True).merge(means, on="part")
    return found[["part", EXPECTED, RATING, "model", "value", "low", "high", "n"]]


def ratings_in(report: Report, given: float, decided: float) -> pd.DataFrame:
    """The held-out ratings of one cell of the confusion matrix, those the model was surest of first.

    Columns user_id, movie_id, rating, decided, expected, probable (of the decided star).
    """
    said = report.predicted()
    chosen = np.flatnonzero((report.held_out[RATING].to_numpy() == given) & (said.decided == decided))
    probable = said.probabilities[chosen, report.stars.index(decided)]
    found = report.held_out[[USER, MOVIE, RATING]].iloc[chosen]
    found = found.assign(**{PREDICTED: decided, EXPECTED: said.expected[chosen], MEAN_PROBABILITY: probable})
    return found.sort_values([MEAN_PROBABILITY, USER, MOVIE], ascending=[False, True, True], ignore_index=True)


def _shares(values: np.ndarray, stars: np.ndarray) -> np.ndarray:
    return (values[:, None] == stars).mean(0) if len(values) else np.full(len(stars), np.nan)


def _event(report: Report, said: Predictions, star: float | None) -> tuple[np.ndarray, np.ndarray]:
    """A probability per held-out row, and whether what it speaks of happened."""
    truth, stars = report.held_out[RATING].to_numpy(), report.stars
    named = said.decided if star is None else np.full(len(truth), star)
    return said.probabilities[np.arange(len(truth)), np.searchsorted(stars, named)], truth == named


def _errors(report: Report, part: np.ndarray, expected: np.ndarray, seed: int) -> pd.DataFrame:
    """The mean absolute error of one predictor in each part: part, value, low, high, n."""
    sums = _per_group(report, part, PARTS, absolute_errors(report.held_out[RATING].to_numpy(), expected))
    (n, total), drawn = sums.sum(1), resampled(sums.shape[1], seed) @ sums
    rows = [
        (place, total[place] / n[place], *_middle(drawn[1, :, place], drawn[0, :, place]), int(n[place]))
        for place in np.flatnonzero(n)
    ]
    return pd.DataFrame(rows, columns=["part", "value", "low", "high", "n"])


def _per_group(report: Report, group: np.ndarray, groups: int, *values: np.ndarray) -> np.ndarray:
    """Rows, then sums of each value, over each user's rows in each group, (1 + values, users, groups)."""
    users, owner = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)
    cells, size = owner * groups + group, len(users) * groups
    sums = [np.bincount(cells, value, size) for value in (np.ones(len(cells)), *values)]
    return np.stack(sums).reshape(-1, len(users), groups)


def _middle(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of a mean over resamples, those without rows aside."""
    return interval(np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0))
