"""The learning curve shows real rounds, on rows that no tree was fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.config import TrainingConfig
from recsys.data.splits import stratified
from recsys.evaluation.learning_curve import FITTED_ROWS, HELD_OUT_ROWS, holdout_rows, learning_curve
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.metrics.probability import log_losses
from recsys.models.star_model import StarModel
from recsys.models.training_set import make_training_set
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS, star_metrics_only

CONFIG = TrainingConfig.of("quick", **TINY_SETTINGS)


@pytest.fixture(scope="module")
def training_set(tiny):
    return make_training_set(tiny, stratified(tiny.ratings).train, Context(tiny.stars, CONFIG, Vocabulary.of(tiny)))


def test_both_rows_of_a_rating_are_held_out_together(training_set):
    holdout = holdout_rows(training_set, 0)
    ratings = set(training_set.rows.index[holdout])
    assert not ratings & set(training_set.rows.index[~holdout])
    assert 0.02 < len(ratings) / len(training_set.interactions.stars) < 0.08
    assert holdout[len(training_set.interactions.stars) :].any()


def test_the_curve_starts_with_the_softmax_regression_and_ends_with_the_full_model(tiny, training_set):
    holdout = holdout_rows(training_set, 0)
    rows = training_set.rows
    model = StarModel.learn(rows.aligned(~holdout), rows.stars[~holdout], tiny.stars, rows.features.names, CONFIG)
    curve = learning_curve(model, training_set, holdout)
    holdout_curve = curve[curve["rows"] == HELD_OUT_ROWS]
    assert holdout_curve["round"].tolist() == [0, 5, 10, 15, 20]
    values = holdout_curve["value"].tolist()
    full_history = np.flatnonzero(holdout)[: holdout_curve["n"].iloc[0]]
    stars, matrix = rows.stars[full_history], rows.aligned(full_history)
    assert values[-1] == pytest.approx(log_losses(stars, model.predict_proba(matrix), tiny.stars).mean(), rel=1e-6)
    logits = model.softmax_regression.logits(matrix).astype(float)
    regression = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert values[0] == pytest.approx(log_losses(stars, regression, tiny.stars).mean(), rel=1e-6)
    assert curve[curve["rows"] == FITTED_ROWS]["value"].is_monotonic_decreasing


def test_the_stars_of_held_out_rows_change_no_tree(tiny, monkeypatch):
    """The same trees are fitted after these stars are reversed."""
    models = []
    for reverse in (False, True):

        def learn_with_reversed_holdout(*args, reverse=reverse):
            training_set = make_training_set(*args)
            holdout = holdout_rows(training_set, CONFIG.seed)
            if reverse:
                training_set.rows.stars[holdout] = 6 - training_set.rows.stars[holdout]
            return training_set

        monkeypatch.setattr(pipeline, "make_training_set", learn_with_reversed_holdout)
        with star_metrics_only():
            models.append(pipeline.fit_and_report(tiny, CONFIG, stratified(tiny.ratings))[0].model.to_json())
    assert models[0] == models[1]


def test_a_bundle_keeps_the_curve(tiny_version):
    curve = tiny_version.report.curve
    assert curve["round"].max() == TINY_SETTINGS["trees"]
    assert set(curve["rows"]) == {FITTED_ROWS, HELD_OUT_ROWS}
    assert np.isfinite(curve["value"]).all()
