"""ROC and precision-recall curves of one star against the rest, in the section Per star."""

from __future__ import annotations

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recsys.charts import evaluate_thresholds as charts
from recsys.charts.layout import name as name_of
from recsys.evaluation import MODEL
from recsys.evaluation.threshold_curves import AVERAGE_PRECISION, ROC_AUC
from recsys.glossary import metric
from recsys.schema import star_name
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

METRICS = (ROC_AUC, AVERAGE_PRECISION)
TITLES = {ROC_AUC: "ROC curve", AVERAGE_PRECISION: "Precision-recall curve"}


def show(view: ReportView) -> None:
    """Draw both curves with their areas."""
    st.subheader("One star against the rest", anchor=False)
    points = view.curve_points()
    stars = [float(star) for star in dict.fromkeys(points["star"])]
    if not stars:
        st.caption("The held-out ratings have a single star, so there is nothing to tell apart.")
        return
    star = st.pills(
        "Star",
        stars,
        default=stars[-1],
        required=True,
        format_func=_star,
        key="evaluate_curve_star",
        label_visibility="collapsed",
        wrap=True,
    )
    st.caption(
        f"Call a rating {_star(float(star))} if its probability is at least a threshold. A low threshold misses few of "
        "them (high recall), but calls many others so too (false positives, low precision). Each curve runs over all "
        "thresholds. Dotted: chance. Intervals of the areas: bootstrap over users."
    )
    _curves(view, points, float(star))


def area_table(view: ReportView, name: str) -> pd.DataFrame:
    """One area of every star as text: the model with its interval, the baselines with probabilities, ratings."""
    entry = metric(name)
    tables = {model: view.areas(model) for model in view.models}
    rows = {model: table[table["metric"] == name].set_index("star") for model, table in tables.items() if len(table)}
    measured = rows.pop(MODEL)
    cells = {
        name_of(MODEL): [entry.write(value) for value in measured["value"]],
        "95% interval": [entry.write_interval(*bounds) for bounds in measured[["low", "high"]].itertuples(index=False)],
        **{name_of(model): [entry.write(value) for value in baseline["value"]] for model, baseline in rows.items()},
        "Ratings": [f"{n:,}" for n in measured["n"]],
    }
    return pd.DataFrame(cells, index=pd.Index([_star(star) for star in measured.index], name="Star"))


def _curves(view: ReportView, points: pd.DataFrame, star: float) -> None:
    """The two charts side by side, each above its table."""
    for column, name in zip(st.columns(2, gap="medium"), METRICS, strict=True):
        with column:
            st.markdown(f"**{TITLES[name]}**", help=metric(name).help)
            view.draw(name, star_name(star), partial(_figure, view, points, star, name))
            st.caption(f"{metric(name).label} of each star. Most common star: the level of chance.")
            st.table(area_table(view, name), border="horizontal", alt=f"{metric(name).label} of each star")


def _figure(view: ReportView, points: pd.DataFrame, star: float, name: str) -> tuple[go.Figure, str]:
    """The chart of one kind of curve with its text alternative."""
    if name == ROC_AUC:
        text = charts.describe(points, star, TITLES[name], "false_positive_rate", "recall")
        return charts.roc(points, star, look()), text
    measured = view.areas(MODEL)
    row = measured[measured["star"] == star].iloc[0]
    text = charts.describe(points, star, TITLES[name], "recall", "precision")
    return charts.precision_recall(points, star, float(row["n"] / row["rows"]), look()), text


def _star(star: float) -> str:
    return f"{star_name(star)} ★"
