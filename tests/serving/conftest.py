"""A model that several tests of lists need."""

from __future__ import annotations

import pytest

import recsys
from recsys.serving.recommender import Recommender
from tests.conftest import TINY_SETTINGS, tiny_frames


@pytest.fixture(scope="session")
def twins() -> Recommender:
    """A model of the tiny world in which movie 40 is movie 38 under another id."""
    ratings, movies, users = tiny_frames()
    movies.loc[movies["movie_id"] == 40, "title"] = movies.loc[movies["movie_id"] == 38, "title"].item()
    return recsys.train(recsys.Dataset.from_frames(ratings, movies, users), "quick", **TINY_SETTINGS)
