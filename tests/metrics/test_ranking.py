"""Ranking metrics against numbers worked out by hand, and against those of scikit-learn and of implicit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from implicit.evaluation import ranking_metrics_at_k
from scipy import sparse
from sklearn.metrics import average_precision_score, ndcg_score, precision_score, recall_score

from recsys.metrics import ranking as metrics

# Three users, lists of four: hits at 2 and 3 of 3 relevant; none of 1; nobody relevant.
HITS = np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]], bool)
RELEVANT = np.array([3, 1, 0])
LOG3, LOG4 = np.log2(3), np.log2(4)


@pytest.mark.parametrize(
    ("metric", "first", "second"),
    [
        (metrics.ndcg, (1 / LOG3 + 1 / LOG4) / (1 + 1 / LOG3 + 1 / LOG4), 0),
        (metrics.recall, 2 / 3, 0),
        (metrics.precision, 2 / 4, 0),
        (metrics.average_precision, (1 / 2 + 2 / 3) / 3, 0),
        (metrics.hit_rate, 1, 0),
    ],
)
def test_worked_out_by_hand(metric, first, second):
    np.testing.assert_allclose(metric(HITS, RELEVANT), [first, second, np.nan])


def test_more_relevant_movies_than_ranks_do_not_lower_ndcg():
    hits = np.ones((1, 4), bool)
    assert metrics.ndcg(hits, np.array([9])).item() == pytest.approx(1)
    assert metrics.average_precision(hits, np.array([9])).item() == pytest.approx(1)
    assert metrics.recall(hits, np.array([9])).item() == pytest.approx(4 / 9)


def test_against_scikit_learn_on_random_lists():
    random = np.random.default_rng(3)
    relevant, scores = random.random((50, 30)) < 0.2, random.random((50, 30))
    order = np.argsort(-scores, axis=1)
    hits, relevant_count = np.take_along_axis(relevant, order[:, :10], 1), relevant.sum(1)
    has_relevant = relevant_count > 0
    truth, relevant_scores = relevant[has_relevant], scores[has_relevant]
    assert np.nanmean(metrics.ndcg(hits, relevant_count)) == pytest.approx(ndcg_score(truth, relevant_scores, k=10))
    listed = np.zeros_like(relevant)
    np.put_along_axis(listed, order[:, :10], True, 1)
    average = {"average": "samples", "zero_division": 0}
    assert np.nanmean(metrics.recall(hits, relevant_count)) == pytest.approx(
        recall_score(truth, listed[has_relevant], **average)
    )
    assert np.nanmean(metrics.precision(hits, relevant_count)) == pytest.approx(
        precision_score(truth, listed[has_relevant], **average)
    )
    full_hits = np.take_along_axis(relevant, order, 1)
    average_precision = metrics.average_precision(full_hits, relevant_count)[has_relevant]
    np.testing.assert_allclose(
        average_precision, [average_precision_score(*pair) for pair in zip(truth, relevant_scores, strict=True)]
    )


@dataclass
class FixedLists:
    """A recommender with fixed lists, as implicit evaluates it."""

    lists: np.ndarray

    def recommend(self, users, seen, N):
        return self.lists[users, :N], None


@pytest.mark.parametrize("relevant_movies", [2, 5, 10, 14])
def test_against_implicit(relevant_movies):
    """Each user has `relevant_movies` relevant movies. What implicit calls precision divides hits by the most possible
    ones: it is recall as long as all relevant movies fit into the list, and precision otherwise."""
    random = np.random.default_rng(relevant_movies)
    relevant = np.zeros((40, 60), bool)
    np.put_along_axis(relevant, random.random((40, 60)).argsort(1)[:, :relevant_movies], True, 1)
    lists = (random.random((40, 60)) + 0.4 * relevant).argsort(1)[:, ::-1][:, :10]
    hits, relevant_count = np.take_along_axis(relevant, lists, 1), relevant.sum(1)
    theirs = ranking_metrics_at_k(
        FixedLists(lists.astype(np.int32)),
        sparse.csr_matrix(relevant.shape, dtype=np.float32),
        sparse.csr_matrix(relevant.astype(np.float32)),
        K=10,
        show_progress=False,
    )
    assert metrics.ndcg(hits, relevant_count).mean() == pytest.approx(theirs["ndcg"])
    assert metrics.average_precision(hits, relevant_count).mean() == pytest.approx(theirs["map"])
    if relevant_movies <= 10:
        assert metrics.recall(hits, relevant_count).mean() == pytest.approx(theirs["precision"])
    if relevant_movies >= 10:
        assert metrics.precision(hits, relevant_count).mean() == pytest.approx(theirs["precision"])


LISTS = np.array([[0, 1], [0, -1], [-1, -1]])  # of a catalogue of four movies; the second list is short


def test_beyond_accuracy_by_hand():
    counts = np.array([8, 4, 16, 0])
    assert metrics.coverage(LISTS, 4) == 2 / 4
    # places 0, 0, 1, 2 in ascending order: (-3 x 0 - 1 x 0 + 1 x 1 + 3 x 2) / (4 x 3)
    assert metrics.gini(LISTS, 4) == pytest.approx(7 / 12)
    assert metrics.gini(np.array([[3], [3]]), 4) == pytest.approx(1 - 1 / 4)
    np.testing.assert_allclose(metrics.novelty(LISTS, counts, 16), [(1 + 2) / 2, 1, np.nan])
    np.testing.assert_allclose(metrics.popularity_rank(LISTS, counts), [(2 + 3) / 2, 2, np.nan])
    assert np.isnan(metrics.gini(LISTS[2:], 4))


def test_the_long_tail_excludes_the_most_rated_fifth():
    counts = np.arange(10, 0, -1)  # the first two of ten are the head
    np.testing.assert_allclose(metrics.long_tail(np.array([[0, 1, 2, 9]]), counts), [0.5])


def test_diversity_by_hand():
    flags = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], np.float32)
    lists = np.array([[0, 1, 2], [0, 0, -1], [0, 3, -1], [1, -1, -1]])
    half = 1 / np.sqrt(2)  # cosine of one genre and both
    np.testing.assert_allclose(metrics.diversity(lists, flags), [1 - 2 * half / 3, 0, 1, np.nan], atol=1e-7)


def test_calibration_by_hand():
    flags = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], np.float32)
    history_genres = np.array([[3.0, 1.0], [1.0, 1.0], [2.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    lists = np.array([[0, 1], [1, -1], [2, 2], [0, 1], [3, 3]])
    divergence = metrics.calibration(lists, history_genres, flags)
    # the first list has the history's own shares; the third shows none of its only genre
    np.testing.assert_allclose(divergence, [0, 0, np.log(1 / 0.01), np.nan, np.nan], atol=1e-12)
