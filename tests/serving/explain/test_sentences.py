"""Sentences tell the direction and the size of a contribution, and when it is hardly anything."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys.serving.explain.sentences import THEY, YOU, loo_influence, prediction_set, reason, reasons, run_of_stars
from recsys.serving.explain.shapley import GROUPS
from recsys.serving.prediction_set import PredictionSet


def stars_by_group(**stars: float) -> dict[str, float]:
    return dict.fromkeys(GROUPS, 0.0) | stars


@pytest.mark.parametrize(
    ("contributions", "sentence"),
    [
        (stars_by_group(alike=0.44), "Movies like those you rated add 0.4 to the 3.9 stars expected of anyone."),
        (
            stars_by_group(habits=-0.21, alike=-0.5),
            "Movies like those you rated take away 0.5 from the 3.9 stars expected of anyone, and your rating habits "
            "take away 0.2.",
        ),
        (
            stars_by_group(genres=0.3, who=-0.1, audience=0.06),
            "Your taste in genres adds 0.3 to the 3.9 stars expected of anyone, and who you are takes away 0.1.",
        ),
        (
            stars_by_group(audience=-0.1),
            "This movie's audience takes away 0.1 from the 3.9 stars expected of anyone.",
        ),
        (stars_by_group(habits=0.04, who=-0.04), "About the same as the 3.9 stars expected of anyone."),
        (
            stars_by_group(habits=0.04, who=0.04, alike=0.04),
            "Several small things together add 0.1 to the 3.9 stars expected of anyone.",
        ),
        (
            stars_by_group(habits=-0.04, who=-0.04, alike=-0.04),
            "Several small things together take away 0.1 from the 3.9 stars expected of anyone.",
        ),
    ],
)
def test_a_reason_names_the_largest_contributions(contributions, sentence):
    assert reason(3.91, contributions) == sentence


def test_sentences_about_others_do_not_say_you():
    for group in GROUPS:
        sentence = reason(3.9, stars_by_group(**{group: 1.0}), THEY)
        assert "you" not in sentence.lower()
        assert (sentence == reason(3.9, stars_by_group(**{group: 1.0}), YOU)) is (group == "audience")


def test_one_sentence_per_row():
    first, second = stars_by_group(alike=1), stars_by_group()
    table = pd.DataFrame([{"movie_id": 1, "base": 3.0, **first}, {"movie_id": 2, "base": 4.0, **second}])
    assert reasons(table) == [reason(3.0, first), reason(4.0, second)]


def test_the_influence_of_one_rating():
    assert loo_influence(4.2, 3.8, 5.0, "Alien") == "Without your 5 for Alien: 4.20 to 3.80."
    assert loo_influence(4.2, 4.18, 3.5, "Heat", THEY) == "Without their 3.5 for Heat: about the same, 4.20 to 4.18."


def test_a_prediction_set_with_its_coverage():
    sentence = "3 to 4 stars, right about 8 times in 10 (79.5% of 10,015 held-out ratings)."
    assert prediction_set(PredictionSet(3.0, 4.0, 0.7954, 10_015)) == sentence
    assert "not measured" in prediction_set(PredictionSet(3.0, 4.0, None, 0))


def test_intervals_of_stars():
    assert [run_of_stars(*ends) for ends in ((1, 1), (4, 4), (0.5, 2))] == ["1 star", "4 stars", "0.5 to 2 stars"]
