"""Behaviour on a world whose right answers are known by construction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.errors import DataError, InputError, UnknownIdError
from recsys.models.training_set import interactions_of
from tests.conftest import TINY_SETTINGS, tiny_frames


def test_even_users_love_even_movies(tiny_report):
    held_out = tiny_report.held_out
    expected = held_out[[f"p_{star}" for star in (1, 2, 4, 5)]].to_numpy() @ [1, 2, 4, 5]
    loved = (held_out["user_id"] % 2 == held_out["movie_id"] % 2).to_numpy()
    assert np.mean(expected[loved] > 3) > 0.99
    assert np.mean(expected[~loved] < 3) > 0.99
    assert tiny_report.value("rmse") < 0.5 * tiny_report.value("rmse", "bias")


def test_predictions_are_a_distribution_over_the_stars_found(tiny_model):
    assert tiny_model.stars == (1.0, 2.0, 4.0, 5.0)  # nobody gave a 3
    report = tiny_model.predict(pd.DataFrame({"user_id": [2, 2], "movie_id": [2, 3]}))
    columns = ["p_1", "p_2", "p_4", "p_5"]
    assert [name for name in report if name.startswith("p_")] == columns
    np.testing.assert_allclose(report[columns].sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(report["expected"], report[columns].to_numpy() @ [1, 2, 4, 5])
    assert list(report["rating"]) == [float(columns[i][2:]) for i in report[columns].to_numpy().argmax(axis=1)]


def test_somebody_unknown_is_an_empty_history(tiny_model):
    stranger = tiny_model.predict(pd.DataFrame({"user_id": [5000], "movie_id": [7]}))
    nobody = tiny_model.predict(movie_ids=[7])
    assert not stranger["known_user"].item()
    assert stranger["expected"].item() == nobody["expected"].item()


def test_a_movie_outside_the_catalogue_is_named(tiny_model):
    with pytest.raises(UnknownIdError, match=r"\[41, 99\].*1 to 40"):
        tiny_model.predict(pd.DataFrame({"user_id": [1, 1, 1], "movie_id": [99, 3, 41]}))
    with pytest.raises(UnknownIdError, match="77"):
        tiny_model.predict(movie_ids=[3], history={77: 5})


def test_history_off_the_scale_is_refused(tiny_model):
    with pytest.raises(InputError, match="1, 2, 4, 5"):
        tiny_model.predict(movie_ids=[3], history={4: 3})


def test_history_and_profile_of_a_known_user(tiny, tiny_model):
    user_rows = tiny.ratings[tiny.ratings["user_id"] == 9]
    assert dict(tiny_model.history(9).to_numpy()) == dict(user_rows[["movie_id", "rating"]].to_numpy())
    assert tiny_model.profile(9) == {"gender": "M", "age": 29.0, "occupation": "writer"}
    with pytest.raises(UnknownIdError, match="1 to 60"):
        tiny_model.history(61)


def test_the_movies_table_tells_the_community(tiny, tiny_model):
    movies = tiny_model.movies.set_index("movie_id")
    stars = tiny.ratings[tiny.ratings["movie_id"] == 4]["rating"]
    assert movies.loc[4, "display"] == "The Movie 4"
    assert movies.loc[4, "count"] == len(stars)
    assert movies.loc[4, "mean"] == pytest.approx(stars.mean())


def test_refreshing_keeps_the_trees_and_takes_the_new_ratings(tiny, tiny_model):
    fewer = tiny.with_ratings(tiny.ratings[tiny.ratings["movie_id"] != 6])
    interactions = interactions_of(fewer, tiny_model.catalogue)
    with_interactions = tiny_model.with_interactions(interactions)
    assert with_interactions.model is tiny_model.model
    assert with_interactions.movies.set_index("movie_id").loc[6, "count"] == 0
    assert tiny_model.movies.set_index("movie_id").loc[6, "count"] > 0


def test_a_world_without_users_or_times_or_genres():
    ratings, movies, _ = tiny_frames()
    bare = recsys.Dataset.from_frames(ratings.drop(columns="timestamp"), movies.assign(genres="", year=np.nan))
    model = recsys.train(bare, "quick", **TINY_SETTINGS)
    assert not [name for name in model.features.names if "gender" in name or name == "age"]
    assert np.isfinite(model.predict(movie_ids=[1, 2], history={3: 5})["expected"]).all()


def test_half_stars_need_no_change():
    ratings, movies, users = tiny_frames()
    halves = recsys.Dataset.from_frames(ratings.assign(rating=ratings["rating"] - 0.5), movies, users)
    model = recsys.train(halves, "quick", **TINY_SETTINGS)
    assert model.stars == (0.5, 1.5, 3.5, 4.5)
    assert [name for name in model.predict(movie_ids=[1]) if name.startswith("p_")] == [
        "p_0.5", "p_1.5", "p_3.5", "p_4.5",
    ]  # fmt: skip


def test_a_star_with_too_few_rows_is_refused_in_words(tiny):
    ratings = tiny.ratings.copy()
    ratings.loc[:8, "rating"] = 3.0
    with pytest.raises(DataError, match=r"3 stars \(9 rows\).*at least 10"):
        recsys.train(tiny.with_ratings(ratings), "quick", **TINY_SETTINGS)
