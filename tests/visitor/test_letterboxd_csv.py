"""Files for Letterboxd's import have display titles, years and its grades, and our own import reads them back."""

from __future__ import annotations

import csv
import io

import pytest

from recsys.visitor.letterboxd_csv import WATCHLIST_NAME, ratings_csv, watchlist_csv
from recsys.visitor.profile import MovieRef, Profile, UserRating
from recsys.visitor.service_exports import read_export

STARS, HALF_STARS = (1.0, 2.0, 3.0, 4.0, 5.0), tuple(half / 2 for half in range(1, 11))
MOVIES = [
    MovieRef(1, "Godfather, The (1972)", 1972),
    MovieRef(2, "City of Lost Children, The (Cité des enfants perdus, La) (1995)", 1995),
    MovieRef(3, "Seven (Se7en) (1995)", 1995),
    MovieRef(4, "Amélie", 2001),
    MovieRef(5, "Good, the Bad and the Ugly, The (1966)", 1966),
    MovieRef(6, "+1 (2013)", 2013),
    MovieRef(7, "=1+1", None),
    MovieRef(8, '"Quoted", a title (1999)', 1999),
    MovieRef(9, "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)", 2014),
    MovieRef(10, "(500) Days of Summer (2009)", 2009),
    MovieRef(11, "(Untitled) (2009)", 2009),
]
TITLES = [
    "The Godfather",
    "The City of Lost Children",
    "Seven",
    "Amélie",
    "The Good, the Bad and the Ugly",
    "'+1",
    "'=1+1",
    '"Quoted", a title',
    "Birdman: Or (The Unexpected Virtue of Ignorance)",
    "(500) Days of Summer",
    "(Untitled)",
]


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def profile_of(stars: list[float]) -> Profile:
    rated, others = MOVIES[: len(stars)], MOVIES[len(stars) :]
    ratings = tuple(UserRating(movie_ref, star) for movie_ref, star in zip(rated, stars, strict=True))
    return Profile(ratings).put("seen", *others[:2]).put("saved", *others[2:]).put("hidden", MovieRef(99, "Hidden"))


def test_ratings_and_seen_movies_have_titles_years_and_grades():
    rows = rows_of(ratings_csv(profile_of([5, 4, 3, 2, 1]), STARS))
    assert rows == [
        ["Title", "Year", "Rating"],
        ["The Godfather", "1972", "5"],
        ["The City of Lost Children", "1995", "4"],
        ["Seven", "1995", "3"],
        ["Amélie", "2001", "2"],
        ["The Good, the Bad and the Ugly", "1966", "1"],
        ["'+1", "2013", ""],
        ["'=1+1", "", ""],
    ]


def test_the_watchlist_has_titles_and_years():
    rows = rows_of(watchlist_csv(Profile().put("saved", *MOVIES)))
    assert rows[0] == ["Title", "Year"]
    assert [row[0] for row in rows[1:]] == TITLES
    assert [row[1] for row in rows[1:]] == [str(movie_ref.year or "") for movie_ref in MOVIES]


@pytest.mark.parametrize(
    ("scale", "stars", "grades"),
    [
        (HALF_STARS, [0.5, 3.5, 5.0], ["0.5", "3.5", "5"]),
        (tuple(range(1, 11)), [1, 7, 10], ["0.5", "3.5", "5"]),
        ((0.0, 50.0, 100.0), [0.0, 50.0, 100.0], ["0.5", "2.5", "5"]),
    ],
)
def test_stars_of_any_scale_go_to_the_nearest_grade(scale, stars, grades):
    assert [row[2] for row in rows_of(ratings_csv(profile_of(stars), scale))[1 : 1 + len(stars)]] == grades


def test_our_own_import_reads_both_files():
    profile = profile_of([0.5, 3.5, 5.0, 4.0, 1.5, 2.0])
    rated = read_export(ratings_csv(profile, HALF_STARS)).rows
    saved = read_export(watchlist_csv(profile), WATCHLIST_NAME).rows
    assert [row.problem for row in (*rated, *saved)] == [""] * len(MOVIES)
    assert [row.titles[0] for row in (*rated, *saved)] == [title.removeprefix("'") for title in TITLES]
    assert [row.year for row in (*rated, *saved)] == [movie_ref.year for movie_ref in MOVIES]
    assert [row.grade for row in rated[:6]] == [0.5, 3.5, 5.0, 4.0, 1.5, 2.0]
    assert [row.role for row in (*rated, *saved)] == ["rated"] * 6 + ["seen"] * 2 + ["saved"] * 3


def test_an_importer_reads_the_first_column_s_name():
    assert watchlist_csv(Profile()).startswith(b"Title,Year\r\n")
    assert ratings_csv(Profile(), STARS).startswith(b"Title,Year,Rating\r\n")
