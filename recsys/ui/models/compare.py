"""Section: two versions against each other, in figures, in settings, and for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.errors import RecsysError
from recsys.evaluation import Report
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric, model_name, setting_name, setting_value
from recsys.registry import Registry, bundle, comparison
from recsys.registry.promotion_gate import INTERVALS, NAMES
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.version_rows import NOTHING, Row
from recsys.ui.models import two_lists
from recsys.ui.models.actions import CHOSEN

ONE, OTHER = "Version", "Compared with"
SHOWN = ("accuracy", "within_one", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")
FINER = 1  # digits that a difference has more, so that an end of an interval is not told as 0 when it is not
CLEAR = {True: "Better", False: "Worse"}


def show(rows: Sequence[Row]) -> None:
    """The section."""
    intact = [row for row in rows if "problem" not in row]
    if len(intact) < 2:
        st.info("Two versions that can be read are needed to compare.", icon=":material/balance:")
        st.page_link("pages/train.py", label="Train another", icon=":material/model_training:")
        return
    names = [row["version"] for row in intact]
    active = next((place for place, row in enumerate(intact) if row["active"]), 0)
    before = next((place for place, row in enumerate(intact) if row["previous"]), None)
    left, right = st.columns(2)
    one = left.selectbox(ONE, names, index=active, key=CHOSEN, bind="query-params")
    rest = [name for name in names if name != one]
    likely = names[before] if before is not None else rest[0]
    other = right.selectbox(OTHER, rest, index=rest.index(likely) if likely in rest else 0, key="models_other")
    by_name = {row["version"]: row for row in intact}
    _figures(str(one), str(other))
    _settings(comparison.settings(by_name[one], by_name[other]))
    two_lists.show(str(one), str(other))


def told(table: pd.DataFrame) -> pd.DataFrame:
    """`comparison.measures` as people read it, by label; a difference counts when its interval leaves out 0."""
    baselines = [name for name in table if name not in ("metric", "one", "other", "difference", "low", "high", "n")]
    lines = {}
    for row in table.to_dict("records"):
        entry = metric(row["metric"])
        best = strongest(row["metric"], {name: row[name] for name in baselines})
        lines[entry.label] = {
            ONE: entry.write(row["one"]),
            OTHER: entry.write(row["other"]),
            "In short": verdict(row),
            "Difference": entry.write_difference(row["difference"], FINER),
            "95 % interval": _interval(row),
            "Best baseline": f"{plain(model_name(best))} {entry.write(row[best])}" if best else NOTHING,
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def verdict(row: Mapping[str, Any]) -> str:
    """Whether the first of two is better beyond chance."""
    ends = (row["low"], row["high"])
    if not (min(ends) > 0 or max(ends) < 0):  # also where an end is not known
        return "Not clear"
    return CLEAR[metric(row["metric"]).gain(row["difference"]) > 0]


def _interval(row: Mapping[str, Any]) -> str:
    entry = metric(row["metric"])
    low, high = (entry.write_difference(row[end], FINER) for end in ("low", "high"))
    return NOTHING if NOTHING in (low, high) else f"{low.removesuffix(' points')} to {high}"


def _figures(one: str, other: str) -> None:
    try:
        sides = [_report(version) for version in (one, other)]
        if sides[0] is None or sides[1] is None:
            st.info("One of these came without a report, so their figures cannot be compared.")
            return
        table = comparison.measures(sides[0], sides[1])
    except RecsysError as error:
        st.info(plain(error, LONGEST_REASON), icon=":material/balance:")
        return
    shown = table[table["metric"].isin(SHOWN)].sort_values("metric", key=lambda names: names.map(SHOWN.index))
    rows = int(shown.loc[shown["metric"] == "accuracy", "n"].iloc[0])
    st.markdown(f"On the **{rows:,} ratings** that both hold out and neither has learned from:")
    st.table(told(shown), border="horizontal", alt=f"{one} compared with {other}")
    judged = " and ".join(metric(name).label for name in NAMES)
    st.caption(
        f"Difference: the first less the second, on the same ratings. {judged}: {INTERVALS}, as the gate judges and "
        "Versions shows. The others: 95 % for each by itself, by bootstrap over people, the same draws for both. "
        f"Not clear: the interval holds 0.{_people(shown, rows, [len(side.held_out) for side in sides])}"
    )
    meanings(SHOWN)


def _people(shown: pd.DataFrame, rows: int, held_out: Sequence[int]) -> str:
    """How many people the metrics of lists are measured on, if they are there, and which movies count for them."""
    lists = shown[shown["metric"].str.contains("@")]
    if lists.empty:
        return ""
    people = f" Lists: of {lists['n'].iloc[0]:,} people."
    if rows == max(held_out):
        return people
    return (
        f"{people} Only movies among these {rows:,} ratings count as hits, not all that one version holds out "
        f"({' and '.join(f'{count:,}' for count in held_out)}): so NDCG is lower here than on Versions and Evaluate."
    )


def _report(version: str) -> Report | None:
    return bundle.read_report(Registry().path(version))


def _settings(differing: Mapping[str, tuple[Any, Any]]) -> None:
    st.subheader("Settings that differ", anchor=False)
    if not differing:
        st.caption("None: the same recipe on the same data.")
        return
    lines = {
        plain(setting_name(name)): {ONE: plain(setting_value(name, one)), OTHER: plain(setting_value(name, other))}
        for name, (one, other) in differing.items()
    }
    st.table(pd.DataFrame.from_dict(lines, orient="index"), border="horizontal", alt="Settings that differ")
