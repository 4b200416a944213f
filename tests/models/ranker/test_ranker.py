"""The learned ranker: pools, contests, and the order that comes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.data.interactions import Interactions
from recsys.models.ranker import candidate_generation as pools_module
from recsys.models.ranker.als import AlsConfig, AlsFactors
from recsys.models.ranker.candidate_generation import CandidatePools
from recsys.models.ranker.ranker_features import CHOICES, RankerFeatures
from recsys.models.ranker.ranking_examples import RankingExamples


@pytest.fixture
def people(tiny_model) -> Interactions:
    return tiny_model.interactions.take(np.arange(0, 60, 7))


@pytest.fixture
def small_pools(monkeypatch):
    monkeypatch.setattr(pools_module, "POOL", 6)


def test_a_pool_is_the_best_of_the_unseen(tiny_model, people, small_pools):
    ranker_features = tiny_model.ranker.ranker_features
    found = CandidatePools.of(ranker_features, people, people)
    for row in range(len(people)):
        mine, seen = found.movies[found.rows == row], people.movies[people.row_slice(row)]
        first = ranker_features.choices(people, row)[:, 0]
        rest = np.setdiff1d(np.arange(len(first)), np.concatenate([mine, seen]))
        assert len(mine) == min(6, len(first) - len(seen))
        assert not set(mine) & set(seen)
        assert (np.diff(first[mine]) <= 0).all()
        assert not len(rest) or first[mine].min() >= first[rest].max()


def test_the_pool_comes_first_and_the_others_by_their_first_score(tiny_model, people, small_pools):
    ranker = tiny_model.ranker
    scores, found = (
        ranker.scores(tiny_model.features, people),
        CandidatePools.of(ranker.ranker_features, people, people),
    )
    for row in range(len(people)):
        mine, seen = found.movies[found.rows == row], people.movies[people.row_slice(row)]
        rest = np.setdiff1d(np.arange(scores.shape[1]), np.concatenate([mine, seen]))
        assert scores[row, mine].min() > scores[row, rest].max(initial=-np.inf)
        first = found.first[row][rest]
        assert (np.argsort(-scores[row, rest], kind="stable") == np.argsort(-first, kind="stable")).all()


def test_people_together_are_people_alone(tiny_model, people):
    together = tiny_model.ranker.scores(tiny_model.features, people)
    alone = [
        tiny_model.ranker.scores(tiny_model.features, people.take(np.array([row])))[0] for row in range(len(people))
    ]
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)
    assert tiny_model.ranker.scores(tiny_model.features, people.take(np.zeros(0, int))).shape == (0, 40)


def test_somebody_unknown_is_shown_what_is_popular(tiny_model):
    nobody = tiny_model.ranker.scores(tiny_model.features, tiny_model.interactions.take(np.array([-1])))[0]
    assert (np.argsort(-nobody, kind="stable") == np.argsort(-tiny_model.counts, kind="stable")).all()


def test_even_people_are_shown_even_movies(tiny_model):
    """Two ratings are enough to tell the two kinds of people apart, in a world where genres say it all."""
    for kind in (0, 1):
        loved = tiny_model.movies["movie_id"][tiny_model.movies["movie_id"] % 2 == kind].to_numpy()
        table = tiny_model.recommend(history=dict.fromkeys(loved[:6].tolist(), 5), n=10)
        assert (table["movie_id"] % 2 == kind).all()


def test_contests_hide_what_they_ask_for(tiny_model, tiny, monkeypatch):
    """Nothing that is wanted was shown, nothing that was shown is asked about, and only likings are wanted."""
    seen_passes = []

    def watch(cls, ranker_features, features, shown, seen, label):
        seen_passes.append((shown, seen, label))
        return original(ranker_features, features, shown, seen, label)

    original = RankingExamples._pass
    monkeypatch.setattr(RankingExamples, "_pass", classmethod(watch))
    interactions, context = tiny_model.interactions, tiny_model.context
    new = interactions.user_index % 3 == 0
    parts = RankingExamples.of(interactions, tiny_model.catalogue, context, tiny_model.features, new)
    assert len(parts) == len(seen_passes) == context.config.folds - 1
    for part, (shown, seen, label) in zip(parts, seen_passes, strict=True):
        ids = set(interactions.user_ids[np.unique(interactions.user_index[new])])
        assert set(seen.user_ids) <= ids
        for row in range(len(seen)):
            known, asked = set(seen.movies[seen.row_slice(row)]), set(label.movies[label.row_slice(row)])
            assert set(shown.movies[shown.row_slice(row)]) <= known
            assert not known & asked
            given = dict(
                zip(
                    interactions.movies[interactions.row_slice(interactions.rows(seen.user_ids[[row]])[0])],
                    interactions.stars[interactions.row_slice(interactions.rows(seen.user_ids[[row]])[0])],
                    strict=True,
                )
            )
            assert all(given[movie] >= 4 for movie in asked)
        assert part.matrix.shape == (len(part.label), len(part.names))
        assert 0 < part.label.mean() < 1
        assert np.isfinite(part.matrix[:, : len(CHOICES)]).all()


def test_tables_of_a_contest_do_not_know_its_people(tiny, tiny_model, monkeypatch):
    """Whatever the new people rated, everybody else's tables are the same."""
    fitted = []
    monkeypatch.setattr(
        RankerFeatures,
        "learn",
        classmethod(lambda cls, interactions, *rest: fitted.append(interactions) or tiny_model.ranker.ranker_features),
    )
    interactions = tiny_model.interactions
    new = interactions.user_index < 20
    RankingExamples.of(interactions, tiny_model.catalogue, tiny_model.context, tiny_model.features, new)
    assert fitted[0].counts[:20].sum() == 0
    assert (fitted[0].counts[20:] == interactions.counts[20:]).all()


def test_factors_learn_from_people_with_ratings_alone(tiny, tiny_model):
    """Forty people of whom nothing is known change no factor."""
    interactions, stars = tiny_model.interactions, np.array(tiny_model.stars)
    worth = AlsConfig(0.2, 0.6, 1.2, 4)
    more = replace(interactions.take(np.concatenate([np.arange(60), np.full(40, -1)])), user_ids=np.arange(1, 101))
    one = AlsFactors.learn(interactions, tiny_model.catalogue, stars, worth)
    other = AlsFactors.learn(more, tiny_model.catalogue, stars, worth)
    np.testing.assert_array_equal(one.movie_factors, other.movie_factors)


def test_factors_solve_the_weighted_least_squares(tiny, tiny_model):
    """A user's factors are where the gradient of the stated loss is zero."""
    interactions, stars, worth = (
        tiny_model.interactions,
        np.array(tiny_model.stars),
        AlsConfig(0.2, 0.6, 1.2, 5, 2.0, 3.0),
    )
    factors = AlsFactors.learn(interactions, tiny_model.catalogue, stars, worth)
    mine = interactions.row_slice(4)
    movies, target = interactions.movies[mine], worth.of(interactions.stars[mine], stars)
    user, table = factors.user(movies, target).astype(float), factors.movie_factors.astype(float)
    weight, label = np.ones(len(table)), np.zeros(len(table))
    weight[movies] += 2.0
    label[movies] = target
    slope = table.T @ (weight * (table @ user - label)) + 3.0 * user
    np.testing.assert_allclose(slope, 0, atol=1e-4)
