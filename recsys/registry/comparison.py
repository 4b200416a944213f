"""What differs between two versions of the shelf: their measures, their settings, one person's two lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from recsys.errors import DataError
from recsys.evaluation import Report
from recsys.evaluation.common_rows import NDCG, common_rows, compare_reports, values_of
from recsys.registry.promotion_gate import differences
from recsys.schema import MOVIE, RATING

POPULAR = "popularity"
PLACES = ("place_one", "place_other")


def measures(one: Report, other: Report) -> pd.DataFrame:
    """`common_rows.compare_reports` of two reports on the ratings that both hold out, with a column for each baseline.

    Metrics that the gate judges have its intervals, so that one comparison has one interval everywhere.
    Raises DataError when these two cannot be compared, saying why.
    """
    if one.stars != other.stars:
        raise DataError("These two know different star values, so their figures cannot be compared.")
    ours, theirs = common_rows(one, other)
    if ours.held_out.empty:
        raise DataError("These two hold out no rating in common, so their figures cannot be compared.")
    if not ours.held_out[RATING].equals(theirs.held_out[RATING]):
        raise DataError("What both hold out was rated differently in their data, so their figures cannot be compared.")
    table = _as_the_gate(compare_reports(ours, theirs), differences(ours, theirs))
    sides = {name: side for side in (theirs, ours) for name in side.baselines}  # one may have more of them
    told = {name: table["metric"].map(values_of(side, name)) for name, side in sides.items()}
    return table.assign(**told, **{POPULAR: table["metric"].map(_most_popular(one, table))})


def _as_the_gate(table: pd.DataFrame, judged: Mapping[str, tuple[float, float, float]]) -> pd.DataFrame:
    """The table with difference, low and high of the metrics that the gate judges."""
    columns = ["difference", "low", "high"]
    rows = [list(judged.get(row.metric, (row.difference, row.low, row.high))) for row in table.itertuples()]
    return table.assign(**pd.DataFrame(rows, columns=columns, index=table.index))


def _most_popular(report: Report, table: pd.DataFrame) -> dict[str, float]:
    """What the most popular movies are worth as everybody's list; known when the people are those of the report."""
    rows = report.table[(report.table["model"] == POPULAR) & (report.table["slice"] == "all")].set_index("metric")
    people = table.loc[table["metric"] == NDCG, "n"]
    if people.empty or NDCG not in rows.index or int(rows.loc[NDCG, "n"]) != int(people.iloc[0]):
        return {}
    return {NDCG: float(rows.loc[NDCG, "value"])}


def settings(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the recipes and data of two rows of `listing` have different: name to the value of each, None if absent."""
    sides = [_flat(row) for row in (one, other)]
    names = dict.fromkeys([*sides[0], *sides[1]])
    pairs = {name: (sides[0].get(name), sides[1].get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def moves(one: Sequence[int], other: Sequence[int]) -> pd.DataFrame:
    """Every movie of two lists: movie_id, then its place on each from 1, NA where it is not on it.

    In order of the first list, then what only the other has.
    """
    places = [{movie: place for place, movie in enumerate(each, 1)} for each in (one, other)]
    movies = list(dict.fromkeys([*one, *other]))
    columns = {
        name: pd.array([side.get(movie) for movie in movies], "Int64")
        for name, side in zip(PLACES, places, strict=True)
    }
    return pd.DataFrame({MOVIE: movies, **columns})


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    data = row.get("data") or {}
    told = {"preset": row.get("preset"), "split": row.get("split")}
    told |= {"data": data.get("name"), "fingerprint of the data": str(data.get("fingerprint") or "")[:12] or None}
    told |= {"ratings": data.get("ratings"), "people": data.get("users"), "movies": data.get("movies")}
    return told | dict(row.get("settings") or {})
