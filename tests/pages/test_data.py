"""Data says whose the ratings are, what was dropped, how they are spread; and checks files without keeping them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from recsys.data import sources
from recsys.errors import DataError
from recsys.registry import Shelf
from recsys.ui.ratings import own
from tests.conftest import tiny_frames
from tests.pages.conftest import chart, opened, said, table
from tests.pages.test_predict import HOSTILE

CHECKS = {
    "ratings": {
        "table": "ratings",
        "source": "u.data",
        "read": 100,
        "kept": 97,
        "dropped": {"rated_before_release": {"rows": 3, "first_lines": [4, 1000], "meaning": "rated too early"}},
        "repaired": {},
    },
    "movies": {"table": "movies", "source": "u.item", "read": 9, "kept": 9, "dropped": {}, "repaired": {}},
}


class Uploaded(io.BytesIO):
    """A file as the uploader hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def told(reported, **data):
    """The page over a model whose manifest says this of its data."""
    Shelf().publish(replace(reported, manifest={"data": data}))
    return opened("pages/data.py")


def test_counts_are_those_of_the_model(served):
    words, counts = said(opened("pages/data.py")), served.counts
    assert f"{counts.sum():,} ratings that 60 people gave {(counts > 0).sum()} movies" in words
    assert f"{100 * counts.sum() / 60 / 40:.1f} % of all" in words


def test_licence_and_citation_where_the_data_is_shown(reported):
    words = said(told(reported, name="ml-100k"))
    assert "may not be redistributed" in words
    assert "Harper and Joseph A. Konstan" in words
    assert sources.HOMEPAGE in words


def test_somebody_elses_data_has_no_licence_of_ours(reported):
    words = said(told(reported, name=HOSTILE))
    assert "somebody brought" in words
    assert "Harper" not in words


def test_what_the_door_found(reported):
    page = told(reported, name="ml-100k", checks=CHECKS)
    assert "3 of ratings dropped: rated too early. :gray[Lines 4, 1,000 …]" in said(page)
    assert table(page, "Dropped")["Dropped"].tolist() == ["3", "0"]


def test_a_model_that_does_not_say_what_was_checked(served):
    assert "does not say what was checked" in said(opened("pages/data.py"))


def test_the_spread_is_recomputed_from_the_ratings(served):
    page = opened("pages/data.py")
    given = served.histories.stars
    bars = chart(page, "Stars given")["data"][0]
    assert list(bars["y"]) == [int((given == star).sum()) for star in served.stars]
    assert sum(chart(page, "Ratings of a person")["data"][0]["y"]) == 60
    assert sum(chart(page, "Ratings of a movie")["data"][0]["y"]) == (served.counts > 0).sum()
    words = said(page)
    commonest = max(np.mean(given == star) for star in served.stars)
    assert f"right {100 * commonest:.1f} % of the time" in words
    assert f"The mean is {given.mean():.2f}" in words


def csvs() -> list[Uploaded]:
    """The tiny world as two tables of ones own."""
    ratings, movies, _ = tiny_frames()
    return [
        Uploaded(name, frame.to_csv(index=False).encode())
        for name, frame in (("C:\\my\\ratings.csv", ratings), ("movies.csv", movies))
    ]


def test_tables_and_a_zip_of_them_pass_the_same_door():
    ratings, _, _ = tiny_frames()
    found = own.checked(csvs())
    assert (len(found.ratings), len(found.movies), found.users) == (len(ratings), 40, None)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for file in csvs():
            archive.writestr(file.name.rpartition("\\")[2], file.getvalue())
    zipped = own.checked([Uploaded("mine.zip", whole.getvalue())])
    assert zipped.fingerprint == found.fingerprint


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([Uploaded("ratings.csv", b"user_id,movie_id,rating\n1,2,3\n")], "lacks a movies file"),
        ([Uploaded("a.ZIP", b"no zip at all")], "not a zip"),
        ([Uploaded("x/ratings.csv", b"1"), Uploaded("y/ratings.csv", b"1")], "Two of these files"),
        ([Uploaded("ratings.csv", b"\x89PNG\r\n"), Uploaded("movies.csv", b"movie_id,title\n1,A\n")], "a picture"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(files, words):
    with pytest.raises(DataError, match=words):
        own.checked(files)


def test_nothing_of_an_upload_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    own.checked(csvs())
    with pytest.raises(DataError):
        own.checked(csvs()[:1])
    assert list(tmp_path.iterdir()) == []
