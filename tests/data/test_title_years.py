"""Display titles, years and names of columns."""

from __future__ import annotations

import pytest

from recsys.data.title_years import display_title, movie_year, title_year, with_year
from recsys.schema import probability_columns


@pytest.mark.parametrize(
    ("title", "displayed"),
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
def test_display_title(title, displayed):
    assert display_title(title) == displayed


def test_title_year():
    assert (title_year("Kolya (1996)"), title_year("Kolya")) == (1996, None)
    assert (title_year("Fawlty Towers (1975-1979)"), title_year("The Office (2005– )")) == (1975, 2005)
    assert (title_year("Room (1408)"), title_year("1984 (1956) (V) ")) == (None, 1956)


def test_the_year_of_a_movie_is_that_of_its_title_if_it_has_one():
    assert (movie_year("Das Boot (1981)", 1997), movie_year("Das Boot", 1997), movie_year("Das Boot")) == (
        1981, 1997, None)  # fmt: skip


def test_a_title_with_its_year():
    assert [with_year("Das Boot", year) for year in (1981, 1981.0, None, float("nan"))] == [
        "Das Boot (1981)", "Das Boot (1981)", "Das Boot", "Das Boot"]  # fmt: skip


def test_probability_columns():
    assert probability_columns((0.5, 1.0, 4.5)) == ["p_0.5", "p_1", "p_4.5"]
