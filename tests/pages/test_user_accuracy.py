"""The line on Predict and Recommend tells one person's errors, or that there are too few ratings to tell."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from recsys.evaluation.user_error import UserError
from recsys.glossary import model_name
from recsys.registry import Registry
from recsys.ui.common.user_accuracy import sentence
from tests.pages.conftest import predict, recommend, said


@pytest.mark.parametrize("page", [lambda user: predict(user=user, movie=7), lambda user: recommend(user=user)])
@pytest.mark.parametrize("user", [3, 4])
def test_both_pages_tell_the_person_s_fit(served, page, user):
    assert f"How good for user {user}? {sentence(UserError.of(served.report, user))}" in said(page(user))


def test_the_sentence_has_both_errors_and_the_verdict():
    told = sentence(UserError(20, 0.7, 0.8, -0.15, -0.05))
    assert "On 20 of their ratings, held out, it misses by 0.70 stars" in told
    assert "by 0.80." in told
    assert told.endswith("closer than the baseline, beyond chance.")
    assert sentence(UserError(9, 0.7, 0.8, -0.15, -0.05)) == "9 of their ratings were held out: too few to tell."
    assert "too few" in sentence(UserError(0, math.nan, math.nan, math.nan, math.nan))
    assert "does not differ" in sentence(UserError(20, 0.7, 0.72, -0.1, 0.06))
    assert "the baseline is closer" in sentence(UserError(20, 0.8, 0.7, 0.05, 0.15))


def test_the_errors_are_recomputed_from_the_held_out_rows(served):
    rows, report = served.report.held_out, served.report
    user = int(rows["user_id"].value_counts().index[0])
    mine = (rows["user_id"] == user).to_numpy()
    best = min(report.baselines, key=lambda name: report.value("mae", name))
    errors = {
        name: np.abs(rows.loc[mine, "rating"] - report.predicted(name).expected[mine]).mean()
        for name in ("model", best)
    }
    words = said(predict(user=user, movie=7))
    if mine.sum() >= 10:
        assert f"misses by {errors['model']:.2f} stars on average" in words
        assert f"the strongest baseline, {model_name(best).lower()}, by {errors[best]:.2f}." in words
    else:
        assert f"{mine.sum()} of their ratings were held out: too few to tell." in words


def test_a_model_without_report_says_nothing(reported):
    Registry().publish(replace(reported, report=None))
    assert "How good for user" not in said(predict(user=3, movie=7))
