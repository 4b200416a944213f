"""The bars are the contributions, in their order, on the side of their sign."""

from __future__ import annotations

import pytest

from recsys.charts.contributions import describe, diverging, signed

CONTRIBUTIONS = {"Habits": 0.4, "Genres": -0.12, "Alike": 0.0}


def test_bars_are_the_contributions_each_on_the_side_of_its_sign():
    positive, negative = diverging(CONTRIBUTIONS).data
    assert dict(zip(positive.y, positive.x, strict=True)) == {"Habits": 0.4, "Alike": 0.0}
    assert dict(zip(negative.y, negative.x, strict=True)) == {"Genres": -0.12}
    assert [*positive.text, *negative.text] == ["+0.40", "0.00", "−0.12"]


def test_names_keep_their_order_from_top_to_bottom():
    figure = diverging(CONTRIBUTIONS)
    assert [annotation.text for annotation in figure.layout.annotations] == list(CONTRIBUTIONS)
    assert list(figure.layout.yaxis.categoryarray) == list(CONTRIBUTIONS)[::-1]


@pytest.mark.parametrize(("largest", "reach"), [(0.01, 0.25), (0.25, 0.25), (2.0, 2.0)])
def test_zero_is_in_the_middle_and_small_contributions_look_small(largest, reach):
    low, high = diverging(CONTRIBUTIONS | {"Habits": largest, "Genres": -0.01}).layout.xaxis.range
    assert low == -high
    assert reach < high < 2 * reach


def test_colours_are_the_theme_s():
    assert [bars.marker.color for bars in diverging(CONTRIBUTIONS).data] == [None, None]


def test_the_text_alternative_says_the_same():
    text = describe(4.0, CONTRIBUTIONS, 4.28)
    assert text == (
        "Bar chart from the 4.00 stars an average user would give to 4.28: Habits +0.40, Genres −0.12, Alike 0.00."
    )


@pytest.mark.parametrize(("stars", "text"), [(0.004, "0.00"), (-0.004, "0.00"), (0.0051, "+0.01"), (-1.5, "−1.50")])
def test_signs(stars, text):
    assert signed(stars) == text
