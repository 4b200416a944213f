"""Section: ranking metrics of the top-N lists, beside coverage, novelty and diversity."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation.reports import DIFFERENCE_COLUMNS
from recsys.glossary import metric
from recsys.glossary.entry import UNDEFINED
from recsys.training.trade_off_curve import SHOWN
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_cards import metric_value
from recsys.ui.common.metric_table import comparison, meanings
from recsys.ui.common.paired_text import with_interval
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView
from recsys.ui.recommend.list_controls import RANKERS

BASELINE = "popularity"
RELEVANCE_METRICS = tuple(f"{name}@{SHOWN}" for name in ("ndcg", "hit_rate", "map", "precision", "recall"))
BEYOND_RELEVANCE_METRICS = tuple(
    f"{name}@{SHOWN}"
    for name in ("coverage", "gini", "novelty", "popularity_rank", "long_tail", "diversity", "calibration")
)
RANKER_METRICS = ("ndcg", "hit_rate", "coverage", "popularity_rank", "diversity")


def show(view: ReportView) -> None:
    """Draw the section."""
    user_count = metric_value(view.report, RELEVANCE_METRICS[0]).n
    if not user_count:
        st.info(
            "This model has no ranking metrics. Train a new version on data in which held-out users like a movie.",
            icon=":material/help:",
        )
        return
    st.caption(
        f"Top-{SHOWN} lists for the {user_count:,} users who liked at least one held-out movie, from all movies that "
        "they had not rated before. A movie they never rated counts as a miss, so the values are small for every "
        "recommender."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Do users like the lists?", anchor=False)
        rows, marks = relevance_rows(view)
        axis = Axis(f"Mean over users, top-{SHOWN} lists", ".0%", from_zero=True)
        draw(forest(rows, axis, look(), marks), describe(rows, "Ranking metrics"), "ranking")
    with right:
        st.subheader("Coverage, novelty and diversity", anchor=False)
        st.caption(f"Of {user_count:,} lists each: coverage grows with their number.")
        comparison(view.report, BEYOND_RELEVANCE_METRICS, (BASELINE,), "Metrics of the lists beyond accuracy")
    _rankers(view)
    meanings((*RELEVANCE_METRICS, *BEYOND_RELEVANCE_METRICS))


def relevance_rows(view: ReportView) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The relevance metrics as rows of a forest chart, and the baseline's values as marks."""
    rows, marks = [], []
    for name in RELEVANCE_METRICS:
        entry, measured, baseline = (
            metric(name),
            metric_value(view.report, name),
            metric_value(view.report, name, BASELINE),
        )
        text = f"{entry.write(measured.value)}, popular {entry.write(baseline.value)}"
        rows.append((entry.label, measured.value, measured.low, measured.high, text))
        marks.append((entry.label, baseline.value, BASELINE))
    return (
        pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"]),
        pd.DataFrame(marks, columns=["label", "value", "model"]),
    )


def _rankers(view: ReportView) -> None:
    table = ranker_table(view)
    if not len(table):
        return
    users = int(_unadjusted(view)["n"].max())
    st.subheader("All rankers", anchor=False)
    st.table(table, border="horizontal", alt="Each ranker's metrics with both sliders at 0")
    st.caption(
        f"With both sliders of Recommendations at 0, for the same {users:,} users, all of them among those above. "
        "Popular is the baseline: the most rated movies for everybody. Differences from it are between lists for the "
        "same users, with their 95% interval. Coverage grows with the number of lists: "
        f"here it is over {users:,} lists each."
    )


def ranker_table(view: ReportView) -> pd.DataFrame:
    """Formatted metrics of every ranker with both sliders at 0, and by how much its NDCG exceeds popularity's."""
    unadjusted, rows = _unadjusted(view), {}
    for ranker, (title, _) in RANKERS.items():
        ranker_rows = unadjusted[unadjusted["ranker"] == ranker].set_index("metric")
        if len(ranker_rows):
            entries = {name: metric(f"{name}@{SHOWN}") for name in RANKER_METRICS}
            values = ranker_rows["value"].to_dict()
            cells = {entry.label: entry.write(values[name]) for name, entry in entries.items()}
            compared = [float(ranker_rows[name].to_dict()["ndcg"]) for name in DIFFERENCE_COLUMNS]
            difference = with_interval(*compared) if ranker != "popular" else UNDEFINED
            rows[title] = cells | {f"{entries['ndcg'].label} less Popular's": difference}
    return pd.DataFrame.from_dict(rows, orient="index")


def _unadjusted(view: ReportView) -> pd.DataFrame:
    """The curve's rows with both sliders at 0; of older reports only the rankers that were measured on most users."""
    curve = view.report.trade_off_curve
    unadjusted = curve[(curve["popularity"] == 0) & (curve["diversity"] == 0)]
    users = unadjusted[unadjusted["metric"] == "ndcg"].set_index("ranker")["n"]
    return unadjusted[unadjusted["ranker"].isin(users.index[users == users.max()])]
