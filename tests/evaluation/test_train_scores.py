"""Scores on training rows, and the sample of held-out features: the rows are the right ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error

from recsys.config import TrainingConfig
from recsys.data.splits import stratified
from recsys.evaluation import train_scores as module
from recsys.evaluation.feature_sample import SAMPLE_ROWS, feature_sample
from recsys.evaluation.files import files_of, report_of
from recsys.evaluation.learning_curve import holdout_rows
from recsys.evaluation.train_scores import TRAIN, VALIDATION, train_scores
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.star_model import StarModel
from recsys.models.training_set import make_training_set
from tests.conftest import TINY_SETTINGS

CONFIG = TrainingConfig.of("quick", **TINY_SETTINGS)


@pytest.fixture(scope="module")
def training_set(tiny):
    return make_training_set(tiny, stratified(tiny.ratings).train, Context(tiny.stars, CONFIG, Vocabulary.of(tiny)))


@pytest.fixture(scope="module")
def fitted(tiny, training_set):
    holdout = holdout_rows(training_set, 0)
    rows = training_set.rows
    model = StarModel.learn(rows.aligned(~holdout), rows.stars[~holdout], tiny.stars, rows.features.names, CONFIG)
    return model, holdout


def test_the_scores_are_scikit_learn_s_on_fitted_and_kept_out_rows(training_set, fitted):
    model, holdout = fitted
    table = train_scores(model, training_set, holdout, "stratified").set_index(["slice", "metric"])
    ratings = len(training_set.interactions.stars)
    for name, mask in ((TRAIN, ~holdout[:ratings]), (VALIDATION, holdout[:ratings])):
        probabilities = model.predict_proba(training_set.rows.aligned(np.flatnonzero(mask)))
        truth, stars = training_set.interactions.stars[mask], np.array(model.stars)
        assert (table.loc[name, "n"] == mask.sum()).all()
        accuracy = accuracy_score(truth, stars[probabilities.argmax(1)])
        assert table.loc[(name, "accuracy"), "value"] == pytest.approx(accuracy)
        assert table.loc[(name, "log_loss"), "value"] == pytest.approx(log_loss(truth.astype(str), probabilities))
        rmse = mean_squared_error(truth, probabilities @ stars) ** 0.5
        assert table.loc[(name, "rmse"), "value"] == pytest.approx(rmse)
        assert (table.loc[name, "low"] < table.loc[name, "value"]).all()


def test_only_so_many_fitted_rows_are_measured(training_set, fitted, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 100)
    table = train_scores(*(fitted[0], training_set, fitted[1]), "stratified")
    assert table.loc[table["slice"] == TRAIN, "n"].max() <= 100


def test_no_held_out_rating_is_among_the_training_rows(tiny, training_set):
    held_out = tiny.ratings[stratified(tiny.ratings).test]
    pairs = pd.MultiIndex.from_frame(held_out[["user_id", "movie_id"]])
    assert not training_set.pairs().isin(pairs).any()


def test_the_sample_predicts_the_stored_probabilities(tiny_version):
    """The features are those that the report's own predictions were made from, not those of the live tables."""
    report, sample = tiny_version.report, tiny_version.report.feature_sample
    assert len(sample.rows) == min(SAMPLE_ROWS, len(report.held_out))
    columns = [f"p_{star:g}" for star in report.stars]
    stored = report.held_out[columns].to_numpy()[sample.rows]
    assert tiny_version.model.predict_proba(sample.matrix) == pytest.approx(stored, abs=1e-6)


def test_the_sample_depends_on_ids_alone(tiny, training_set):
    held_out = tiny.ratings[stratified(tiny.ratings).test].reset_index(drop=True)
    pairs = held_out.iloc[feature_sample(training_set, held_out, 0).rows][["user_id", "movie_id"]]
    shuffled = held_out.sample(frac=1, random_state=1, ignore_index=True)
    others = shuffled.iloc[feature_sample(training_set, shuffled, 0).rows][["user_id", "movie_id"]]
    assert set(map(tuple, pairs.to_numpy())) == set(map(tuple, others.to_numpy()))


def test_a_report_without_a_sample_is_read_as_before(tiny_report):
    older = replace(tiny_report, feature_sample=None)
    features = tiny_report.feature_sample.matrix.shape[1]
    assert report_of(files_of(older), tiny_report.stars, features).feature_sample is None
    again = report_of(files_of(tiny_report), tiny_report.stars, features).feature_sample
    assert np.array_equal(again.rows, tiny_report.feature_sample.rows)
    assert np.array_equal(again.matrix, tiny_report.feature_sample.matrix, equal_nan=True)


def test_a_sample_of_another_number_of_features_is_refused(tiny_report):
    features = tiny_report.feature_sample.matrix.shape[1]
    with pytest.raises(ValueError, match="shape"):
        report_of(files_of(tiny_report), tiny_report.stars, features + 1)
