"""An export becomes movies of this catalogue and scale, every row has a status, and a visitor can correct it."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.visitor.export_formats import RATED, SAVED, SEEN
from recsys.visitor.import_review import CHOSEN, REFUSED, STATUSES, ImportLine, ImportReview
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Matcher
from recsys.visitor.profile import MovieRef, Profile, UserRating
from recsys.visitor.service_exports import read_export
from tests.visitor.test_service_exports import zipped

STARS = (1.0, 2.0, 4.0, 5.0)
IMDB = (
    "Const,Your Rating,Date Rated,Title,Year\n"
    "t1,9,2024-01-03,The Movie 7,1957\n"
    "t2,7,2024-01-01,The Movie 8,1959\n"  # a year off
    "t3,1,2024-01-02,The Muvie 9,1959\n"
    "t4,3,2024-01-02,Nothing Like It,2010\n"
    "t5,11,2024-01-02,Movie 10,1960\n"
)


@pytest.fixture(scope="module")
def matcher(tiny_model) -> Matcher:
    return Matcher.of(tiny_model.catalogue, tiny_model.titles)


@pytest.fixture(scope="module")
def review(matcher) -> ImportReview:
    return ImportReview.of(read_export(IMDB.encode()), matcher, STARS)


def test_every_row_has_one_status(review):
    assert [line.status for line in review.lines] == [MATCHED, MATCHED, UNKNOWN, UNKNOWN, REFUSED]
    assert sum(review.count(status) for status in STATUSES) == 5
    assert review.lines[2].movie_ids[0] == 9
    assert [line.open for line in review.lines] == [False, False, True, True, False]


def test_ratings_come_in_the_order_they_were_given_on_the_model_s_scale(review, tiny_model):
    ratings = review.ratings(tiny_model.catalogue)
    assert [(rating.movie_ref.movie_id, rating.stars) for rating in ratings] == [(8, 4), (7, 5)]
    assert ratings[0].movie_ref.title == "Movie 8, The (1958)"


def test_a_visitor_chooses_the_movie_of_a_row(review, tiny_model):
    corrected = review.choose(2, 9)
    assert corrected.count(CHOSEN) == 1
    assert [(rating.movie_ref.movie_id, rating.stars) for rating in corrected.ratings(tiny_model.catalogue)] == [
        (8, 4), (9, 1), (7, 5)]  # fmt: skip
    assert review.choose(4, 9) == review.choose(0, 9) == review  # refused and matched rows stay
    repeated = review.choose(2, 7)  # another row of the same movie, rated before it
    assert [(rating.movie_ref.movie_id, rating.stars) for rating in repeated.ratings(tiny_model.catalogue)] == [
        (8, 4),
        (7, 5),
    ]


def test_the_scale_lists_each_grade_with_its_star(review):
    assert review.scale().to_numpy().tolist() == [[1, 1, 1], [3, 2, 1], [7, 4, 1], [9, 5, 1]]


def test_the_report_has_a_row_for_each_line(review, tiny_model):
    report = review.report(tiny_model.catalogue)
    assert report["line"].tolist() == [2, 3, 4, 5, 6]
    assert report["meaning"].tolist()[:2] == ["The Movie 7 (1957)", "The Movie 8 (1958)"]
    assert report["meaning"][2].startswith("nearest: The Movie 9 (1959)")
    assert report["meaning"].tolist()[3:] == [
        "nothing like it in this catalogue", "rating '11' is off the scale (1 to 10 in steps of 1)"]  # fmt: skip
    assert report["stars"].tolist()[:4] == [5, 4, 1, 2]
    assert np.isnan(report["stars"][4])


def test_ambiguous_rows_name_the_choices(matcher, tiny_model):
    twins = "Name,Year,Rating\nMovie,,5\n"
    review = ImportReview.of(read_export(twins.encode()), matcher, STARS)
    assert review.lines[0].status == UNKNOWN
    ambiguous = ImportReview(review.export_format, (ImportLine(review.lines[0].row, AMBIGUOUS, (3, 4), 5.0),))
    assert ambiguous.report(tiny_model.catalogue)["meaning"][0] == "which one? The Movie 3 (1953) / The Movie 4 (1954)"


ZIP = zipped(
    {
        "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n"
        "2024-01-02,Movie 1,1951,u,5\n2024-01-01,Movie 2,1952,u,1\n",
        "watched.csv": "Date,Name,Year,Letterboxd URI\n"
        + "".join(f"2024-01-01,Movie {n},{1950 + n},u\n" for n in range(1, 7)),
        "watchlist.csv": "Date,Name,Year,Letterboxd URI\n"
        + "".join(f"2024-01-0{9 - n},Movie {n},{1950 + n},u\n" for n in (2, 6, 7, 8)),
    }
)


def ref(catalogue, number: int) -> MovieRef:
    return MovieRef.of(catalogue, number)


def ids(movie_refs: list[MovieRef]) -> list[int]:
    return [movie_ref.movie_id for movie_ref in movie_refs]


def test_a_zip_adds_ratings_seen_and_saved_movies_each_once(matcher, tiny_model):
    new = ImportReview.of(read_export(ZIP), matcher, STARS).new_movies(Profile(), tiny_model.catalogue)
    assert [(rating.movie_ref.movie_id, rating.stars) for rating in new.ratings] == [(2, 1), (1, 5)]
    assert ids(new.seen) == [3, 4, 5]  # without the rated ones, and 6, which is saved to see it again
    assert ids(new.saved) == [8, 7, 6, 2]
    assert len(new) == 9


def test_nothing_that_the_profile_has_changes(matcher, tiny_model):
    catalogue = tiny_model.catalogue
    profile = Profile((UserRating(ref(catalogue, 1), 2.0),)).put("hidden", ref(catalogue, 3), ref(catalogue, 7))
    profile = profile.put("seen", ref(catalogue, 8)).put("saved", ref(catalogue, 4)).put("skipped", ref(catalogue, 5))
    new = ImportReview.of(read_export(ZIP), matcher, STARS).new_movies(profile, catalogue)
    assert [rating.movie_ref.movie_id for rating in new.ratings] == [2]
    assert ids(new.seen) == [5]  # set aside before because it was not known to be seen
    assert ids(new.saved) == [6, 2]
    after = profile.put("seen", *new.seen).put("saved", *new.saved)
    assert ids(list(after.hidden)) == [3, 7]
    assert (ids(list(after.seen)), ids(list(after.saved)), after.skipped) == ([8, 5], [4, 6, 2], ())


def test_the_visitor_says_what_a_list_is(matcher, tiny_model):
    text = "Position,Const,Created,Title,Year,Your Rating\n1,t,2024-01-01,Movie 7,1957,\n2,t,,Movie 8,1958,9\n"
    review = ImportReview.of(read_export(text.encode(), "6f0c-41.csv"), matcher, STARS)
    assert review.asks_role
    assert [review.role(line) for line in review.lines] == ["", RATED]
    for role in (SAVED, SEEN):
        new = review.with_role(role).new_movies(Profile(), tiny_model.catalogue)
        assert [rating.movie_ref.movie_id for rating in new.ratings] == [8]
        assert (ids(new.saved), ids(new.seen)) == (([7], []) if role == SAVED else ([], [7]))
    assert len(review.new_movies(Profile(), tiny_model.catalogue)) == 1
    assert review.report(tiny_model.catalogue)["role"].tolist() == ["", RATED]
    named = ImportReview.of(read_export(text.encode(), "WATCHLIST.csv"), matcher, STARS)
    assert not named.asks_role
    assert ids(named.new_movies(Profile(), tiny_model.catalogue).saved) == [7]
