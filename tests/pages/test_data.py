"""Data says whose the ratings are, what was dropped, how they are spread; and checks files without keeping them."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from recsys import access
from recsys.data import load_dataset, sources
from recsys.data.limits import ReadLimits
from recsys.errors import DataError
from recsys.registry import Registry
from recsys.ui.common import auth
from recsys.ui.data import upload
from tests.conftest import tiny_frames
from tests.pages.conftest import chart, open_app, opened, said, table
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
    Registry().publish(replace(reported, manifest={"data": data}))
    return opened("pages/data.py")


def test_counts_are_those_of_the_model(served):
    words, counts = said(opened("pages/data.py")), served.counts
    assert f"{counts.sum():,} ratings that 60 people gave {(counts > 0).sum()} movies" in words
    assert f"{100 * counts.sum() / 60 / 40:.1f} % of all" in words


def test_home_and_data_count_the_movies_alike(reported):
    """Two movies that nobody rated are in the catalogue and are said to be, on both pages in the same words."""
    rated = reported.interactions.movies < 38
    Registry().publish(replace(reported, interactions=reported.interactions.keep(rated)))
    wanted = "40 movies in the catalogue, 38 of them rated"
    assert wanted in said(opened("pages/data.py"))
    assert wanted in str(opened("pages/home.py").table[0].value)


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
    assert "3 ratings dropped: rated too early. :gray[Lines 4, 1,000 …]" in said(page)
    assert table(page, "Dropped")["Dropped"].tolist() == ["3", "0"]


def test_a_model_that_does_not_say_what_was_checked(served):
    assert "does not say what was checked" in said(opened("pages/data.py"))


def test_the_spread_is_recomputed_from_the_ratings(served):
    page = opened("pages/data.py")
    given = served.interactions.stars
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
    found = upload.checked(csvs())
    assert (len(found.ratings), len(found.movies), found.users) == (len(ratings), 40, None)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for file in csvs():
            archive.writestr(file.name.rpartition("\\")[2], file.getvalue())
    zipped = upload.checked([Uploaded("mine.zip", whole.getvalue())])
    assert zipped.fingerprint == found.fingerprint


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([Uploaded("a.csv", b"user_id,movie_id,rating\n1,2,3\n"), Uploaded("b.csv", b"colour\nred\n")], "b.csv is not"),
        ([Uploaded("a.tsv", b"1\t2\t3\t4\n"), Uploaded("u.data", b"1\t2\t3\t4\n")], "more than one ratings file"),
        ([Uploaded("ratings.csv", b"user_id,movie_id,rating\n1,2,3\n")], "lacks a movies file"),
        ([Uploaded("a.ZIP", b"no zip at all")], "not a zip"),
        ([Uploaded("x/ratings.csv", b"1"), Uploaded("y/ratings.csv", b"1")], "Two of these files are one table"),
        ([Uploaded("ratings.csv", b"\x89PNG\r\n"), Uploaded("movies.csv", b"movie_id,title\n1,A\n")], "a picture"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(files, words):
    with pytest.raises(DataError, match=words):
        upload.checked(files)


def test_a_plain_table_is_never_called_a_zip_that_unpacks_to_too_much():
    ratings, movies = csvs()
    again = ratings.getvalue().splitlines(keepends=True)[-1] * 400_000  # packs to a thousandth
    padded = Uploaded("ratings.csv", ratings.getvalue() + again)
    assert upload.checked([padded, movies]).fingerprint == upload.checked(csvs()).fingerprint
    long = Uploaded("movies.csv", movies.getvalue() + b"99," + b"a" * 2_000_000 + b",Drama\n")
    with pytest.raises(DataError, match=r"movies\.csv.* more than 1,048,576 (bytes|characters)"):
        upload.checked([ratings, long])


def test_how_much_is_read_depends_on_who_asks_and_is_said(served, data, monkeypatch):
    few = ReadLimits(packed=2**20, unpacked=2**21, rows=5, others=50, columns=9)
    monkeypatch.setitem(upload.LIMITS, access.VISITOR, few)
    app = offered(as_owner=False)
    most = "At most 1 MB, and 2 MB unpacked: up to 5 ratings of 50 movies by 50 users, in tables of 9 columns"
    assert most in said(app)
    assert "ratings.csv has more than 5 lines, the most that are read" in said(app)
    as_owner = said(offered(as_owner=True))
    assert "At most 100 MB, and 400 MB unpacked: up to 20,000,000 ratings" in as_owner
    assert "It can be learned from" in as_owner
    with pytest.raises(DataError, match=r"Your files have 2\.0 MB\. Give at most 1 MB, and 2 MB unpacked"):
        upload.checked([Uploaded("ratings.csv", b"1" * 2**21)], few)


def test_nothing_of_an_upload_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload.checked(csvs())
    with pytest.raises(DataError):
        upload.checked(csvs()[:1])
    assert list(tmp_path.iterdir()) == []


def test_tables_are_known_by_their_columns_whatever_their_names():
    named = upload.checked(csvs())
    ratings, movies, _ = tiny_frames()
    renamed = [
        Uploaded("what people think.txt", ratings.to_csv(index=False, sep=";").encode()),
        Uploaded("films.csv", movies.to_csv(index=False).encode()),
    ]
    assert upload.checked(renamed).fingerprint == named.fingerprint
    bare = ratings.to_csv(index=False, header=False, sep="\t").encode()
    assert upload.checked([Uploaded("mine.tsv", bare), renamed[1]]).fingerprint == named.fingerprint


def offered(as_owner: bool):
    """The page with files on it."""
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator() if as_owner else None
    app.switch_page("pages/data.py")
    app.run()
    app.file_uploader(key="own_files").set_value([(file.name, file.getvalue(), "text/csv") for file in csvs()]).run()
    assert not app.exception, app.exception
    return app


def test_an_upload_is_read_once_however_often_the_page_is_drawn_and_not_held(served, data, monkeypatch):
    reads, read = [], upload.checked
    monkeypatch.setattr(upload, "checked", lambda files, *how: reads.append(len(files)) or read(files, *how))
    app = offered(as_owner=True)
    words = said(app)
    assert said(app.run()) == words
    keep_button(app).click().run()
    assert "Kept as" in said(app)
    assert reads == [2]
    assert len(repr(app.session_state[upload.FOUND])) < 2000
    bad = ("ratings.csv", b"user_id,movie_id,rating", "text/csv")
    uploader = app.file_uploader(key="own_files")
    assert "lacks a movies file" in said(uploader.set_value([bad]).run())
    assert "lacks a movies file" in said(app.run())
    assert reads == [2, 1], "other files are read, and a refusal is remembered too"
    app.file_uploader(key="own_files").set_value([]).run()
    assert upload.FOUND not in app.session_state


def test_what_became_bad_since_it_was_shown_is_not_kept(served, data):
    app = offered(as_owner=True)
    app.file_uploader(key="own_files").set_value([("ratings.csv", b"user_id,movie_id,rating", "text/csv")])
    keep_button(app).click().run()
    assert "lacks a movies file" in said(app)
    assert not (data / "uploads").exists()


def keep_button(app):
    return next((each for each in app.button if each.label == "Keep to train on"), None)


@pytest.fixture
def data(monkeypatch, tmp_path):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "the owner's secret")
    return tmp_path


def test_the_owner_keeps_files_to_train_on(served, data):
    app = offered(as_owner=True)
    app.text_input(key="own_title").set_value("../My cinema!")
    keep_button(app).click().run()
    (kept,) = (data / "uploads").iterdir()
    assert kept.name.startswith("my-cinema-")
    assert kept.name in said(app)
    assert load_dataset(kept).fingerprint == upload.checked(csvs()).fingerprint


def test_the_same_files_kept_again_are_no_second_dataset(served, data, monkeypatch):
    keep_button(offered(as_owner=True)).click().run()
    tomorrow = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: tomorrow)
    keep_button(offered(as_owner=True)).click().run()
    assert len(list((data / "uploads").iterdir())) == 1


def test_a_visitor_is_told_and_refused(served, data, monkeypatch):
    app = offered(as_owner=False)
    assert keep_button(app) is None
    assert "It can be learned from" in said(app)
    app = offered(as_owner=True)
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    keep_button(app).click().run()
    assert "Only the owner may retrain" in said(app)
    assert not (data / "uploads").exists()


def offscale(low: int = 1, high: int = 9) -> list[Uploaded]:
    """The tiny world on another scale."""
    ratings, movies, _ = tiny_frames()
    ratings["rating"] = low + (ratings["rating"] - 1) * (high - low) // 4
    return [
        Uploaded(name, frame.to_csv(index=False).encode())
        for name, frame in (("ratings.csv", ratings), ("movies.csv", movies))
    ]


def brought(files, as_owner: bool = True):
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator() if as_owner else None
    app.switch_page("pages/data.py")
    app.run()
    app.file_uploader(key="own_files").set_value([(file.name, file.getvalue(), "text/csv") for file in files]).run()
    assert not app.exception, app.exception
    return app


def choice(app):
    return next((each for each in app.radio if each.key.startswith("own_scale")), None)


@pytest.mark.parametrize(("chosen", "stars"), [("keep", "1, 3, 7, 9"), ("map", "1, 2, 4, 5")])
def test_another_scale_is_asked_about_and_the_answer_is_kept_for_the_training(served, data, chosen, stars):
    app = brought(offscale())
    assert "Ratings run from 1 to 9" in choice(app).label
    assert choice(app).options == ["Keep that scale", "Map it to 1 to 5 stars"]
    assert choice(app).value is None
    assert keep_button(app) is None
    assert "It can be learned from" not in said(app)
    choice(app).set_value(chosen).run()
    assert f"on the stars {stars}." in said(app)
    keep_button(app).click().run()
    (kept,) = (data / "uploads").iterdir()
    assert load_dataset(kept).fingerprint == upload.checked(offscale(), scale=chosen).fingerprint
    assert upload.checked(offscale(), scale="keep").fingerprint != upload.checked(offscale(), scale="map").fingerprint


def test_an_answer_is_about_one_upload_and_can_be_changed(served, data):
    app = brought(offscale(), as_owner=False)
    choice(app).set_value("keep").run()
    assert "on the stars 1, 3, 7, 9." in said(app)
    choice(app).set_value("map").run()
    assert "on the stars 1, 2, 4, 5." in said(app)
    files = [(file.name, file.getvalue(), "text/csv") for file in offscale(0, 100)]
    app.file_uploader(key="own_files").set_value(files).run()
    assert "Ratings run from 0 to 100" in choice(app).label
    assert choice(app).value is None


def test_a_file_that_is_no_table_is_ignored_with_a_sentence(served, data):
    app = brought([*csvs(), Uploaded("links.csv", b"movieId,imdbId\n1,1\n")], as_owner=False)
    assert "It can be learned from" in said(app)
    assert "Ignored: links.csv is not known to be ratings, movies or users." in said(app)
