"""Validation of user input: every public method refuses what is no id with the same error, and accepts every id."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.errors import InputError, UnknownIdError
from recsys.requests.prediction_request import PredictionRequest, predict_response
from recsys.serving.user_input import ids
from tests.conftest import TINY_SETTINGS, tiny_frames

NO_IDS = [True, np.True_, 3.7, float("nan"), float("inf"), -1, -1.0, "3", None, 2**31, 2.0**60, 2**64, b"3", [3], 3j]
METHODS = {
    "predict user": lambda model, value: model.predict(frame(value, 3)),
    "predict movie": lambda model, value: model.predict(frame(3, value)),
    "predict newcomer": lambda model, value: model.predict(movie_ids=[1, value], history={2: 5}),
    "history movie": lambda model, value: model.predict(movie_ids=[1], history=rated(value)),
    "columns_for_users": lambda model, value: model.columns_for_users([value], [3]),
    "recommend": lambda model, value: model.recommend(value),
    "top": lambda model, value: model.top(value),
    "similar": lambda model, value: model.similar(value),
    "explain user": lambda model, value: model.explain(value, movie_id=3),
    "explain movie": lambda model, value: model.explain(3, movie_id=value),
    "history": lambda model, value: model.history(value),
    "profile": lambda model, value: model.profile(value),
}
NEWCOMER_FOR_NONE = ("recommend", "top", "explain user")  # where no user id means a newcomer


def frame(user, movie) -> pd.DataFrame:
    return pd.DataFrame(
        {"user_id": pd.Series([1, user], dtype=object), "movie_id": pd.Series([1, movie], dtype=object)}
    )


def rated(movie) -> pd.DataFrame:
    return pd.DataFrame({"movie_id": pd.Series([movie], dtype=object), "rating": 5})


REFUSED = [
    (method, value) for method in METHODS for value in NO_IDS if value is not None or method not in NEWCOMER_FOR_NONE
]


@pytest.mark.parametrize(("method", "value"), REFUSED, ids=repr)
def test_what_is_no_id_is_refused_by_every_method(tiny_model, method, value):
    with pytest.raises(InputError) as caught:
        METHODS[method](tiny_model, value)
    (problem,) = caught.value.problems
    assert not isinstance(caught.value, UnknownIdError)
    assert problem.field in ("user_id", "movie_id")
    assert problem.allowed == "a whole number from 0 to 2147483647"
    assert problem.received
    assert problem.remedy


@pytest.mark.parametrize("value", [3, 3.0, np.int8(3), np.uint64(3), np.float32(3)], ids=repr)
@pytest.mark.parametrize("method", METHODS)
def test_a_whole_number_of_any_type_is_an_id(tiny_model, method, value):
    assert repr(METHODS[method](tiny_model, value)) == repr(METHODS[method](tiny_model, 3))


@pytest.mark.parametrize("dtype", ["int64", "int16", "uint32", "float64", "float32", "Int64", object])
def test_columns_of_every_numeric_type_are_ids(tiny_model, dtype):
    pairs = pd.DataFrame({"user_id": [3, 4, 999], "movie_id": [1, 2, 3]})
    pd.testing.assert_frame_equal(tiny_model.predict(pairs.astype(dtype)), tiny_model.predict(pairs))


@pytest.mark.parametrize(
    "values", [[1.0, np.nan], [1.5, 2.0], [2.0**53, 1.0], [-1.0, 1.0], [np.inf, 1.0], [2.0**31, 1]]
)
def test_a_float_that_is_no_id_is_found_in_a_column(values):
    with pytest.raises(InputError, match="movie_id: received"):
        ids(np.array(values), "movie_id")
    with pytest.raises(InputError, match="movie_id: received"):
        ids(pd.Series(values, dtype="Float64"), "movie_id")


def test_an_empty_list_of_ids_is_allowed(tiny_model):
    assert ids([], "movie_id").tolist() == ids(np.zeros(0), "movie_id").tolist() == []
    assert len(tiny_model.predict(movie_ids=[], history={2: 5})) == 0


@pytest.mark.parametrize("pairs", [pd.DataFrame({"user": [1], "movie_id": [1]}), {"user_id": [1], "movie_id": [2]}, 5])
def test_pairs_need_their_columns(tiny_model, pairs):
    with pytest.raises(InputError, match="one column of each of user_id, movie_id"):
        tiny_model.predict(pairs)


@pytest.mark.parametrize("star", [True, float("nan"), "5", 3, None])
def test_a_history_has_stars_of_the_scale(tiny_model, star):
    with pytest.raises(InputError, match="history: received"):
        tiny_model.predict(movie_ids=[1], history={2: star})


@pytest.mark.parametrize(
    "profile", [{"age": "old"}, {"age": float("inf")}, {"age": True}, {"gender": 5}, {"occupation": ["a", "b"]}]
)
def test_a_profile_has_texts_and_an_age(tiny_model, profile):
    with pytest.raises(InputError, match=f"{next(iter(profile))}: received"):
        tiny_model.recommend(history={2: 5}, profile=profile)


def test_id_0_is_an_id_like_any_other(tiny_model):
    with pytest.raises(UnknownIdError, match="one of the users in the data, with ids from 1 to 60"):
        tiny_model.history(0)
    tables = tiny_frames()
    numbered_from_0 = [table.copy() for table in tables]
    for table in numbered_from_0:
        id_columns = [name for name in ("user_id", "movie_id") if name in table]
        table[id_columns] -= 1
    model = recsys.train(recsys.Dataset.from_frames(*numbered_from_0), "quick", **TINY_SETTINGS)
    assert model.predict(pd.DataFrame({"user_id": [0], "movie_id": [0]}))["known_user"].item()
    assert predict_response(model, PredictionRequest(0, 0))["user_id"] == 0
    assert len(model.history(0)) == (tables[0]["user_id"] == 1).sum()
    assert model.explain(0, movie_id=0).movie_id == 0
    assert len(model.similar(0, 3)) == len(model.recommend(0, n=3)) == 3
