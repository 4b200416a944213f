"""The curves of one star against the rest and the residuals show exactly their tables."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys.charts import evaluate_residuals as residual_charts
from recsys.charts import evaluate_thresholds as thresholds
from recsys.charts.layout import Look

COLOURED = Look("#111111", tuple(f"#00000{number}" for number in range(1, 8)))


@pytest.fixture
def points():
    columns = {
        "star": [4.0, 4.0, 4.0, 5.0, 5.0],
        "threshold": [0.9, 0.5, 0.1, 0.8, 0.2],
        "false_positive_rate": [0.1, 0.3, 1.0, 0.05, 1.0],
        "recall": [0.25, 0.5, 1.0, 0.6, 1.0],
        "precision": [0.9, 0.7, 0.4, 0.8, 0.3],
    }
    return pd.DataFrame(columns)


def test_the_selected_star_is_strong_and_chance_is_the_diagonal(points):
    chance, other, selected = thresholds.roc(points, 4.0, COLOURED).data
    assert list(chance.x) == list(chance.y) == [0, 1]
    assert (selected.name, list(selected.x), list(selected.y)) == ("4 ★", [0.1, 0.3, 1.0], [0.25, 0.5, 1.0])
    assert (other.name, list(other.y)) == ("Other stars", [0.6, 1.0])
    assert other.opacity < selected.opacity
    assert other.line.width < selected.line.width


def test_chance_of_precision_is_the_share_of_the_star(points):
    chance, _, selected = thresholds.precision_recall(points, 5.0, 0.3, COLOURED).data
    assert list(chance.y) == [0.3, 0.3]
    assert (list(selected.x), list(selected.y)) == ([0.6, 1.0], [0.8, 0.3])
    text = thresholds.describe(points, 4.0, "ROC curve", "false_positive_rate", "recall")
    assert "ROC curve of 4 ★ against the other stars: recall 25% at false positive rate 10%" in text


@pytest.fixture
def residual_table():
    columns = {
        "part": [0, 1, 0, 1],
        "low_end": [1.0, 3.456, 1.0, 3.456],
        "label": ["1 – 3", "3 – 5"] * 2,
        "model": ["model", "model", "bias", "bias"],
        "value": [0.1, -0.2, 0.3, -0.4],
        "low": [0.0, -0.3, 0.2, -0.5],
        "high": [0.2, -0.1, 0.4, -0.3],
        "n": [7, 8, 7, 8],
    }
    return pd.DataFrame(columns)


def test_signed_errors_have_a_line_at_zero_and_the_model_its_interval(residual_table):
    figure = residual_charts.by_group(residual_table, "Stars", "Expected rating", COLOURED)
    model, bias = figure.data
    assert (list(model.y), list(bias.y)) == ([0.1, -0.2], [0.3, -0.4])
    assert list(model.error_y.array) == pytest.approx([0.1, 0.1])
    assert bias.error_y.array is None
    assert [shape.y0 for shape in figure.layout.shapes] == [0]
    assert (figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext) == ((0,), ("1",))
    assert "User and movie averages: +0.30 at 1 – 3, -0.40 at 3 – 5" in residual_charts.describe(residual_table, "it")


def test_a_spread_has_no_line_at_zero(residual_table):
    assert not residual_charts.by_group(residual_table, "Stars", "Ratings", COLOURED, signed=False).layout.shapes
