"""How good the model is for one person, in words: a line on Predict and Recommend, a card on Evaluate."""

from __future__ import annotations

import streamlit as st

from recsys.evaluation import Report
from recsys.evaluation.user_error import ALIKE, CLOSER, ENOUGH, FARTHER, FEW, UserError
from recsys.glossary import metric, model_name
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number

KEPT = 500  # users whose fit is kept
VERDICTS = {
    FEW: f"Fewer than {ENOUGH} held-out ratings: too few to tell.",
    CLOSER: "For this person it is closer than the baseline, beyond chance.",
    ALIKE: "For this person it does not differ from the baseline beyond chance.",
    FARTHER: "For this person the baseline is closer, beyond chance.",
}


def fit_of(recommender: Recommender, user_id: int) -> UserError | None:
    """The fit for a user; None without a report that has what a baseline predicted."""
    report = recommender.report
    return _fit(report, recommender.version, user_id) if report and report.baselines else None


def line(recommender: Recommender, user_id: int) -> None:
    """One unobtrusive sentence; nothing for a model that was not measured."""
    found = fit_of(recommender, user_id)
    if found is not None:
        st.caption(f":material/straighten: How good for user {user_id}? {sentence(found)}")


def sentence(found: UserError) -> str:
    """The errors and what they tell."""
    if found.verdict == FEW:
        return f"{found.n} of their ratings were held out: too few to tell."
    return (
        f"On {found.n:,} of their ratings, held out, it misses by {number(found.model)} stars on average; the "
        f"strongest baseline, {model_name(found.against).lower()}, by {number(found.baseline)}. "
        f"{VERDICTS[found.verdict]}"
    )


def card(recommender: Recommender, user_id: int) -> None:
    """The errors side by side, and the verdict."""
    found = fit_of(recommender, user_id)
    if found is None:
        st.info("This model was not measured for single people.", icon=":material/help:")
        return
    entry = metric("mae")
    tiles = st.grid(3, min_column_width=150)
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Held-out ratings", f"{found.n:,}")
        st.caption(f"Of user {user_id}")
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Misses by", entry.write(found.model), help=entry.help)
        st.caption(f"All people: {entry.write(recommender.report.value('mae'))}" if recommender.report else "")
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Baseline misses by", entry.write(found.baseline))
        st.caption(f"Difference {_difference(found)}")
    st.markdown(VERDICTS[found.verdict])
    st.caption(f"Baseline: {model_name(found.against).lower()}, the strongest in this metric, on the same ratings.")


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _fit(_report: Report, version: str, user_id: int) -> UserError:
    return UserError.of(_report, user_id)


def _difference(found: UserError) -> str:
    write = metric("mae").write_difference
    if not found.n:
        return write(float("nan"))
    return f"{write(found.model - found.baseline)}, 95 % interval {write(found.low)} to {write(found.high)}"
