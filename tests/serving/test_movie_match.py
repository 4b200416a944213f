"""The match of one movie is that of the user's list."""

from __future__ import annotations

import pytest

from recsys.errors import UnknownIdError
from recsys.serving.movie_match import match_of


@pytest.mark.parametrize("history", [{2: 5, 4: 5, 3: 1}, {}])
def test_the_match_is_that_of_the_list(tiny_model, history):
    listed = tiny_model.recommend(history=history, n=10, min_like=0.0)
    user_history = tiny_model.user_history(history=history)
    matches = [match_of(tiny_model, user_history, movie) for movie in listed["movie_id"]]
    assert matches == pytest.approx(listed["match"].tolist())
    assert max(matches) == 1


def test_an_unknown_movie_is_refused(tiny_model):
    with pytest.raises(UnknownIdError):
        match_of(tiny_model, tiny_model.user_history(history={}), 41)
