"""Portraits of the tiny known world, without a model."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.portrait.population import Population
from recsys.portrait.taste_portrait import Share, TastePortrait
from recsys.tiles import TileMovie


class World:
    """A dataset with what portraits need of it."""

    def __init__(self, dataset) -> None:
        self.ratings, self.movies = dataset.ratings, dataset.movies
        self.catalogue = Catalogue.from_frame(dataset.movies)
        self.interactions = Interactions.from_frames(dataset.ratings, None, self.catalogue)
        self.population = Population.of(self.interactions, self.catalogue)

    def of_user(self, user_id: int) -> TastePortrait:
        row = self.interactions.take(self.interactions.rows(np.array([user_id])))
        return TastePortrait.of(row, self.population, self.catalogue, 5.0, user_id)

    def of_newcomer(self, history: dict[int, float]) -> TastePortrait:
        row = Interactions.newcomer(history, {}, self.catalogue)
        return TastePortrait.of(row, self.population, self.catalogue, 5.0)


@pytest.fixture(scope="session")
def tiny_world(tiny) -> World:
    return World(tiny)


def made_portrait(titles=("Alien",), genres=("Comedy", "Horror"), decades=("1980", "1990"), **changes) -> TastePortrait:
    """A portrait with these titles, genres and decades."""
    shares = tuple(Share(name, 0.6 / (1 + i), 0.1) for i, name in enumerate(genres))
    figures = {
        "count": 60,
        "top_count": 12,
        "top_star": 5.0,
        "others": 900,
        "genres": shares,
        "characteristic_genres": shares[:4],
        "decades": tuple(Share(name, 1 / (1 + len(decades)), 0.1) for name in decades),
        "stricter_than": 0.73,
        "surplus": -0.2,
        "rarer_than": 0.2,
        "typical_audience": 120.0,
        "others_audience": 141.0,
        "favourites": tuple(TileMovie(i + 1, title, 1979.0, "Horror|Sci-Fi") for i, title in enumerate(titles)),
    }
    return TastePortrait(**(figures | changes))
