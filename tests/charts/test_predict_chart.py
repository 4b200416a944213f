"""The distribution shows exactly the probabilities, and so does its text alternative."""

from __future__ import annotations

import pytest

from recsys.charts import predict

STARS, PROBABILITIES = (1.0, 2.0, 3.0, 4.0, 5.0), (0.004, 0.046, 0.25, 0.5, 0.2)


def test_bars_are_the_probabilities_and_the_decided_star_stands_out():
    bars = predict.distribution(STARS, PROBABILITIES, 4.0).data[0]
    assert list(bars.x) == ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]
    assert list(bars.y) == list(PROBABILITIES)
    assert [index for index, opacity in enumerate(bars.marker.opacity) if opacity == 1] == [3]
    assert list(bars.text) == ["<1%", "5%", "25%", "50%", "20%"]


def test_colours_are_the_theme_s():
    figure = predict.distribution(STARS, PROBABILITIES, 4.0)
    assert figure.data[0].marker.color is None


def test_half_stars_are_named():
    figure = predict.distribution((0.5, 1.0), (0.1, 0.9), 1.0)
    assert list(figure.data[0].x) == ["0.5 ★", "1 ★"]


def test_the_text_alternative_says_the_same():
    assert "4: 50%" in predict.describe(STARS, PROBABILITIES)
    assert "1: <1%" in predict.describe(STARS, PROBABILITIES)


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.001, "<1%"), (0.999, "100%"), (0.345, "34%")])
def test_percent(share, text):
    assert predict.percent(share) == text
