"""Why a prediction is what it is: reasons that add up to it, the ratings that moved it most, the likely stars."""

from __future__ import annotations

import streamlit as st

from recsys.charts import reasons as chart
from recsys.schema import EXPECTED_WITHOUT, MOVIE, RATING
from recsys.serving.explain import sentences
from recsys.serving.explain.sentences import THEY, Wording
from recsys.serving.explain.shapley import NEAREST, Explanation
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, plain
from recsys.ui.common.theme import ink


def section(recommender: Recommender, found: Explanation, wording: Wording = THEY) -> None:
    """The whole section: the likely stars, what leads to the expected rating, and what moved it most."""
    st.header("Why", anchor=False)
    st.markdown(sentences.reason(found.base, found.contributions, wording))
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        _adding_up(found, wording)
    with right.container(border=True, height="stretch", gap="small"):
        _prediction_set(found)
        _loo_influence(recommender, found, wording)


def _adding_up(found: Explanation, wording: Wording) -> None:
    named = {_capital(wording.groups[group]): part for group, part in found.contributions.items()}
    st.markdown(
        f"From **{number(found.base)}**, expected of anyone, to **{number(found.expected)}**",
        help="Each bar is what changes when the app comes to know this about the person, averaged over all orders in "
        "which it could come to know them (exact Shapley values). The bars add up to the difference.",
    )
    st.plotly_chart(
        chart.diverging(named, ink()),
        config={"displayModeBar": False},
        alt=chart.describe(found.base, named, found.expected),
        key="reasons",
    )


def _prediction_set(found: Explanation) -> None:
    st.subheader("Likely stars", anchor=False)
    st.markdown(sentences.prediction_set(found.prediction_set))


def _loo_influence(recommender: Recommender, found: Explanation, wording: Wording) -> None:
    st.subheader(
        f"{_capital(wording.possessive)} ratings that moved it most",
        anchor=False,
        help=f"Exact: each of the {NEAREST} ratings nearest to this movie is left out in turn, and the rating is "
        "predicted again.",
    )
    titles = recommender.movies_by_id["display"]
    said = [
        sentences.loo_influence(found.expected, row[EXPECTED_WITHOUT], row[RATING], plain(titles[row[MOVIE]]), wording)
        for row in found.loo_influence.to_dict("records")
    ]
    st.markdown("\n".join(f"- {sentence}" for sentence in said) or "No ratings are known, so none moved it.")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
