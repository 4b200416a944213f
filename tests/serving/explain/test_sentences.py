"""Sentences are true, plain, and never argue against what they explain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.serving.explain.named_reasons import NamedReason
from recsys.serving.explain.sentences import (
    THEY,
    YOU,
    contributions,
    in_favour,
    loo_influence,
    named_reason,
    prediction_set,
    run_of_stars,
    without_named,
)
from recsys.serving.explain.shapley import GROUPS
from recsys.serving.prediction_set import PredictionSet

TITLES = {1: "Annie Hall", 2: "Manhattan", 3: "When Harry Met Sally...", 4: "Airplane!"}
NAMED = NamedReason(
    movie_id=9,
    expected=4.2,
    because=((1, 5.0), (2, 5.0)),
    expected_without=4.0,
    expected_of_newcomer=4.1,
    own_ratings=30,
    raters=50,
    liked_share=0.6,
    mean=3.64,
)
UNNAMED = replace(NAMED, because=(), expected_without=4.2)


def title(movie_id: int) -> str:
    return TITLES[movie_id]


@pytest.mark.parametrize(
    ("because", "sentence"),
    [
        (((1, 5.0), (2, 5.0)), "Because you gave 5 ★ to Annie Hall and Manhattan."),
        (((1, 5.0), (2, 4.0)), "Because you gave 5 ★ to Annie Hall and 4 ★ to Manhattan."),
        (((2, 4.5),), "Because you gave 4.5 ★ to Manhattan."),
        (((1, 5.0), (3, 5.0)), "Because you gave 5 ★ to Annie Hall and When Harry Met Sally..."),
        (((4, 4.0),), "Because you gave 4 ★ to Airplane!"),
    ],
)
def test_a_reason_names_ratings(because, sentence):
    assert named_reason(replace(NAMED, because=because), title) == sentence


def test_a_reason_about_a_user_of_the_data():
    assert named_reason(NAMED, title, THEY) == "Because they gave 5 ★ to Annie Hall and Manhattan."
    assert in_favour(NAMED, title, THEY) == "In its favour: they gave 5 ★ to Annie Hall and Manhattan."
    assert in_favour(NAMED, title) == "In its favour: you gave 5 ★ to Annie Hall and Manhattan."


def test_the_expected_rating_without_the_named_ratings():
    assert without_named(NAMED) == "Without these ratings, it would be 4.00 instead of 4.20."
    one = replace(NAMED, because=((1, 5.0),))
    assert without_named(one) == "Without that rating, it would be 4.00 instead of 4.20."


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Most people like it; your ratings say little about it yet."),
        ({"liked_share": 0.5}, "People give it 3.6 on average; your ratings say little about it yet."),
        ({"raters": 9}, "Few people have rated it; your ratings say little about it yet."),
        ({"raters": 0, "mean": float("nan"), "liked_share": float("nan")},
         "Nobody has rated it; your ratings say little about it yet."),
        ({"own_ratings": 0}, "Most people like it; you have not rated any movie yet."),
        ({"own_ratings": 0, "liked_share": 0.2}, "People give it 3.6 on average; you have not rated any movie yet."),
        ({"expected_of_newcomer": 3.9}, "Most people like it, and your ratings as a whole speak for it."),
        ({"expected_of_newcomer": 3.9, "liked_share": 0.2}, "Your ratings as a whole speak for it."),
        ({"expected_of_newcomer": 4.5}, "Most people like it."),
        ({"expected_of_newcomer": 4.5, "liked_share": 0.2}, "People give it 3.6 on average."),
    ],
)  # fmt: skip
def test_without_a_rating_to_name_the_sentence_says_what_is_true(facts, sentence):
    assert named_reason(replace(UNNAMED, **facts), title) == sentence
    about_a_user = named_reason(replace(UNNAMED, **facts), title, THEY)
    assert about_a_user.lower() == sentence.lower().replace("your", "their").replace("you", "they")


def stars_by_group(**stars: float) -> dict[str, float]:
    return dict.fromkeys(GROUPS, 0.0) | stars


@pytest.mark.parametrize(
    ("stars", "sentence"),
    [
        (
            {"alike": 0.44},
            "The expected 4.35 is 0.44 more than the 3.91 an average user would give. "
            "Movies like those you rated raise it most.",
        ),
        (
            {"habits": -0.21, "alike": -0.5},
            "The expected 3.20 is 0.71 less than the 3.91 an average user would give. "
            "Movies like those you rated lower it most.",
        ),
        (
            {"genres": 0.3, "who": -0.1, "audience": 0.06},
            "The expected 4.17 is 0.26 more than the 3.91 an average user would give. "
            "Your taste in genres raises it most; your profile lowers it most.",
        ),
        (
            {"genres": 0.3, "habits": -0.4, "audience": -0.1},
            "The expected 3.71 is 0.20 less than the 3.91 an average user would give. "
            "Your rating habits lower it most; your taste in genres raises it most.",
        ),
        ({"habits": 0.04, "who": -0.04}, "The expected 3.91 is about what an average user would give (3.91)."),
        (
            {"habits": 0.04, "who": 0.04, "alike": 0.04},
            "The expected 4.03 is 0.12 more than the 3.91 an average user would give.",
        ),
    ],
)
def test_contributions_are_compared_with_an_average_user(stars, sentence):
    assert contributions(3.91, stars_by_group(**stars)) == sentence


@pytest.mark.parametrize(
    ("base", "total", "difference"),
    [
        (3.914, 0.443, "0.45 more"),
        (3.916, 0.122, "0.12 more"),
        (3.914, -0.069, "0.06 less"),
        (3.914, -0.408, "0.40 less"),
    ],
)
def test_the_figures_add_up_as_they_are_rounded_on_the_page(base, total, difference):
    sentence = contributions(base, stars_by_group(alike=total))
    assert sentence.startswith(f"The expected {base + total:.2f} is {difference} than the {base:.2f} ")
    signed = float(difference.split()[0]) * (1 if total > 0 else -1)
    assert f"{float(f'{base:.2f}') + signed:.2f}" == f"{base + total:.2f}"


def test_sentences_about_others_do_not_say_you():
    for group in GROUPS:
        sentence = contributions(3.9, stars_by_group(**{group: 1.0}), THEY)
        assert "you" not in sentence.lower()
        assert (sentence == contributions(3.9, stars_by_group(**{group: 1.0}), YOU)) is (group == "audience")


def test_the_influence_of_one_rating():
    assert loo_influence(4.2, 3.8, 5.0, "Alien") == "Without your 5 ★ for Alien, it would be 3.80 instead of 4.20."
    assert loo_influence(4.2, 4.2, 3.5, "Heat", THEY) == "Without their 3.5 ★ for Heat, it would still be 4.20."


def test_a_prediction_set_with_its_coverage():
    sentence = "3 to 4 stars. The likely range contained the true rating 79.5% of the time (10,015 test ratings)."
    assert prediction_set(PredictionSet(3.0, 4.0, 0.7954, 10_015)) == sentence
    assert "not measured" in prediction_set(PredictionSet(3.0, 4.0, None, 0))


def test_intervals_of_stars():
    assert [run_of_stars(*ends) for ends in ((1, 1), (4, 4), (0.5, 2))] == ["1 star", "4 stars", "0.5 to 2 stars"]
