"""Datasets: tables, fingerprint and report."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data import Dataset
from recsys.errors import DataError


def test_tables_have_the_columns_dtypes_and_order_of_the_schema(ratings, movies):
    users = pd.DataFrame({"user_id": ["2", "1"], "gender": ["F", None], "age": ["x", 30], "extra": [1, 2]})
    dataset = Dataset.from_frames(ratings.sample(frac=1, random_state=3), movies.iloc[::-1], users)
    assert dataset.ratings.dtypes.astype(str).to_dict() == {
        "user_id": "int64",
        "movie_id": "int64",
        "rating": "float64",
        "timestamp": "int64",
    }
    assert list(dataset.movies.columns) == ["movie_id", "title", "year", "release_date", "genres"]
    assert list(dataset.users.columns) == ["user_id", "gender", "age", "occupation"]
    pd.testing.assert_frame_equal(dataset.ratings, ratings.astype({"rating": "float64"}))
    assert isinstance(dataset.ratings.index, pd.RangeIndex)
    assert dataset.movies["movie_id"].tolist() == [10, 20, 30]
    assert dataset.movies["release_date"].tolist() == ["1990-05-01", "", "1997-12-31"]
    assert dataset.movies["genres"].tolist() == ["Drama|War", "", "Comedy"]
    np.testing.assert_array_equal(dataset.movies["year"], [1990.0, 1991.0, 1997.0])
    assert dataset.users["gender"].tolist() == ["", "F"]
    np.testing.assert_array_equal(dataset.users["age"], [30.0, np.nan])
    assert dataset.users["occupation"].tolist() == ["", ""]
    assert dataset.report.users.repaired["age_illegible"].first_lines == (1,)


def test_a_dataset_is_frozen(ratings, movies):
    dataset = Dataset.from_frames(ratings, movies)
    with pytest.raises(FrozenInstanceError):
        dataset.name = "other"


@pytest.mark.parametrize("as_dtype", [None, object, "str"])
def test_input_frames_are_never_changed(ratings, movies, as_dtype):
    ratings.loc[len(ratings)] = [1, 10, 2, 1]
    if as_dtype is not None:
        ratings, movies = ratings.astype(as_dtype), movies.astype(as_dtype)
    ratings.index, movies.index = range(7, 14), ["c", "a", "b"]
    originals = ratings.copy(deep=True), movies.copy(deep=True)
    dataset = Dataset.from_frames(ratings, movies)
    dataset.ratings["rating"] *= 0
    dataset.movies["title"] = ""
    pd.testing.assert_frame_equal(ratings, originals[0])
    pd.testing.assert_frame_equal(movies, originals[1])


def test_strings_and_numbers_give_the_same_dataset(ratings, movies):
    as_numbers = Dataset.from_frames(ratings, movies)
    as_text = Dataset.from_frames(ratings.astype(str), movies.astype(str))
    assert as_text.fingerprint == as_numbers.fingerprint


def test_stars_are_the_values_of_the_ratings(ratings, movies):
    ratings["rating"] = [0.5, 3.5, 3.5, 5, 1, 1]
    assert Dataset.from_frames(ratings, movies).stars == (0.5, 1.0, 3.5, 5.0)


def test_without_timestamps_there_is_no_column(ratings, movies):
    for untimed in (ratings.drop(columns="timestamp"), ratings.assign(timestamp="")):
        dataset = Dataset.from_frames(untimed, movies)
        assert list(dataset.ratings.columns) == ["user_id", "movie_id", "rating"]


def test_with_ratings_takes_a_subset_without_checking_again(ratings, movies):
    dataset = Dataset.from_frames(ratings, movies)
    subset = dataset.with_ratings(dataset.ratings.iloc[[4, 0]].assign(fold=1))
    assert subset.ratings["user_id"].tolist() == [1, 3]
    assert list(subset.ratings.columns) == list(dataset.ratings.columns)
    assert subset.ratings.index.tolist() == [0, 1]
    assert subset.movies is dataset.movies
    assert subset.stars == (2.0, 5.0)
    assert subset.fingerprint != dataset.fingerprint
    assert dataset.with_ratings(dataset.ratings.iloc[::-1]).fingerprint == dataset.fingerprint


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), narrow=st.booleans())
def test_fingerprint_ignores_row_order_and_dtype_width(seed, narrow):
    rng = np.random.default_rng(seed)
    pairs = rng.choice(60, size=30, replace=False)
    ratings = pd.DataFrame(
        {"user_id": pairs // 6 + 1, "movie_id": pairs % 6 + 1, "rating": rng.integers(1, 11, 30) / 2}
    )
    movies = pd.DataFrame({"movie_id": range(1, 7), "title": [f"Film {seed}"] * 6})
    dataset = Dataset.from_frames(ratings, movies)
    shuffled = ratings.iloc[rng.permutation(30)]
    if narrow:
        shuffled = shuffled.astype({"user_id": "int8", "movie_id": "uint16", "rating": "float32"})
    again = Dataset.from_frames(shuffled, movies.iloc[rng.permutation(6)])
    assert again.fingerprint == dataset.fingerprint
    bare = Dataset("other name", shuffled, movies.assign(title=movies["title"].astype(object)), None, dataset.report)
    same = Dataset("x", ratings, movies, None, dataset.report)
    assert bare.fingerprint == same.fingerprint


def test_fingerprint_treats_every_nan_as_equal(ratings, movies):
    dataset = Dataset.from_frames(ratings, movies.assign(title="Untitled", release_date=""))
    negative_nan = Dataset("x", dataset.ratings, dataset.movies.assign(year=-np.full(3, np.nan)), None, dataset.report)
    assert negative_nan.fingerprint == dataset.fingerprint


@pytest.mark.parametrize("column", ["user_id", "movie_id", "rating", "timestamp"])
def test_fingerprint_depends_on_every_column_of_the_ratings(ratings, movies, column):
    dataset = Dataset.from_frames(ratings, movies)
    changed = dataset.ratings.copy()
    changed.loc[2, column] += 1
    assert dataset.with_ratings(changed).fingerprint != dataset.fingerprint


def test_fingerprint_depends_on_movies_and_users(ratings, movies):
    users = pd.DataFrame({"user_id": [1], "gender": ["F"]})
    prints = {
        Dataset.from_frames(ratings, movies).fingerprint,
        Dataset.from_frames(ratings, movies, users).fingerprint,
        Dataset.from_frames(ratings, movies, users.assign(gender="M")).fingerprint,
        Dataset.from_frames(ratings, movies.assign(title=["First (1990)", "Secon", "dThird"])).fingerprint,
        Dataset.from_frames(ratings, movies.assign(title=["First (1990)", "Second", "Third"])).fingerprint,
    }
    assert len(prints) == 5


def test_report_as_json_and_as_sentences(ratings, movies):
    ratings.loc[1, "rating"] = 9
    report = Dataset.from_frames(ratings, movies).report
    plain = json.loads(json.dumps(report.as_dict()))
    assert plain["ratings"]["read"] == 6
    assert plain["ratings"]["kept"] == 5
    assert plain["ratings"]["dropped"]["rating_off_scale"]["first_lines"] == [2]
    assert "ratings: dropped 1 (line 2): rating not on the scale" in "\n".join(report.lines())


def test_anything_but_a_frame_is_an_error(ratings):
    with pytest.raises(DataError, match="movies are a list"):
        Dataset.from_frames(ratings, [1, 2])
