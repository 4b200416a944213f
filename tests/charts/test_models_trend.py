"""The trend shows the values of its table, and so does its text alternative."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.charts.models_trend import MOST_TICKS, describe, trend


def table(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [f"v{number}" for number in range(rows)],
            "day": [f"{number} Nov" for number in range(rows)],
            "data": ["one", *["two"] * (rows - 1)],
            "active": [False] * (rows - 1) + [True],
            "refused": [number == 2 for number in range(rows)],
            "value": np.linspace(1, 2, rows),
            "low": np.linspace(0.9, 1.9, rows),
            "high": np.linspace(1.2, 2.2, rows),
            "words": [f"words {number}" for number in range(rows)],
        }
    )


def test_versions_of_other_data_are_not_connected():
    first, second = trend(table(4), "Log-loss").data
    assert (list(first.x), list(second.x)) == ([0], [1, 2, 3])
    assert list(second.marker.symbol) == ["circle", "circle-open", "star"]
    assert np.allclose(second.error_y.array, 0.2)
    assert np.allclose(second.error_y.arrayminus, 0.1)


def test_the_latest_version_is_always_labelled_and_labels_are_few():
    for rows in (1, 4, 13):
        axis = trend(table(rows), "Log-loss").layout.xaxis
        assert axis.ticktext[-1] == f"{rows - 1} Nov"
        assert len(axis.ticktext) == len(axis.tickvals) <= MOST_TICKS


def test_the_text_alternative():
    assert describe(table(2), "Log-loss (lower is better)").endswith(
        "Log-loss (lower is better). v0: 1, 0.9 to 1.2; v1 (live): 2, 1.9 to 2.2."
    )
    assert "v2 (rejected): " in describe(table(4), "Log-loss")
