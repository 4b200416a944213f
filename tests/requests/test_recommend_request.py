"""Requests for a list are checked in one place, and answered as plain values."""

from __future__ import annotations

import json

import pytest

from recsys.errors import InputError, UnknownIdError
from recsys.list_option_table import DEFAULTS
from recsys.requests.recommend_request import RecommendRequest, recommend_response, similar_response
from recsys.serving.list_options import ListOptions

STARS, GENRES = (1.0, 2.0, 4.0, 5.0), ("Drama", "Even", "Odd")


def wrong_fields(body, genres=GENRES) -> list[str]:
    with pytest.raises(InputError) as error:
        RecommendRequest.checked(body, STARS, genres)
    return [problem.field for problem in error.value.problems]


def test_a_request_needs_only_a_user_or_ratings():
    assert RecommendRequest.checked({"user_id": 3}, STARS, GENRES) == RecommendRequest(user_id=3)
    newcomer = RecommendRequest.checked({"ratings": [{"movie_id": 2, "rating": 5}], "n": 4}, STARS, GENRES)
    assert newcomer == RecommendRequest(history=((2, 5.0),), options=ListOptions(n=4))
    assert (RecommendRequest(user_id=3).who, newcomer.who) == ({"user_id": 3}, {"history": {2: 5.0}})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ([], ["body"]),
        ({}, ["user_id"]),
        ({"user_id": 1, "ratings": []}, ["user_id"]),
        ({"user_id": 1, "genre": ["Odd"]}, ["genre"]),
        ({"user_id": 1, "genres": ["Odd", "Western"]}, ["genres"]),
        ({"user_id": 1, "genres": None}, ["genres"]),
        ({"user_id": 1, "years": [1990.5, None]}, ["years"]),
        ({"user_id": 1, "only": list(range(1, 1002))}, ["only"]),
        ({"user_id": 1, "exclude": list(range(1, 1002))}, ["exclude"]),
        ({"user_id": 1, "exclude": None}, ["exclude"]),
        ({"user_id": 1, "exclude_genres": ["Western"]}, ["exclude_genres"]),
        ({"user_id": 1, "genres": ["Odd", "Even"], "exclude_genres": ["Even", "Drama"]}, ["exclude_genres"]),
        ({"user_id": 1, "popularity": True}, ["popularity"]),
        ({"user_id": -1, "n": 0, "ranker": [], "diversity": 2, "x": 1}, ["user_id", "n", "diversity", "ranker", "x"]),
    ],
)
def test_every_wrong_field_is_named(body, fields):
    assert wrong_fields(body) == fields


def test_without_a_model_any_genre_is_accepted():
    request = RecommendRequest.checked({"user_id": 1, "genres": ["Western"]}, None)
    assert request.options.filters.genres == ("Western",)


def test_the_defaults_are_those_of_the_package(tiny_model):
    defaults = json.loads(json.dumps(DEFAULTS))  # as a request would carry them
    explicit = RecommendRequest.checked({"user_id": 3, **defaults}, STARS, GENRES)
    assert recommend_response(tiny_model, explicit) == recommend_response(tiny_model, RecommendRequest(user_id=3))


def test_the_response_is_the_packages_list(tiny_model):
    options = {"n": 5, "genres": ["Odd"], "years": [1955, 1985], "ranker": "gems", "diversity": 0.5, "min_like": 0.1}
    response = recommend_response(tiny_model, RecommendRequest.checked({"user_id": 3, **options}, STARS, GENRES))
    top = tiny_model.top(3, **options)
    assert [row["movie_id"] for row in response["movies"]] == top.table["movie_id"].tolist()
    assert [row["expected"] for row in response["movies"]] == top.table["expected"].tolist()
    assert response["movies"][0]["genres"] == ["Odd"]
    assert isinstance(response["movies"][0]["year"], int)
    assert response["funnel"]["filtered"] == top.funnel.filtered
    assert response["steps"] == (
        f"40 movies → {top.funnel.seen} rated → {top.funnel.filtered} little known and after filters → 5 shown"
    )
    assert (response["user_id"], response["known_user"], response["short"]) == (3, True, "")
    json.dumps(response, allow_nan=False)


def test_a_short_list_gives_the_reason_and_the_filter_to_relax(tiny_model):
    everything = {"n": 40, "min_like": 0.0}

    def short(**filters):
        return recommend_response(
            tiny_model, RecommendRequest.checked({"user_id": 3, **everything, **filters}, STARS, GENRES)
        )["short"]

    odd, late = (
        tiny_model.top(3, **everything, **filters).funnel.shown
        for filters in ({"genres": ["Odd"]}, {"years": (1985, None)})
    )
    remaining = sorted([(odd, "Years"), (late, "Genres")], reverse=True)
    relaxed = ", ".join(f"“{label}” ({count} movies)" for count, label in remaining)
    assert short(genres=["Odd"], years=[1985, None]).endswith(f"remove a filter: {relaxed}.")
    assert "filter" not in short(min_ratings=0)
    assert "there are no more unseen movies" in short()
    both = tiny_model.top(3, **everything, genres=["Odd"], years=(1985, None))
    assert set(both.relaxed_counts) == {"genres", "years"}
    assert both.relaxed_counts["years"] == odd


def test_all_unknown_ids_are_named(tiny_model):
    request = RecommendRequest.checked({"user_id": 61, "only": [1, 41, 42], "exclude": [43]}, STARS, GENRES)
    with pytest.raises(UnknownIdError) as error:
        recommend_response(tiny_model, request, newcomer="rate a few")
    assert [problem.field for problem in error.value.problems] == ["user_id", "only[1]", "only[2]", "exclude[0]"]
    assert "rate a few" in str(error.value)


def test_similar_movies_are_the_packages(tiny_model):
    response = similar_response(tiny_model, {"movie_id": 8, "n": 3})
    table = tiny_model.similar(8, n=3)
    assert [row["similarity"] for row in response["movies"]] == table["similarity"].tolist()
    for body, field in (({}, "movie_id"), ({"movie_id": 8, "n": 0}, "n"), ({"movie_id": 8, "k": 1}, "k"), (8, "body")):
        with pytest.raises(InputError) as error:
            similar_response(tiny_model, body)
        assert [problem.field for problem in error.value.problems] == [field]
    with pytest.raises(UnknownIdError, match="1 to 40"):
        similar_response(tiny_model, {"movie_id": 41})
