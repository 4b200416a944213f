"""Section: gains of the model over each baseline on the same ratings, with paired intervals."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.charts.layout import name as name_of
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric
from recsys.ui.common.metric_cards import metric_value
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

METRICS = ("accuracy", "within_one", "weighted_kappa", "macro_f1", "rmse", "mae", "log_loss", "brier",
            "ranked_probability")  # fmt: skip


def show(view: ReportView) -> None:
    """Draw the section."""
    model_by_name = {name_of(model): model for model in view.report.baselines}
    strongest_model = strongest(
        "rmse", {name: metric_value(view.report, "rmse", name).value for name in view.report.baselines}
    )
    default = name_of(strongest_model) if strongest_model else next(iter(model_by_name))
    baseline = model_by_name[
        str(st.segmented_control("Compared with", list(model_by_name), default=default, required=True, key="baseline"))
    ]
    rows = relative_gains(view, baseline)
    better, worse = (int((bound > 0).sum()) for bound in (rows["low"], -rows["high"]))
    better_text = f"all {len(rows)}" if better == len(rows) else f"{better} of {len(rows)}"
    st.markdown(
        f"Significantly better than the baseline “{name_of(baseline)}” in **{better_text}** metrics"
        + (f", significantly worse in **{worse}**." if worse else ".")
    )
    axis = Axis("Improvement over the baseline, relative", ".0%", 0.0)
    title = f"Improvement over {name_of(baseline)}"
    view.draw("gains", baseline, lambda: (forest(rows, axis, look()), describe(rows, title)))
    st.caption(
        "Right of the line is better, for every metric. The text shows the absolute difference with its 95% interval "
        "(paired, over users and movies). Metrics that the baseline lacks, or has at 0, are left out."
    )
    meanings(METRICS)


def relative_gains(view: ReportView, baseline: str) -> pd.DataFrame:
    """Gains relative to the baseline's value, positive if the model is better: label, value, low, high, words."""
    table = view.gains()
    table = table[(table["baseline"] == baseline) & (table["slice"] == "all")].set_index("metric")
    rows = []
    for name in METRICS:
        entry, baseline_value = metric(name), metric_value(view.report, name, baseline).value
        if name not in table.index or not baseline_value:
            continue
        difference, low, high = table.loc[[name], ["difference", "low", "high"]].to_numpy(float)[0]
        if math.isnan(difference):
            continue
        gain_bounds = sorted(entry.gain(bound) / baseline_value for bound in (low, high))
        gain, text = entry.gain(difference) / baseline_value, _difference_text(name, difference, low, high)
        rows.append((entry.label, gain, *gain_bounds, text))
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"])


def _difference_text(name: str, difference: float, low: float, high: float) -> str:
    write = metric(name).write_difference
    return f"{write(difference)} ({write(low).removesuffix(' points')} to {write(high).removesuffix(' points')})"
