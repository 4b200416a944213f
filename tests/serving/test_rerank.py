"""The floor on the probability of liking: what is below it is on no list, and few movies are predicted to know that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.errors import InputError
from recsys.serving.candidate_scores import mmr
from recsys.serving.list_options import LEAST_LIKE, ListOptions
from recsys.serving.rerank import Reranker, RerankOptions, StarScores
from tests.training.test_trade_off_curve import measured

__all__ = ["measured"]  # a fixture
STARS = (1.0, 2.0, 4.0, 5.0)


class TrainingForm:
    """Predictions that are given, and which of them were asked for."""

    def __init__(self, like: np.ndarray) -> None:
        self.like, self.positions = like, []

    def scores(self) -> StarScores:
        return StarScores(self._score, STARS, len(self.like))

    def _score(self, movies: np.ndarray) -> dict[str, np.ndarray]:
        self.positions += movies.tolist()
        like = self.like[movies]
        return {"p_1": 1 - like, "p_2": 0 * like, "p_4": like, "p_5": 0 * like, "expected": 1 + 3 * like}


@settings(max_examples=200, deadline=None)
@given(
    like=st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.6]), min_size=1, max_size=120),
    n=st.integers(1, 40),
    least=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    data=st.data(),
)
def test_the_list_is_the_order_without_what_is_below_the_floor(like, n, least, data):
    like, seed = np.array(like), data.draw(st.integers(0, 99))
    scores = np.random.default_rng(seed).normal(size=len(like)).round(1)
    movies = np.array(sorted(data.draw(st.sets(st.integers(0, len(like) - 1)))), np.int64)
    asked = TrainingForm(like)
    best, values, passed_over = arranged(scores, movies, n, least).chosen(asked.scores())
    order = sorted(movies.tolist(), key=lambda movie: (-scores[movie], movie))
    expected = [movie for movie in order if like[movie] >= least][:n]
    assert best.tolist() == expected
    assert values.tolist() == scores[expected].tolist()
    assert len(asked.positions) == len(set(asked.positions)), "each movie is predicted once"
    if len(expected) < n:
        assert passed_over == len(movies) - len(expected)


def arranged(scores: np.ndarray, movies: np.ndarray, n: int, least: float, diversity: float = 0.0) -> Reranker:
    flags = np.stack([np.arange(len(scores)) % 3 == genre for genre in range(3)], axis=1).astype(np.float32)
    return Reranker(scores, movies, flags, RerankOptions(n, 0.0, diversity, least))


def test_few_movies_are_predicted_where_most_pass():
    like = np.full(2000, 0.7)
    like[::20] = 0.1
    asked = TrainingForm(like)
    arranged(np.linspace(1, 0, 2000), np.arange(2000), 10, 0.2).chosen(asked.scores())
    assert len(asked.positions) <= 40


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("least", [0.0, 0.2, 0.7])
def test_what_is_predicted_already_changes_no_list(diversity, least):
    """Many people's movies are predicted at once when a model is measured: the lists are those that are served."""
    random = np.random.default_rng(3)
    scores, asked = random.normal(size=500), TrainingForm(random.uniform(size=500))
    each = [arranged(scores, np.arange(0, 500, 2), 10, least, diversity) for _ in range(2)]
    known = asked.scores()
    known.predict(np.arange(500))
    fresh, again = each[0].chosen(asked.scores()), each[1].chosen(known)
    for one, other in zip(fresh, again, strict=True):
        assert np.array_equal(one, other)
    assert (asked.like[fresh[0]] >= least).all()


def test_without_a_floor_nothing_is_predicted_and_nothing_changes():
    scores, asked = np.random.default_rng(4).normal(size=50), TrainingForm(np.zeros(50))
    one = arranged(scores, np.arange(50), 7, 0.0, 0.5)
    best, values, passed_over = one.chosen(asked.scores())
    expected = mmr(scores, np.arange(50), one.flags, 7, 0.5)
    assert (best.tolist(), values.tolist(), passed_over) == (expected[0].tolist(), expected[1].tolist(), 0)
    assert not asked.positions


@pytest.mark.parametrize("popularity", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("diversity", [0.0, 1.0])
@pytest.mark.parametrize("ranker", ["personal", "expected", "popular", "gems"])
def test_sliders_at_their_ends_list_nothing_that_is_unlikely_to_please(tiny_model, ranker, popularity, diversity):
    for user in (3, 4, 9, 20):
        found = tiny_model.top(user, n=100, ranker=ranker, popularity=popularity, diversity=diversity)
        assert (found.table["like"] >= LEAST_LIKE[ranker]).all()
        assert len(found.table) < 100
        assert f"Only {len(found.table)}: the other " in found.why_short()
        assert f"a chance below {LEAST_LIKE[ranker]:.0%} to be liked" in found.why_short()
        assert "passed over as unlikely to please" in found.steps()


def test_gems_are_little_known_and_probably_liked_or_fewer(tiny_model):
    counts = tiny_model.movies.set_index("movie_id")["count"]
    rated_most = counts.sort_values(ascending=False, kind="stable").index[:8]  # a fifth of forty
    for user in range(1, 61):
        found = tiny_model.top(user, ranker="gems")
        assert not set(found.table["movie_id"]) & set(rated_most)
        assert (found.table["like"] >= 0.5).all()
        if len(found.table) < 10:
            assert f"Only {len(found.table)}: the other" in found.why_short()
            assert "little-known movies left" in found.why_short()


def test_the_steps_say_what_is_left_in_words(tiny_model):
    assert " little known, " in tiny_model.top(4, ranker="gems").steps()
    assert " little known and after filters, " in tiny_model.top(4, ranker="gems", genres=["Odd"]).steps()
    assert " left → " in tiny_model.top(4, n=1).steps()


def test_where_nothing_is_likely_to_please_it_says_so_and_what_to_loosen(tiny_model):
    disliked = [movie for movie in range(1, 41) if movie % 2 == 1]  # odd movies, for an even user
    found = tiny_model.top(4, only=disliked)
    assert found.table.empty
    said = found.why_short()
    assert said.startswith("Nothing here is likely to please: the ")
    assert "without the list of your own" in said
    whole = tiny_model.top(4, only=disliked, min_like=0.0)
    assert len(whole.table) == min(10, found.funnel.unlikely)


def test_the_default_is_each_rankers_own_and_a_given_floor_counts_for_any():
    assert {ranker: ListOptions(ranker=ranker).order.least_like for ranker in LEAST_LIKE} == LEAST_LIKE
    assert LEAST_LIKE["gems"] >= 0.5
    assert ListOptions(ranker="gems", min_like=0.1).order.least_like == 0.1
    with pytest.raises(InputError, match="min_like"):
        ListOptions.checked(min_like=-0.1)


def test_the_floor_costs_the_default_list_no_hits(measured):
    _, model, liked = measured
    hits = [
        sum(len(set(model.recommend(user, min_like=least)["movie_id"]) & wanted) for user, wanted in liked.items())
        for least in (None, 0.0)
    ]
    assert hits[0] >= hits[1]
