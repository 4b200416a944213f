"""The distribution's figure says exactly the probabilities, and so does its text."""

from __future__ import annotations

import pytest

from recsys.charts import predict

STARS, SHARES = (1.0, 2.0, 3.0, 4.0, 5.0), (0.004, 0.046, 0.25, 0.5, 0.2)


def test_bars_are_the_probabilities_and_the_decided_star_stands_out():
    bars = predict.distribution(STARS, SHARES, 4.0).data[0]
    assert list(bars.x) == ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]
    assert list(bars.y) == list(SHARES)
    assert [position for position, shade in enumerate(bars.marker.opacity) if shade == 1] == [3]
    assert list(bars.text) == ["<1 %", "5 %", "25 %", "50 %", "20 %"]


def test_colours_are_the_theme_s():
    figure = predict.distribution(STARS, SHARES, 4.0)
    assert figure.data[0].marker.color is None


def test_half_stars_are_named():
    figure = predict.distribution((0.5, 1.0), (0.1, 0.9), 1.0)
    assert list(figure.data[0].x) == ["0.5 ★", "1 ★"]


def test_the_text_alternative_says_the_same():
    assert "4: 50 %" in predict.describe(STARS, SHARES)
    assert "1: <1 %" in predict.describe(STARS, SHARES)


@pytest.mark.parametrize(("share", "words"), [(0, "0 %"), (0.001, "<1 %"), (0.999, "100 %"), (0.345, "34 %")])
def test_percent(share, words):
    assert predict.percent(share) == words
