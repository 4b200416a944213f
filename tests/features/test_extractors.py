"""Signals against cases worked out by hand and against scikit-learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys.config import Recipe
from recsys.core import cholesky
from recsys.core.keyed_random import uniform
from recsys.data import interactions as histories_module
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.features import cooccurrence_svd, histograms
from recsys.features import gaussian_process as taste_module
from recsys.features.activity import Facts
from recsys.features.damped_bias import Bias
from recsys.features.demographics import Demographics
from recsys.features.ease import ease
from recsys.features.extractor import Context
from recsys.features.gaussian_process import Taste
from recsys.features.genre_pca import Genres
from recsys.features.matrix import SIGNALS, Features
from recsys.features.vocabulary import Vocabulary
from recsys.models.cold_start import shorten
from recsys.models.cross_fitting import crossfit

VOCABULARY = Vocabulary(np.array(["F", "M"]), np.array(["writer"]), np.array(True))
CONTEXT = Context((1.0, 2.0, 4.0, 5.0), Recipe.of("quick"), VOCABULARY)


@pytest.fixture(scope="module")
def catalogue(tiny):
    return Catalogue.from_frame(tiny.movies)


@pytest.fixture(scope="module")
def histories(tiny, catalogue):
    return Histories.from_frames(tiny.ratings, tiny.users, catalogue)


def fitted_context(histories, catalogue) -> Context:
    """The context that signals see when those before them have learned."""
    fitted = {}
    for signal in SIGNALS:
        fitted[signal] = signal.fit(histories, catalogue, replace(CONTEXT, fitted=dict(fitted)))
    return replace(CONTEXT, fitted=fitted)


def column(signal, histories, rows, movies, name):
    return signal.transform(histories, rows, movies)[:, signal.names().index(name)]


def test_damped_histograms_by_hand(tiny, histories, catalogue):
    ratings, damping = tiny.ratings, histograms.DAMPING
    fitted = histograms.Histograms.fit(histories, catalogue, CONTEXT)
    row, movie = histories.rows(np.array([8])), catalogue.positions(np.array([13]))
    overall = (ratings["rating"] == 5).mean()
    for key, value, whose in (("user_id", 8, "user"), ("movie_id", 13, "movie")):
        stars = ratings[ratings[key] == value]["rating"]
        share = ((stars == 5).sum() + damping * overall) / (len(stars) + damping)
        assert column(fitted, histories, row, movie, f"{whose}_share_5")[0] == pytest.approx(share)


def test_facts_count_who_and_what(tiny, histories, catalogue):
    facts = Facts.fit(histories, catalogue, fitted_context(histories, catalogue))
    row, movie = histories.rows(np.array([8])), catalogue.positions(np.array([13]))
    for key, value, name in (("user_id", 8, "user_count"), ("movie_id", 13, "movie_count")):
        count = (tiny.ratings[key] == value).sum()
        assert column(facts, histories, row, movie, name)[0] == pytest.approx(np.log1p(count))
    assert column(facts, histories, row, movie, "movie_year")[0] == 1963


def test_left_out_taste_is_that_of_a_history_without_the_rating(histories, catalogue):
    """The closed form of leave-one-out equals solving the user again with one rating less."""
    taste = Taste.fit(histories, catalogue, fitted_context(histories, catalogue))
    regression = np.zeros_like(taste.movie_regression)
    regression[:, 0] = taste.movie_regression[:, 0]  # the profile too is made of the history: keep its constant only
    taste = replace(taste, movie_regression=regression)
    user = histories.take(np.array([5]))
    left_out = taste._left_out(user)
    for place in range(3):
        rest = user.keep(np.arange(len(user.movies)) != place)
        again = column(taste, rest, np.zeros(1, int), user.movies[[place]], "taste")[0]
        assert left_out[place] == pytest.approx(again, abs=1e-4)


def test_taste_follows_the_history(histories, catalogue):
    """Somebody who loves even movies is expected to love another one, and the other way round."""
    taste = Taste.fit(histories, catalogue, fitted_context(histories, catalogue))
    for loved in (0, 1):
        lover = Histories.newcomer({m: 5.0 if m % 2 == loved else 1.0 for m in range(1, 13)}, {}, catalogue)
        found = column(taste, lover, np.zeros(20, int), np.arange(20, 40), "taste")
        same = catalogue.movie_ids[20:40] % 2 == loved
        assert found[same].min() > found[~same].max() + 1


def test_reaching_a_level_is_never_more_likely_than_a_lower_one_on_the_whole(histories, catalogue):
    taste = Taste.fit(histories, catalogue, fitted_context(histories, catalogue))
    found = taste.transform(histories, histories.owners, histories.movies)
    levels = found[:, [taste.names().index(f"taste_over_{star}") for star in (2, 4, 5)]]
    assert (np.diff(levels.mean(0)) < 0).all()
    given = found[:, [taste.names().index(f"taste_given_{star}") for star in (1, 2, 4, 5)]]
    np.testing.assert_allclose(given.sum(1), 1, atol=1e-5)


def test_long_histories_are_learned_from_in_parts_that_miss_nothing(histories, catalogue, monkeypatch):
    monkeypatch.setattr(taste_module, "LONGEST", 10)
    pieces = list(taste_module._pieces(histories))
    assert np.array_equal(np.sort(np.concatenate([piece for _, piece in pieces])), np.arange(len(histories.movies)))
    assert max(len(piece) for _, piece in pieces) <= 10
    assert all((histories.owners[piece] == user).all() for user, piece in pieces)
    monkeypatch.setattr(taste_module, "LONGEST", 250)
    assert [len(piece) for _, piece in taste_module._pieces(histories)] == histories.counts.tolist()


def test_axes_of_company_are_the_singular_vectors(catalogue, monkeypatch):
    """Of people in two camps, who rate movies of one half mostly: one axis all movies, one axis the halves."""
    monkeypatch.setattr(cooccurrence_svd, "AXES", 2)
    monkeypatch.setattr(cooccurrence_svd, "SPARE", 4)
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, 301), catalogue.movie_ids))
    rated = uniform(user, movie, 5) < np.where(user % 2 == movie % 2, 0.7, 0.2)
    ratings = pd.DataFrame({"user_id": user[rated], "movie_id": movie[rated], "rating": 4.0})
    camps = Histories.from_frames(ratings, None, catalogue)
    found = cooccurrence_svd.Company.fit(camps, catalogue, CONTEXT)
    _, values, axes = np.linalg.svd(cooccurrence_svd.unit_rows(camps, len(catalogue)), full_matrices=False)
    np.testing.assert_allclose(found.spread, values[:2], rtol=1e-4)
    np.testing.assert_allclose(np.abs((found.movie_axes * axes[:2].T).sum(0)), 1, atol=1e-4)


def test_half_an_inverse_is_made_whole():
    matrix = np.cov(np.random.default_rng(0).normal(size=(6, 30)))
    np.testing.assert_allclose(cholesky.inverse(matrix), np.linalg.inv(matrix), rtol=1e-9)


def test_ease_solves_its_own_equation():
    matrix = (np.random.default_rng(0).random((60, 12)) < 0.4).astype(np.float64)
    weights, ridge = ease(matrix.T @ matrix, 10.0), 10.0
    assert (np.diag(weights) == 0).all()
    for movie in range(12):
        others = np.arange(12) != movie
        gram = matrix[:, others].T @ matrix[:, others] + ridge * np.eye(11)
        solved = np.linalg.solve(gram, matrix[:, others].T @ matrix[:, movie])
        np.testing.assert_allclose(weights[others, movie], solved, atol=1e-5)


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
    histories = Histories.from_frames(rated, None, catalogue)
    genres = Genres.fit(histories, catalogue, replace(CONTEXT, fitted={Bias: Bias.fit(histories, catalogue, CONTEXT)}))
    scaler = StandardScaler().fit(flags[:100].astype(float))
    pca = PCA(n_components=0.9, svd_solver="full").fit(scaler.transform(flags[:100].astype(float)))
    np.testing.assert_allclose(genres.movie_components, pca.transform(scaler.transform(flags.astype(float))), atol=1e-9)
    assert genres.pca_variance_ratio.sum() >= 0.9 > genres.pca_variance_ratio[:-1].sum()


def test_demographics_of_strangers_are_missing(histories, catalogue):
    who = Demographics.fit(histories, catalogue, CONTEXT)
    assert who.names() == ["age", "gender_1"]
    both = who.transform(histories.take(np.array([5, 4, -1])), np.array([0, 1, 2]), np.zeros(3, int))
    np.testing.assert_array_equal(both, [[26, 1], [25, 0], [np.nan, np.nan]])


@pytest.mark.parametrize("signal", SIGNALS)
def test_blocks_of_users_change_nothing(signal, histories, catalogue, monkeypatch):
    context = fitted_context(histories, catalogue)
    whole = signal.fit(histories, catalogue, context)
    monkeypatch.setattr(histories_module, "BLOCK_USERS", 7)
    for name, array in vars(signal.fit(histories, catalogue, context)).items():
        if array.dtype.kind == "f":
            np.testing.assert_allclose(array, getattr(whole, name), atol=2e-4, err_msg=name)


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_signal_names_each_of_its_columns(signal, histories, catalogue):
    fitted = signal.fit(histories, catalogue, fitted_context(histories, catalogue))
    found = fitted.transform(histories, histories.owners, histories.movies)
    assert found.shape == (len(histories.movies), len(fitted.names()))


def test_arrays_and_back(histories, catalogue):
    features = Features.fit(histories, catalogue, CONTEXT)
    again = Features.from_arrays(features.arrays(), {"movies": len(catalogue)})
    rows, movies = np.array([0, 5]), np.array([3, 4])
    np.testing.assert_array_equal(features.transform(histories, rows, movies), again.transform(histories, rows, movies))
    assert features.names == again.names
    assert len(set(features.names)) == len(features.names)


def test_crossfit_covers_every_row_and_shows_some_again_as_newcomers(histories, catalogue):
    told: list[float] = []
    rows = crossfit(histories, catalogue, CONTEXT, told.append)
    ratings = len(histories.movies)
    share = CONTEXT.recipe.cold_share
    assert ratings * (1 + share * 0.7) < len(rows.matrix) < ratings * (1 + share * 1.3)
    np.testing.assert_array_equal(rows.stars[:ratings], histories.stars)
    assert rows.matrix.shape[1] == len(rows.features.names)
    assert told == sorted(told)
    assert told[-1] == 1
    count = rows.matrix[:, rows.features.names.index("user_count")]
    assert count[:ratings].min() > np.log1p(5)
    assert np.median(count[ratings:]) < np.log1p(12)
    assert (count[ratings:] == 0).any()


def test_shortened_histories_are_parts_of_the_whole(histories, catalogue):
    shown = shorten(histories, catalogue, seed=0, empty_share=0.3, longest=30)
    assert 0.05 < (shown.counts == 0).mean() < 0.4
    assert shown.counts.max() <= 30
    for row in range(5):
        mine, whole = shown.take(np.array([row])), histories.take(np.array([row]))
        assert set(zip(mine.movies, mine.stars, strict=True)) <= set(zip(whole.movies, whole.stars, strict=True))


def test_taking_and_keeping_rows(histories):
    taken = histories.take(np.array([4, -1, 2]))
    assert taken.counts.tolist() == [histories.counts[4], 0, histories.counts[2]]
    fours = histories.keep(histories.stars == 4)
    assert (fours.stars == 4).all()
    np.testing.assert_array_equal(fours.counts, histories.sum_by_user(histories.stars == 4))
