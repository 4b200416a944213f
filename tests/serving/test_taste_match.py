"""Taste matches on real MovieLens 100K: the halves of one user's ratings match, two strangers' ratings do not."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

from recsys.config import TrainingConfig
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.features.vocabulary import Vocabulary
from recsys.serving.taste_match import taste_match

pytestmark = pytest.mark.real_data
PAIRS = 60  # of users with at least this many ratings:
RATINGS = 60


@pytest.fixture(scope="module")
def scorer(ml_100k):
    """What a taste match needs of a model: everything but the trees."""
    config, catalogue = TrainingConfig.of("quick"), Catalogue.from_frame(ml_100k.movies)
    interactions = Interactions.from_frames(ml_100k.ratings, ml_100k.users, catalogue)
    features = Features.learn(interactions, catalogue, Context(ml_100k.stars, config, Vocabulary.of(ml_100k)))
    counts = np.bincount(interactions.movies, minlength=len(catalogue))
    return SimpleNamespace(catalogue=catalogue, features=features, interactions=interactions, counts=counts)


def halves(interactions: Interactions, row: int) -> tuple[Interactions, Interactions]:
    user_history = interactions.take(np.array([row]))
    draws = uniform(user_history.movies, row, 5)
    mask = draws < np.median(draws)
    return user_history.keep(mask), user_history.keep(~mask)


@pytest.fixture(scope="module")
def pairs(scorer):
    """Two halves of the ratings of each of two users, for some pairs of users."""
    rows = np.flatnonzero(scorer.interactions.counts >= RATINGS)
    rows = rows[np.argsort(uniform(rows, 6), kind="stable")][: 2 * PAIRS]
    user_halves = [halves(scorer.interactions, int(row)) for row in rows]
    return list(zip(user_halves[::2], user_halves[1::2], strict=True))


def test_halves_of_one_user_match_and_strangers_do_not(scorer, pairs):
    own = [taste_match(scorer, *first).share for first, _ in pairs]
    strangers = [taste_match(scorer, first[0], second[1]).share for first, second in pairs]
    assert np.mean(strangers) == pytest.approx(0.5, abs=0.06)
    assert np.mean(own) > 0.68
    above = np.mean([half > stranger for half in own for stranger in strangers])
    assert above > 0.82, "the chance that a user's own halves match better than two strangers"


def test_the_interval_contains_what_other_ratings_of_the_same_two_say(scorer, pairs):
    """Each pair is measured twice, from disjoint ratings: 95 % of the differences are inside their own interval."""
    inside = []
    for first, second in pairs:
        matches = [taste_match(scorer, *both) for both in zip(first, second, strict=True)]
        values, lows = ([np.arctanh(2 * getattr(match, name) - 1) for match in matches] for name in ("share", "low"))
        errors = [value - low for value, low in zip(values, lows, strict=True)]
        inside.append(abs(values[0] - values[1]) < np.hypot(*errors))
    assert 0.88 <= np.mean(inside) <= 1.0


def test_the_heaviest_pair_is_matched_quickly(scorer):
    heaviest = np.argsort(-scorer.interactions.counts)[:2]
    first, second = (scorer.interactions.take(np.array([row])) for row in heaviest)
    taste_match(scorer, first, second)  # warms the caches
    seconds = []
    for _ in range(3):
        started = time.process_time()
        taste_match(scorer, first, second)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.15
