"""Predict shows what the package answers, keeps its address, and refuses kindly."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import streamlit

import recsys
from recsys.data import Dataset
from recsys.registry import Registry
from recsys.serving.explain.sentences import prediction_set
from recsys.ui.common import pickers
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import metrics, predict, said

HOSTILE = "![x](http://192.0.2.1/x.png) :red[loud] $y$ <b>www.evil.test</b> [here](http://evil.test) *a* `b`"


def answer(recommender, user: int, movie: int) -> pd.Series:
    """What the package answers through its public path, without the user's own rating of the movie."""
    history = recommender.history(user)
    others = history[history["movie_id"] != movie]
    if len(others) == len(history):
        return recommender.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})).iloc[0]
    return recommender.predict(movie_ids=[movie], history=others, profile=recommender.profile(user)).iloc[0]


def bars(app) -> dict[str, float]:
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    return dict(zip(spec["data"][0]["x"], spec["data"][0]["y"], strict=True))


@pytest.mark.parametrize(("user", "movie"), [(3, 7), (4, 7), (58, 40)])
def test_a_permalink_shows_the_package_s_answer(served, user, movie):
    app, row = predict(user=user, movie=movie), answer(served, user, movie)
    assert f"{row['rating']:g} stars of 5" in said(app) or f"{row['rating']:g} star of 5" in said(app)
    assert f"expected rating {row['expected']:.2f}" in said(app)
    found = bars(app)
    assert list(found) == ["1 ★", "2 ★", "4 ★", "5 ★"]
    for star, share in found.items():
        assert share == pytest.approx(row[f"p_{star[0]}"], abs=1e-9)
    assert app.title[1].value.count("★") == int(row["rating"])


@pytest.mark.parametrize("seen", ["http://x.test:1", "http://x.test:1/", "http://x.test:1/sub/predict"])
def test_the_shared_link_is_the_permalink_from_wherever_one_came(served, seen, monkeypatch):
    monkeypatch.setattr(type(streamlit.context), "url", property(lambda _: seen))
    app = predict(user=3, movie=7)
    base = seen.removesuffix("/predict").rstrip("/")
    assert app.code[0].value == f"{base}/predict?user=3&movie=7"


def test_community_user_and_own_rating_stand_beside_it(served):
    history = served.history(3)
    rated = int(history["movie_id"].iloc[0])
    app = predict(user=3, movie=rated)
    shown, movie = metrics(app), served.movies.set_index("movie_id").loc[rated]
    assert shown["Community average"] == f"{movie['mean']:.2f}"
    assert f"{movie['count']} ratings of this movie" in said(app)
    assert shown["This user's average"] == f"{history['rating'].mean():.2f}"
    assert f"{len(history)} ratings by this user" in said(app)
    assert shown["What they gave"] == f"{history['rating'].iloc[0]:g} ★"


@pytest.mark.parametrize(("user", "place"), [(3, 0), (3, 5), (44, 1)])
def test_a_rated_movie_is_predicted_without_its_rating(served, user, place):
    """Headline, chart, reasons and likely stars are all those of the history without it."""
    rated = served.history(user).iloc[place]
    movie = int(rated["movie_id"])
    app, row = predict(user=user, movie=movie), answer(served, user, movie)
    with_it = served.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})).iloc[0]
    assert f"{row['expected']:.2f}" != f"{with_it['expected']:.2f}"
    words = said(app)
    assert f"Without this rating, the model expects {row['expected']:.1f}. They gave {rated['rating']:g}." in words
    assert f"expected rating {row['expected']:.2f}" in words
    assert f"expected of anyone, to {row['expected']:.2f}" in words
    for star, share in bars(app).items():
        assert share == pytest.approx(row[f"p_{star[0]}"], abs=1e-9)
    others = served.history(user).drop(index=rated.name)
    found = served.explain(history=others, profile=served.profile(user), movie_id=movie)
    assert prediction_set(found.prediction_set) in words


def test_an_unrated_movie_says_so(served):
    unrated = sorted(set(served.movies["movie_id"]) - set(served.history(3)["movie_id"]))[0]
    app = predict(user=3, movie=unrated)
    assert metrics(app)["What they gave"] == "–"
    assert "Without this rating" not in said(app)


def test_the_example_is_the_best_known_movie_that_its_user_has_not_rated(served):
    user, movie = pickers.example(served)
    rated = set(served.history(user)["movie_id"])
    counts = served.movies.set_index("movie_id")["count"]
    assert movie not in rated
    assert counts[movie] == counts.drop(index=list(rated)).max()


def test_the_example_for_somebody_who_has_rated_everything_is_the_best_known_movie(tiny_model):
    everything = dict.fromkeys(tiny_model.movies["movie_id"], 4.0)
    keen = replace(
        tiny_model, interactions=replace(tiny_model.user_history(history=everything), user_ids=np.array([9]))
    )
    assert pickers.example(keen) == (9, 1)


def test_a_first_visit_is_a_worked_example(served):
    app = predict()
    user, movie = pickers.example(served)
    assert "worked example" in said(app)
    assert bars(app)["5 ★"] == pytest.approx(answer(served, user, movie)["p_5"])
    assert (app.text_input(key="user_id").value, app.text_input(key="movie_id").value) == (str(user), str(movie))
    assert not app.query_params


def test_choosing_from_the_list_moves_field_address_and_answer(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="movie_listed").set_value(12).run()
    assert app.text_input(key="movie_id").value == "12"
    assert app.query_params["movie"] in ("12", ["12"])
    assert app.query_params["user"] in ("3", ["3"])
    assert bars(app)["4 ★"] == pytest.approx(answer(served, 3, 12)["p_4"])


def test_typing_an_id_moves_list_and_address(served):
    app = predict(user=3, movie=7)
    app.text_input(key="user_id").set_value("44").run()
    assert app.selectbox(key="user_listed").value == 44
    assert app.query_params["user"] in ("44", ["44"])
    assert bars(app)["4 ★"] == pytest.approx(answer(served, 44, 7)["p_4"])


def test_the_address_moves_everything(served):
    app = predict(user=3, movie=7)
    app.query_params["movie"] = "9"
    app.run()
    assert app.selectbox(key="movie_listed").value == 9


def test_the_choice_survives_a_visit_to_another_page(served):
    app = predict(user=3, movie=7)
    app.text_input(key="user_id").set_value("44").run()
    app.switch_page("pages/home.py").run()
    app.query_params.clear()
    app.switch_page("pages/predict.py").run()
    assert app.text_input(key="user_id").value == "44"


def test_labels_read_naturally(served):
    assert pickers.movie_labels(served, served.version)[7] == "The Movie 7 (1957)"
    ratings = served.history(3)["rating"]
    wanted = f"User 3 · 23, writer, {len(ratings)} ratings, mean {ratings.mean():.1f}"
    assert pickers.user_labels(served, served.version)[3] == wanted


@pytest.mark.parametrize("name", ["user", "movie"])
@pytest.mark.parametrize(
    "value", ["abc", "-1", "0", str(10**30), "9" * 5000, "1.5", "1e3", "true", "<script>", "٣", "2147483648", "1 OR 1"]
)
def test_what_is_not_an_id_is_refused_kindly(served, name, value):
    app = predict(**({"user": 3, "movie": 7} | {name: value}))
    low, high = served.known_range[f"{name}_id"]
    assert len(app.warning) == 1
    assert f"from {low} to {high}" in said(app)
    assert not app.get("plotly_chart")
    assert len(said(app)) < 2000


def test_an_unknown_id_is_answered_with_the_known_range(served):
    app = predict(user=61, movie=9999)
    assert "There is no user 61" in said(app)
    assert "user ids from 1 to 60" in said(app)
    assert "There is no movie 9999" in said(app)
    assert "movie ids from 1 to 40" in said(app)


def test_a_repeated_parameter_is_not_guessed(served):
    app = predict(user=["3", "4"], movie=7)
    assert "Keep one user= in the address" in said(app)
    app.text_input(key="user_id").set_value("4").run()
    assert not app.warning
    assert bars(app)["4 ★"] == pytest.approx(answer(served, 4, 7)["p_4"])


def test_an_emptied_field_asks_for_a_choice(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="movie_listed").set_value(None).run()
    assert "Choose a movie" in said(app)
    assert "movie" not in app.query_params
    assert app.query_params["user"] in ("3", ["3"])


def test_a_catalogue_too_long_to_list_is_asked_by_id(served, monkeypatch):
    monkeypatch.setattr(pickers, "MOST_LISTED", 30)
    app = predict(user=3, movie=7)
    assert bars(app)["4 ★"] == pytest.approx(answer(served, 3, 7)["p_4"])
    assert not app.selectbox(key="movie_listed").options


def test_titles_are_text_and_twins_are_told_apart():
    ratings, movies, users = tiny_frames()
    movies.loc[6, "title"] = HOSTILE
    movies.loc[[10, 11], ["title", "year"]] = ["Twins", 1988.0]
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = predict(user=3, movie=7)
    raw = app.header[0].value
    assert HOSTILE[:40] in said(app)
    for mark in ("](", ":red[", "<b>", "$y$", "www.evil", "http://"):
        assert mark not in raw, mark
    labels = pickers.movie_labels(Registry().load_active().recommender, "x")
    assert (labels[11], labels[12]) == ("Twins (1988) · id 11", "Twins (1988) · id 12")
