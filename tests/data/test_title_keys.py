"""Spellings of one movie have the same key; different movies have different keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data.title_keys import plain_key, same_title, spelling_key, title_keys


@pytest.mark.parametrize(
    ("title", "other_title"),
    [
        ("Godfather, The (1972)", "the godfather"),
        ("Enfer, L' (1994)", "L’Enfer"),
        ("Postino, Il (1994)", "Il Postino"),
        ("Misérables, Les (1995)", "LES MISERABLES"),
        ("Willy Wonka and the Chocolate Factory (1971)", "Willy Wonka & the Chocolate Factory"),
        ("M*A*S*H (1970)", "MASH"),
        ("8 1/2 (1963)", "8½"),
        ("Pret-A-Porter", "Prêt-à-Porter"),
        ("Schindler's List (1993)", "Schindler’s  List"),
        ("Good, The Bad and The Ugly, The (1966)", "The Good, the Bad and the Ugly"),
    ],
)
def test_spelling_makes_no_difference(title, other_title):
    assert title_keys(title)[0] == title_keys(other_title)[0]


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("Seven (Se7en) (1995)", ("seven", "se7en")),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)",
         ("city of lost children", "cite des enfants perdus")),
        ("Amélie (a.k.a. Le fabuleux destin d'Amélie Poulain) (2001)", ("amelie", "fabuleux destin damelie poulain")),
        ("Land Before Time III: The Time of the Great Giving (1995) (V)",
         ("land before time iii the time of the great giving",)),
        ("A", ("a",)),
        ("??? (1999)", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_every_name_of_a_title_is_a_key(title, keys):
    assert title_keys(title) == keys


def test_duplicate_entries_share_names_and_year():
    assert same_title("Hamlet (1996)") == same_title("HAMLET (1996)") != same_title("Hamlet (1948)")
    assert same_title("??? (1999)") != same_title("!!! (1999)")


@pytest.mark.parametrize(
    ("title", "other_title"),
    [
        ("Alien³", "Alien 3"), ("Men in Black III", "Men in Black 3"), ("Twelve Monkeys", "12 Monkeys"),
        ("Three Colours", "Three Colors"), ("Sunset Boulevard", "Sunset Blvd."), ("Dr. Zhivago", "Doctor Zhivago"),
        ("Twenty-One Grams", "21 Grams"), ("The Thirteenth Floor", "The 13th Floor"), ("Rocky V", "Rocky Five"),
        ("St. Elmo's Fire", "Saint Elmo’s Fire"), ("Naked Gun 33⅓", "Naked Gun 33 1/3"), ("Smørrebrød", "Smorrebrod"),
        ("Kill Bill: Volume 2", "Kill Bill: Vol. Two"), ("Romeo + Juliet", "Romeo & Juliet"),
    ],
)  # fmt: skip
def test_variants_of_numbers_and_words_have_one_spelling(title, other_title):
    assert spelling_key(title) == spelling_key(other_title)


@pytest.mark.parametrize(
    ("title", "other_title"),
    [("Alien", "Alien 3"), ("Circle", "The Circle"), ("Rocky II", "Rocky III"), ("Twenty", "21"), ("Die Hard", "Hard")],
)  # fmt: skip
def test_different_titles_have_different_keys(title, other_title):
    assert spelling_key(title) != spelling_key(other_title)


WORDS = st.lists(st.text("bcdfgxz0189", min_size=2, max_size=6), min_size=1, max_size=4).map(" ".join)


@given(WORDS)
def test_articles_case_and_punctuation_are_removed_everywhere(words):
    variants = (
        f"The {words.upper()}!",
        f"{words}, The",
        f"{words.replace(' ', ' - ')}, LA",
        f"l'{words}",
        f"  {words}. ",
    )
    assert {plain_key(each) for each in variants[:2] + variants[3:]} == {words}
    assert plain_key(variants[2]) == f"{words} la"  # an article is written as one to count behind a comma
