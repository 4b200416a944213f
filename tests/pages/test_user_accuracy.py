"""The line on Predict and Recommend gives one user's errors, or that there are too few ratings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from recsys.evaluation.user_error import UserError
from recsys.glossary import model_name
from recsys.registry import Registry
from recsys.ui.common.user_accuracy import sentence
from tests.pages.conftest import predict, recommend, text_of


@pytest.mark.parametrize("page", [lambda user: predict(user=user, movie=7), lambda user: recommend(user=user)])
@pytest.mark.parametrize("user", [3, 4])
def test_both_pages_show_the_user_s_errors(served, page, user):
    assert f"Average error for this user: {sentence(UserError.of(served.report, user))}" in text_of(page(user))


def test_the_sentence_has_both_errors_and_the_verdict():
    text = sentence(UserError(20, 0.7, 0.8, -0.15, -0.05))
    assert "0.70 stars (MAE) on 20 test ratings" in text
    assert ": 0.80)." in text
    assert text.endswith("significantly better than the baseline.")
    assert sentence(UserError(9, 0.7, 0.8, -0.15, -0.05)) == "not enough test ratings (9)."
    assert "not enough" in sentence(UserError(0, math.nan, math.nan, math.nan, math.nan))
    assert "no significant difference" in sentence(UserError(20, 0.7, 0.72, -0.1, 0.06))
    assert "the baseline is significantly better" in sentence(UserError(20, 0.8, 0.7, 0.05, 0.15))


def test_the_errors_are_recomputed_from_the_held_out_rows(served):
    rows, report = served.report.held_out, served.report
    user = int(rows["user_id"].value_counts().index[0])
    of_user = (rows["user_id"] == user).to_numpy()
    strongest_name = min(report.baselines, key=lambda name: report.value("mae", name))
    errors = {
        name: np.abs(rows.loc[of_user, "rating"] - report.predicted(name).expected[of_user]).mean()
        for name in ("model", strongest_name)
    }
    text = text_of(predict(user=user, movie=7))
    if of_user.sum() >= 10:
        assert f"{errors['model']:.2f} stars (MAE) on" in text
        assert f"best baseline, {model_name(strongest_name).lower()}: {errors[strongest_name]:.2f})." in text
    else:
        assert f"not enough test ratings ({of_user.sum()})." in text


def test_without_a_report_there_is_no_line(measured_model):
    Registry().publish(replace(measured_model, report=None))
    assert "Average error for this user" not in text_of(predict(user=3, movie=7))
