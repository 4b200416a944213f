"""Residuals: is the expected rating too high or too low, and by how much does it scatter, for which ratings?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.evaluation.slices import MEAN_ERROR
from recsys.metrics.clustered import root_with_half_width
from recsys.schema import EXPECTED, MOVIE_COUNT, RATING, USER_COUNT

GROUPINGS = (EXPECTED, USER_COUNT, MOVIE_COUNT)
ERROR_SPREAD = "error_spread"
RESIDUAL_COLUMNS = ("part", "low_end", "high_end", "model", "metric", "value", "low", "high", "n")
PARTS = 10


def groupings_of(report: Report) -> tuple[str, ...]:
    """What the residuals of this report can be grouped by, of `GROUPINGS`: an older one may lack the counts."""
    return tuple(name for name in GROUPINGS if name == EXPECTED or name in report.held_out)


def residuals(report: Report, grouping: str = EXPECTED) -> pd.DataFrame:
    """Signed mean error and spread of the errors, in ten groups of held-out rows, of the model and each baseline.

    Parameters
    ----------
    report : Report
        The held-out rows.
    grouping : str
        One of `groupings_of(report)`: the model's expected rating, the training ratings of the user, or those of the
        movie. Rows with the same value are in the same group, so there may be fewer than ten.

    Returns
    -------
    DataFrame
        The columns `RESIDUAL_COLUMNS`: part (0 has the lowest values), low_end and high_end (range of its values),
        model, metric (`MEAN_ERROR`, the mean of expected less actual rating in stars, above 0 if too high; or
        `ERROR_SPREAD`, the standard deviation of the same), value, low and high (95% interval over users
        and movies), n (rows).
    """
    values = report.predicted().expected if grouping == EXPECTED else report.held_out[grouping].to_numpy()
    part = _equal_groups(values)
    ends = pd.Series(values).groupby(part).agg(["min", "max"]).to_numpy(np.float64)
    tables = [_of_model(report, part, name).assign(model=name) for name in (MODEL, *report.baselines)]
    table = pd.concat(tables, ignore_index=True)
    table = table.assign(low_end=ends[table["part"], 0], high_end=ends[table["part"], 1])
    return table[list(RESIDUAL_COLUMNS)]


def _equal_groups(values: np.ndarray) -> np.ndarray:
    """The group of each value, numbered without gaps: ten of equal size, but equal values stay together."""
    ascending = np.sort(values)
    first = np.searchsorted(ascending, values)  # rank of the first equal value
    return np.unique(first * PARTS // max(len(values), 1), return_inverse=True)[1]


def _of_model(report: Report, part: np.ndarray, model: str) -> pd.DataFrame:
    """Both metrics of one predictor in each part: part, metric, value, low, high, n."""
    error, parts = report.predicted(model).expected - report.held_out[RATING].to_numpy(), int(part.max(initial=-1)) + 1
    mean, half_width = report.clusters.means(error, part, parts)
    squares = report.clusters.means(np.square(error - mean[part]), part, parts)
    spread, spread_half_width = root_with_half_width(*squares)
    values = {
        MEAN_ERROR: (mean, mean - half_width, mean + half_width),
        ERROR_SPREAD: (spread, np.maximum(spread - spread_half_width, 0.0), spread + spread_half_width),
    }
    counts = {"part": np.arange(parts), "n": np.bincount(part, minlength=parts)}
    tables = [
        pd.DataFrame(counts | dict(zip(("value", "low", "high"), ends, strict=True))).assign(metric=metric)
        for metric, ends in values.items()
    ]
    return pd.concat(tables, ignore_index=True)
