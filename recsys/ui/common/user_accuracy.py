"""Average error of the model for one user: a line on Predict and Recommendations, cards on Evaluate."""

from __future__ import annotations

import streamlit as st

from recsys.evaluation import Report
from recsys.evaluation.user_error import ALIKE, CLOSER, ENOUGH, FALSE_DISCOVERY_RATE, FARTHER, FEW, UserError
from recsys.glossary import metric, model_name
from recsys.serving.recommender import Recommender
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import count_text, number
from recsys.visitor.prequential_error import MIN_RATINGS, PrequentialError

CACHED_USERS = 500
VERDICTS = {
    FEW: f"Not enough test ratings (at least {ENOUGH} are needed).",
    CLOSER: "For this user it is significantly better than the baseline.",
    ALIKE: "For this user there is no significant difference from the baseline.",
    FARTHER: "For this user the baseline is significantly better.",
}


def user_error_of(recommender: Recommender, user_id: int) -> UserError | None:
    """The errors for a user; None without a report that has baselines."""
    report = recommender.report
    return _cached_user_error(report, recommender.version, user_id) if report and report.baselines else None


def line(user: SelectedUser) -> None:
    """A caption with the errors; nothing where none were measured."""
    if user.visitor:
        if user.visitor.score.n:
            st.caption(visitor_sentence(user.visitor.score))
    elif user.user_id is not None and (user_error := user_error_of(user.recommender, user.user_id)):
        st.caption(f"Average error for this user: {sentence(user_error)}")


def visitor_sentence(error: PrequentialError) -> str:
    """The error for the visitor, over ratings predicted before they were given, as a sentence."""
    if not error.enough:
        return f"Average error for you: not enough ratings yet ({error.n} of {MIN_RATINGS})."
    return (
        f"So far the app is {number(error.model)} stars off for you on average (simple averages: "
        f"{number(error.baseline)}), over {count_text(error.n, 'movie')} predicted before you rated them."
    )


def sentence(user_error: UserError) -> str:
    """The errors and the verdict as a sentence."""
    if user_error.verdict == FEW:
        return f"not enough test ratings ({user_error.n})."
    return (
        f"{number(user_error.model)} stars (MAE) on {user_error.n:,} test ratings (best baseline, "
        f"{model_name(user_error.against).lower()}: {number(user_error.baseline)}). "
        f"{VERDICTS[user_error.verdict]}"
    )


def card(user: SelectedUser) -> None:
    """Cards with the errors of a user, and the verdict; for the visitor a sentence."""
    if user.user_id is None:
        error = user.visitor.score if user.visitor else None
        st.markdown(visitor_sentence(error) if error else "")
        return
    recommender, user_error = user.recommender, user_error_of(user.recommender, user.user_id)
    if user_error is None:
        st.info("This model has no metrics for single users.", icon=":material/help:")
        return
    entry = metric("mae")
    grid = st.container(key="user_error").grid(3, min_column_width=150)
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Test ratings", f"{user_error.n:,}")
        st.caption(f"Of user {user.user_id}")
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("MAE of the model", entry.write(user_error.model), help=entry.help)
        st.caption(f"All users: {entry.write(recommender.report.value('mae'))}" if recommender.report else "")
    with grid.container(border=True, height="stretch", gap="xsmall"):
        st.metric("MAE of the baseline", entry.write(user_error.baseline))
        st.caption(f"Difference {_difference(user_error)}")
    st.markdown(VERDICTS[user_error.verdict])
    st.caption(
        f"Baseline: {model_name(user_error.against).lower()}, the best in this metric, on the same ratings. Interval "
        f"and verdict allow for all users being tested: at most {FALSE_DISCOVERY_RATE:.0%} of the significant "
        "differences are expected to be chance."
    )


@st.cache_resource(show_spinner=False, max_entries=CACHED_USERS)
def _cached_user_error(_report: Report, version: str, user_id: int) -> UserError:
    return UserError.of(_report, user_id)


def _difference(user_error: UserError) -> str:
    format_difference = metric("mae").write_difference
    if not user_error.n:
        return format_difference(float("nan"))
    low, high = format_difference(user_error.low), format_difference(user_error.high)
    return f"{format_difference(user_error.model - user_error.baseline)}, interval {low} to {high}"
