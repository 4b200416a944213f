"""The ranker: candidate pools, ranking examples, and the order that follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import recsys
from recsys.config.models import AlsConfig
from recsys.data.interactions import Interactions
from recsys.models.ranker.als import AlsFactors, rating_targets
from recsys.models.ranker.candidate_generation import CandidatePools
from recsys.models.ranker.ranker_features import RankerFeatures
from recsys.models.ranker.ranking_examples import RankingExamples
from tests.conftest import TINY_SETTINGS

SMALL_POOL = 6


@pytest.fixture
def users(tiny_model) -> Interactions:
    return tiny_model.interactions.take(np.arange(0, 60, 7))


@pytest.fixture
def ranker(tiny_model):
    """The tiny model's ranker with a small pool."""
    own = tiny_model.ranker.ranker_features
    config = own.config.changed({"candidate_generation.pool": SMALL_POOL})
    return replace(tiny_model.ranker, ranker_features=replace(own, config=config))


def pools_of(ranker, users) -> CandidatePools:
    return CandidatePools.of(ranker.ranker_features, users, users, ranker.ranker_features.config)


def test_a_pool_is_the_best_of_the_unseen(ranker, users):
    pools = pools_of(ranker, users)
    for row in range(len(users)):
        pool, seen = pools.movies[pools.rows == row], users.movies[users.row_slice(row)]
        first = ranker.ranker_features.als_scores(users, row)[:, 0]
        others = np.setdiff1d(np.arange(len(first)), np.concatenate([pool, seen]))
        assert len(pool) == min(SMALL_POOL, len(first) - len(seen))
        assert not set(pool) & set(seen)
        assert (np.diff(first[pool]) <= 0).all()
        assert not len(others) or first[pool].min() >= first[others].max()


def test_the_pool_comes_first_and_the_others_by_their_first_score(ranker, tiny_model, users):
    scores, pools = ranker.scores(tiny_model.features, users), pools_of(ranker, users)
    for row in range(len(users)):
        pool, seen = pools.movies[pools.rows == row], users.movies[users.row_slice(row)]
        others = np.setdiff1d(np.arange(scores.shape[1]), np.concatenate([pool, seen]))
        assert scores[row, pool].min() > scores[row, others].max(initial=-np.inf)
        first = pools.first_scores[row][others]
        assert (np.argsort(-scores[row, others], kind="stable") == np.argsort(-first, kind="stable")).all()


def test_users_together_are_users_alone(tiny_model, users):
    together = tiny_model.ranker.scores(tiny_model.features, users)
    alone = [tiny_model.ranker.scores(tiny_model.features, users.take(np.array([row])))[0] for row in range(len(users))]
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)
    assert tiny_model.ranker.scores(tiny_model.features, users.take(np.zeros(0, int))).shape == (0, 40)


def test_somebody_unknown_is_shown_what_is_popular(tiny_model):
    nobody = tiny_model.ranker.scores(tiny_model.features, tiny_model.interactions.take(np.array([-1])))[0]
    assert (np.argsort(-nobody, kind="stable") == np.argsort(-tiny_model.counts, kind="stable")).all()


def test_fans_of_even_movies_are_shown_even_movies(tiny_model):
    """In a world of two kinds of users, a few ratings tell which kind somebody is."""
    for kind in (0, 1):
        loved = tiny_model.movies["movie_id"][tiny_model.movies["movie_id"] % 2 == kind].to_numpy()
        table = tiny_model.recommend(history=dict.fromkeys(loved[:6].tolist(), 5), n=10)
        assert (table["movie_id"] % 2 == kind).all()


def test_ranking_examples_hide_what_they_ask_for(tiny_model, monkeypatch):
    """No relevant movie is in the history, and only liked movies are relevant."""
    passes = []

    def watch(cls, ranker_features, features, history, seen, relevant):
        passes.append((history, seen, relevant))
        return make_pass(ranker_features, features, history, seen, relevant)

    make_pass = RankingExamples._pass
    monkeypatch.setattr(RankingExamples, "_pass", classmethod(watch))
    interactions, context = tiny_model.interactions, tiny_model.context
    new = interactions.user_index % 3 == 0
    examples = RankingExamples.of(interactions, tiny_model.catalogue, context, tiny_model.features, new)
    assert len(examples) == len(passes) == context.config.cross_fitting.folds - 1
    for example, (history, seen, relevant) in zip(examples, passes, strict=True):
        assert set(seen.user_ids) <= set(interactions.user_ids[np.unique(interactions.user_index[new])])
        for row in range(len(seen)):
            seen_movies = set(seen.movies[seen.row_slice(row)])
            relevant_movies = set(relevant.movies[relevant.row_slice(row)])
            assert set(history.movies[history.row_slice(row)]) <= seen_movies
            assert not seen_movies & relevant_movies
            ratings = interactions.row_slice(interactions.rows(seen.user_ids[[row]])[0])
            stars = dict(zip(interactions.movies[ratings], interactions.stars[ratings], strict=True))
            assert all(stars[movie] >= 4 for movie in relevant_movies)
        assert example.matrix.shape == (len(example.label), len(example.names))
        assert 0 < example.label.mean() < 1
        assert np.isfinite(example.matrix[:, : len(context.config.als_variants)]).all()


def test_tables_of_ranking_examples_do_not_know_their_users(tiny_model, monkeypatch):
    """Whatever the new users rated, the tables of the others are the same."""
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


def test_factors_learn_from_users_with_ratings_alone(tiny_model):
    """Forty users without ratings change no factor."""
    interactions, stars, config = tiny_model.interactions, np.array(tiny_model.stars), AlsConfig(factors=4)
    more = replace(interactions.take(np.concatenate([np.arange(60), np.full(40, -1)])), user_ids=np.arange(1, 101))
    without, with_them = (
        AlsFactors.learn(each, tiny_model.catalogue, stars, config).movie_factors for each in (interactions, more)
    )
    np.testing.assert_array_equal(without, with_them)


def test_factors_solve_the_weighted_least_squares(tiny_model):
    """A user's factors are where the gradient of the stated loss is zero."""
    interactions, stars = tiny_model.interactions, np.array(tiny_model.stars)
    config = AlsConfig(factors=5, weight=2.0, ridge=3.0)
    factors = AlsFactors.learn(interactions, tiny_model.catalogue, stars, config)
    ratings = interactions.row_slice(4)
    movies, targets = interactions.movies[ratings], rating_targets(interactions.stars[ratings], stars, config)
    user, table = factors.user_factors(movies, targets).astype(float), factors.movie_factors.astype(float)
    weight, target = np.ones(len(table)), np.zeros(len(table))
    weight[movies] += 2.0
    target[movies] = targets
    gradient = table.T @ (weight * (table @ user - target)) + 3.0 * user
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


def test_settings_reach_the_ranker(tiny):
    """A bundle's ranker is trained with its own settings, not with those of the star model."""
    settings = {"ranker_boosting.trees": 3, "als.factors": 7, "candidate_generation.pool": 5}
    ranker = recsys.train(tiny, preset="quick", **TINY_SETTINGS, **settings).ranker
    assert ranker.model.booster.num_boosted_rounds() == 3
    assert ranker.ranker_features.factors[0].movie_factors.shape == (40, 7)
    assert ranker.ranker_features.config.candidate_generation.pool == 5
