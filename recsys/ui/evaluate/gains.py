"""Section: what the model gains over each baseline on the same ratings, and whether that is more than chance."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.charts.layout import name as name_of
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_cards import figure
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import View

COMPARED = ("accuracy", "within_one", "weighted_kappa", "macro_f1", "rmse", "mae", "log_loss", "brier",
            "ranked_probability")  # fmt: skip


def show(view: View) -> None:
    """The section."""
    names = {name_of(model): model for model in view.report.baselines}
    first = strongest("rmse", {name: figure(view.report, "rmse", name).value for name in view.report.baselines})
    default = name_of(first) if first else next(iter(names))
    chosen = names[
        str(st.segmented_control("Compared with", list(names), default=default, required=True, key="baseline"))
    ]
    rows = relative(view, chosen)
    better, worse = (int((side > 0).sum()) for side in (rows["low"], -rows["high"]))
    st.markdown(
        f"Beyond chance, this model is better than {name_of(chosen).lower()} in **{better} of {len(rows)}** metrics "
        f"and worse in **{worse}**."
    )
    axis = Axis(f"Better than {name_of(chosen).lower()}, in % of its value", ".0%", 0.0)
    draw(forest(rows, axis, look()), describe(rows, f"Gains over {name_of(chosen)}"), "gains")
    st.caption(
        "Right of the line is better, for every metric. The words give the plain difference with its 95 % interval, "
        "paired: the same people are drawn for both. A metric that the baseline lacks, or has at 0, is left out."
    )
    meanings(COMPARED)


def relative(view: View, baseline: str) -> pd.DataFrame:
    """Gains as a share of the baseline's value, above 0 where the model is better: label, value, low, high, words."""
    table = view.gains()
    table = table[(table["baseline"] == baseline) & (table["slice"] == "all")].set_index("metric")
    rows = []
    for name in COMPARED:
        entry, base = metric(name), figure(view.report, name, baseline).value
        difference, low, high = table.loc[name, ["difference", "low", "high"]] if name in table.index else [None] * 3
        if difference is None or difference != difference or not base:
            continue
        ends = sorted(entry.gain(end) / base for end in (low, high))
        rows.append((entry.label, entry.gain(difference) / base, *ends, _words(name, difference, low, high)))
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"])


def _words(name: str, difference: float, low: float, high: float) -> str:
    write = metric(name).write_difference
    return f"{write(difference)} ({write(low).removesuffix(' points')} to {write(high).removesuffix(' points')})"
