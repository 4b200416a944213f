"""The next question: well known, informative, of other genres, never twice, and the same for the same answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.visitor.active_learning import SPREAD, ActiveLearner


@pytest.fixture(scope="module")
def active_learner(tiny_model) -> ActiveLearner:
    return ActiveLearner.of(tiny_model)


def plain(covariance: np.ndarray, known=None, genres=None) -> ActiveLearner:
    size = len(covariance)
    known = np.ones(size) if known is None else np.array(known, float)
    return ActiveLearner(
        np.arange(size), known, np.array(covariance, float), np.zeros((size, 1)) if genres is None else genres
    )


def test_every_movie_is_asked_once_then_none(active_learner):
    rated, skipped = [], []
    for turn in range(40):
        (rated if turn % 2 else skipped).append(active_learner.next(rated, skipped))
    assert sorted(rated + skipped) == list(range(40))
    assert active_learner.next(rated, skipped) is None
    assert active_learner.next([], []) == active_learner.next([], [])


def test_some_wait_until_there_are_no_others(active_learner):
    rated, later = [], {active_learner.next([], []), 5, 9}
    for _ in range(37):
        rated.append(active_learner.next(rated, [], later))
    assert later.isdisjoint(rated)
    assert active_learner.next(rated, [], later) in later


def test_the_gain_is_what_conditioning_takes_from_the_variances(active_learner):
    rated, movie = [3, 8, 11], 20

    def total(told: list[int]) -> float:
        places = [int(np.flatnonzero(active_learner.movies == each)[0]) for each in told]
        among = active_learner.covariance[np.ix_(places, places)] + tiny_model.config.gaussian_process.noise * np.eye(
            len(places)
        )
        cross = active_learner.covariance[:, places]
        left = active_learner.covariance - cross @ np.linalg.inv(among) @ cross.T
        return float(active_learner.known @ np.diag(left))

    place = int(np.flatnonzero(active_learner.movies == movie)[0])
    assert active_learner.gain(rated)[place] == pytest.approx(total(rated) - total([*rated, movie]), rel=1e-9)


def test_of_two_alike_the_second_is_worth_little():
    alike = plain([[1, 0.95, 0, 0], [0.95, 1.1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0.9]])
    assert alike.next([], []) == 1
    assert alike.next([1], []) == 2
    assert alike.next([1, 2], []) == 3
    assert alike.next([], [1]) == 0  # a movie set aside has told nothing


def test_what_hardly_anybody_has_seen_is_asked_late():
    assert plain(np.eye(3), known=[0.1, 0.3, 0.2]).next([], []) == 1


def test_genres_asked_lately_wait():
    genres = np.array([[1.0, 0], [1, 0], [0, 1]])
    asked = plain(np.diag([1, 0.9, 0.8]), genres=genres)
    assert asked.next([], []) == 0
    assert asked.next([0], []) == asked.next([], [0]) == 2
    assert replace(asked, genres=np.zeros((3, 2))).next([0], []) == 1
    assert asked.worth([], [0])[1] == pytest.approx((1 - SPREAD) * asked.gain([])[1])


def test_only_the_principal_entry_of_a_title_is_asked(tiny_model):
    principal = tiny_model.titles.principal.copy()
    principal[7] = 9
    twins = replace(tiny_model)
    twins.__dict__["titles"] = replace(tiny_model.titles, principal=principal)
    assert 7 not in ActiveLearner.of(twins).movies
    assert len(ActiveLearner.of(twins).movies) == 39
