"""Two reports on the ratings that both hold out: the only rows on which two models can be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from recsys.evaluation.baselines import Predictions
from recsys.evaluation.reports import Report, paired_differences
from recsys.evaluation.sufficient_statistics import SufficientStatistics, measures
from recsys.metrics.bootstrap import interval, resampled
from recsys.metrics.ranking import ndcg
from recsys.schema import LIKED_SHARE, MOVIE, RANK, RATING, USER

LIST = 10  # ranks of a list that count
NDCG = f"ndcg@{LIST}"
COMMON_ROWS_COLUMNS = ("metric", "one", "other", "difference", "low", "high", "n")


def common_rows(one: Report, other: Report) -> tuple[Report, Report]:
    """Both reports restricted to the rows that both hold out, in the same order; their tables stay those of all rows.

    Parameters
    ----------
    one, other : Report
        Reports of two models, perhaps on different splits.

    Returns
    -------
    tuple of Report
        `one` and `other` with the same user_id and movie_id in each row of `held_out`.
    """
    keys = [pd.MultiIndex.from_frame(report.held_out[[USER, MOVIE]]) for report in (one, other)]
    positions = keys[1].get_indexer(keys[0])
    return _restricted(one, np.flatnonzero(positions >= 0)), _restricted(other, positions[positions >= 0])


def compare_reports(one: Report, other: Report, seed: int = 0) -> pd.DataFrame:
    """Metrics of two models on common rows, with paired differences.

    Parameters
    ----------
    one, other : Report
        Reports on the same rows, as `common_rows` returns them.
    seed : int
        Seed of the bootstrap over users, for the metric of lists.

    Returns
    -------
    DataFrame
        One row per metric, with the columns `COMMON_ROWS_COLUMNS`: metric, the values of `one` and `other`, their
        difference (one - other), the ends low and high of its paired 95% interval (over users and movies; over
        users for the metric of lists), and n (ratings; users for the metric of lists). Empty without common rows.
    """
    if one.held_out.empty:
        return pd.DataFrame(columns=list(COMMON_ROWS_COLUMNS))
    values = [values_of(report) for report in (one, other)]
    differences = paired_differences(one.held_out, one.predicted(), other.predicted(), one.stars)
    differences = differences[differences["slice"] == "all"].drop(columns="slice")
    ratings = differences.assign(
        one=differences["metric"].map(values[0]), other=differences["metric"].map(values[1]), n=len(one.held_out)
    )
    return pd.concat([ratings, _compare_lists(one, other, seed)], ignore_index=True)[list(COMMON_ROWS_COLUMNS)]


def values_of(report: Report, model: str = "model") -> dict[str, float]:
    """Every overall metric of one predictor, computed from the report's held-out rows."""
    totals = SufficientStatistics.of(report.held_out, report.predicted(model), report.stars).totals()
    return {metric: float(value) for (metric, group), value in measures(totals, report.stars).items() if group == "all"}


def _compare_lists(one: Report, other: Report, seed: int) -> pd.DataFrame:
    """NDCG over the users who have a list in both reports and liked a common movie."""
    by_user = [_ndcg_by_user(report) for report in (one, other)]
    users = by_user[0].index.intersection(by_user[1].index)
    if users.empty:
        return pd.DataFrame(columns=list(COMMON_ROWS_COLUMNS))
    values = np.array([scores.loc[users].to_numpy() for scores in by_user])
    weights = resampled(len(users), seed)
    differences = weights @ (values[0] - values[1]) / weights.sum(1)
    first, second = values.mean(1)
    row = (NDCG, first, second, first - second, *interval(differences), len(users))
    return pd.DataFrame([row], columns=list(COMMON_ROWS_COLUMNS))


def _ndcg_by_user(report: Report) -> pd.Series:
    """NDCG of each stored list, by user; liked is at least `LIKED_SHARE` of the highest star."""
    lists = report.lists
    if lists.empty:
        return pd.Series(dtype=np.float64)
    liked = report.held_out.loc[report.held_out[RATING] >= LIKED_SHARE * report.stars[-1], [USER, MOVIE]]
    relevant = liked.groupby(USER).size()
    top = lists[(lists[RANK] <= LIST) & lists[USER].isin(relevant.index)].merge(liked.assign(hit=1.0), how="left")
    hits = top.pivot(index=USER, columns=RANK, values="hit").reindex(columns=range(1, LIST + 1)).fillna(0)
    return pd.Series(ndcg(hits.to_numpy(), relevant.loc[hits.index].to_numpy()), hits.index)


def _restricted(report: Report, rows: np.ndarray) -> Report:
    baselines = {name: _rows_of(predictions, rows) for name, predictions in report.baselines.items()}
    return replace(report, held_out=report.held_out.iloc[rows].reset_index(drop=True), baselines=baselines)


def _rows_of(predictions: Predictions, rows: np.ndarray) -> Predictions:
    probabilities = None if predictions.probabilities is None else predictions.probabilities[rows]
    return Predictions(predictions.rating[rows], predictions.expected[rows], probabilities)
