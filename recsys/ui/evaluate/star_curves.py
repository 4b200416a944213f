"""ROC and precision-recall curves of one star against the rest, in the section Per star."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_thresholds as charts
from recsys.charts.layout import name as name_of
from recsys.evaluation import MODEL
from recsys.evaluation.threshold_curves import AVERAGE_PRECISION, ROC_AUC
from recsys.glossary import metric
from recsys.schema import star_name
from recsys.ui.common.figure import draw
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

METRICS = (ROC_AUC, AVERAGE_PRECISION)


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
        "thresholds. Dotted: chance."
    )
    _curves(view, points, float(star))


def area_table(view: ReportView, name: str) -> pd.DataFrame:
    """One area of every star as text: the model with its interval, the baselines with probabilities, and n."""
    entry = metric(name)
    tables = {model: view.areas(model) for model in view.models}
    rows = {model: table[table["metric"] == name].set_index("star") for model, table in tables.items() if len(table)}
    measured = rows.pop(MODEL)
    cells = {
        name_of(MODEL): [entry.write(value) for value in measured["value"]],
        "95% interval": [entry.write_interval(*bounds) for bounds in measured[["low", "high"]].itertuples(index=False)],
        **{name_of(model): [entry.write(value) for value in baseline["value"]] for model, baseline in rows.items()},
        "n": [f"{n:,}" for n in measured["n"]],
    }
    return pd.DataFrame(cells, index=pd.Index([_star(star) for star in measured.index], name="Star"))


def _curves(view: ReportView, points: pd.DataFrame, star: float) -> None:
    """The two charts side by side, each above its table."""
    measured = view.areas(MODEL)
    row = measured[measured["star"] == star].iloc[0]
    figures = {
        ROC_AUC: (
            charts.roc(points, star, look()),
            charts.describe(points, star, "ROC curve", "false_positive_rate", "recall"),
        ),
        AVERAGE_PRECISION: (
            charts.precision_recall(points, star, float(row["n"] / row["rows"]), look()),
            charts.describe(points, star, "Precision-recall curve", "recall", "precision"),
        ),
    }
    for column, (name, (figure, alt)) in zip(st.columns(2, gap="medium"), figures.items(), strict=True):
        with column:
            title = "ROC curve" if name == ROC_AUC else "Precision-recall curve"
            st.markdown(f"**{title}**", help=metric(name).help)
            draw(figure, alt, name)
            st.caption(f"{metric(name).label} of each star. Most common star: the level of chance.")
            st.table(area_table(view, name), border="horizontal", alt=f"{metric(name).label} of each star")


def _star(star: float) -> str:
    return f"{star_name(star)} ★"
