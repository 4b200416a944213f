"""Explanation of a prediction: movies that speak for it, contributions that add up to it, and the likely range."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from recsys.charts import contributions as chart
from recsys.schema import EXPECTED_WITHOUT, MOVIE, RATING
from recsys.serving.explain import sentences
from recsys.serving.explain.loo_influence import NEAREST
from recsys.serving.explain.sentences import THEY, Wording
from recsys.serving.explain.shapley import Explanation
from recsys.serving.recommender import Recommender
from recsys.ui.common.figure import draw
from recsys.ui.common.text import number, plain
from recsys.ui.common.theme import ink


def section(recommender: Recommender, explanation: Explanation, wording: Wording = THEY) -> None:
    """The section: a sentence that names movies, contributions, the likely range, and the most influential ratings."""
    st.header("Why", anchor=False)
    for sentence in section_sentences(recommender, explanation, wording):
        st.markdown(sentence)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        contributions(explanation, wording)
    with right.container(border=True, height="stretch", gap="small"):
        if explanation.prediction_set:
            st.subheader("Likely range", anchor=False)
            st.markdown(sentences.prediction_set(explanation.prediction_set))
        _loo_influence(recommender, explanation, wording)


def section_sentences(recommender: Recommender, explanation: Explanation, wording: Wording) -> list[str]:
    """The movies that speak for it, and the comparison with an average user, as Markdown.

    The movies come first unless an average user would give more: then they are what speaks for it all the same.
    """
    comparison = sentences.contributions(explanation.base, explanation.contributions, wording)
    reason = explanation.named_reason
    if not reason.because:
        return [comparison]
    without = sentences.without_named(reason)
    if explanation.expected < explanation.base:
        return [comparison, f"{sentences.in_favour(reason, _title(recommender), wording)} {without}"]
    return [f"**{sentences.named_reason(reason, _title(recommender), wording)}** {without}", comparison]


def _title(recommender: Recommender) -> Callable[[int], str]:
    return lambda movie_id: plain(recommender.display_title(movie_id))


def contributions(explanation: Explanation, wording: Wording) -> None:
    """A chart of the Shapley value of each group of features."""
    values = {_capital(wording.groups[group]): value for group, value in explanation.contributions.items()}
    st.markdown(
        f"From the **{number(explanation.base)}** an average user would give to **{number(explanation.expected)}**",
        help="Each bar shows how much one kind of knowledge adds or takes away, averaged over all orders in which the "
        "model could learn them (exact Shapley values). The bars add up to the difference.",
    )
    draw(chart.diverging(values, ink()), chart.describe(explanation.base, values, explanation.expected), "reasons")


def _loo_influence(recommender: Recommender, explanation: Explanation, wording: Wording) -> None:
    st.subheader(
        f"{_capital(wording.possessive)} ratings that change it most",
        anchor=False,
        help=f"Exact: up to {NEAREST} ratings, those of the movies most like this one, are left out in turn, and the "
        "rating is predicted again.",
    )
    title = _title(recommender)
    influences = [
        sentences.loo_influence(
            explanation.expected, row[EXPECTED_WITHOUT], row[RATING], title(int(row[MOVIE])), wording
        )
        for row in explanation.loo_influence.to_dict("records")
    ]
    st.markdown("\n".join(f"- {sentence}" for sentence in influences) or "No ratings yet.")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
