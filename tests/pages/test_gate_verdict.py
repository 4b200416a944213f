"""Sentences about the promotion gate's verdict, also of verdicts that lack something."""

from __future__ import annotations

import pytest

from recsys.registry.promotion_gate import MARGINS
from recsys.ui.common.gate_verdict import acceptance, certainty, comparison


def verdict(**differences) -> dict:
    return {"passed": True, "reasons": [], "champion": "", "pairs": 2500, "differences": differences}


def test_small_differences_are_the_same():
    sentence = comparison(verdict(log_loss=[-0.00004, -0.1, 0.1], rmse=[0.00006, 0.0, 0.1]))
    assert "its log-loss is the same and its RMSE is 0.0001 higher" in sentence


@pytest.mark.parametrize("interval", [[None, None, None], [0.1, None, 0.2], [0.1], ["a", "b", "c"]])
def test_an_incomplete_difference_is_left_out(interval):
    partial = verdict(rmse=interval, log_loss=[0.1, 0.05, 0.15], accuracy=[1, 1, 1])
    assert "RMSE" not in comparison(partial) + certainty(partial)
    assert certainty(partial) == (
        "90% intervals of the differences (95% to either side), over users and movies: log-loss +0.0500 to +0.1500. "
        f"A model is accepted if the upper ends are below {MARGINS['log_loss']} (log-loss)."
    )
    assert comparison(verdict(rmse=interval)) == certainty(verdict(rmse=interval)) == ""


def test_a_first_version_without_baselines_is_better_than_every_baseline():
    assert acceptance(verdict(), {"version": "x", "metrics": {}, "baselines": {}}) == "better than every baseline"
