"""The prequential error is of predictions made before each rating was known, beside the damped bias's."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.interactions import Interactions
from recsys.features.damped_bias import DampedBias
from recsys.visitor import prequential_error
from recsys.visitor.prequential_error import in_turn, predict_before_rating, score
from recsys.visitor.profile import MovieRef, PriorPrediction, Profile, UserRating


def profile_of(model, history: dict[int, float], **who) -> Profile:
    return Profile(
        tuple(UserRating(MovieRef.of(model.catalogue, movie), stars) for movie, stars in history.items()), who=who
    )


def test_the_prior_prediction_is_the_package_s_prediction_and_bias(tiny_model):
    prior = predict_before_rating(tiny_model, profile_of(tiny_model, {2: 5, 4: 4}, gender="F"), 6)
    predicted = tiny_model.predict(movie_ids=[6], history={2: 5, 4: 4}, profile={"gender": "F"})
    assert prior.expected == pytest.approx(predicted["expected"].item(), abs=1e-12)
    bias = tiny_model.features.extractor(DampedBias)
    user_offset = (5 - bias.mean - bias.movie_offset[1] + 4 - bias.mean - bias.movie_offset[3]) / (
        2 + bias.config.damped_bias.damping
    )
    assert prior.baseline == pytest.approx(min(5, bias.mean + user_offset + bias.movie_offset[5]), abs=1e-6)
    assert Interactions.newcomer({2: 5}, {}, tiny_model.catalogue).counts.tolist() == [1]


@pytest.mark.parametrize("stars", [1.0, 5.0])
def test_the_movie_s_own_rating_is_never_used(tiny_model, stars):
    without = predict_before_rating(tiny_model, profile_of(tiny_model, {2: 5}), 6)
    assert predict_before_rating(tiny_model, profile_of(tiny_model, {2: 5, 6: stars}), 6) == without


def test_the_prior_prediction_depends_on_the_ratings(tiny_model):
    loves, hates = (
        predict_before_rating(tiny_model, profile_of(tiny_model, {2: s, 4: s, 8: s, 10: s}), 6) for s in (5.0, 1.0)
    )
    assert loves.expected > hates.expected + 1
    assert loves.baseline > hates.baseline


def test_the_error_is_the_mean_over_the_ratings_with_a_prior_prediction():
    movie_ref = MovieRef(1, "a")
    ratings = [
        UserRating(movie_ref, 4, PriorPrediction(3.5, 2)),
        UserRating(movie_ref, 1, PriorPrediction(2, 1.5)),
        UserRating(movie_ref, 5),
    ]
    error = score(ratings)
    assert (error.n, error.model, error.baseline) == (2, 0.75, 1.25)
    assert not error.enough
    assert score(ratings[:1] * 5).enough
    assert not score(ratings[:1] * 4).enough
    assert np.isnan(score([]).model)


def test_imported_ratings_are_predicted_each_from_those_before(tiny_model, monkeypatch):
    monkeypatch.setattr(prequential_error, "REPLAYED", 2)
    start = profile_of(tiny_model, {2: 5})
    new = profile_of(tiny_model, {2: 1, 4: 5, 6: 5, 3: 1}).ratings
    profile = in_turn(tiny_model, start, new)
    assert profile.history == {2: 5, 4: 5, 6: 5, 3: 1}  # what was rated before stays
    assert [rating.prior for rating in profile.ratings[:2]] == [None, None]
    assert profile.ratings[2].prior == predict_before_rating(tiny_model, profile_of(tiny_model, {2: 5, 4: 5}), 6)
    assert profile.ratings[3].prior == predict_before_rating(tiny_model, profile_of(tiny_model, {2: 5, 4: 5, 6: 5}), 3)
