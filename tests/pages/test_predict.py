"""Predict shows the package's prediction, keeps its URL in step, and refuses invalid input."""

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
from tests.pages.conftest import metrics, predict, selected, text_of

HOSTILE = "![x](http://192.0.2.1/x.png) :red[loud] $y$ <b>www.evil.test</b> [here](http://evil.test) *a* `b`"


def prediction_of(recommender, user: int, movie: int) -> pd.Series:
    """The package's prediction through its public API, without the user's own rating of the movie."""
    history = recommender.history(user)
    other_ratings = history[history["movie_id"] != movie]
    if len(other_ratings) == len(history):
        return recommender.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})).iloc[0]
    return recommender.predict(movie_ids=[movie], history=other_ratings, profile=recommender.profile(user)).iloc[0]


def example(recommender) -> tuple[int, int]:
    """User and movie of a first visit."""
    user = pickers.example_user(recommender)
    return user, pickers.example_movie(recommender, recommender.user_history(user))


def bars(app) -> dict[str, float]:
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    return dict(zip(spec["data"][0]["x"], spec["data"][0]["y"], strict=True))


@pytest.mark.parametrize(("user", "movie"), [(3, 7), (4, 7), (58, 40)])
def test_a_permalink_shows_the_package_s_prediction(served, user, movie):
    app, row = predict(user=user, movie=movie), prediction_of(served, user, movie)
    assert f"{row['rating']:g} stars of 5" in text_of(app) or f"{row['rating']:g} star of 5" in text_of(app)
    assert f"expected rating {row['expected']:.2f}" in text_of(app)
    shares = bars(app)
    assert list(shares) == ["1 ★", "2 ★", "4 ★", "5 ★"]
    for star, share in shares.items():
        assert share == pytest.approx(row[f"p_{star[0]}"], abs=1e-9)
    assert next(text.value for text in app.markdown if "★" in text.value).count("★") == int(row["rating"])


@pytest.mark.parametrize("browser_url", ["http://x.test:1", "http://x.test:1/", "http://x.test:1/sub/predict"])
def test_the_shared_link_is_the_permalink(served, browser_url, monkeypatch):
    monkeypatch.setattr(type(streamlit.context), "url", property(lambda _: browser_url))
    app = predict(user=3, movie=7)
    base = browser_url.removesuffix("/predict").rstrip("/")
    assert app.code[0].value == f"{base}/predict?user=3&movie=7"


def test_averages_and_own_rating_are_beside_the_prediction(served):
    history = served.history(3)
    rated = int(history["movie_id"].iloc[0])
    app = predict(user=3, movie=rated)
    metric_texts, movie = metrics(app), served.movies.set_index("movie_id").loc[rated]
    assert metric_texts["This movie's average"] == f"{movie['mean']:.2f}"
    assert f"{movie['count']} ratings by all users" in text_of(app)
    assert metric_texts["Their average"] == f"{history['rating'].mean():.2f}"
    assert f"{len(history)} ratings" in text_of(app)
    assert metric_texts["Their rating"] == f"{history['rating'].iloc[0]:g} ★"


@pytest.mark.parametrize(("user", "position"), [(3, 0), (3, 5), (44, 1)])
def test_a_rated_movie_is_predicted_without_its_rating(served, user, position):
    """Headline, chart and reasons are those of the history without it; no range is likely for what is known."""
    rated = served.history(user).iloc[position]
    movie = int(rated["movie_id"])
    app, row = predict(user=user, movie=movie), prediction_of(served, user, movie)
    with_rating = served.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})).iloc[0]
    assert f"{row['expected']:.2f}" != f"{with_rating['expected']:.2f}"
    text = text_of(app)
    assert f"Without this rating, the model expects {row['expected']:.1f}. They gave {rated['rating']:g}." in text
    assert f"expected rating {row['expected']:.2f}" in text
    assert f"an average user would give to {row['expected']:.2f}" in text
    for star, share in bars(app).items():
        assert share == pytest.approx(row[f"p_{star[0]}"], abs=1e-9)
    assert "Likely range" not in text


def test_an_unrated_movie_has_no_own_rating(served):
    unrated = sorted(set(served.movies["movie_id"]) - set(served.history(3)["movie_id"]))[0]
    app = predict(user=3, movie=unrated)
    assert prediction_set(served.explain(3, movie_id=unrated).prediction_set) in text_of(app)
    assert metrics(app)["Their rating"] == "–"
    assert "Without this rating" not in text_of(app)


def test_the_example_is_the_most_rated_movie_that_its_user_has_not_rated(served):
    user, movie = example(served)
    rated = set(served.history(user)["movie_id"])
    counts = served.movies.set_index("movie_id")["count"]
    assert movie not in rated
    assert counts[movie] == counts.drop(index=list(rated)).max()


def test_the_example_for_a_user_who_rated_everything_is_the_most_rated_movie(tiny_model):
    everything = dict.fromkeys(tiny_model.movies["movie_id"], 4.0)
    model = replace(
        tiny_model, interactions=replace(tiny_model.user_history(history=everything), user_ids=np.array([9]))
    )
    assert example(model) == (9, 1)


def test_a_first_visit_is_a_worked_example(served):
    app = predict()
    user, movie = example(served)
    assert bars(app)["5 ★"] == pytest.approx(prediction_of(served, user, movie)["p_5"])
    assert (selected(app, "user"), selected(app, "movie")) == (str(user), str(movie))
    assert not app.query_params


def test_selecting_from_the_list_updates_field_url_and_prediction(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="movie_field").set_value(12).run()
    assert selected(app, "movie") == "12"
    assert app.query_params["movie"] in ("12", ["12"])
    assert app.query_params["user"] in ("3", ["3"])
    assert bars(app)["4 ★"] == pytest.approx(prediction_of(served, 3, 12)["p_4"])


@pytest.mark.parametrize("typed", ["44", " 44 ", "User 44", "User 44 · age 9, ratings before the latest"])
def test_typing_an_id_selects_it(served, typed):
    app = predict(user=3, movie=7)
    app.selectbox(key="user_field").set_value(typed).run()
    assert app.selectbox(key="user_field").value == 44
    assert app.query_params["user"] in ("44", ["44"])
    assert bars(app)["4 ★"] == pytest.approx(prediction_of(served, 44, 7)["p_4"])


def test_typing_part_of_a_title_selects_the_first_movie_with_it(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="movie_field").set_value("MOVIE 1").run()
    first = next(key for key, label in pickers.movie_labels(served, served.version).items() if "Movie 1" in label)
    assert selected(app, "movie") == str(first)
    app.selectbox(key="movie_field").set_value("12").run()
    assert selected(app, "movie") == "12", "a number is an id"
    app.selectbox(key="movie_field").set_value("no such title").run()
    assert "Received 'no such title'" in text_of(app)
    assert selected(app, "movie") == "no such title"


def test_the_url_updates_everything(served):
    app = predict(user=3, movie=7)
    app.query_params["movie"] = "9"
    app.run()
    assert app.selectbox(key="movie_field").value == 9


def test_the_selection_survives_a_visit_to_another_page(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="user_field").set_value("44").run()
    app.switch_page("pages/home.py").run()
    app.query_params.clear()
    app.switch_page("pages/predict.py").run()
    assert selected(app, "user") == "44"


def test_labels_are_readable(served):
    assert pickers.movie_labels(served, served.version)[7] == "The Movie 7 (1957)"
    ratings = served.history(3)["rating"]
    label = f"User 3 · age 23, writer, {len(ratings)} ratings, mean {ratings.mean():.1f}"
    assert pickers.user_labels(served, served.version)[3] == label


@pytest.mark.parametrize("name", ["user", "movie"])
@pytest.mark.parametrize(
    "value", ["abc", "-1", "0", str(10**30), "9" * 5000, "1.5", "1e3", "true", "<script>", "٣", "2147483648", "1 OR 1"]
)
def test_an_invalid_id_is_refused_with_the_range(served, name, value):
    app = predict(**({"user": 3, "movie": 7} | {name: value}))
    low, high = served.known_range[f"{name}_id"]
    assert len(app.warning) == 1
    assert f"from {low} to {high}" in text_of(app)
    assert not app.get("plotly_chart")
    assert len(text_of(app)) < 2000


def test_an_unknown_id_is_refused_with_the_range(served):
    app = predict(user=61, movie=9999)
    assert "There is no user 61" in text_of(app)
    assert "User ids go from 1 to 60" in text_of(app)
    assert "There is no movie 9999" in text_of(app)
    assert "Movie ids go from 1 to 40" in text_of(app)
    assert (selected(app, "user"), selected(app, "movie")) == ("61", "9999"), "to correct it"


def test_a_repeated_parameter_is_refused(served):
    app = predict(user=["3", "4"], movie=7)
    assert "Keep one user= in the address" in text_of(app)
    app.selectbox(key="user_field").set_value("4").run()
    assert not app.warning
    assert bars(app)["4 ★"] == pytest.approx(prediction_of(served, 4, 7)["p_4"])


def test_an_empty_field_asks_for_a_selection(served):
    app = predict(user=3, movie=7)
    app.selectbox(key="movie_field").set_value(None).run()
    assert "Pick a movie" in text_of(app)
    assert "movie" not in app.query_params
    assert app.query_params["user"] in ("3", ["3"])


def test_a_catalogue_too_long_to_list_is_searched_by_id(served, monkeypatch):
    monkeypatch.setattr(pickers, "MOST_LISTED", 30)
    app = predict(user=3, movie=7)
    assert bars(app)["4 ★"] == pytest.approx(prediction_of(served, 3, 7)["p_4"])
    assert not app.selectbox(key="movie_field").options


def test_titles_are_text_and_equal_labels_get_ids():
    ratings, movies, users = tiny_frames()
    movies.loc[6, "title"] = HOSTILE
    movies.loc[[10, 11], ["title", "year"]] = ["Twins", 1988.0]
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = predict(user=3, movie=7)
    raw = app.header[0].value
    assert HOSTILE[:40] in text_of(app)
    for mark in ("](", ":red[", "<b>", "$y$", "www.evil", "http://"):
        assert mark not in raw, mark
    labels = pickers.movie_labels(Registry().load_active().recommender, "x")
    assert (labels[11], labels[12]) == ("Twins (1988) · id 11", "Twins (1988) · id 12")
