"""Two reports on the ratings that both hold out: the only rows on which two models can be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from recsys.evaluation.baselines import Predictions
from recsys.evaluation.reports import Report, paired
from recsys.evaluation.sufficient_statistics import SufficientStatistics, measures
from recsys.metrics.bootstrap import interval, resampled
from recsys.metrics.ranking import ndcg
from recsys.schema import LIKED_SHARE, MOVIE, RANK, RATING, USER

LIST = 10  # places of a list that are looked at
NDCG = f"ndcg@{LIST}"
COMMON_ROWS_COLUMNS = ("metric", "one", "other", "difference", "low", "high", "n")


def common_rows(one: Report, other: Report) -> tuple[Report, Report]:
    """Both reports on the rows that both hold out, in the same order; their tables still speak of all rows."""
    keys = [pd.MultiIndex.from_frame(report.held_out[[USER, MOVIE]]) for report in (one, other)]
    places = keys[1].get_indexer(keys[0])
    return _only(one, np.flatnonzero(places >= 0)), _only(other, places[places >= 0])


def compared(one: Report, other: Report, seed: int = 0) -> pd.DataFrame:
    """Two models' metrics on shared rows (both as `common_rows` gives them): the columns `COMMON_ROWS_COLUMNS`.

    The difference is one less the other; low to high is its 95 % interval when people are drawn anew, the same draws
    for both. n counts ratings, for lists people. Empty when there is no shared row.
    """
    if one.held_out.empty:
        return pd.DataFrame(columns=list(COMMON_ROWS_COLUMNS))
    values = [values_of(side) for side in (one, other)]
    found = paired(one.held_out, one.predicted(), other.predicted(), one.stars, seed)
    found = found[found["slice"] == "all"].drop(columns="slice")
    told = found.assign(one=found["metric"].map(values[0]), other=found["metric"].map(values[1]), n=len(one.held_out))
    lists = _lists_compared(one, other, seed)
    return pd.concat([told, lists], ignore_index=True)[list(COMMON_ROWS_COLUMNS)]


def values_of(report: Report, model: str = "model") -> dict[str, float]:
    """Every overall metric of one predictor, from the held-out rows that the report has."""
    truth, users = report.held_out[RATING].to_numpy(), report.held_out[USER].to_numpy()
    sums = SufficientStatistics.of(truth, users, report.predicted(model), report.stars).whole()
    return {metric: float(value) for (metric, part), value in measures(sums, report.stars).items() if part == "all"}


def _lists_compared(one: Report, other: Report, seed: int) -> pd.DataFrame:
    """The same for the order of lists, over the people of whom both keep a list and who liked a shared movie."""
    sides = [_ndcg_by_person(side) for side in (one, other)]
    people = sides[0].index.intersection(sides[1].index)
    if people.empty:
        return pd.DataFrame(columns=list(COMMON_ROWS_COLUMNS))
    values = np.array([side.loc[people].to_numpy() for side in sides])
    drawn = resampled(len(people), seed)
    differences = drawn @ (values[0] - values[1]) / drawn.sum(1)
    first, second = values.mean(1)
    row = (NDCG, first, second, first - second, *interval(differences), len(people))
    return pd.DataFrame([row], columns=list(COMMON_ROWS_COLUMNS))


def _ndcg_by_person(report: Report) -> pd.Series:
    """NDCG of each kept list, by user; liked is at least `LIKED_SHARE` of the highest star."""
    lists = report.lists
    if lists.empty:
        return pd.Series(dtype=np.float64)
    liked = report.held_out.loc[report.held_out[RATING] >= LIKED_SHARE * report.stars[-1], [USER, MOVIE]]
    relevant = liked.groupby(USER).size()
    top = lists[(lists[RANK] <= LIST) & lists[USER].isin(relevant.index)].merge(liked.assign(hit=1.0), how="left")
    hits = top.pivot(index=USER, columns=RANK, values="hit").reindex(columns=range(1, LIST + 1)).fillna(0)
    return pd.Series(ndcg(hits.to_numpy(), relevant.loc[hits.index].to_numpy()), hits.index)


def _only(report: Report, rows: np.ndarray) -> Report:
    baselines = {name: _rows_of(said, rows) for name, said in report.baselines.items()}
    return replace(report, held_out=report.held_out.iloc[rows].reset_index(drop=True), baselines=baselines)


def _rows_of(said: Predictions, rows: np.ndarray) -> Predictions:
    told = None if said.probabilities is None else said.probabilities[rows]
    return Predictions(said.decided[rows], said.expected[rows], told)
