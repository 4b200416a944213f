"""Recent posteriors are those of the same history, and old ones are forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features import posterior
from recsys.features.level_shares import level_shares
from recsys.features.posterior import Posterior, RecentPosteriors


def solved(size: int = 2) -> Posterior:
    covariance = np.eye(size, dtype=np.float32) + np.float32(0.5)
    return Posterior.solve(covariance, np.ones((size, 1)))


def history(*stars: float) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(stars)), np.array(stars)


def test_a_history_is_solved_once_and_a_changed_one_anew():
    recent, first, other = RecentPosteriors(), solved(), solved()
    assert recent.get(history(4, 5), lambda *_: first) is first
    assert recent.get(history(4, 5), lambda *_: other) is first
    assert recent.get(history(4, 4), lambda *_: other) is other
    assert recent.get(history(4, 5), lambda *_: other) is first


@pytest.mark.parametrize(("most_kept", "most_cells"), [(2, 100), (9, 8)])
def test_the_longest_unused_is_forgotten(monkeypatch, most_kept, most_cells):
    monkeypatch.setattr(posterior, "MOST_KEPT", most_kept)
    monkeypatch.setattr(posterior, "MOST_CELLS", most_cells)  # of two histories of two ratings
    recent, first, second, third, anew = RecentPosteriors(), solved(), solved(), solved(), solved()
    recent.get(history(1, 1), lambda *_: first)
    recent.get(history(2, 2), lambda *_: second)
    assert recent.get(history(1, 1), lambda *_: anew) is first
    recent.get(history(3, 3), lambda *_: third)
    assert recent.get(history(1, 1), lambda *_: anew) is first
    assert recent.get(history(2, 2), lambda *_: anew) is anew


def test_inverses_are_those_of_the_covariance():
    kept, covariance = solved(3), np.eye(3) + 0.5
    assert kept.inverse == pytest.approx(np.linalg.inv(covariance), abs=1e-6)
    assert kept.root.T @ kept.root == pytest.approx(np.linalg.inv(covariance), abs=1e-6)


def test_shares_at_or_over_a_level_are_damped_towards_all_ratings(tiny):
    interactions = Interactions.from_frames(tiny.ratings, tiny.users, Catalogue.from_frame(tiny.movies))
    levels, size = np.array([2.0, 5.0]), int(interactions.movies.max()) + 1
    movies, stars = interactions.movies, interactions.stars
    plain = level_shares(interactions, size, levels, 0.0)
    assert plain[3] == pytest.approx([(stars[movies == 3] >= level).mean() for level in levels])
    damped = level_shares(interactions, size, levels, 1e9)
    assert damped == pytest.approx(np.tile([(stars >= level).mean() for level in levels], (size, 1)), abs=1e-6)
