"""Explanation of a prediction: contributions that add up to it, the most influential ratings, the likely stars."""

from __future__ import annotations

import streamlit as st

from recsys.charts import contributions as chart
from recsys.schema import EXPECTED_WITHOUT, MOVIE, RATING
from recsys.serving.explain import sentences
from recsys.serving.explain.loo_influence import NEAREST
from recsys.serving.explain.sentences import THEY, Wording
from recsys.serving.explain.shapley import Explanation
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, plain
from recsys.ui.common.theme import ink


def section(recommender: Recommender, explanation: Explanation, wording: Wording = THEY) -> None:
    """The section: likely stars, contributions to the expected rating, and the most influential ratings."""
    st.header("Why", anchor=False)
    st.markdown(sentences.reason(explanation.base, explanation.contributions, wording))
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        _contributions(explanation, wording)
    with right.container(border=True, height="stretch", gap="small"):
        _prediction_set(explanation)
        _loo_influence(recommender, explanation, wording)


def _contributions(explanation: Explanation, wording: Wording) -> None:
    contributions = {_capital(wording.groups[group]): value for group, value in explanation.contributions.items()}
    st.markdown(
        f"From **{number(explanation.base)}**, expected of anyone, to **{number(explanation.expected)}**",
        help="Each bar is what changes when the app comes to know this about the person, averaged over all orders in "
        "which it could come to know them (exact Shapley values). The bars add up to the difference.",
    )
    st.plotly_chart(
        chart.diverging(contributions, ink()),
        config={"displayModeBar": False},
        alt=chart.describe(explanation.base, contributions, explanation.expected),
        key="reasons",
    )


def _prediction_set(explanation: Explanation) -> None:
    st.subheader("Likely stars", anchor=False)
    st.markdown(sentences.prediction_set(explanation.prediction_set))


def _loo_influence(recommender: Recommender, explanation: Explanation, wording: Wording) -> None:
    st.subheader(
        f"{_capital(wording.possessive)} ratings that moved it most",
        anchor=False,
        help=f"Exact: each of the {NEAREST} ratings nearest to this movie is left out in turn, and the rating is "
        "predicted again.",
    )
    titles = recommender.movies_by_id["display"]
    influences = [
        sentences.loo_influence(
            explanation.expected, row[EXPECTED_WITHOUT], row[RATING], plain(titles[row[MOVIE]]), wording
        )
        for row in explanation.loo_influence.to_dict("records")
    ]
    st.markdown("\n".join(f"- {sentence}" for sentence in influences) or "No ratings are known, so none moved it.")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
