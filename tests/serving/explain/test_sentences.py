"""Sentences say which way, how much, and when it is hardly anything."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys.serving.explain.sentences import THEY, YOU, loo_influence, prediction_set, reason, reasons, run_of_stars
from recsys.serving.explain.shapley import GROUPS
from recsys.serving.prediction_set import PredictionSet


def parts(**given: float) -> dict[str, float]:
    return dict.fromkeys(GROUPS, 0.0) | given


@pytest.mark.parametrize(
    ("contributions", "said"),
    [
        (parts(alike=0.44), "Movies like those you rated add 0.4 to the 3.9 stars expected of anyone."),
        (
            parts(habits=-0.21, alike=-0.5),
            "Movies like those you rated take away 0.5 from the 3.9 stars expected of anyone, and your rating habits "
            "take away 0.2.",
        ),
        (
            parts(genres=0.3, who=-0.1, audience=0.06),
            "Your taste in genres adds 0.3 to the 3.9 stars expected of anyone, and who you are takes away 0.1.",
        ),
        (parts(audience=-0.1), "This movie's audience takes away 0.1 from the 3.9 stars expected of anyone."),
        (parts(habits=0.04, who=-0.04), "About the same as the 3.9 stars expected of anyone."),
        (
            parts(habits=0.04, who=0.04, alike=0.04),
            "Several small things together add 0.1 to the 3.9 stars expected of anyone.",
        ),
        (
            parts(habits=-0.04, who=-0.04, alike=-0.04),
            "Several small things together take away 0.1 from the 3.9 stars expected of anyone.",
        ),
    ],
)
def test_a_reason_names_what_matters_most(contributions, said):
    assert reason(3.91, contributions) == said


def test_they_are_spoken_of_without_you():
    for group in GROUPS:
        said = reason(3.9, parts(**{group: 1.0}), THEY)
        assert "you" not in said.lower()
        assert (said == reason(3.9, parts(**{group: 1.0}), YOU)) is (group == "audience")


def test_one_sentence_a_row():
    table = pd.DataFrame([{"movie_id": 1, "base": 3.0, **parts(alike=1)}, {"movie_id": 2, "base": 4.0, **parts()}])
    assert reasons(table) == [reason(3.0, parts(alike=1)), reason(4.0, parts())]


def test_what_one_rating_did():
    assert loo_influence(4.2, 3.8, 5.0, "Alien") == "Without your 5 for Alien: 4.20 to 3.80."
    assert loo_influence(4.2, 4.18, 3.5, "Heat", THEY) == "Without their 3.5 for Heat: about the same, 4.20 to 4.18."


def test_likely_stars_with_what_was_measured():
    wanted = "3 to 4 stars, right about 8 times in 10 (79.5 % of 10,015 held-out ratings)."
    assert prediction_set(PredictionSet(3.0, 4.0, 0.7954, 10_015)) == wanted
    assert "not measured" in prediction_set(PredictionSet(3.0, 4.0, None, 0))


def test_runs_of_stars():
    assert [run_of_stars(*ends) for ends in ((1, 1), (4, 4), (0.5, 2))] == ["1 star", "4 stars", "0.5 to 2 stars"]
