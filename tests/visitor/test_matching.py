"""Titles of other services match their movie; the visitor has to choose where several fit or none surely does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.data.catalogue import Catalogue
from recsys.serving.filters import Titles
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Match, Matcher, TitleQuery

MOVIES = {
    1: ("Seven (Se7en) (1995)", 1995),
    2: ("Empire Strikes Back, The (1980)", 1980),
    3: ("Hamlet (1996)", 1996),
    4: ("Hamlet (1990)", 1990),
    5: ("Kolya (1996)", 1996),
    6: ("Kolya (1996)", 1996),  # the same entry again, more often rated
    7: ("Three Colors: Red (1994)", 1994),
    8: ("Twin (1990)", 1990),
    9: ("Twin, The (1991)", 1991),
    10: ("Undated", None),
    11: ("??? (1999)", 1999),
    12: ("Return of the Jedi (1983)", 1997),  # the date of its re-release, which is not its year
}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    movies = pd.DataFrame(
        {
            "movie_id": list(MOVIES),
            "title": [title for title, _ in MOVIES.values()],
            "year": [np.nan if year is None else float(year) for _, year in MOVIES.values()],
            "release_date": "",
            "genres": "Drama",
        }
    )
    catalogue = Catalogue.from_frame(movies)
    counts = np.ones(len(MOVIES), np.int64)
    counts[5] = 9
    return Matcher.of(catalogue, Titles.of(catalogue, counts))


@pytest.mark.parametrize(
    ("titles", "year", "match"),
    [
        (["Se7en"], 1995, Match(MATCHED, (1,))),
        (["se7en"], 1996, Match(MATCHED, (1,))),
        (["Se7en"], 1997, Match(UNKNOWN, (1,))),  # too far apart to be sure, near enough to suggest
        (["The Empire Strikes Back"], None, Match(MATCHED, (2,))),
        (["L'Empire contre-attaque", "The Empire Strikes Back"], 1980, Match(MATCHED, (2,))),
        (["Hamlet"], 1996, Match(MATCHED, (3,))),
        (["Hamlet"], 1989, Match(MATCHED, (4,))),
        (["Hamlet"], None, Match(AMBIGUOUS, (3, 4))),
        (["Hamlet"], 1948, Match(UNKNOWN, (3, 4))),
        (["Kolya"], 1996, Match(MATCHED, (6,))),
        (["Twin"], 1990, Match(MATCHED, (8,))),  # the year itself beats the year beside it
        (["The Twin"], 1992, Match(MATCHED, (9,))),
        (["Twin"], 1992, Match(UNKNOWN, (9, 8))),  # another article and another year: the visitor has to choose
        (["Twin"], None, Match(AMBIGUOUS, (8, 9))),
        (["Undated"], 1950, Match(MATCHED, (10,))),
        (["Three Colours: Red"], 1994, Match(MATCHED, (7,))),
        (["Star Wars: Episode V - The Empire Strikes Back"], 1980, Match(MATCHED, (2,))),
        (["Parasite"], 2019, Match(UNKNOWN)),
        (["Return of the Jedi"], 1983, Match(MATCHED, (12,))),
        (["Return of the Jedi"], 1997, Match(UNKNOWN, (12,))),
        (["Return of the Jedi"], 1990, Match(UNKNOWN, (12,))),
        (["???"], 1999, Match(UNKNOWN)),
        (["映画"], 1999, Match(UNKNOWN)),
        (["Cimon & Polya"], 1996, Match(UNKNOWN)),
    ],
)
def test_titles_match_their_movie(matcher, titles, year, match):
    assert matcher.match([TitleQuery(tuple(titles), year)]) == [match]


def test_matches_keep_the_order_of_any_number_of_queries(matcher):
    kolya = TitleQuery(("Kolya",), 1996)
    unknown = [TitleQuery((f"Nothing like it {number}",), 2005) for number in range(1200)]
    matches = matcher.match([kolya, *unknown, kolya])
    assert [matches[0].movie_ids, matches[-1].movie_ids] == [(6,), (6,)]
    assert {match.status for match in matches[1:-1]} == {UNKNOWN}
    assert matcher.match([]) == []


@pytest.mark.parametrize(
    ("movie", "title", "year", "is_movie"),
    [(1, "Se7en", 1995, True), (1, "Seven (1995)", 1996, True), (1, "Seven", None, True), (1, "Seven", 2001, False),
     (2, "Seven", 1995, False), (99, "Seven", 1995, False), (11, "??? (1999)", 1999, True), (11, "!!!", 1999, False)],
)  # fmt: skip
def test_an_id_is_trusted_only_with_its_title(matcher, movie, title, year, is_movie):
    assert matcher.is_movie(movie, title, year) is is_movie
