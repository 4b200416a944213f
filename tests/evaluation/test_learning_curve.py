"""The curve of a training: real rounds, and rows that no tree has seen."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.config import TrainingConfig
from recsys.data.splits import stratified
from recsys.evaluation.learning_curve import GROWN, KEPT_BACK, holdout_rows, learning_curve
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.metrics.probability import log_losses
from recsys.models.star_model import StarModel
from recsys.models.training_set import learn
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS

RECIPE = TrainingConfig.of("quick", **TINY_SETTINGS)


@pytest.fixture(scope="module")
def training_set(tiny):
    return learn(tiny, stratified(tiny.ratings).train, Context(tiny.stars, RECIPE, Vocabulary.of(tiny)))


def test_both_rows_of_a_rating_are_kept_back_together(training_set):
    kept = holdout_rows(training_set, 0)
    ratings = set(training_set.rows.index[kept])
    assert not ratings & set(training_set.rows.index[~kept])
    assert 0.02 < len(ratings) / len(training_set.interactions.stars) < 0.08
    assert kept[len(training_set.interactions.stars) :].any()


def test_the_curve_ends_with_the_whole_model_and_starts_with_its_linear_start(tiny, training_set):
    kept = holdout_rows(training_set, 0)
    rows = training_set.rows
    model = StarModel.learn(rows.matrix[~kept], rows.stars[~kept], tiny.stars, rows.features.names, RECIPE)
    curve = learning_curve(model, training_set, kept)
    back = curve[curve["rows"] == KEPT_BACK].set_index("round")["value"]
    assert back.index.tolist() == [0, 5, 10, 15, 20]
    full = np.flatnonzero(kept)[: curve.loc[curve["rows"] == KEPT_BACK, "n"].iloc[0]]
    whole = log_losses(rows.stars[full], model.predict_proba(rows.matrix[full]), tiny.stars).mean()
    assert back[20] == pytest.approx(whole, rel=1e-6)
    logits = model.softmax_regression.logits(rows.matrix[full]).astype(float)
    start = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert back[0] == pytest.approx(log_losses(rows.stars[full], start, tiny.stars).mean(), rel=1e-6)
    grown = curve[curve["rows"] == GROWN]["value"]
    assert grown.is_monotonic_decreasing


def test_the_rows_kept_back_change_no_tree(tiny, monkeypatch):
    """Their stars turned round, the same trees are grown."""
    models = []
    for turned in (False, True):

        def marked(*given, turned=turned):
            found = learn(*given)
            kept = holdout_rows(found, RECIPE.seed)
            if turned:
                found.rows.stars[kept] = 6 - found.rows.stars[kept]
            return found

        monkeypatch.setattr(pipeline, "learn", marked)
        models.append(pipeline.fit_and_report(tiny, RECIPE, stratified(tiny.ratings))[0].model.to_json())
    assert models[0] == models[1]


def test_a_bundle_keeps_the_curve(tiny_version):
    curve = tiny_version.report.curve
    assert curve["round"].max() == TINY_SETTINGS["trees"]
    assert set(curve["rows"]) == {GROWN, KEPT_BACK}
    assert np.isfinite(curve["value"]).all()
