"""The bars of Data show the values of their table, and so does their text alternative."""

from __future__ import annotations

import pandas as pd

from recsys.charts import ratings
from recsys.charts.layout import Look

TABLE = pd.DataFrame({"label": ["1 ★", "2 ★"], "count": [1, 3], "share": [0.25, 0.75]})


def test_one_bar_a_row_with_its_share_above():
    bars = ratings.bars(TABLE, "ratings", Look("#111111", [f"#00000{number}" for number in range(5)])).data[0]
    assert (list(bars.x), list(bars.y), list(bars.text)) == (["1 ★", "2 ★"], [1, 3], ["25%", "75%"])
    assert bars.hovertemplate.startswith("%{x}: %{y:,} ratings")


def test_the_highest_bar_leaves_room_for_its_label():
    figure = ratings.bars(TABLE, "ratings")
    assert figure.layout.yaxis.range[1] > 3
    assert len(ratings.bars(TABLE[:0], "ratings").data[0].y) == 0


def test_the_text_alternative():
    text = ratings.describe(TABLE, "Stars given", "ratings")
    assert text == "Bar chart. Stars given, number of ratings. 1 ★: 1 (25%), 2 ★: 3 (75%)."
