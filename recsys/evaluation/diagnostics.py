"""Diagnostics: where a model errs and whether its probabilities are calibrated, from what a report stores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.metrics import absolute_errors
from recsys.metrics.bootstrap import interval, resampled
from recsys.metrics.probability import BINS, bins_of
from recsys.schema import EXPECTED, MOVIE, RATING, USER

ACTUAL, PREDICTED, MEAN_PROBABILITY = "actual", "predicted", "mean_probability"
PARTS = 10  # deciles of the held-out rows by expected rating


def row_shares(confusion: np.ndarray) -> np.ndarray:
    """Each row (true star) of a confusion matrix as shares of it, float64; NaN for a star that never occurs."""
    total = confusion.sum(1, keepdims=True).astype(np.float64)
    return np.divide(confusion, total, out=np.full(confusion.shape, np.nan), where=total > 0)


def star_shares(report: Report, model: str = MODEL) -> pd.DataFrame:
    """How often each star is true, predicted, and probable on average.

    Returns
    -------
    DataFrame
        One row per star with the columns star, actual, predicted and mean_probability: shares of the held-out rows,
        each summing to 1; mean_probability is NaN for a predictor without probabilities.
    """
    stars, predictions = np.array(report.stars), report.predicted(model)
    truth, probabilities = report.held_out[RATING].to_numpy(), predictions.probabilities
    mean = np.full(len(stars), np.nan) if probabilities is None else probabilities.mean(0)
    columns = {ACTUAL: _shares(truth, stars), PREDICTED: _shares(predictions.rating, stars), MEAN_PROBABILITY: mean}
    return pd.DataFrame({"star": stars} | columns)


def reliability(report: Report, star: float | None = None, model: str = MODEL, seed: int = 0) -> pd.DataFrame:
    """Predicted probability against observed frequency, in bins of equal width.

    Parameters
    ----------
    report : Report
        The held-out rows.
    star : float, optional
        The star whose probability is examined; that of each row's predicted star if None.
    model : str
        The predictor's name.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        One row per bin that is not empty: said (mean predicted probability), seen (observed frequency), low and high
        (95% interval of `seen` by a bootstrap over users), n (rows). Empty for a predictor without probabilities.
    """
    predictions = report.predicted(model)
    if predictions.probabilities is None:
        return pd.DataFrame(columns=["said", "seen", "low", "high", "n"])
    probability, happened = star_event(report, predictions.probabilities, predictions.rating if star is None else star)
    sums = sums_by_group(report, bins_of(probability), BINS, probability, happened)
    totals, resamples = sums.sum(1), resampled(sums.shape[1], seed) @ sums
    rows = [
        (totals[1, i] / n, totals[2, i] / n, *_ratio_interval(resamples[2, :, i], resamples[0, :, i]), int(n))
        for i, n in enumerate(totals[0])
        if n
    ]
    return pd.DataFrame(rows, columns=["said", "seen", "low", "high", "n"])


def error_by_expected(report: Report, seed: int = 0) -> pd.DataFrame:
    """Mean absolute error by decile of the model's expected rating, of the model and each baseline.

    Returns
    -------
    DataFrame
        One row per decile and predictor: part (0 has the lowest expected ratings), expected and rating (means in the
        decile, in stars), model, value (mean absolute error in stars), low and high (95% interval by a bootstrap over
        users), n (rows).
    """
    expected = report.predicted().expected
    order = np.argsort(expected, kind="stable")
    part = np.empty(len(expected), np.int64)
    part[order] = np.arange(len(expected)) * PARTS // max(len(expected), 1)
    truth = report.held_out[RATING].to_numpy()
    tables = [
        _errors_by_part(report, part, report.predicted(name).expected, seed).assign(model=name)
        for name in (MODEL, *report.baselines)
    ]
    means = pd.DataFrame({EXPECTED: expected, RATING: truth}).groupby(part).mean().rename_axis("part").reset_index()
    table = pd.concat(tables, ignore_index=True).merge(means, on="part")
    return table[["part", EXPECTED, RATING, "model", "value", "low", "high", "n"]]


def ratings_in(report: Report, actual: float, predicted: float) -> pd.DataFrame:
    """The held-out ratings of one cell of the confusion matrix, the most confident first.

    Parameters
    ----------
    report : Report
        The held-out rows.
    actual, predicted : float
        The cell's true and predicted star.

    Returns
    -------
    DataFrame
        user_id, movie_id, rating, predicted, expected (stars) and mean_probability (of the predicted star).
    """
    predictions = report.predicted()
    rows = np.flatnonzero((report.held_out[RATING].to_numpy() == actual) & (predictions.rating == predicted))
    probability = predictions.require_probabilities()[rows, report.stars.index(predicted)]
    table = report.held_out[[USER, MOVIE, RATING]].iloc[rows]
    table = table.assign(**{PREDICTED: predicted, EXPECTED: predictions.expected[rows], MEAN_PROBABILITY: probability})
    return table.sort_values([MEAN_PROBABILITY, USER, MOVIE], ascending=[False, True, True], ignore_index=True)


def star_event(report: Report, probabilities: np.ndarray, star: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The probability of a star and whether it is the true one.

    Parameters
    ----------
    report : Report
        The held-out rows.
    probabilities : ndarray of float64, shape (rows, stars)
        The predicted probabilities of these rows.
    star : float or ndarray of float64, shape (rows,)
        One star for all rows, or one for each.

    Returns
    -------
    ndarray of float64 and ndarray of bool, shape (rows,) each
    """
    truth = report.held_out[RATING].to_numpy()
    star_of_row = np.broadcast_to(star, truth.shape)
    return probabilities[np.arange(len(truth)), np.searchsorted(report.stars, star_of_row)], truth == star_of_row


def sums_by_group(report: Report, group: np.ndarray, groups: int, *values: np.ndarray) -> np.ndarray:
    """Sums over the held-out rows by user and group, which a bootstrap over users weighs.

    Parameters
    ----------
    report : Report
        The held-out rows.
    group : ndarray of int, shape (rows,)
        The group of each row.
    groups : int
        Number of groups.
    *values : ndarray, shape (rows,)
        What is summed.

    Returns
    -------
    ndarray of float64, shape (1 + values, users, groups)
        Row counts, then the sums of each value; users by id.
    """
    users, user_index = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)
    cells, size = user_index * groups + group, len(users) * groups
    sums = [np.bincount(cells, value, size) for value in (np.ones(len(cells)), *values)]
    return np.stack(sums).reshape(-1, len(users), groups)


def _shares(values: np.ndarray, stars: np.ndarray) -> np.ndarray:
    return (values[:, None] == stars).mean(0) if len(values) else np.full(len(stars), np.nan)


def _errors_by_part(report: Report, part: np.ndarray, expected: np.ndarray, seed: int) -> pd.DataFrame:
    """The mean absolute error of one predictor in each part: part, value, low, high, n."""
    sums = sums_by_group(report, part, PARTS, absolute_errors(report.held_out[RATING].to_numpy(), expected))
    (n, total), resamples = sums.sum(1), resampled(sums.shape[1], seed) @ sums
    rows = [
        (i, total[i] / n[i], *_ratio_interval(resamples[1, :, i], resamples[0, :, i]), int(n[i]))
        for i in np.flatnonzero(n)
    ]
    return pd.DataFrame(rows, columns=["part", "value", "low", "high", "n"])


def _ratio_interval(numerator: np.ndarray, denominator: np.ndarray) -> tuple[float, float]:
    """The 95% interval of a ratio over resamples, ignoring those without rows."""
    ratio = np.divide(numerator, denominator, out=np.full(len(denominator), np.nan), where=denominator > 0)
    return interval(ratio)
