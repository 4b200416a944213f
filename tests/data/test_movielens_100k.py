"""Known facts of MovieLens 100K, fetched from the real sources."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from recsys.data import load_dataset, sources
from recsys.data.checks import check
from recsys.data.movielens import GENRES_100K, read
from recsys.errors import DataError

pytestmark = pytest.mark.real_data


def test_counts(ml100k):
    assert ml100k.name == "ml-100k"
    assert (ml100k.report.ratings.read, len(ml100k.movies), len(ml100k.users)) == (100_000, 1682, 943)
    assert len(ml100k.ratings) == 99_769
    assert ml100k.ratings["user_id"].nunique() == 943
    assert ml100k.stars == (1.0, 2.0, 3.0, 4.0, 5.0)


def test_only_ratings_before_release_are_dropped(ml100k):
    assert {code: finding.rows for code, finding in ml100k.report.ratings.dropped.items()} == {
        "rated_before_release": 231
    }
    times = pd.to_datetime(ml100k.ratings["timestamp"], unit="s")
    released = ml100k.ratings["movie_id"].map(ml100k.movies.set_index("movie_id")["release_date"])
    dated = released != ""
    assert (times[dated] >= pd.to_datetime(released[dated])).all()
    assert (~dated).sum() == 9
    assert not ml100k.report.movies.repaired
    assert not ml100k.report.users.repaired


def test_facts_of_the_raw_tables(ml100k):
    raw = read(sources.obtain())[0].frame
    assert raw["movie_id"].nunique() == 1682
    assert (raw["rating"] == 4).mean() == pytest.approx(0.3417, abs=1e-4)
    spans = raw.groupby("user_id")["timestamp"].agg(np.ptp)
    assert (spans < 3600).mean() > 0.5


def test_known_rows(ml100k):
    ratings, movies = ml100k.ratings, ml100k.movies.set_index("movie_id")
    row = ratings[(ratings["user_id"] == 196) & (ratings["movie_id"] == 242)]
    assert row[["rating", "timestamp"]].to_numpy().tolist() == [[3.0, 881_250_949.0]]
    assert movies.loc[1].to_list() == [
        "Toy Story (1995)",
        1995.0,
        "1995-01-01",
        "Animation|Children's|Comedy",
    ]
    assert movies.loc[543, "title"] == "Misérables, Les (1995)"
    assert movies.loc[267, ["title", "release_date", "genres"]].to_list() == ["unknown", "", ""]
    assert np.isnan(movies.loc[267, "year"])
    assert ml100k.users.iloc[0].to_list() == [1, "M", 24.0, "technician"]


def test_catalogue(ml100k):
    titles = ml100k.movies["title"]
    assert (titles.value_counts() == 2).sum() == 18
    genres = {genre for text in ml100k.movies["genres"] for genre in text.split("|")} - {""}
    assert genres == set(GENRES_100K) - {"unknown"}
    assert (ml100k.movies["genres"] == "").sum() == 2
    years = ml100k.movies["year"].dropna()
    assert (len(years), years.min(), years.max()) == (1681, 1922, 1998)


def test_the_year_of_a_movie_is_not_that_of_a_re_release(ml100k):
    """190 movies have a release date of another year, 55 of them by more than one year."""
    movies = ml100k.movies[ml100k.movies["title"] != "unknown"].set_index("movie_id")
    titled = movies["title"].str.extract(r"\((\d{4})\)(?: \(V\))?$")[0].astype(float)
    assert movies["year"].equals(titled.rename("year"))
    apart = (movies["release_date"].str[:4].astype(float) - movies["year"]).abs()
    assert ((apart > 0).sum(), (apart > 1).sum()) == (190, 55)
    assert movies.loc[[23, 181], "year"].tolist() == [1976.0, 1983.0]
    assert movies.loc[[23, 181], "release_date"].tolist() == ["1996-02-16", "1997-03-14"]
    assert set(ml100k.users["gender"]) == {"F", "M"}
    assert ml100k.users["occupation"].nunique() == 21


def test_fingerprint_is_the_same_on_every_machine(ml100k):
    assert ml100k.fingerprint == "035ce59d80586ee27e2028f04157e8b9f2794a90b5ac7b106ea928b771485eed"


def test_an_unpacked_text_layout_is_verified_by_content(ml100k, tmp_path):
    raw_ratings, raw_movies, raw_users = (table.frame for table in read(sources.obtain())[:3])
    text_folder = tmp_path / "ml-100k"
    text_folder.mkdir()
    text = raw_ratings.to_csv(sep="\t", header=False, index=False)
    (text_folder / "u.data").write_text(text)
    raw_movies["title"] = '"' + raw_movies["title"].str.replace('"', '""') + '"'
    lines = ["movie_id|title|release_date|genres"]
    lines += ["|".join([str(m), t, "" if pd.isna(d) else d, f'"{g}"']) for m, t, d, g in raw_movies.to_numpy()]
    (text_folder / "movies.csv").write_text("\n".join(lines))
    raw_users.to_csv(text_folder / "users.csv", index=False)
    assert sources.obtain(folder=tmp_path, base_url="http://127.0.0.1:1") == text_folder
    assert load_dataset(text_folder).fingerprint == ml100k.fingerprint
    (text_folder / "u.data").write_text(text.replace("196\t242\t3\t", "196\t242\t4\t", 1))
    with pytest.raises(DataError, match="checksum differs"):
        sources.require_facts(check(*read(text_folder)))


def test_reading_and_checking_takes_well_under_a_second(ml100k):
    began = time.perf_counter()
    load_dataset()
    assert time.perf_counter() - began < 1
