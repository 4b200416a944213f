"""The differences between two versions: their metrics, their training configurations, and one user's two lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from recsys.errors import DataError
from recsys.evaluation import Report
from recsys.evaluation.common_rows import NDCG, common_rows, compare_reports, values_of
from recsys.schema import MOVIE, RATING

POPULAR = "popularity"
PLACES = ("place_one", "place_other")


def measures(first: Report, second: Report) -> pd.DataFrame:
    """Compare two versions' metrics, and their baselines', on the ratings that both hold out.

    Parameters
    ----------
    first, second
        The versions' reports.

    Returns
    -------
    DataFrame
        The columns of `common_rows.compare_reports`, then one column per baseline.

    Raises
    ------
    DataError
        When the two reports cannot be compared, with the reason.
    """
    if first.stars != second.stars:
        raise DataError("These two versions have different rating scales, so their metrics cannot be compared.")
    first_common, second_common = common_rows(first, second)
    if first_common.held_out.empty:
        raise DataError("These two versions held out no common rating, so their metrics cannot be compared.")
    if not first_common.held_out[RATING].equals(second_common.held_out[RATING]):
        raise DataError(
            "The common held-out ratings differ between the two versions, so their metrics cannot be compared."
        )
    table = compare_reports(first_common, second_common)
    report_with = {name: report for report in (second_common, first_common) for name in report.baselines}
    baselines: dict[str, Mapping[Any, float]] = {name: values_of(report, name) for name, report in report_with.items()}
    baselines[POPULAR] = _popularity_ndcg(first, table)
    columns = {name: table["metric"].map(values) for name, values in baselines.items()}
    return table.assign(**columns)


def _popularity_ndcg(report: Report, table: pd.DataFrame) -> dict[str, float]:
    """NDCG of recommending the most popular movies; empty unless the table covers as many users as the report."""
    in_report = (report.table["model"] == POPULAR) & (report.table["slice"] == "all") & (report.table["metric"] == NDCG)
    rows = report.table[in_report]
    users = table.loc[table["metric"] == NDCG, "n"].tolist()
    if not users or rows.empty or int(rows["n"].tolist()[0]) != int(users[0]):
        return {}
    return {NDCG: float(rows["value"].tolist()[0])}


def settings(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The differing settings and data of two rows of `listing`: name to both values, None for an absent one."""
    first_values, second_values = _flat(first), _flat(second)
    names = dict.fromkeys([*first_values, *second_values])
    pairs = {name: (first_values.get(name), second_values.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def moves(first: Sequence[int], second: Sequence[int]) -> pd.DataFrame:
    """The ranks of every movie of two lists of movie ids.

    Returns
    -------
    DataFrame
        movie_id, then its rank in each list (`PLACES`, Int64, from 1, NA where it is not in the list). In the order of
        the first list, then the movies that only the second has.
    """
    ranks = [{movie: rank for rank, movie in enumerate(movies, 1)} for movies in (first, second)]
    movies = list(dict.fromkeys([*first, *second]))
    columns = {
        name: pd.array([rank_of.get(movie) for movie in movies], "Int64")
        for name, rank_of in zip(PLACES, ranks, strict=True)
    }
    return pd.DataFrame({MOVIE: movies, **columns})


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    data = row.get("data") or {}
    return {
        "preset": row.get("preset"),
        "split": row.get("split"),
        "data": data.get("name"),
        "fingerprint of the data": str(data.get("fingerprint") or "")[:12] or None,
        "ratings": data.get("ratings"),
        "people": data.get("users"),
        "movies": data.get("movies"),
        **(row.get("settings") or {}),
    }
