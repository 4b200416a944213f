"""The next movie to rate: familiar, informative, of other genres, never twice, and deterministic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.visitor.active_learning import GENRE_PENALTY, ActiveLearner


@pytest.fixture(scope="module")
def active_learner(tiny_model) -> ActiveLearner:
    return ActiveLearner.of(tiny_model)


def learner_of(covariance: np.ndarray | list[list[float]], familiarity=None, genres=None) -> ActiveLearner:
    size = len(covariance)
    familiarity = np.ones(size) if familiarity is None else np.array(familiarity, float)
    genres = np.zeros((size, 1)) if genres is None else genres
    return ActiveLearner(np.arange(size), familiarity, np.array(covariance, float), genres, noise=0.25)


def test_every_movie_is_asked_once_then_none(active_learner):
    rated, skipped = [], []
    for turn in range(40):
        (rated if turn % 2 else skipped).append(active_learner.next(rated, skipped))
    assert sorted(rated + skipped) == list(range(40))
    assert active_learner.next(rated, skipped) is None
    assert active_learner.next([], []) == active_learner.next([], [])


def test_movies_for_later_wait_until_there_are_no_others(active_learner):
    rated, later = [], {active_learner.next([], []), 5, 9}
    for _ in range(37):
        rated.append(active_learner.next(rated, [], later))
    assert later.isdisjoint(rated)
    assert active_learner.next(rated, [], later) in later


def test_variance_reduction_is_what_conditioning_takes_from_the_variances(active_learner):
    rated, movie = [3, 8, 11], 20

    def total_variance(observed: list[int]) -> float:
        rows = [int(np.flatnonzero(active_learner.movies == position)[0]) for position in observed]
        noisy = active_learner.covariance[np.ix_(rows, rows)] + active_learner.noise * np.eye(len(rows))
        cross = active_learner.covariance[:, rows]
        posterior = active_learner.covariance - cross @ np.linalg.inv(noisy) @ cross.T
        return float(active_learner.familiarity @ np.diag(posterior))

    row = int(np.flatnonzero(active_learner.movies == movie)[0])
    reduction = total_variance(rated) - total_variance([*rated, movie])
    assert active_learner.variance_reduction(rated)[row] == pytest.approx(reduction, rel=1e-9)


def test_of_two_correlated_movies_the_second_has_little_utility():
    learner = learner_of([[1, 0.95, 0, 0], [0.95, 1.1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0.9]])
    assert learner.next([], []) == 1
    assert learner.next([1], []) == 2
    assert learner.next([1, 2], []) == 3
    assert learner.next([], [1]) == 0  # a movie set aside gives no information


def test_rarely_rated_movies_are_asked_late():
    assert learner_of(np.eye(3), familiarity=[0.1, 0.3, 0.2]).next([], []) == 1


def test_recently_asked_genres_wait():
    genres = np.array([[1.0, 0], [1, 0], [0, 1]])
    learner = learner_of(np.diag([1, 0.9, 0.8]), genres=genres)
    assert learner.next([], []) == 0
    assert learner.next([0], []) == learner.next([], [0]) == 2
    assert replace(learner, genres=np.zeros((3, 2))).next([0], []) == 1
    assert learner.utility([], [0])[1] == pytest.approx((1 - GENRE_PENALTY) * learner.variance_reduction([])[1])


def test_only_the_principal_entry_of_a_title_is_asked(tiny_model):
    principal = tiny_model.titles.principal.copy()
    principal[7] = 9
    twins = replace(tiny_model)
    twins.__dict__["titles"] = replace(tiny_model.titles, principal=principal)
    assert 7 not in ActiveLearner.of(twins).movies
    assert len(ActiveLearner.of(twins).movies) == 39
