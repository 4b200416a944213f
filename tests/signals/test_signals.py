"""Signals against cases worked out by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from recsys.signals.means import Means
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys import histories as histories_module
from recsys.catalogue import Catalogue
from recsys.features import SIGNALS, Features, crossfit, shorten
from recsys.histories import Histories
from recsys.recipe import Recipe
from recsys.signals import Context
from recsys.signals.bias import Bias
from recsys.signals.demographics import Demographics
from recsys.signals.genres import Genres

CONTEXT = Context((1.0, 2.0, 4.0, 5.0), Recipe.of("quick"))


@pytest.fixture(scope="module")
def catalogue(tiny):
    return Catalogue.from_frame(tiny.movies)


@pytest.fixture(scope="module")
def histories(tiny, catalogue):
    return Histories.from_frames(tiny.ratings, tiny.users, catalogue)


def column(signal, histories, rows, movies, name):
    return signal.transform(histories, rows, movies)[:, signal.names().index(name)]


def test_damped_means_by_hand(tiny, histories, catalogue):
    ratings, damping = tiny.ratings, CONTEXT.recipe.damping
    means = Means.fit(histories, catalogue, CONTEXT)
    overall = ratings["rating"].mean()
    mine, theirs = (ratings[ratings[key] == value]["rating"] for key, value in (("user_id", 8), ("movie_id", 13)))
    row, movie = histories.rows(np.array([8])), catalogue.positions(np.array([13]))
    for name, stars in (("user", mine), ("movie", theirs)):
        mean = (stars.sum() + damping * overall) / (len(stars) + damping)
        assert column(means, histories, row, movie, f"{name}_mean")[0] == pytest.approx(mean)
        assert column(means, histories, row, movie, f"{name}_count")[0] == len(stars)


def test_damped_bias_solves_its_own_equations(histories, catalogue):
    bias = Bias.fit(histories, catalogue, CONTEXT)
    user = bias.user_offset(histories)
    left = histories.stars - bias.mean - user[histories.owners]
    count = np.bincount(histories.movies, minlength=len(catalogue))
    solved = np.bincount(histories.movies, weights=left, minlength=len(catalogue)) / (count + bias.damping)
    np.testing.assert_allclose(bias.movie_offset, solved, atol=1e-3)
    assert bias.mean == pytest.approx(histories.stars.mean())


def test_bias_of_somebody_unknown_is_the_movies_own(histories, catalogue):
    bias = Bias.fit(histories, catalogue, CONTEXT)
    stranger = histories.take(np.array([-1]))
    expected = column(bias, stranger, np.zeros(3, int), np.arange(3), "bias_expected")
    np.testing.assert_allclose(expected, bias.mean + bias.movie_offset[:3])


def test_genres_are_scaled_and_reduced_as_scikit_learn_does():
    random = np.random.default_rng(0)
    names = [f"g{number}" for number in range(8)]
    flags = random.random((120, 8)) < np.linspace(0.05, 0.6, 8)
    movies = pd.DataFrame(
        {
            "movie_id": np.arange(1, 121),
            "title": "t",
            "year": 1990.0,
            "release_date": "",
            "genres": ["|".join(np.array(names)[row]) for row in flags],
        }
    )
    catalogue = Catalogue.from_frame(movies)
    rated = pd.DataFrame({"user_id": 1, "movie_id": np.arange(1, 101), "rating": 4.0})
    genres = Genres.fit(Histories.from_frames(rated, None, catalogue), catalogue, CONTEXT)
    scaler = StandardScaler().fit(flags[:100].astype(float))
    pca = PCA(n_components=0.9, svd_solver="full").fit(scaler.transform(flags[:100].astype(float)))
    np.testing.assert_allclose(genres.movie_components, pca.transform(scaler.transform(flags.astype(float))), atol=1e-9)
    assert genres.pca_variance_ratio.sum() >= 0.9 > genres.pca_variance_ratio[:-1].sum()


def test_demographics_of_strangers_set_nothing(histories, catalogue):
    who = Demographics.fit(histories, catalogue, CONTEXT)
    assert who.names() == ["age", "gender=F", "gender=M", "occupation=writer"]
    both = who.transform(histories.take(np.array([5, -1])), np.array([0, 1]), np.zeros(2, int))
    np.testing.assert_array_equal(both, [[26, 1, 0, 1], [np.nan, 0, 0, 0]])


@pytest.mark.parametrize("signal", [*SIGNALS, Bias])
def test_blocks_of_users_change_nothing(signal, histories, catalogue, monkeypatch):
    whole = signal.fit(histories, catalogue, CONTEXT)
    monkeypatch.setattr(histories_module, "BLOCK_USERS", 7)
    for name, array in vars(signal.fit(histories, catalogue, CONTEXT)).items():
        if array.dtype.kind == "f":
            np.testing.assert_allclose(array, getattr(whole, name), atol=1e-12, err_msg=name)


@pytest.mark.parametrize("signal", [*SIGNALS, Bias])
def test_a_signal_names_each_of_its_columns(signal, histories, catalogue):
    fitted = signal.fit(histories, catalogue, CONTEXT)
    found = fitted.transform(histories, histories.owners, histories.movies)
    assert found.shape == (len(histories.movies), len(fitted.names()))


def test_arrays_and_back(histories, catalogue):
    features = Features.fit(histories, catalogue, CONTEXT)
    again = Features.from_arrays(features.arrays(), len(catalogue))
    rows, movies = np.array([0, 5]), np.array([3, 4])
    np.testing.assert_array_equal(features.transform(histories, rows, movies), again.transform(histories, rows, movies))
    assert features.names == again.names
    assert len(set(features.names)) == len(features.names)


def test_crossfit_covers_every_row_and_tells_how_far_it_is(histories, catalogue):
    told: list[float] = []
    matrix, names = crossfit(histories, catalogue, CONTEXT, told.append)
    assert matrix.shape == (len(histories.movies), len(names))
    assert told == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert np.isfinite(matrix).all()


def test_shortened_histories_are_prefixes_of_some_users(histories):
    shown = shorten(histories, share=0.5, fold=1, seed=0)
    fewer = shown.counts < histories.counts
    assert 0.2 < fewer.mean() < 0.7
    assert shown.counts[fewer].max() <= 20
    assert (shown.counts == 0).any()
    for row in np.flatnonzero(fewer)[:5]:
        mine, whole = shown.take(np.array([row])), histories.take(np.array([row]))
        assert set(zip(mine.movies, mine.stars, strict=True)) <= set(zip(whole.movies, whole.stars, strict=True))
    np.testing.assert_array_equal(shorten(histories, share=0.0, fold=1, seed=0).stars, histories.stars)


def test_taking_and_keeping_rows(histories):
    taken = histories.take(np.array([4, -1, 2]))
    assert taken.counts.tolist() == [histories.counts[4], 0, histories.counts[2]]
    fours = histories.keep(histories.stars == 4)
    assert (fours.stars == 4).all()
    np.testing.assert_array_equal(fours.counts, histories.sum_by_user(histories.stars == 4))
