"""The lowest probability of liking: no list has a less probable movie, and few movies are predicted to ensure that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.errors import InputError
from recsys.list_option_table import LEAST_LIKE
from recsys.serving.candidate_scores import mmr
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import Reranker, RerankOptions, StarScores
from tests.training.test_trade_off_curve import measured

__all__ = ["measured"]  # a fixture
STARS = (1.0, 2.0, 4.0, 5.0)


class RecordingModel:
    """Fixed probabilities of liking, and a record of the positions that were predicted."""

    def __init__(self, like: np.ndarray) -> None:
        self.like = like
        self.predicted: list[int] = []

    def star_scores(self) -> StarScores:
        return StarScores(self._score, STARS, len(self.like))

    def _score(self, movies: np.ndarray) -> dict[str, np.ndarray]:
        self.predicted += movies.tolist()
        like = self.like[movies]
        return {"p_1": 1 - like, "p_2": 0 * like, "p_4": like, "p_5": 0 * like, "expected": 1 + 3 * like}


@settings(max_examples=200, deadline=None)
@given(
    like=st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.6]), min_size=1, max_size=120),
    n=st.integers(1, 40),
    least_like=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    data=st.data(),
)
def test_the_list_is_the_sorted_list_without_movies_that_are_too_unlikely(like, n, least_like, data):
    like, seed = np.array(like), data.draw(st.integers(0, 99))
    scores = np.random.default_rng(seed).normal(size=len(like)).round(1)
    movies = np.array(sorted(data.draw(st.sets(st.integers(0, len(like) - 1)))), np.int64)
    model = RecordingModel(like)
    positions, list_scores, passed_over = reranker(scores, movies, n, least_like).chosen(model.star_scores())
    order = sorted(movies.tolist(), key=lambda movie: (-scores[movie], movie))
    expected = [movie for movie in order if like[movie] >= least_like][:n]
    assert positions.tolist() == expected
    assert list_scores.tolist() == scores[expected].tolist()
    assert len(model.predicted) == len(set(model.predicted)), "each movie is predicted once"
    if len(expected) < n:
        assert passed_over == len(movies) - len(expected)


def reranker(scores: np.ndarray, movies: np.ndarray, n: int, least_like: float, diversity: float = 0.0) -> Reranker:
    flags = np.stack([np.arange(len(scores)) % 3 == genre for genre in range(3)], axis=1).astype(np.float32)
    return Reranker(scores, movies, flags, RerankOptions(n, 0.0, diversity, least_like))


def test_few_movies_are_predicted_if_most_are_likely():
    like = np.full(2000, 0.7)
    like[::20] = 0.1
    model = RecordingModel(like)
    reranker(np.linspace(1, 0, 2000), np.arange(2000), 10, 0.2).chosen(model.star_scores())
    assert len(model.predicted) <= 40


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("least_like", [0.0, 0.2, 0.7])
def test_earlier_predictions_do_not_change_the_list(diversity, least_like):
    """An evaluation predicts movies of many users at once; its lists must be those that are served."""
    random = np.random.default_rng(3)
    scores, model = random.normal(size=500), RecordingModel(random.uniform(size=500))
    rerankers = [reranker(scores, np.arange(0, 500, 2), 10, least_like, diversity) for _ in range(2)]
    all_predicted = model.star_scores()
    all_predicted.predict(np.arange(500))
    lists = rerankers[0].chosen(model.star_scores()), rerankers[1].chosen(all_predicted)
    for without, with_predictions in zip(*lists, strict=True):
        assert np.array_equal(without, with_predictions)
    assert (model.like[lists[0][0]] >= least_like).all()


def test_with_a_lowest_probability_of_0_nothing_is_predicted_or_passed_over():
    scores, model = np.random.default_rng(4).normal(size=50), RecordingModel(np.zeros(50))
    unrestricted = reranker(scores, np.arange(50), 7, 0.0, 0.5)
    positions, list_scores, passed_over = unrestricted.chosen(model.star_scores())
    expected = mmr(scores, np.arange(50), unrestricted.flags, 7, 0.5)
    assert (positions.tolist(), list_scores.tolist(), passed_over) == (expected[0].tolist(), expected[1].tolist(), 0)
    assert not model.predicted


@pytest.mark.parametrize("popularity", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("diversity", [0.0, 1.0])
@pytest.mark.parametrize("ranker", ["personal", "expected", "popular", "gems"])
def test_extreme_sliders_list_no_movie_that_is_too_unlikely_to_be_liked(tiny_model, ranker, popularity, diversity):
    for user in (3, 4, 9, 20):
        top = tiny_model.top(user, n=100, ranker=ranker, popularity=popularity, diversity=diversity)
        assert (top.table["like"] >= LEAST_LIKE[ranker]).all()
        assert len(top.table) < 100
        assert f"Only {len(top.table)} of 100: the other " in top.why_short()
        assert f"a chance below {LEAST_LIKE[ranker]:.0%} to be liked" in top.why_short()
        assert " unlikely to please → " in top.steps()


def test_gems_are_little_known_and_probably_liked_or_fewer(tiny_model):
    counts = tiny_model.movies.set_index("movie_id")["count"]
    most_rated = counts.sort_values(ascending=False, kind="stable").index[:8]  # a fifth of forty
    for user in range(1, 61):
        top = tiny_model.top(user, ranker="gems")
        assert not set(top.table["movie_id"]) & set(most_rated)
        assert (top.table["like"] >= 0.5).all()
        if len(top.table) < 10:
            assert f"Only {len(top.table)} of 10: the other" in top.why_short()
            assert "little-known movies have" in top.why_short()


def test_the_steps_describe_the_candidates(tiny_model):
    assert " little known, " in tiny_model.top(4, ranker="gems").steps()
    assert " little known and after filters, " in tiny_model.top(4, ranker="gems", genres=["Odd"]).steps()
    assert " left → " in tiny_model.top(4, n=1).steps()


def test_an_empty_list_says_why_and_which_filter_to_relax(tiny_model):
    disliked = [movie for movie in range(1, 41) if movie % 2 == 1]  # odd movies, for an even user
    top = tiny_model.top(4, only=disliked)
    assert top.table.empty
    reason = top.why_short()
    assert reason.startswith("No movie is likely enough to please: the ")
    assert "remove a filter: “Only from my list” (" in reason
    unrestricted = tiny_model.top(4, only=disliked, min_like=0.0)
    assert len(unrestricted.table) == min(10, top.funnel.unlikely)


def test_each_ranker_has_its_own_default_of_min_like():
    assert {ranker: ListOptions(ranker=ranker).order.least_like for ranker in LEAST_LIKE} == LEAST_LIKE
    assert LEAST_LIKE["gems"] >= 0.5
    assert ListOptions(ranker="gems", min_like=0.1).order.least_like == 0.1
    with pytest.raises(InputError, match="min_like"):
        ListOptions.checked(min_like=-0.1)


def test_the_default_of_min_like_costs_no_hits(measured):
    _, model, liked = measured
    default_hits, unrestricted_hits = (
        sum(len(set(model.recommend(user, min_like=min_like)["movie_id"]) & movies) for user, movies in liked.items())
        for min_like in (None, 0.0)
    )
    assert default_hits >= unrestricted_hits
