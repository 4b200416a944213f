"""Distributions of ratings, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data import distribution


def test_sizes_distinguish_rated_movies_from_the_catalogue():
    sizes = distribution.Sizes.of(np.array([3, 0, 2]), np.array([4, 1, 0, 0]))
    assert (sizes.ratings, sizes.users, sizes.rated, sizes.catalogue) == (5, 2, 2, 4)
    assert sizes.movies == "4 movies in the catalogue, 2 of them rated"
    assert distribution.Sizes.of(np.array([1]), np.array([1])).movies == "1 movie in the catalogue, all of them rated"


def test_stars_are_counted_in_order_and_unused_ones_are_zero():
    table = distribution.by_star(np.array([5.0, 0.5, 5.0, 1.0]), (0.5, 1.0, 4.0, 5.0))
    assert table["label"].tolist() == ["0.5 ★", "1 ★", "4 ★", "5 ★"]
    assert table["count"].tolist() == [1, 1, 0, 2]
    assert table["share"].tolist() == [0.25, 0.25, 0, 0.5]


def test_counts_are_grouped_and_empty_ends_are_left_out():
    table = distribution.by_count(np.array([0, 2, 4, 5, 21, 49, 0]))
    assert table["label"].tolist() == ["2–4", "5–9", "10–19", "20–49"]
    assert table["count"].tolist() == [2, 1, 0, 2]
    assert table["share"].sum() == pytest.approx(1)


def test_the_last_group_has_no_end():
    assert distribution.by_count(np.array([1, 10**6]))["label"].tolist()[-1] == "1,000+"


def test_no_ratings_at_all():
    assert len(distribution.by_count(np.zeros(4, int))) == 0
    assert np.isnan(distribution.head_share(np.zeros(4, int)))


def test_the_head_is_the_most_rated_fifth():
    assert distribution.head_share(np.array([1, 1, 6, 1, 1])) == 0.6
    assert distribution.head_share(np.array([1, 1, 6, 1, 1, 2])) == pytest.approx(8 / 12), "a fifth of six is two"
