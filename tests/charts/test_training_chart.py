"""The learning curve of a running training shows the reported points, and so does its text alternative."""

from __future__ import annotations

from recsys.charts.training import describe, growing

POINTS = [
    {"round": 0, "majority": 1.4677},
    {"round": 1, "log_loss": 1.3, "of": 10},
    {"round": 2, "log_loss": 1.25, "of": 10},
]


def test_the_points_over_all_rounds():
    (curve,) = growing(POINTS, 10).data
    assert (list(curve.x), list(curve.y)) == ([1, 2], [1.3, 1.25])
    assert growing(POINTS, 10).layout.xaxis.range[1] >= 10


def test_the_text_alternative():
    assert describe(POINTS, 10) == (
        "After 2 of 10 boosting rounds the log-loss on validation ratings is 1.2500 "
        "(baseline, the overall star frequencies: 1.4677)."
    )
    assert describe([], 10) == "No boosting round is done yet."
