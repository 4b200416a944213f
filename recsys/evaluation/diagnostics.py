"""Diagnostics: where a model errs and whether its probabilities are calibrated, from what a report stores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.metrics import absolute_errors
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


def reliability(report: Report, star: float | tuple[float, ...] | None = None, model: str = MODEL) -> pd.DataFrame:
    """Predicted probability against observed frequency, in bins of equal width.

    Parameters
    ----------
    report : Report
        The held-out rows.
    star : float or tuple of float, optional
        The star whose probability is examined, or several, of which any will do; the predicted star of each row if
        None.
    model : str
        The predictor's name.

    Returns
    -------
    DataFrame
        One row per bin that is not empty: said (mean predicted probability), seen (observed frequency), low and high
        (95% interval of `seen`, over users and movies), n (rows). Empty for a predictor without probabilities.
    """
    predictions = report.predicted(model)
    if predictions.probabilities is None:
        return pd.DataFrame(columns=["said", "seen", "low", "high", "n"])
    probability, happened = star_event(report, predictions.probabilities, predictions.rating if star is None else star)
    bins = bins_of(probability)
    n = np.bincount(bins, minlength=BINS)
    said = np.bincount(bins, probability, BINS) / np.maximum(n, 1)
    seen, half_width = report.clusters.means(happened.astype(np.float64), bins, BINS)
    ends = {"low": np.maximum(seen - half_width, 0.0), "high": np.minimum(seen + half_width, 1.0)}
    return pd.DataFrame({"said": said, "seen": seen} | ends | {"n": n})[n > 0].reset_index(drop=True)


def error_by_expected(report: Report) -> pd.DataFrame:
    """Mean absolute error by decile of the model's expected rating, of the model and each baseline.

    Returns
    -------
    DataFrame
        One row per decile and predictor: part (0 has the lowest expected ratings), expected and rating (means in the
        decile, in stars), model, value (mean absolute error in stars), low and high (95% interval over
        users and movies), n (rows).
    """
    expected = report.predicted().expected
    order = np.argsort(expected, kind="stable")
    part = np.empty(len(expected), np.int64)
    part[order] = np.arange(len(expected)) * PARTS // max(len(expected), 1)
    truth = report.held_out[RATING].to_numpy()
    tables = [
        _errors_by_part(report, part, report.predicted(name).expected).assign(model=name)
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


def star_event(
    report: Report, probabilities: np.ndarray, star: float | tuple[float, ...] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The probability of a star, or of one of several, and whether it is the true one.

    Parameters
    ----------
    report : Report
        The held-out rows.
    probabilities : ndarray of float64, shape (rows, stars)
        The predicted probabilities of these rows.
    star : float, tuple of float, or ndarray of float64, shape (rows,)
        One star for all rows, any of some stars, or one star for each row.

    Returns
    -------
    ndarray of float64 and ndarray of bool, shape (rows,) each
    """
    truth = report.held_out[RATING].to_numpy()
    if isinstance(star, tuple):
        return probabilities[:, np.isin(report.stars, star)].sum(axis=1), np.isin(truth, star)
    star_of_row = np.broadcast_to(star, truth.shape)
    return probabilities[np.arange(len(truth)), np.searchsorted(report.stars, star_of_row)], truth == star_of_row


def _shares(values: np.ndarray, stars: np.ndarray) -> np.ndarray:
    return (values[:, None] == stars).mean(0) if len(values) else np.full(len(stars), np.nan)


def _errors_by_part(report: Report, part: np.ndarray, expected: np.ndarray) -> pd.DataFrame:
    """The mean absolute error of one predictor in each part: part, value, low, high, n."""
    n = np.bincount(part, minlength=PARTS)
    errors = absolute_errors(report.held_out[RATING].to_numpy(), expected)
    mean, half_width = report.clusters.means(errors, part, PARTS)
    ends = {"low": np.maximum(mean - half_width, 0.0), "high": mean + half_width}
    return pd.DataFrame({"part": np.arange(PARTS), "value": mean} | ends | {"n": n})[n > 0]
