"""Feature extractors against cases worked out by hand and against scikit-learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys.config import TrainingConfig
from recsys.core import cholesky
from recsys.core.keyed_random import uniform
from recsys.data import interactions as interactions_module
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features import cooccurrence_svd
from recsys.features.activity import Activity
from recsys.features.damped_bias import DampedBias
from recsys.features.demographics import Demographics
from recsys.features.ease import ease_weights
from recsys.features.extractor import Context
from recsys.features.gaussian_process import GaussianProcess
from recsys.features.genre_pca import GenrePca
from recsys.features.histograms import Histograms
from recsys.features.matrix import EXTRACTORS, Features
from recsys.features.posterior import history_pieces
from recsys.features.vocabulary import Vocabulary
from recsys.models.cold_start import shorten
from recsys.models.cross_fitting import crossfit

VOCABULARY = Vocabulary(np.array(["F", "M"]), np.array(["writer"]), np.array(True))
CONTEXT = Context((1.0, 2.0, 4.0, 5.0), TrainingConfig.of("quick"), VOCABULARY)


@pytest.fixture(scope="module")
def catalogue(tiny):
    return Catalogue.from_frame(tiny.movies)


@pytest.fixture(scope="module")
def interactions(tiny, catalogue):
    return Interactions.from_frames(tiny.ratings, tiny.users, catalogue)


def fitted_context(interactions, catalogue) -> Context:
    """The context of an extractor, those before it fitted."""
    fitted = {}
    for extractor in EXTRACTORS:
        fitted[extractor] = extractor.learn(interactions, catalogue, replace(CONTEXT, fitted=dict(fitted)))
    return replace(CONTEXT, fitted=fitted)


def column(extractor, interactions, rows, movies, name):
    return extractor.transform(interactions, rows, movies)[:, extractor.names().index(name)]


def test_damped_histograms_by_hand(tiny, interactions, catalogue):
    ratings, damping = tiny.ratings, CONTEXT.config.histograms.damping
    fitted = Histograms.learn(interactions, catalogue, CONTEXT)
    row, movie = interactions.rows(np.array([8])), catalogue.positions(np.array([13]))
    overall = (ratings["rating"] == 5).mean()
    for key, value, whose in (("user_id", 8, "user"), ("movie_id", 13, "movie")):
        stars = ratings[ratings[key] == value]["rating"]
        share = ((stars == 5).sum() + damping * overall) / (len(stars) + damping)
        assert column(fitted, interactions, row, movie, f"{whose}_share_5")[0] == pytest.approx(share)


def test_activity_counts_users_and_movies(tiny, interactions, catalogue):
    activity = Activity.learn(interactions, catalogue, fitted_context(interactions, catalogue))
    row, movie = interactions.rows(np.array([8])), catalogue.positions(np.array([13]))
    for key, value, name in (("user_id", 8, "user_count"), ("movie_id", 13, "movie_count")):
        count = (tiny.ratings[key] == value).sum()
        assert column(activity, interactions, row, movie, name)[0] == pytest.approx(np.log1p(count))
    assert column(activity, interactions, row, movie, "movie_year")[0] == 1963


def test_the_closed_form_is_the_expectation_of_a_history_without_the_rating(interactions, catalogue):
    """The closed form of leave-one-out equals solving the user again with one rating less."""
    process = GaussianProcess.learn(interactions, catalogue, fitted_context(interactions, catalogue))
    regression = np.zeros_like(process.movie_regression)
    regression[:, 0] = process.movie_regression[:, 0]  # covariates come from the history too: keep the constant only
    process = replace(process, movie_regression=regression)
    user = interactions.take(np.array([5]))
    loo_expected = process._loo_expected(user)
    for position in range(3):
        rest = user.keep(np.arange(len(user.movies)) != position)
        again = column(process, rest, np.zeros(1, int), user.movies[[position]], "gp_expected")[0]
        assert loo_expected[position] == pytest.approx(again, abs=1e-4)


def test_taste_follows_the_history(interactions, catalogue):
    """Somebody who loves even movies is expected to love another one, and the other way round."""
    process = GaussianProcess.learn(interactions, catalogue, fitted_context(interactions, catalogue))
    for loved in (0, 1):
        lover = Interactions.newcomer({m: 5.0 if m % 2 == loved else 1.0 for m in range(1, 13)}, {}, catalogue)
        columns = column(process, lover, np.zeros(20, int), np.arange(20, 40), "gp_expected")
        same = catalogue.movie_ids[20:40] % 2 == loved
        assert columns[same].min() > columns[~same].max() + 1


def test_reaching_a_level_is_never_more_likely_than_a_lower_one_on_the_whole(interactions, catalogue):
    process = GaussianProcess.learn(interactions, catalogue, fitted_context(interactions, catalogue))
    columns = process.transform(interactions, interactions.user_index, interactions.movies)
    levels = columns[:, [process.names().index(f"gp_over_{star}") for star in (2, 4, 5)]]
    assert (np.diff(levels.mean(0)) < 0).all()
    given = columns[:, [process.names().index(f"calibration_{star}") for star in (1, 2, 4, 5)]]
    np.testing.assert_allclose(given.sum(1), 1, atol=1e-5)


def test_long_histories_are_learned_from_in_pieces_that_miss_nothing(interactions):
    pieces = list(history_pieces(interactions, longest=10))
    assert np.array_equal(np.sort(np.concatenate([piece for _, piece in pieces])), np.arange(len(interactions.movies)))
    assert max(len(piece) for _, piece in pieces) <= 10
    assert all((interactions.user_index[piece] == user).all() for user, piece in pieces)
    assert [len(piece) for _, piece in history_pieces(interactions, longest=250)] == interactions.counts.tolist()


def test_the_axes_are_the_singular_vectors(catalogue):
    """Of people in two camps, who rate movies of one half mostly: one axis all movies, one axis the halves."""
    config = TrainingConfig.of("quick", cooccurrence_svd={"axes": 2, "oversampling": 4})
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, 301), catalogue.movie_ids))
    rated = uniform(user, movie, 5) < np.where(user % 2 == movie % 2, 0.7, 0.2)
    ratings = pd.DataFrame({"user_id": user[rated], "movie_id": movie[rated], "rating": 4.0})
    camps = Interactions.from_frames(ratings, None, catalogue)
    columns = cooccurrence_svd.CooccurrenceSvd.learn(camps, catalogue, replace(CONTEXT, config=config))
    _, values, axes = np.linalg.svd(cooccurrence_svd.unit_rows(camps, len(catalogue)), full_matrices=False)
    np.testing.assert_allclose(columns.singular_values, values[:2], rtol=1e-4)
    np.testing.assert_allclose(np.abs((columns.movie_axes * axes[:2].T).sum(0)), 1, atol=1e-4)


def test_half_an_inverse_is_made_whole():
    matrix = np.cov(np.random.default_rng(0).normal(size=(6, 30)))
    np.testing.assert_allclose(cholesky.inverse(matrix), np.linalg.inv(matrix), rtol=1e-9)


def test_ease_solves_its_own_equation():
    matrix = (np.random.default_rng(0).random((60, 12)) < 0.4).astype(np.float64)
    weights, ridge = ease_weights(matrix.T @ matrix, 10.0), 10.0
    assert (np.diag(weights) == 0).all()
    for movie in range(12):
        others = np.arange(12) != movie
        gram = matrix[:, others].T @ matrix[:, others] + ridge * np.eye(11)
        solved = np.linalg.solve(gram, matrix[:, others].T @ matrix[:, movie])
        np.testing.assert_allclose(weights[others, movie], solved, atol=1e-5)


def test_damped_bias_solves_its_own_equations(interactions, catalogue):
    bias = DampedBias.learn(interactions, catalogue, CONTEXT)
    user = bias.user_offset(interactions)
    left = interactions.stars - bias.mean - user[interactions.user_index]
    count = np.bincount(interactions.movies, minlength=len(catalogue))
    solved = np.bincount(interactions.movies, weights=left, minlength=len(catalogue)) / (
        count + CONTEXT.config.damped_bias.damping
    )
    np.testing.assert_allclose(bias.movie_offset, solved, atol=1e-3)
    assert bias.mean == pytest.approx(interactions.stars.mean())


def test_bias_of_somebody_unknown_is_the_movies_own(interactions, catalogue):
    bias = DampedBias.learn(interactions, catalogue, CONTEXT)
    stranger = interactions.take(np.array([-1]))
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
    interactions = Interactions.from_frames(rated, None, catalogue)
    genres = GenrePca.learn(
        interactions,
        catalogue,
        replace(CONTEXT, fitted={DampedBias: DampedBias.learn(interactions, catalogue, CONTEXT)}),
    )
    scaler = StandardScaler().fit(flags[:100].astype(float))
    pca = PCA(n_components=0.9, svd_solver="full").fit(scaler.transform(flags[:100].astype(float)))
    np.testing.assert_allclose(genres.movie_components, pca.transform(scaler.transform(flags.astype(float))), atol=1e-9)
    assert genres.pca_variance_ratio.sum() >= 0.9 > genres.pca_variance_ratio[:-1].sum()


def test_demographics_of_strangers_are_missing(interactions, catalogue):
    demographics = Demographics.learn(interactions, catalogue, CONTEXT)
    assert demographics.names() == ["age", "gender_1"]
    both = demographics.transform(interactions.take(np.array([5, 4, -1])), np.array([0, 1, 2]), np.zeros(3, int))
    np.testing.assert_array_equal(both, [[26, 1], [25, 0], [np.nan, np.nan]])


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_blocks_of_users_change_nothing(extractor, interactions, catalogue, monkeypatch):
    context = fitted_context(interactions, catalogue)
    complete = extractor.learn(interactions, catalogue, context)
    monkeypatch.setattr(interactions_module, "BLOCK_USERS", 7)
    for name, array in vars(extractor.learn(interactions, catalogue, context)).items():
        if isinstance(array, np.ndarray) and array.dtype.kind == "f":
            np.testing.assert_allclose(array, getattr(complete, name), atol=2e-4, err_msg=name)


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_an_extractor_names_each_of_its_columns(extractor, interactions, catalogue):
    fitted = extractor.learn(interactions, catalogue, fitted_context(interactions, catalogue))
    columns = fitted.transform(interactions, interactions.user_index, interactions.movies)
    assert columns.shape == (len(interactions.movies), len(fitted.names()))


def test_arrays_and_back(interactions, catalogue):
    features = Features.learn(interactions, catalogue, CONTEXT)
    again = Features.from_arrays(features.arrays(), {"movies": len(catalogue)}, CONTEXT.config)
    rows, movies = np.array([0, 5]), np.array([3, 4])
    np.testing.assert_array_equal(
        features.transform(interactions, rows, movies), again.transform(interactions, rows, movies)
    )
    assert features.names == again.names
    assert len(set(features.names)) == len(features.names)


def test_crossfit_covers_every_row_and_shows_some_again_as_newcomers(interactions, catalogue):
    fractions: list[float] = []
    rows = crossfit(interactions, catalogue, CONTEXT, fractions.append)
    ratings = len(interactions.movies)
    share = CONTEXT.config.cross_fitting.cold_start_fraction
    assert ratings * (1 + share * 0.7) < len(rows.matrix) < ratings * (1 + share * 1.3)
    np.testing.assert_array_equal(rows.stars[:ratings], interactions.stars)
    assert rows.matrix.shape[1] == len(rows.features.names)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    count = rows.matrix[:, rows.features.names.index("user_count")]
    assert count[:ratings].min() > np.log1p(5)
    assert np.median(count[ratings:]) < np.log1p(12)
    assert (count[ratings:] == 0).any()


def test_shortened_histories_are_parts_of_the_whole(interactions, catalogue):
    short_histories = shorten(interactions, catalogue, 0, CONTEXT.config.cross_fitting)
    assert 0.05 < (short_histories.counts == 0).mean() < 0.4
    assert short_histories.counts.max() <= 30
    for row in range(5):
        short, complete = short_histories.take(np.array([row])), interactions.take(np.array([row]))
        assert set(zip(short.movies, short.stars, strict=True)) <= set(
            zip(complete.movies, complete.stars, strict=True)
        )


def test_taking_and_keeping_rows(interactions):
    taken = interactions.take(np.array([4, -1, 2]))
    assert taken.counts.tolist() == [interactions.counts[4], 0, interactions.counts[2]]
    fours = interactions.keep(interactions.stars == 4)
    assert (fours.stars == 4).all()
    np.testing.assert_array_equal(fours.counts, interactions.sum_by_user(interactions.stars == 4))
