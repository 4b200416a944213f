"""SHAP contributions and partial dependence on a sample of held-out rows, in the section Features."""

from __future__ import annotations

import streamlit as st

from recsys.charts import evaluate_effects as charts
from recsys.glossary import feature_name
from recsys.ui.common.text import clean
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

MAX_FEATURES = 12


def show(view: ReportView) -> None:
    """Draw both, or how to fill them for a version without a sample."""
    st.subheader("What each feature does", anchor=False)
    if view.report.feature_sample is None:
        st.caption(
            "This version stored no sample of held-out features, so their effects cannot be measured. Train a new "
            "version to fill this: on the page Train, or `python -m recsys train`."
        )
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _contributions(view)
    with right:
        _dependence(view)


def _contributions(view: ReportView) -> None:
    rows = view.effects().head(MAX_FEATURES)
    rows = rows.assign(label=[_label(view, name) for name in rows["feature"]])
    st.markdown("**SHAP contributions**")
    view.draw("shap", "", lambda: (charts.bars(rows, look()), charts.describe_bars(rows)))
    st.caption(
        f"How far the trees move the log-odds of the stars because of each feature, on average over {_sample(view)} "
        f"and all stars; the {len(rows)} largest. Colour: what a higher value does. The softmax regression that the "
        "trees start from is their base margin: it is included in the prediction, but not divided among the features."
    )


def _dependence(view: ReportView) -> None:
    rows = view.effects()
    names, clear = rows["feature"].tolist(), rows["direction"].abs().to_numpy() >= charts.MIXED
    st.markdown("**Partial dependence**")
    first = int(clear.argmax())  # the largest with a clear direction
    feature = str(
        st.selectbox("Feature", names, first, format_func=lambda name: _label(view, name), key="evaluate_dependence")
    )
    table, label = view.dependence(feature), _label(view, feature)
    if table.empty:
        st.caption("Every sampled row lacks this feature.")
        return
    view.draw(
        "dependence",
        feature,
        lambda: (charts.dependence(table, label, look()), charts.describe_dependence(table, label)),
    )
    st.caption(
        f"The feature gets the same value in each of {_sample(view)}; all other features stay. The line is how far the "
        "expected rating moves on average; band: 95% interval over users. Whole model: the softmax regression follows "
        "the new value too. Trees only: it is held at each row's own prediction. Where features depend on each other, "
        "such rows may not exist, so read it as the model's habit and not as a cause."
    )


def _sample(view: ReportView) -> str:
    sample = view.report.feature_sample
    return f"{0 if sample is None else len(sample.rows):,} sampled held-out ratings"


def _label(view: ReportView, name: str) -> str:
    return clean(feature_name(name, view.recommender.features.vocabulary.genders.tolist()))
