"""Validation: every reason to drop a row, and every reason to refuse a dataset."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data import Dataset, parsing
from recsys.data.movies_table import MAX_GENRES
from recsys.errors import DataError
from recsys.schema import NO_TIME

BAD_CELLS = [
    *[("user_id", value, "illegible_user_id") for value in ("", None, "u1", True, float("nan"), "inf", "0x1F", "１２")],
    *[("user_id", value, "user_id_out_of_range") for value in (-1, 1.5, "1.5", 2**31, 2**53 + 1, 2**64, "9" * 30)],
    *[("movie_id", value, "illegible_movie_id") for value in ("", "ten", None, b"10", "9" * 5000, 10**400)],
    *[("movie_id", value, "movie_id_out_of_range") for value in (-10, 10.25, 2**31)],
    ("movie_id", 40, "unknown_movie"),
    *[("rating", value, "illegible_rating") for value in ("", None, "5,0", "★★★★", "inf", float("-inf"), "nan", True)],
    *[("rating", value, "rating_off_scale") for value in (0, -1, 5.5, 100, "0.0", 3.7, 0.25, 1e300)],
    ("timestamp", 600_000_000, "rated_before_release"),
]


def _with_cell(ratings: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    cells = list(ratings[column])
    cells[2] = value
    return ratings.assign(**{column: pd.Series(cells, dtype=object)})


@pytest.mark.parametrize(("column", "value", "reason"), BAD_CELLS, ids=lambda value: repr(value)[:20])
def test_an_invalid_cell_drops_its_row_with_the_reason(ratings, movies, column, value, reason):
    dataset = Dataset.from_frames(_with_cell(ratings, column, value), movies)
    report = dataset.report.ratings
    assert {code: finding.rows for code, finding in report.dropped.items()} == {reason: 1}
    assert report.dropped[reason].first_lines == (3,)
    assert (report.read, report.kept, len(dataset.ratings)) == (6, 5, 5)
    assert (2, 10) not in set(zip(dataset.ratings["user_id"], dataset.ratings["movie_id"], strict=True))


BAD_TIMES = [
    *[(value, "timestamp_illegible") for value in ("", None, "yesterday", "2024-13-45", "nan", "2023-02-30", "\ud800")],
    *[(value, "timestamp_out_of_range") for value in (-1, 900_000_000_000, 9_999_999_999, 4_102_444_800, 1e18, -1e300)],
    *[(value, "timestamp_out_of_range") for value in ("9999-12-31", "0001-01-01", "2263-01-01", "1677-01-01T00:00Z")],
    *[(value, "timestamp_out_of_range") for value in ("9999-12-31 23:59+00:00", datetime(9999, 12, 31), date(1, 1, 1))],
]


@pytest.mark.parametrize(("value", "reason"), BAD_TIMES, ids=lambda value: repr(value)[:30])
def test_an_invalid_time_removes_the_time_but_not_the_rating(ratings, movies, value, reason):
    dataset = Dataset.from_frames(_with_cell(ratings, "timestamp", value), movies)
    report = dataset.report.ratings
    assert report.dropped == {}
    assert {code: finding.first_lines for code, finding in report.repaired.items()} == {reason: (3,)}
    times = dataset.ratings.set_index(["user_id", "movie_id"])["timestamp"]
    assert times[2, 10] == NO_TIME
    assert (times != NO_TIME).sum() == 5


@pytest.mark.parametrize("value", ["9999-12-31", "2263-01-01", "0001-01-01"])
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_datetimes_of_any_year_are_read(ratings, movies, value, unit):
    times = ratings["timestamp"].to_numpy().astype("datetime64[s]").astype(f"datetime64[{unit}]")
    times[2] = np.datetime64(value, unit)
    dataset = Dataset.from_frames(ratings.assign(timestamp=pd.Series(times)), movies)
    assert dataset.report.ratings.repaired["timestamp_out_of_range"].first_lines == (3,)
    assert len(dataset.ratings) == 6


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.datetimes(), st.dates(), st.none(), st.binary()))
def test_no_timestamp_raises(value):
    seconds = parsing.seconds(pd.Series([value, 5], dtype=object))
    assert seconds.shape == (2,)
    assert seconds[1] == 5


def test_only_invalid_times_mean_no_timestamp_column(ratings, movies):
    dataset = Dataset.from_frames(ratings.assign(timestamp=-1), movies)
    assert "timestamp" not in dataset.ratings
    assert dataset.report.ratings.repaired["timestamp_out_of_range"].rows == 6


def test_only_kept_ratings_count_as_repaired(ratings, movies):
    bad = _with_cell(ratings, "timestamp", "soon").assign(movie_id=[10, 20, 40, 30, 20, 30])
    report = Dataset.from_frames(bad, movies).report.ratings
    assert (set(report.dropped), report.repaired) == ({"unknown_movie"}, {})


def test_a_rating_with_a_time_supersedes_one_without(movies):
    dataset, dropped = _repeated_pair([(3, DAY), (5, -1)], movies, True)
    assert dropped == {"superseded": (2,)}
    assert dataset.ratings.loc[dataset.ratings["user_id"] == 1, "rating"].tolist() == [3.0]


@pytest.mark.parametrize("released", ["9999-01-01", "01-Jan-9999", "0001-01-01", "soon"])
def test_an_impossible_release_date_drops_no_rating(ratings, movies, released):
    dataset = Dataset.from_frames(ratings, movies.assign(release_date=["1990-05-01", released, ""]))
    assert len(dataset.ratings) == 6
    assert dataset.movies["release_date"].tolist()[1] == ""
    assert dataset.report.movies.repaired["date_illegible"].first_lines == (2,)


def test_id_0_is_valid(ratings, movies):
    ratings, movies = ratings.replace({"user_id": {1: 0}, "movie_id": {10: 0}}), movies.replace({"movie_id": {10: 0}})
    dataset = Dataset.from_frames(ratings, movies, pd.DataFrame({"user_id": [0], "age": [30]}))
    assert dataset.ratings["user_id"].tolist()[0] == dataset.movies["movie_id"].tolist()[0] == 0
    assert len(dataset.ratings) == 6
    assert dataset.users["user_id"].tolist() == [0]


def test_only_the_most_frequent_genres_are_kept(ratings, movies):
    many_genres = "|".join(f"g{number:03}" for number in range(MAX_GENRES + 40))
    dataset = Dataset.from_frames(ratings, movies.assign(genres=["z", many_genres, "z|Comedy"]))
    genres = {name for text in dataset.movies["genres"] for name in text.split("|")}
    assert len(genres) <= MAX_GENRES
    assert "z" in genres
    assert dataset.report.movies.repaired["genres_rare"].first_lines == (2,)


GOOD_CELLS = [
    ("user_id", "2", 2),
    ("user_id", 2.0, 2),
    ("user_id", " 2 ", 2),
    ("user_id", 2**31 - 1, 2**31 - 1),
    ("rating", 0.5, 0.5),
    ("rating", "4.5", 4.5),
    ("timestamp", "1998-07-09T16:00:02Z", 900_000_002),
    ("timestamp", "1998-07-09 18:00:02+02:00", 900_000_002),
    ("timestamp", 900_000_002.9, 900_000_002),
]


@pytest.mark.parametrize(("column", "value", "expected"), GOOD_CELLS, ids=lambda value: repr(value)[:26])
def test_an_unusual_but_unambiguous_cell_is_kept(ratings, movies, column, value, expected):
    dataset = Dataset.from_frames(_with_cell(ratings, column, value), movies)
    assert dataset.report.ratings.dropped == {}
    assert expected in dataset.ratings[column].tolist()


def test_typed_columns_are_read(ratings, movies):
    plain = Dataset.from_frames(ratings, movies)
    typed = ratings.assign(
        timestamp=pd.to_datetime(ratings["timestamp"], unit="s"), rating=ratings["rating"].astype("Int8")
    )
    assert Dataset.from_frames(typed, movies).fingerprint == plain.fingerprint
    with pytest.raises(DataError, match="None of the 6 ratings"):
        Dataset.from_frames(ratings.assign(rating=True), movies)


def test_missing_values_of_nullable_columns_are_counted(ratings, movies):
    stars = pd.array([5, None, 4, 1, 2, 5], dtype="Int8")
    report = Dataset.from_frames(ratings.assign(rating=stars), movies).report
    assert report.ratings.dropped["illegible_rating"].first_lines == (2,)


def test_release_check_needs_a_full_date_and_starts_at_midnight_utc(ratings, movies):
    midnight = 641_520_000  # 1990-05-01
    ratings = ratings.assign(timestamp=[midnight - 1, 1, midnight, 900_000_000, 1, 900_000_000])
    dataset = Dataset.from_frames(ratings, movies)
    assert dataset.report.ratings.dropped["rated_before_release"].first_lines == (1,)
    without_days = Dataset.from_frames(ratings, movies.assign(release_date=["1990", "", "Dec-1997"]))
    assert without_days.report.ratings.dropped == {}
    assert without_days.report.movies.repaired["date_illegible"].first_lines == (1, 3)


def _repeated_pair(
    rows: list[tuple[float, int]], movies: pd.DataFrame, timed: bool
) -> tuple[Dataset, dict[str, tuple]]:
    repeated = pd.DataFrame(rows, columns=["rating", "timestamp"]).assign(user_id=1, movie_id=10)
    other_ratings = pd.DataFrame({"user_id": [2, 3], "movie_id": [20, 30], "rating": [1, 2], "timestamp": 900_000_000})
    ratings = pd.concat([repeated, other_ratings], ignore_index=True)
    dataset = Dataset.from_frames(ratings if timed else ratings.drop(columns="timestamp"), movies)
    dropped = {code: finding.first_lines for code, finding in dataset.report.ratings.dropped.items()}
    return dataset, dropped


DAY = 900_000_000


@pytest.mark.parametrize(
    ("rows", "timed", "winner", "reasons"),
    [
        ([(3, DAY + 9), (5, DAY)], True, 3.0, {"superseded": (2,)}),
        ([(3, DAY), (5, DAY)], True, 5.0, {"superseded": (1,)}),
        ([(3, DAY), (5, DAY + 1), (3, DAY)], True, 5.0, {"exact_duplicate": (3,), "superseded": (1,)}),
        ([(4, DAY), (4, DAY), (4, DAY)], True, 4.0, {"exact_duplicate": (2, 3)}),
        ([(4, 0), (2, 0), (3, 0)], False, 3.0, {"superseded": (1, 2)}),
        ([(4, DAY), (2, 1)], True, 4.0, {"rated_before_release": (2,)}),
    ],
)
def test_the_latest_rating_of_a_repeated_pair_counts(movies, rows, timed, winner, reasons):
    dataset, dropped = _repeated_pair(rows, movies, timed)
    assert dropped == reasons
    assert dataset.ratings.loc[dataset.ratings["user_id"] == 1, "rating"].tolist() == [winner]


def test_only_the_first_lines_are_listed_but_all_are_counted(movies):
    count = 40
    ratings = pd.DataFrame({"user_id": range(1, 101), "movie_id": 10, "rating": [4, 5] * 50}).astype({"rating": float})
    ratings.loc[ratings.index[-count:], "rating"] = np.nan
    ratings.loc[0, "movie_id"] = 20
    finding = Dataset.from_frames(ratings, movies).report.ratings.dropped["illegible_rating"]
    assert finding.rows == count
    assert finding.first_lines == (61, 62, 63, 64, 65)
    assert str(finding) == "40 (lines 61, 62, 63, 64, 65, ...)"


TITLES = [
    ("NA", "NA"),
    ("None", "None"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("=1+1", "=1+1"),
    ("![x](http://x)", "![x](http://x)"),
    ("\u202eolleh\u200f", "\u202eolleh\u200f"),
    ("two\r\nlines\x00and\x1bmore\u2028end", "two lines and more end"),
    ("half \ud800 pair", "half \ufffd pair"),
    ("x" * 1_000_000, "x" * 300),
    (1900, "1900"),
    ("", "Movie 20"),
    (None, "Movie 20"),
    (" \n ", "Movie 20"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES, ids=lambda value: repr(value)[:20])
def test_titles_are_cleaned_to_one_line(ratings, movies, title, expected):
    titles = pd.Series(["First", title, "Third"], dtype=object)
    dataset = Dataset.from_frames(ratings, movies.assign(title=titles))
    assert dataset.movies["title"].tolist()[1] == expected
    dataset.movies["title"][1].encode("utf-8")
    repaired = dataset.report.movies.repaired
    assert bool(repaired) == (str(title) != expected)
    assert all(finding.first_lines == (2,) for finding in repaired.values())


def test_the_year_comes_from_the_title_else_the_column_else_the_release_date(ratings, movies):
    assert Dataset.from_frames(ratings, movies).movies["year"].tolist() == [1990.0, 1991.0, 1997.0]
    with_years = Dataset.from_frames(ratings, movies.assign(year=[1950, "soon", 12]))
    assert with_years.movies["year"].tolist() == [1990.0, 1991.0, 1997.0]
    assert with_years.report.movies.repaired["year_illegible"].first_lines == (2, 3)
    untitled = Dataset.from_frames(ratings, movies.assign(title=["A", "B", "C"], year=[1950, "soon", 12]))
    assert untitled.movies["year"].fillna(0).tolist() == [1950.0, 0.0, 1997.0]
    with_titles = Dataset.from_frames(ratings, movies.assign(title=["A (1976)", "B (1981) (V)", "C (2006–2007)"]))
    assert with_titles.movies["year"].tolist() == [1976.0, 1981.0, 2006.0]
    assert with_titles.movies["release_date"].tolist() == ["1990-05-01", "", "1997-12-31"]
    unknown = Dataset.from_frames(ratings, movies.assign(title=["A", "B (0001)", "C (9999)"], release_date=""))
    assert unknown.movies["year"].isna().all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drama| War |Drama||", "Drama|War"),
        ("(no genres listed)", ""),
        ("unknown", ""),
        ("unknown|Film-Noir", "Film-Noir"),
        ("Sci\nFi", "Sci Fi"),
        (None, ""),
    ],
)
def test_each_genre_is_listed_once(ratings, movies, text, expected):
    dataset = Dataset.from_frames(ratings, movies.assign(genres=["A", text, "B"]))
    assert dataset.movies["genres"].tolist()[1] == expected


def test_movies_and_users_have_one_row_per_id(ratings, movies):
    movies = pd.concat([movies, movies.iloc[[1]].assign(title="Again")], ignore_index=True)
    users = pd.DataFrame({"user_id": [1, 1, "x"], "age": [20, 30, 40]})
    dataset = Dataset.from_frames(ratings, movies, users)
    assert dataset.movies["title"].tolist() == ["First (1990)", "Second (1991)", "Third"]
    assert dataset.report.movies.dropped["repeated_id"].first_lines == (4,)
    assert dataset.users[["user_id", "age"]].to_numpy().tolist() == [[1, 20]]
    assert {code: finding.first_lines for code, finding in dataset.report.users.dropped.items()} == {
        "illegible_user_id": (3,),
        "repeated_id": (2,),
    }


def _empty(ratings, movies):
    return ratings.iloc[:0], movies


def _nothing_left(ratings, movies):
    return ratings.assign(user_id="x"), movies


def _one_star(ratings, movies):
    return ratings.assign(rating=4), movies


def _one_usable(ratings, movies):
    return ratings.assign(user_id=["x"] * (len(ratings) - 1) + [1]), movies


def _one_user(ratings, movies):
    return ratings.drop_duplicates("movie_id").assign(user_id=1), movies


def _one_movie(ratings, movies):
    return ratings.drop_duplicates("user_id").assign(movie_id=10, rating=[1, 2, 3]), movies


def _no_column(ratings, movies):
    return ratings.rename(columns={"movie_id": "item"}), movies


def _column_twice(ratings, movies):
    return pd.concat([ratings, ratings[["rating"]]], axis="columns"), movies


def _other_scale(ratings, movies):
    return ratings.assign(rating=[10, 90, 70, 30, 1, 5]), movies


def _other_movies(ratings, movies):
    return ratings, movies.assign(movie_id=[1, 2, 30])


def _no_movies(ratings, movies):
    return ratings, movies.iloc[:0]


def _no_titles(ratings, movies):
    return ratings, movies.drop(columns="title")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_empty, "no rows"),
        (_nothing_left, r"None of the 6 ratings can be used.*user_id missing"),
        (_one_star, "All 6 usable ratings are 4 ★, so"),
        (_one_usable, r"The only usable rating is 5 ★, so no model .* Dropped: 5 \(lines 1, .*user_id missing"),
        (_one_user, "at least two different users"),
        (_one_movie, "at least two different movies"),
        (_no_column, "ratings table lacks movie_id"),
        (_column_twice, "two columns named rating"),
        (_other_scale, "Ratings run from 1 to 90.*4 of 6 ratings are not on the scale.*another scale"),
        (_other_movies, "4 of 6 ratings are of movies missing from the movies table"),
        (_no_movies, "6 of 6 ratings are of movies"),
        (_no_titles, "movies table lacks title"),
    ],
)
def test_an_unusable_dataset_is_an_error_with_a_message(ratings, movies, spoil, message):
    with pytest.raises(DataError, match=message):
        Dataset.from_frames(*spoil(ratings, movies))
