"""The figures of Evaluate show exactly the values of their tables, and so do their text alternatives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.charts import evaluate_certainty as certainty
from recsys.charts import evaluate_confusion as confusion
from recsys.charts import evaluate_inside as inside
from recsys.charts import evaluate_repeats as repeats
from recsys.charts import evaluate_stars as by_stars
from recsys.charts import evaluate_versions as versions
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.charts.layout import PLAIN, Look, name

STARS = (1.0, 2.0, 3.0)
COUNTS = np.array([[3, 1, 0], [2, 4, 4], [0, 0, 0]])
COLOURED = Look("#111111", tuple(f"#00000{number}" for number in range(1, 8)))


def test_the_matrix_has_truth_in_rows_and_decisions_in_columns():
    figure = confusion.heatmap(COUNTS, STARS, shares=False)
    cells, marks = figure.data
    assert cells.z[1][2] == 4  # given 2, decided 3
    assert list(cells.text[0]) == ["3", "1", "0"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first row is on top"
    assert tuple(marks.customdata[1 * 3 + 2]) == (2.0, 3.0)
    assert (marks.x[5], marks.y[5]) == ("3 ★", "2 ★")
    assert marks.marker.opacity == 0
    assert "4 ratings, 40% of all true 2 ★" in marks.text[5]


def test_shares_are_of_the_row_and_an_empty_row_has_none():
    cells = confusion.heatmap(COUNTS, STARS, shares=True).data[0]
    assert list(cells.text[0]) == ["75%", "25%", "0%"]
    assert list(cells.text[2]) == ["–", "–", "–"]
    text = confusion.describe(COUNTS, STARS, shares=True)
    assert "actual 2: 20% predicted as 1, 40% predicted as 2, 40% predicted as 3" in text


def test_many_stars_get_smaller_marks():
    counts = np.ones((10, 10), int)
    half_stars = (np.arange(1, 11) / 2).tolist()
    assert confusion.heatmap(counts, half_stars, False).data[1].marker.size < confusion.MARK


@pytest.fixture
def per_star():
    return pd.DataFrame(
        {
            "star": [1.0, 2.0, 1.0, 2.0],
            "model": ["model", "model", "bias", "bias"],
            "value": [0.5, 0.4, 0.3, np.nan],
            "low": [0.4, 0.35, 0.2, np.nan],
            "high": [0.7, 0.45, 0.4, np.nan],
        }
    )


def test_bars_are_the_model_with_its_interval_and_marks_the_baselines(per_star):
    bars, marks = by_stars.by_star(per_star, ("model", "bias"), COLOURED).data
    assert list(bars.y) == [0.5, 0.4]
    assert list(bars.error_y.array) == pytest.approx([0.2, 0.05])
    assert list(bars.error_y.arrayminus) == pytest.approx([0.1, 0.05])
    assert (bars.type, marks.type, marks.name) == ("bar", "scatter", "User and movie averages")
    assert marks.y[0] == 0.3
    assert bars.marker.color != marks.marker.color
    text = by_stars.describe_by_star("Recall", per_star, ("model", "bias"))
    assert "This model: 1 ★ 50%, 2 ★ 40%. User and movie averages: 1 ★ 30%, 2 ★ –" in text


def test_shares_of_stars_are_three_bars_a_star():
    table = pd.DataFrame(
        {"star": STARS, "actual": [0.2, 0.3, 0.5], "predicted": [0.1, 0.2, 0.7], "mean_probability": 1 / 3}
    )
    bars = {bar.name: list(bar.y) for bar in by_stars.shares(table).data}
    assert bars["Actual"] == [0.2, 0.3, 0.5]
    assert bars["Predicted"] == [0.1, 0.2, 0.7]
    assert "3 ★ actual 50%, predicted 70%, mean probability 33%" in by_stars.describe_shares(table)


def test_the_calibration_curve_has_a_diagonal():
    table = pd.DataFrame(
        {"said": [0.25, 0.8], "seen": [0.2, 0.9], "low": [0.1, 0.85], "high": [0.3, 0.95], "n": [4, 16]}
    )
    line, points = certainty.reliability(table, "This model").data
    assert list(line.x) == list(line.y) == [0, 1]
    assert (list(points.x), list(points.y)) == ([0.25, 0.8], [0.2, 0.9])
    assert points.marker.size[0] < points.marker.size[1]
    assert "predicted 25%, observed 20% of 4" in certainty.describe_reliability(table, "it")


def test_errors_have_a_line_a_model():
    table = pd.DataFrame(
        {
            "part": [0, 1, 0, 1],
            "expected": [2.0, 4.0, 2.0, 4.0],
            "rating": [2.1, 3.9, 2.1, 3.9],
            "model": ["model", "model", "bias", "bias"],
            "value": [0.7, 0.5, 0.9, 0.6],
            "low": [0.6, 0.4, 0.8, 0.5],
            "high": [0.8, 0.6, 1.0, 0.7],
            "n": [10, 10, 10, 10],
        }
    )
    model, bias = certainty.errors(table).data
    assert list(model.y) == [0.7, 0.5]
    assert list(bias.y) == [0.9, 0.6]
    assert model.error_y.array is not None
    assert bias.error_y.array is None
    assert "User and movie averages: 0.90 at 2.0, 0.60 at 4.0" in certainty.describe_errors(table)


def test_rows_of_a_forest_plot_keep_their_order_and_text():
    rows = pd.DataFrame(
        {
            "label": ["One", "Two"],
            "value": [0.1, -0.2],
            "low": [0.0, -0.3],
            "high": [0.3, -0.1],
            "words": ["+1", "−2"],
            "muted": [False, True],
        }
    )
    marks = pd.DataFrame({"label": ["One"], "value": [0.5], "model": ["majority"]})
    figure = forest(rows, Axis("Gain", ".0%", 0.0), PLAIN, marks)
    points, muted, mark = figure.data
    assert (list(points.x), list(muted.x), list(mark.x)) == ([0.1], [-0.2], [0.5])
    assert muted.opacity < 1
    assert list(points.error_x.array) == pytest.approx([0.2])
    assert figure.layout.yaxis.categoryarray == ("Two", "One"), "the first row is on top"
    assert {"One", "Two", "+1", "−2"} == {annotation.text for annotation in figure.layout.annotations}
    assert [shape.x0 for shape in figure.layout.shapes] == [0.0, 0.0]
    assert describe(rows, "Gains") == "Gains. One: +1; Two: −2."


def test_an_axis_from_zero_shows_zero_and_every_mark():
    rows = pd.DataFrame({"label": ["Recall"], "value": [0.3], "low": [0.2], "high": [0.4], "words": ["30%"]})
    marks = pd.DataFrame({"label": ["Recall"], "value": [0.5], "model": ["popularity"]})
    low, high = forest(rows, Axis("Mean", from_zero=True), PLAIN, marks).layout.xaxis.range
    assert low < 0
    assert high > 0.5
    assert forest(rows, Axis("Mean"), PLAIN, marks).layout.xaxis.range is None


def test_colours_belong_to_roles():
    assert COLOURED.colour("model") == "#000001"
    assert COLOURED.colour("bias") == "#000002"
    assert COLOURED.colour("another") == "#000006"
    assert PLAIN.colour("model") is None
    assert (name("bias"), name("another")) == ("User and movie averages", "another")


def test_the_learning_curve_has_a_line_for_each_kind_of_rows():
    table = pd.DataFrame(
        {"round": [0, 5, 0, 5], "rows": ["learned from"] * 2 + ["kept back"] * 2, "value": [1.3, 1.1, 1.4, 1.2], "n": 9}
    )
    grown, held_out = inside.curve(table, COLOURED).data
    assert (list(grown.y), list(held_out.y)) == ([1.3, 1.1], [1.4, 1.2])
    assert held_out.name == "Validation ratings"
    assert held_out.line.color == COLOURED.colour("model")
    assert "Validation ratings: 1.400 at round 0, 1.200 at round 5" in inside.describe_curve(table)


def test_importance_is_a_bar_for_the_linear_start_and_a_mark_for_the_trees():
    table = pd.DataFrame({"label": ["Taste", "Bias"], "trees": [0.7, 0.3], "linear": [0.4, 0.6]})
    figure = inside.bars(table)
    bars, marks = figure.data
    assert (list(bars.x), list(marks.x), list(bars.y)) == ([0.4, 0.6], [0.7, 0.3], ["Taste", "Bias"])
    assert figure.layout.yaxis.categoryarray == ("Bias", "Taste"), "the first is on top"
    assert "Taste: softmax regression 40.0%, trees 70.0%" in inside.describe_bars(table, "importance")


def test_each_fold_is_a_point_and_the_mean_a_line():
    table = pd.DataFrame(
        {
            "model": ["model", "model", "bias", "bias"],
            "split": ["fold 1 of 2", "fold 2 of 2"] * 2,
            "value": [0.5, 0.4, 0.3, 0.3],
            "n": [10, 11, 10, 11],
        }
    )
    figure = repeats.folds(table, ("model", "bias"), "Accuracy", ".0%", COLOURED)
    model, bias = figure.data
    assert (list(model.x), list(bias.x)) == ([0.5, 0.4], [0.3, 0.3])
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx([0.45, 0.3])
    assert figure.layout.yaxis.categoryarray == ("User and movie averages", "This model"), "the model is on top"
    first, second = figure.layout.shapes
    assert first.y0 > second.y1, "each line is in its own row"
    assert "mean 45.0%, sd 7.1%" in {annotation.text for annotation in figure.layout.annotations}
    text = repeats.describe(table, ("model", "bias"), "Accuracy", ".0%")
    assert "This model: mean 45.0%, sd 7.1%, folds 50.0%, 40.0%" in text
    assert "mean 0.450" in repeats.describe(table, ("model",), "MAE", "")


def test_versions_are_points_and_the_active_one_stands_out():
    table = pd.DataFrame(
        {
            "name": ["b", "a"],
            "active": [True, False],
            "words": ["b", "a"],
            "seconds": [30.0, 10.0],
            "accuracy": [0.5, 0.4],
            "accuracy low": [0.48, 0.38],
            "accuracy high": [0.53, 0.42],
        }
    )
    axes = versions.Side("seconds", "Seconds"), versions.Side("accuracy", "Accuracy", ".0%")
    figure = versions.tradeoff(table, *axes, COLOURED)
    inactive, active = figure.data
    assert (list(active.x), list(active.y), list(inactive.x), list(inactive.y)) == ([30.0], [0.5], [10.0], [0.4])
    assert active.marker.symbol != inactive.marker.symbol
    assert list(active.error_y.array) == pytest.approx([0.03])
    assert active.error_x.array is None
    assert "b (live): Seconds 30, Accuracy 0.5; a: Seconds 10" in versions.describe(table, *axes)
