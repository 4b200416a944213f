"""Validation of ids, ratings and histories."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.errors import SHOWN_CHARACTERS
from recsys.schema import MAX_ID
from recsys.validation import (
    MAX_RATINGS,
    history_problems,
    movie_problem,
    star_problem,
    unknown_fields,
    user_problem,
)

STARS = (0.5, 1.0, 1.5)
WRONG_IDS = [None, True, False, 1.0, 1.5, 1e3, "12", "", -1, -(2**40), 2**31, 2**64, 10**5000, float("nan"), [1], {}]


@pytest.mark.parametrize("value", [0, 1, 196, MAX_ID, np.int64(7), np.int32(7)])
def test_an_integer_in_range_is_an_id(value):
    assert user_problem(value) is None
    assert movie_problem(value) is None


@pytest.mark.parametrize("value", WRONG_IDS, ids=lambda value: type(value).__name__)
def test_any_other_value_is_no_id(value):
    for check in (user_problem, movie_problem):
        problem = check(value, "somewhere")
        assert problem.field == "somewhere"
        assert problem.allowed == "a whole number from 0 to 2147483647"
        assert len(problem.received) <= SHOWN_CHARACTERS
        assert problem.received.isascii()


@pytest.mark.parametrize("value", [1, 0.5, 1.5, np.float32(1.0)])
def test_a_star_of_the_scale_is_a_rating(value):
    assert star_problem(value, STARS) is None


WRONG_STARS = [None, True, "1", 0, 2, -1, 0.75, float("nan"), float("inf"), 10**5000, []]


@pytest.mark.parametrize("value", WRONG_STARS, ids=lambda value: type(value).__name__)
def test_any_other_rating_is_a_problem_with_the_scale(value):
    assert star_problem(value, STARS).allowed == "one of 0.5, 1, 1.5"


def test_without_a_scale_any_finite_number_may_be_a_rating():
    assert star_problem(3.3, None) is None
    for value in (True, "3", float("inf"), 10**400):
        assert star_problem(value, None)


def test_every_invalid_row_of_a_history_is_a_problem():
    rows = [
        {"movie_id": 1, "rating": 1},
        {"movie_id": 1, "rating": 0.5},
        {"movie_id": "2", "rating": 9},
        {"movie": 3},
        7,
    ]
    assert [problem.field for problem in history_problems(rows, STARS)] == [
        "ratings[1].movie_id",
        "ratings[2].movie_id",
        "ratings[2].rating",
        "ratings[3].movie",
        "ratings[3].movie_id",
        "ratings[3].rating",
        "ratings[4]",
    ]


def test_an_empty_history_is_valid_and_a_long_one_is_not():
    rows = [{"movie_id": movie, "rating": 1} for movie in range(1, MAX_RATINGS + 2)]
    assert history_problems([], STARS) == []
    assert history_problems(rows[:-1], STARS) == []
    (problem,) = history_problems(rows, STARS)
    assert str(MAX_RATINGS) in problem.allowed


def test_an_unknown_field_is_shown_escaped_and_short():
    (problem,) = unknown_fields(["\ud800<script>" + "x" * 500], ("movie_id",))
    assert problem.field.isascii()
    assert len(problem.field) <= SHOWN_CHARACTERS
