"""Section: two versions against each other in metrics, settings, and the list for one user."""

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
from recsys.ui.common.version_rows import MISSING, Row
from recsys.ui.models import two_lists
from recsys.ui.models.actions import VERSION

FIRST, SECOND = "Version", "Compared with"  # labels
METRICS = ("accuracy", "within_one", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")
EXTRA_DIGITS = 1  # of a difference, so that a small bound of an interval is not rounded to 0
VERDICTS = {True: "Better", False: "Worse"}


def show(rows: Sequence[Row]) -> None:
    """Draw the section."""
    intact = [row for row in rows if "problem" not in row]
    if len(intact) < 2:
        st.info("Two versions that can be read are needed to compare.", icon=":material/balance:")
        st.page_link("pages/train.py", label="Train another", icon=":material/model_training:")
        return
    names = [row["version"] for row in intact]
    active_position = next((position for position, row in enumerate(intact) if row["active"]), 0)
    previous_position = next((position for position, row in enumerate(intact) if row["previous"]), None)
    left, right = st.columns(2)
    first = left.selectbox(FIRST, names, index=active_position, key=VERSION, bind="query-params")
    others = [name for name in names if name != first]
    default = names[previous_position] if previous_position is not None else others[0]
    second = right.selectbox(
        SECOND, others, index=others.index(default) if default in others else 0, key="models_other"
    )
    row_by_version = {row["version"]: row for row in intact}
    _metrics(str(first), str(second))
    _settings(comparison.settings(row_by_version[first], row_by_version[second]))
    two_lists.show(str(first), str(second))


def comparison_table(table: pd.DataFrame) -> pd.DataFrame:
    """`comparison.measures` formatted, by metric label; a difference is clear if its interval excludes 0."""
    baselines = [
        name for name in table.columns if name not in ("metric", "one", "other", "difference", "low", "high", "n")
    ]
    cells = {}
    for row in table.to_dict("records"):
        entry = metric(row["metric"])
        strongest_name = strongest(row["metric"], {name: row[name] for name in baselines})
        cells[entry.label] = {
            FIRST: entry.write(row["one"]),
            SECOND: entry.write(row["other"]),
            "In short": verdict(row),
            "Difference": entry.write_difference(row["difference"], EXTRA_DIGITS),
            "95% interval": _interval(row),
            "Best baseline": f"{plain(model_name(strongest_name))} {entry.write(row[strongest_name])}"
            if strongest_name
            else MISSING,
        }
    return pd.DataFrame.from_dict(cells, orient="index")


def verdict(row: Mapping[Any, Any]) -> str:
    """Whether the first of two versions is significantly better or worse."""
    bounds = (row["low"], row["high"])
    if not (min(bounds) > 0 or max(bounds) < 0):  # also if a bound is NaN
        return "Not clear"
    return VERDICTS[metric(row["metric"]).gain(row["difference"]) > 0]


def _interval(row: Mapping[Any, Any]) -> str:
    entry = metric(row["metric"])
    low, high = (entry.write_difference(row[bound], EXTRA_DIGITS) for bound in ("low", "high"))
    return MISSING if MISSING in (low, high) else f"{low.removesuffix(' points')} to {high}"


def _metrics(first: str, second: str) -> None:
    try:
        first_report, second_report = _report(first), _report(second)
        if first_report is None or second_report is None:
            st.info("One of these came without a report, so their figures cannot be compared.")
            return
        table = comparison.measures(first_report, second_report)
    except RecsysError as error:
        st.info(plain(error, LONGEST_REASON), icon=":material/balance:")
        return
    selected = table[table["metric"].isin(METRICS)].sort_values("metric", key=lambda names: names.map(METRICS.index))
    rows = int(selected.loc[selected["metric"] == "accuracy", "n"].iloc[0])
    st.markdown(f"On the **{rows:,} ratings** that both hold out and neither has learned from:")
    st.table(comparison_table(selected), border="horizontal", alt=f"{first} compared with {second}")
    held_out = [len(first_report.held_out), len(second_report.held_out)]
    judged_metrics = " and ".join(metric(name).label for name in NAMES)
    st.caption(
        f"Difference: the first less the second, on the same ratings. {judged_metrics}: {INTERVALS}, as the gate "
        "judges and Versions shows. The others: 95% for each by itself, by bootstrap over people, the same draws for "
        "both. "
        f"Not clear: the interval holds 0.{_users_note(selected, rows, held_out)}"
    )
    meanings(METRICS)


def _users_note(selected: pd.DataFrame, rows: int, held_out: Sequence[int]) -> str:
    """Number of users behind the list metrics, if there are any, and which movies count as hits."""
    lists = selected[selected["metric"].str.contains("@")]
    if lists.empty:
        return ""
    users = f" Lists: of {lists['n'].iloc[0]:,} people."
    if rows == max(held_out):
        return users
    return (
        f"{users} Only movies among these {rows:,} ratings count as hits, not all that one version holds out "
        f"({' and '.join(f'{count:,}' for count in held_out)}): so NDCG is lower here than on Versions and Evaluate."
    )


def _report(version: str) -> Report | None:
    return bundle.read_report(Registry().path(version))


def _settings(differing: Mapping[str, tuple[Any, Any]]) -> None:
    st.subheader("Settings that differ", anchor=False)
    if not differing:
        st.caption("None: the same recipe on the same data.")
        return
    cells = {
        plain(setting_name(name)): {
            FIRST: plain(setting_value(name, first)),
            SECOND: plain(setting_value(name, second)),
        }
        for name, (first, second) in differing.items()
    }
    st.table(pd.DataFrame.from_dict(cells, orient="index"), border="horizontal", alt="Settings that differ")
