"""The bars of reasons are the contributions, in their order, on their side of the middle."""

from __future__ import annotations

import pytest

from recsys.charts.reasons import describe, diverging, signed

PARTS = {"Habits": 0.4, "Genres": -0.12, "Alike": 0.0}


def test_bars_are_the_contributions_each_on_its_side():
    up, down = diverging(PARTS).data
    assert dict(zip(up.y, up.x, strict=True)) == {"Habits": 0.4, "Alike": 0.0}
    assert dict(zip(down.y, down.x, strict=True)) == {"Genres": -0.12}
    assert [*up.text, *down.text] == ["+0.40", "0.00", "−0.12"]


def test_names_stand_in_the_given_order_from_top_to_bottom():
    figure = diverging(PARTS)
    assert [note.text for note in figure.layout.annotations] == list(PARTS)
    assert list(figure.layout.yaxis.categoryarray) == list(PARTS)[::-1]


@pytest.mark.parametrize(("largest", "reach"), [(0.01, 0.25), (0.25, 0.25), (2.0, 2.0)])
def test_the_middle_is_in_the_middle_and_hardly_anything_looks_small(largest, reach):
    low, high = diverging(PARTS | {"Habits": largest, "Genres": -0.01}).layout.xaxis.range
    assert low == -high
    assert reach < high < 2 * reach


def test_colours_are_the_theme_s():
    assert [bars.marker.color for bars in diverging(PARTS).data] == [None, None]


def test_the_text_alternative_says_the_same():
    said = describe(4.0, PARTS, 4.28)
    assert said == ("Bar chart from 4.00 stars, expected of anyone, to 4.28: Habits +0.40, Genres −0.12, Alike 0.00.")


@pytest.mark.parametrize(("stars", "text"), [(0.004, "0.00"), (-0.004, "0.00"), (0.0051, "+0.01"), (-1.5, "−1.50")])
def test_signs(stars, text):
    assert signed(stars) == text
