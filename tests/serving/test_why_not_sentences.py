"""The answer in words: every case has its sentence, with true figures."""

from __future__ import annotations

import pytest

from recsys.serving.explain.sentences import THEY
from recsys.serving.list_options import ListOptions
from recsys.serving.why_not import WhyNot
from recsys.serving.why_not_sentences import why_not_sentences

UNLISTED = {"expected": 3.0, "like": 0.197, "match": 0.5, "rank": 34, "unseen": 1625}
EVERYTHING = {"filtered_rank": 34, "filtered": 1625}
FILTERED_OUT = {"filtered_rank": None, "filtered": 81}


def sentences(options=None, wording=None, **answer):
    values = {"movie_id": 100, **UNLISTED, **answer}
    wordings = {} if wording is None else {"wording": wording}
    return why_not_sentences(WhyNot(**values), ListOptions.checked(**(options or {})), "Fargo", **wordings)


@pytest.mark.parametrize(
    ("answer", "options", "expected"),
    [
        (
            {**EVERYTHING, "reasons": ("below",), "remedies": {"n": 34}, "remedied_rank": 34},
            {},
            [
                "Fargo is number 34 of 1,625 unseen movies. The list shows 10.",
                "With 34 movies, it would be number 34.",
            ],
        ),
        (
            {**EVERYTHING, "reasons": ("below",)},
            {"n": 5},
            ["Fargo is number 34 of 1,625 unseen movies. The list shows 5.", "No list is longer than 100 movies."],
        ),
        (
            {"filtered_rank": 3, "filtered": 81, "reasons": ("below",), "remedies": {"n": 12}, "remedied_rank": 12},
            {"diversity": 0.5, "genres": ["Comedy"]},
            [
                "Fargo is number 3 of the 81 movies to choose from, but with "
                "your diversity setting, movies of other genres come before it.",
                "With 12 movies, it would be number 12.",
            ],
        ),
        (
            {**FILTERED_OUT, "reasons": ("years",), "remedies": {"years": (None, None)}, "remedied_rank": 8},
            {"years": (1990, 1999)},
            [
                "Fargo is number 34 of 1,625 unseen movies.",
                "Your filter “years 1990 to 1999” leaves it out.",
                "Without this filter, it would be number 8.",
            ],
        ),
        (
            {
                **FILTERED_OUT,
                "reasons": ("genres", "min_ratings", "exclude", "unlikely", "below"),
                "remedies": {"genres": (), "min_ratings": 0, "exclude": (7,), "min_like": 0.19, "n": 40},
                "remedied_rank": 39,
                "least_like": 0.2,
            },
            {"genres": ["Comedy", "War"], "min_ratings": 5000, "exclude": [7, 100]},
            [
                "Fargo is number 34 of 1,625 unseen movies.",
                "Your filters “Comedy or War” and “at least 5,000 ratings” leave it out.",
                "It is one of the movies that you left out.",
                "The chance that you like it is 19%, and the list asks for at least 20%.",
                "Without these filters, if you no longer leave it out, with a minimum chance of 19% and with "
                "40 movies, it would be number 39.",
            ],
        ),
        (
            {**FILTERED_OUT, "reasons": ("only", "below")},
            {"only": [7]},
            [
                "Fargo is number 34 of 1,625 unseen movies.",
                "Your filter “only from a list of 1 movie” leaves it out.",
                "Even without these limits, it would not be among the first 100.",
            ],
        ),
        (
            {**FILTERED_OUT, "reasons": ("little_known",)},
            {"ranker": "gems"},
            [
                "Fargo is number 34 of 1,625 unseen movies.",
                "It is one of the most rated movies, which hidden gems leave out. Rank by something else.",
            ],
        ),
        (
            {**EVERYTHING, "listed_rank": 7, "reasons": ("same_title",), "same_as": 38},
            {},
            ["Fargo is in the list, at number 7.", "The list shows this title by another entry, #38."],
        ),
        ({**FILTERED_OUT, "reasons": ("seen",), "rated": 4.0}, {}, ["You have seen Fargo: you gave it 4 ★."]),
        (
            {**FILTERED_OUT, "reasons": ("seen", "same_title"), "rated": 3.5, "same_as": 38},
            {},
            ["You have seen another entry of Fargo, #38: you gave it 3.5 ★."],
        ),
    ],
)
def test_each_case_has_its_sentences(answer, options, expected):
    assert sentences(options, **answer) == expected


def test_a_user_of_the_data_is_spoken_of():
    assert sentences(wording=THEY, **EVERYTHING, reasons=("seen",), rated=2.0) == [
        "They have seen Fargo: they gave it 2 ★."
    ]
    unlikely = {"reasons": ("unlikely",), "least_like": 0.2, "remedies": {"min_like": 0.19}, "remedied_rank": 3}
    assert "The chance that they like it is 19%" in sentences(wording=THEY, **EVERYTHING, **unlikely)[1]
