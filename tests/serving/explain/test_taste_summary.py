"""A user's taste in a few words."""

from __future__ import annotations

import math

from recsys.serving.explain.taste_summary import TasteSummary


def test_even_users_favour_even_movies(tiny_model):
    summary = TasteSummary.of(tiny_model.catalogue, tiny_model.counts, tiny_model.user_history(8))
    history = tiny_model.history(8)
    assert (summary.count, summary.mean) == (len(history), history["rating"].mean())
    assert set(summary.genres) == {"Drama", "Even"}
    best = history[history["rating"] == 5].assign(count=lambda rows: tiny_model.counts[rows["movie_id"] - 1])
    best = best.sort_values(["count", "movie_id"], ascending=[False, True])
    assert list(summary.favourites) == best["movie_id"].head(3).tolist()


def test_an_empty_history_has_no_taste(tiny_model):
    summary = TasteSummary.of(tiny_model.catalogue, tiny_model.counts, tiny_model.user_history(history={}))
    assert (summary.count, summary.genres, summary.favourites) == (0, (), ())
    assert math.isnan(summary.mean)
