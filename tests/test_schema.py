"""Titles as people say them."""

from __future__ import annotations

import pytest

from recsys.schema import display_title, probability_columns, title_year


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Godfather, The (1972)", "The Godfather"),
        ("Kolya (1996)", "Kolya"),
        ("Walk in the Clouds, A (1995)", "A Walk in the Clouds"),
        ("Affair to Remember, An (1957)", "An Affair to Remember"),
        ("Enfer, L' (1994)", "L'Enfer"),
        ("City, The (Cité des enfants perdus, La) (1995)", "The City (Cité des enfants perdus, La)"),
        ("Postino, Il (1994)", "Il Postino"),
        ("unknown", "unknown"),
        ("Land Before Time III: The Time (1995) (V)", "Land Before Time III: The Time"),
        ("", ""),
    ],
)  # fmt: skip
def test_display_title(title, said):
    assert display_title(title) == said


def test_title_year():
    assert (title_year("Kolya (1996)"), title_year("Kolya")) == (1996, None)


def test_probability_columns():
    assert probability_columns((0.5, 1.0, 4.5)) == ["p_0.5", "p_1", "p_4.5"]
