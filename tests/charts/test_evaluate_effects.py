"""The charts of features' effects show exactly their tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.charts import evaluate_effects as charts
from recsys.charts.layout import Look

COLOURED = Look("#111111", tuple(f"#00000{number}" for number in range(1, 8)))


@pytest.mark.parametrize(
    ("correlation", "words"),
    [(0.9, charts.RAISES), (-0.5, charts.LOWERS), (0.1, charts.UNCLEAR), (np.nan, charts.UNCLEAR)],
)
def test_the_direction_is_named_where_it_is_clear(correlation, words):
    assert charts.direction_of(correlation) == words


def test_bars_are_coloured_by_direction_and_keep_their_order():
    columns = {"label": ["Taste", "Year", "Age"], "size": [0.3, 0.2, 0.1], "direction": [0.9, -0.8, 0.0]}
    table = pd.DataFrame(columns)
    figure = charts.bars(table, COLOURED)
    raises, lowers, unclear = figure.data
    assert [(list(bar.y), list(bar.x)) for bar in (raises, lowers, unclear)] == [
        (["Taste"], [0.3]),
        (["Year"], [0.2]),
        (["Age"], [0.1]),
    ]
    assert raises.marker.color != lowers.marker.color
    assert figure.layout.yaxis.categoryarray == ("Age", "Year", "Taste"), "the first is on top"
    assert "Year: 0.2000, lowers the rating" in charts.describe_bars(table)


def test_dependence_has_the_whole_model_with_its_band_and_the_trees():
    table = pd.DataFrame(
        {
            "value": [1.0, 2.0] * 2,
            "model": ["whole", "whole", "trees", "trees"],
            "change": [-0.5, 0.5, -0.1, 0.1],
            "low": [-0.6, 0.4, -0.2, 0.0],
            "high": [-0.4, 0.6, 0.0, 0.2],
        }
    )
    band, whole, trees = charts.dependence(table, "Year", COLOURED).data
    assert (list(whole.y), list(trees.y)) == ([-0.5, 0.5], [-0.1, 0.1])
    assert (list(band.x), list(band.y)) == ([1, 2, 2, 1], [-0.4, 0.6, 0.4, -0.6])
    assert trees.line.dash == "dash"
    text = charts.describe_dependence(table, "Year")
    assert "Whole model: -0.50 at 1, +0.50 at 2. Trees only, linear start held: -0.10 at 1" in text
