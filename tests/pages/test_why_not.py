"""The section "Why not a certain movie?" answers as the package does, and its button brings the movie in."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from recsys.serving.explain.sentences import THEY
from recsys.serving.list_options import ListOptions
from recsys.serving.why_not import BELOW
from recsys.serving.why_not_sentences import why_not_sentences
from recsys.ui.common import pickers, session_profile
from recsys.visitor.profile import MovieRef, Profile
from tests.pages.conftest import open_page, recommend, text_of


def ask(app: AppTest, movie: int) -> AppTest:
    app.selectbox(key="why_not_listed").set_value(movie).run()
    assert not app.exception, app.exception
    return app


def buttons(app: AppTest) -> list:
    return [button for button in app.button if button.key == "why_not_apply"]


def unlisted(recommender, user: int, reason: str, **options) -> int:
    """A movie that is not in the list for this reason, and can be brought in."""
    unseen = set(range(1, 41)) - set(recommender.history(user)["movie_id"])
    answers = {movie: recommender.why_not(user, movie_id=movie, **options) for movie in sorted(unseen)}
    return next(movie for movie, answer in answers.items() if reason in answer.reasons and answer.remedies)


def test_the_answer_is_the_packages(served):
    options = {"n": 3, "years": (1960, None), "genres": ["Odd"]}
    app = recommend(user=3, n=3, years="1960-", genres=["Odd"])
    seen = int(served.history(3)["movie_id"].iloc[0])
    for movie in (seen, unlisted(served, 3, "genres", **options), unlisted(served, 3, BELOW, **options)):
        answer = served.why_not(3, movie_id=movie, **options)
        title = f"The Movie {movie} ({1950 + movie})"
        text = text_of(ask(app, movie))
        for sentence in why_not_sentences(answer, ListOptions.checked(**options), title, THEY):
            assert sentence in text
        assert f"Expected {answer.expected:.2f} stars" in text
        assert bool(buttons(app)) == bool(answer.remedies)


@pytest.mark.parametrize(
    "options",
    [
        {"n": 2, "exclude_genres": ["Odd"], "years": "1950-1960", "min_ratings": 60},
        {"n": 2, "min_like": 0.99, "ranker": "expected"},
        {"only": "1-2", "diversity": 0.25},
    ],
    ids=str,
)
def test_the_button_brings_the_movie_into_the_list(served, options):
    app = recommend(user=3, **options)
    unseen = (
        set(range(1, 41))
        - set(served.history(3)["movie_id"])
        - set(app.dataframe[0].value["Id"] if app.dataframe else ())
    )
    ask(app, min(unseen))
    (button,) = buttons(app)
    button.click().run()
    assert not app.exception, app.exception
    assert min(unseen) in app.dataframe[0].value["Id"].tolist()
    assert f"is in the list, at number {app.dataframe[0].value['Id'].tolist().index(min(unseen)) + 1}." in text_of(app)
    assert not buttons(app)
    reopened_app = recommend(**app.query_params)
    assert reopened_app.dataframe[0].value.equals(app.dataframe[0].value)


def test_a_movie_left_out_by_the_url_comes_back_alone(served):
    first, second = served.recommend(3)["movie_id"].tolist()[:2]
    app = ask(recommend(user=3, exclude=f"{first}-{second}"), second)
    assert "It is one of the movies that you left out." in text_of(app)
    buttons(app)[0].click().run()
    assert app.query_params["exclude"] in (str(first), [str(first)])
    assert app.dataframe[0].value["Id"].iloc[0] == second


def test_a_hidden_movie_is_no_matter_of_list_options(served):
    profile = Profile().rate(MovieRef.of(served.catalogue, 2), 5.0).put("hidden", MovieRef.of(served.catalogue, 8))
    state = {session_profile.PROFILE: profile, session_profile.MODEL: (served.version, served.stars)}
    app = ask(open_page("pages/recommend.py", state, n=100, min_like=0), 8)
    assert "You have hidden it or marked it as seen." in text_of(app)
    assert not buttons(app)
    ask(app, 10)
    assert "is in the list" in text_of(app)


def test_a_large_catalogue_has_an_id_field(served, monkeypatch):
    monkeypatch.setattr(pickers, "MOST_LISTED", 39)
    st.cache_resource.clear()
    app = recommend(user=3)
    app.text_input(key="why_not_id").set_value("8").run()
    assert "The Movie 8 (1958)" in text_of(app)
    app.text_input(key="why_not_id").set_value("41").run()
    assert "There is no movie 41." in text_of(app)
    app.text_input(key="why_not_id").set_value("-3").run()
    assert "movie: received -3" in text_of(app)
