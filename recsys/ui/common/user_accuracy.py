"""Accuracy of the model for one user, in words: a line on Predict and Recommend, a card on Evaluate."""

from __future__ import annotations

import streamlit as st

from recsys.evaluation import Report
from recsys.evaluation.user_error import ALIKE, CLOSER, ENOUGH, FARTHER, FEW, UserError
from recsys.glossary import metric, model_name
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number

CACHED_USERS = 500
VERDICTS = {
    FEW: f"Fewer than {ENOUGH} held-out ratings: too few to tell.",
    CLOSER: "For this person it is closer than the baseline, beyond chance.",
    ALIKE: "For this person it does not differ from the baseline beyond chance.",
    FARTHER: "For this person the baseline is closer, beyond chance.",
}


def user_error_of(recommender: Recommender, user_id: int) -> UserError | None:
    """The errors for a user; None without a report that has baselines."""
    report = recommender.report
    return _cached_user_error(report, recommender.version, user_id) if report and report.baselines else None


def line(recommender: Recommender, user_id: int) -> None:
    """A caption with the errors; nothing for a model without a report."""
    user_error = user_error_of(recommender, user_id)
    if user_error is not None:
        st.caption(f":material/straighten: How good for user {user_id}? {sentence(user_error)}")


def sentence(user_error: UserError) -> str:
    """The errors and the verdict as a sentence."""
    if user_error.verdict == FEW:
        return f"{user_error.n} of their ratings were held out: too few to tell."
    return (
        f"On {user_error.n:,} of their ratings, held out, it misses by {number(user_error.model)} stars on average; "
        f"the strongest baseline, {model_name(user_error.against).lower()}, by {number(user_error.baseline)}. "
        f"{VERDICTS[user_error.verdict]}"
    )


def card(recommender: Recommender, user_id: int) -> None:
    """Cards with the errors, and the verdict."""
    user_error = user_error_of(recommender, user_id)
    if user_error is None:
        st.info("This model was not measured for single people.", icon=":material/help:")
        return
    entry = metric("mae")
    grid = st.grid(3, min_column_width=150)
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Held-out ratings", f"{user_error.n:,}")
        st.caption(f"Of user {user_id}")
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Misses by", entry.write(user_error.model), help=entry.help)
        st.caption(f"All people: {entry.write(recommender.report.value('mae'))}" if recommender.report else "")
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Baseline misses by", entry.write(user_error.baseline))
        st.caption(f"Difference {_difference(user_error)}")
    st.markdown(VERDICTS[user_error.verdict])
    st.caption(
        f"Baseline: {model_name(user_error.against).lower()}, the strongest in this metric, on the same ratings."
    )


@st.cache_resource(show_spinner=False, max_entries=CACHED_USERS)
def _cached_user_error(_report: Report, version: str, user_id: int) -> UserError:
    return UserError.of(_report, user_id)


def _difference(user_error: UserError) -> str:
    format_difference = metric("mae").write_difference
    if not user_error.n:
        return format_difference(float("nan"))
    low, high = format_difference(user_error.low), format_difference(user_error.high)
    return f"{format_difference(user_error.model - user_error.baseline)}, 95% interval {low} to {high}"
