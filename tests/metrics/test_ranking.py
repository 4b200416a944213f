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
def test_by_hand(metric, first, second):
    np.testing.assert_allclose(metric(HITS, RELEVANT), [first, second, np.nan])


def test_more_relevant_movies_than_places_are_not_held_against_the_order():
    hits = np.ones((1, 4), bool)
    assert metrics.ndcg(hits, np.array([9])).item() == pytest.approx(1)
    assert metrics.average_precision(hits, np.array([9])).item() == pytest.approx(1)
    assert metrics.recall(hits, np.array([9])).item() == pytest.approx(4 / 9)


def test_like_scikit_learn():
    draw = np.random.default_rng(3)
    relevant, scores = draw.random((50, 30)) < 0.2, draw.random((50, 30))
    order = np.argsort(-scores, axis=1)
    hits, count = np.take_along_axis(relevant, order[:, :10], 1), relevant.sum(1)
    kept = count > 0
    truth, said = relevant[kept], scores[kept]
    assert np.nanmean(metrics.ndcg(hits, count)) == pytest.approx(ndcg_score(truth, said, k=10))
    shown = np.zeros_like(relevant)
    np.put_along_axis(shown, order[:, :10], True, 1)
    average = {"average": "samples", "zero_division": 0}
    assert np.nanmean(metrics.recall(hits, count)) == pytest.approx(recall_score(truth, shown[kept], **average))
    assert np.nanmean(metrics.precision(hits, count)) == pytest.approx(precision_score(truth, shown[kept], **average))
    whole = np.take_along_axis(relevant, order, 1)
    found = metrics.average_precision(whole, count)[kept]
    np.testing.assert_allclose(found, [average_precision_score(*one) for one in zip(truth, said, strict=True)])


@dataclass
class Said:
    """Lists that were made before, as the recommender that implicit asks for them."""

    lists: np.ndarray

    def recommend(self, users, seen, N):
        return self.lists[users, :N], None


@pytest.mark.parametrize("wanted", [2, 5, 10, 14])
def test_like_a_recommender_library(wanted):
    """Everybody has `wanted` relevant movies. What implicit calls precision divides hits by the most that could be:
    that is recall as long as all relevant movies fit into the list, and precision from there on."""
    draw = np.random.default_rng(wanted)
    relevant = np.zeros((40, 60), bool)
    np.put_along_axis(relevant, draw.random((40, 60)).argsort(1)[:, :wanted], True, 1)
    lists = (draw.random((40, 60)) + 0.4 * relevant).argsort(1)[:, ::-1][:, :10]
    hits, count = np.take_along_axis(relevant, lists, 1), relevant.sum(1)
    theirs = ranking_metrics_at_k(
        Said(lists.astype(np.int32)),
        sparse.csr_matrix(relevant.shape, dtype=np.float32),
        sparse.csr_matrix(relevant.astype(np.float32)),
        K=10,
        show_progress=False,
    )
    assert metrics.ndcg(hits, count).mean() == pytest.approx(theirs["ndcg"])
    assert metrics.average_precision(hits, count).mean() == pytest.approx(theirs["map"])
    if wanted <= 10:
        assert metrics.recall(hits, count).mean() == pytest.approx(theirs["precision"])
    if wanted >= 10:
        assert metrics.precision(hits, count).mean() == pytest.approx(theirs["precision"])


LISTS = np.array([[0, 1], [0, -1], [-1, -1]])  # of a catalogue of four movies; the second list is short


def test_what_is_shown_by_hand():
    counts = np.array([8, 4, 16, 0])
    assert metrics.coverage(LISTS, 4) == 2 / 4
    # places 0, 0, 1, 2 in ascending order: (-3 x 0 - 1 x 0 + 1 x 1 + 3 x 2) / (4 x 3)
    assert metrics.gini(LISTS, 4) == pytest.approx(7 / 12)
    assert metrics.gini(np.array([[3], [3]]), 4) == pytest.approx(1 - 1 / 4)
    np.testing.assert_allclose(metrics.novelty(LISTS, counts, 16), [(1 + 2) / 2, 1, np.nan])
    np.testing.assert_allclose(metrics.popularity_rank(LISTS, counts), [(2 + 3) / 2, 2, np.nan])
    assert np.isnan(metrics.gini(LISTS[2:], 4))


def test_the_long_tail_is_all_but_the_most_rated_fifth():
    counts = np.arange(10, 0, -1)  # the first two of ten are the head
    np.testing.assert_allclose(metrics.long_tail(np.array([[0, 1, 2, 9]]), counts), [0.5])


def test_diversity_by_hand():
    flags = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], np.float32)
    lists = np.array([[0, 1, 2], [0, 0, -1], [0, 3, -1], [1, -1, -1]])
    half = 1 / np.sqrt(2)  # cosine of one genre and both
    np.testing.assert_allclose(metrics.diversity(lists, flags), [1 - 2 * half / 3, 0, 1, np.nan], atol=1e-7)


def test_calibration_by_hand():
    flags = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], np.float32)
    taste = np.array([[3.0, 1.0], [1.0, 1.0], [2.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    lists = np.array([[0, 1], [1, -1], [2, 2], [0, 1], [3, 3]])
    found = metrics.calibration(lists, taste, flags)
    # the first list has the history's own shares; the third shows none of its only genre
    np.testing.assert_allclose(found, [0, 0, np.log(1 / 0.01), np.nan, np.nan], atol=1e-12)
