"""Section: two versions against each other in metrics, settings, and the list for one user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.errors import RecsysError
from recsys.evaluation import Report
from recsys.evaluation.strongest import strongest
from recsys.glossary import SAMPLED, WITHOUT_SEED, metric, model_name, setting_name, setting_value
from recsys.registry import Registry, bundle, comparison
from recsys.ui.common import auth
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.version_rows import MISSING, Row, short_name
from recsys.ui.models import two_lists, version_picker

METRICS = ("accuracy", "within_one", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")
TABLE_HEIGHT = 300  # pixels, about
EXTRA_DIGITS = 1  # of a difference, so that a small bound of an interval is not rounded to 0
VERDICTS = {True: "better", False: "worse"}


def show(rows: Sequence[Row]) -> None:
    """Draw the section."""
    intact = [row for row in rows if "problem" not in row]
    if len(intact) < 2:
        st.info("Two versions are needed to compare. There is one so far.", icon=":material/balance:")
        if auth.is_owner():
            st.page_link("pages/train.py", label="Train another", icon=":material/model_training:")
        return
    row_by_version = {row["version"]: row for row in intact}
    left, right = st.columns(2)
    with left:
        first = version_picker.select("Version", intact)
    others = [version for version in row_by_version if version != first]
    previous = next((row["version"] for row in intact if row["previous"]), others[0])
    second = str(
        right.selectbox(
            "Compare with",
            others,
            index=others.index(previous) if previous in others else 0,
            format_func=lambda version: row_by_version[version]["name"],
            key="models_other",
        )
    )
    pair = row_by_version[first], row_by_version[second]
    _metrics(*pair)
    _settings(comparison.settings(*pair), *map(short_name, pair))
    two_lists.show(*pair)


def comparison_table(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """`comparison.measures` formatted, by metric label, with the names of both versions as columns.

    A difference is clear if its interval excludes 0.
    """
    baselines = [
        name for name in table.columns if name not in ("metric", "one", "other", "difference", "low", "high", "n")
    ]
    cells = {}
    for row in table.to_dict("records"):
        entry = metric(row["metric"])
        strongest_name = strongest(row["metric"], {name: row[name] for name in baselines})
        cells[entry.label] = {
            first: entry.write(row["one"]),
            second: entry.write(row["other"]),
            f"{first} is": verdict(row),
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
        return "not clearly different"
    return VERDICTS[metric(row["metric"]).gain(row["difference"]) > 0]


def _interval(row: Mapping[Any, Any]) -> str:
    entry = metric(row["metric"])
    low, high = (entry.write_difference(row[bound], EXTRA_DIGITS) for bound in ("low", "high"))
    return MISSING if MISSING in (low, high) else f"{low.removesuffix(' points')} to {high}"


def _metrics(first: Row, second: Row) -> None:
    try:
        first_report, second_report = _report(first["version"]), _report(second["version"])
        if first_report is None or second_report is None:
            st.info("One of these versions has no evaluation report, so their metrics cannot be compared.")
            return
        with st.skeleton(height=TABLE_HEIGHT):
            table = comparison.measures(first_report, second_report)
    except RecsysError as error:
        st.info(plain(error, LONGEST_REASON), icon=":material/balance:")
        return
    selected = table[table["metric"].isin(METRICS)].sort_values("metric", key=lambda names: names.map(METRICS.index))
    rows = int(selected.loc[selected["metric"] == "accuracy", "n"].iloc[0])
    names = short_name(first), short_name(second)
    st.markdown(f"On the **{rows:,} ratings** that both versions held out:")
    alt = f"{first['name']} compared with {second['name']}"
    st.table(comparison_table(selected, *names), border="horizontal", alt=alt)
    held_out = [len(first_report.held_out), len(second_report.held_out)]
    st.caption(
        f"Difference: {names[0]} minus {names[1]}; not clear if its 95% interval contains 0. Intervals: {SAMPLED}, "
        f"paired. {WITHOUT_SEED}{_users_note(selected, rows, held_out)}"
    )
    meanings(METRICS)


def _users_note(selected: pd.DataFrame, rows: int, held_out: Sequence[int]) -> str:
    """Number of users behind the list metrics, if there are any, and which movies count as hits."""
    lists = selected[selected["metric"].str.contains("@")]
    if lists.empty:
        return ""
    users = f" Ranking metrics: {lists['n'].iloc[0]:,} users."
    if rows == max(held_out):
        return users
    return (
        f"{users} Only movies among these {rows:,} ratings count as hits (the versions held out "
        f"{' and '.join(f'{count:,}' for count in held_out)}), so NDCG is lower here than on Versions and Evaluate."
    )


def _report(version: str) -> Report | None:
    return bundle.read_report(Registry().path(version))


def _settings(differing: Mapping[str, tuple[Any, Any]], first_name: str, second_name: str) -> None:
    st.subheader("Different settings", anchor=False)
    if not differing:
        st.caption("None: same settings, same data.")
        return
    cells = {
        plain(setting_name(name)): {
            first_name: plain(setting_value(name, first)),
            second_name: plain(setting_value(name, second)),
        }
        for name, (first, second) in differing.items()
    }
    st.table(pd.DataFrame.from_dict(cells, orient="index"), border="horizontal", alt="Different settings")
