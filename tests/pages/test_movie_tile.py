"""Tiles on pages: drawn from the catalogue, in the visitor's theme, once."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from recsys.tiles import TileMovie, tile
from recsys.ui.common import movie_tile, theme


@pytest.fixture
def recommender():
    movies = pd.DataFrame(
        {"display": ["Fargo", "unknown"], "year": [1996.0, float("nan")], "genres": ["Crime|Drama", ""]},
        index=pd.Index([100, 267], name="movie_id"),
    )
    return SimpleNamespace(movies_by_id=movies)


def test_the_tile_is_that_of_the_catalogue(recommender):
    assert movie_tile.html(recommender, 100) == tile(TileMovie(100, "Fargo", 1996.0, "Crime|Drama"))
    assert movie_tile.html(recommender, 267, "art") == tile(TileMovie(267, "unknown"), "art")


def test_the_theme_decides_the_colours(recommender, monkeypatch):
    light = movie_tile.html(recommender, 100, "title", "Saved")
    monkeypatch.setattr(movie_tile, "dark", lambda: True)
    assert movie_tile.html(recommender, 100, "title", "Saved") != light


def test_a_tile_without_a_year_is_drawn_once(recommender):
    movie_tile._cached.cache_clear()
    assert movie_tile.html(recommender, 267) is movie_tile.html(recommender, 267)
    assert movie_tile._cached.cache_info().misses == 1


def test_blank_and_empty_tiles():
    assert 'aria-hidden="true"' in movie_tile.placeholder()
    assert "<p>Nothing &lt;saved&gt; yet.</p>" in movie_tile.empty("Nothing <saved> yet.")


def test_every_page_has_the_style():
    assert ".movie-tile {" in theme.RULES
    assert ".movie-tile.empty div" in theme.RULES
