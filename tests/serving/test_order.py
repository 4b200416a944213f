"""The n best of some scores are the first n of the sorted scores, with ties by movie."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys.serving.candidate_scores import top_k


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30), st.integers(0, 40), st.data())
def test_top_k_equals_a_full_sort(values, n, data):
    scores = np.array(values, float)
    movies = np.array(sorted(data.draw(st.sets(st.integers(0, len(values) - 1)))), int)
    expected = sorted(movies, key=lambda movie: (-scores[movie], movie))[:n]
    assert top_k(scores, movies, n).tolist() == expected
