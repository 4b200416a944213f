"""Data shows source, checks and distribution of the ratings, and checks uploaded files without keeping them."""

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
from tests.pages.conftest import chart, open_app, open_page, table, text_of
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
    """A file as the uploader returns it."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def page_with_data(measured_model, **data):
    """The page over a model with this data in its manifest."""
    Registry().publish(replace(measured_model, manifest={"data": data}))
    return open_page("pages/data.py")


def test_counts_are_recomputed(served):
    text, counts = text_of(open_page("pages/data.py")), served.counts
    assert f"{counts.sum():,} ratings of {(counts > 0).sum()} movies by 60 users" in text
    assert f"{100 * counts.sum() / 60 / 40:.1f}% of all possible" in text


def test_home_and_data_count_movies_without_ratings(measured_model):
    rated = measured_model.interactions.movies < 38
    Registry().publish(replace(measured_model, interactions=measured_model.interactions.keep(rated)))
    text = text_of(open_page("pages/data.py"))
    assert "of 38 movies by 60 users" in text
    assert "The catalogue has 2 more movies without ratings." in text
    assert "40 movies in the catalogue, 38 of them rated" in str(open_page("pages/home.py").table[0].value)


def test_movielens_has_its_licence_and_citation(measured_model):
    text = text_of(page_with_data(measured_model, name="ml-100k"))
    assert "may not be redistributed" in text
    assert "Harper and Joseph A. Konstan" in text
    assert sources.HOMEPAGE in text


def test_other_data_has_no_movielens_licence(measured_model):
    text = text_of(page_with_data(measured_model, name=HOSTILE))
    assert "whoever provided it" in text
    assert "Harper" not in text


def test_dropped_rows_are_listed(measured_model):
    page = page_with_data(measured_model, name="ml-100k", checks=CHECKS)
    assert "3 ratings dropped: rated too early. :gray[Lines 4, 1000 …]" in text_of(page)
    assert table(page, "Dropped")["Dropped"].tolist() == ["3", "0"]


def test_a_model_without_a_check_report_says_so(served):
    assert "no record of data checks" in text_of(open_page("pages/data.py"))


def test_the_distribution_is_recomputed_from_the_ratings(served):
    page = open_page("pages/data.py")
    stars = served.interactions.stars
    bars = chart(page, "Bar chart. Ratings by star")["data"][0]
    assert list(bars["y"]) == [int((stars == star).sum()) for star in served.stars]
    assert sum(chart(page, "Bar chart. Ratings per user")["data"][0]["y"]) == 60
    assert sum(chart(page, "Bar chart. Ratings per movie")["data"][0]["y"]) == (served.counts > 0).sum()
    text = text_of(page)
    most_common_share = max(np.mean(stars == star) for star in served.stars)
    assert f"accuracy of {100 * most_common_share:.1f}%" in text
    assert f"The mean is {stars.mean():.2f}" in text


def csv_files() -> list[Uploaded]:
    """The tiny world as two uploaded tables."""
    ratings, movies, _ = tiny_frames()
    return [
        Uploaded(name, frame.to_csv(index=False).encode())
        for name, frame in (("C:\\my\\ratings.csv", ratings), ("movies.csv", movies))
    ]


def test_tables_and_a_zip_of_them_give_the_same_dataset():
    ratings, _, _ = tiny_frames()
    dataset = upload.load_uploaded(csv_files())
    assert (len(dataset.ratings), len(dataset.movies), dataset.users) == (len(ratings), 40, None)
    zip_buffer = io.BytesIO()
    with zipfile.ZipFile(zip_buffer, "w") as archive:
        for file in csv_files():
            archive.writestr(file.name.rpartition("\\")[2], file.getvalue())
    zip_dataset = upload.load_uploaded([Uploaded("mine.zip", zip_buffer.getvalue())])
    assert zip_dataset.fingerprint == dataset.fingerprint


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            [Uploaded("a.csv", b"user_id,movie_id,rating\n1,2,3\n"), Uploaded("b.csv", b"colour\nred\n")],
            "whether b.csv has",
        ),
        ([Uploaded("a.tsv", b"1\t2\t3\t4\n"), Uploaded("u.data", b"1\t2\t3\t4\n")], "more than one ratings file"),
        (
            [Uploaded("ratings.csv", b"user_id,movie_id,rating\n1,2,3\n")],
            r"Missing in Your files: a movies file \(u.item",
        ),
        ([Uploaded("a.ZIP", b"no zip at all")], "not a zip"),
        ([Uploaded("x/ratings.csv", b"1"), Uploaded("y/ratings.csv", b"1")], "are the same table"),
        ([Uploaded("ratings.csv", b"\x89PNG\r\n"), Uploaded("movies.csv", b"movie_id,title\n1,A\n")], "a picture"),
    ],
)
def test_an_invalid_upload_is_refused(files, words):
    with pytest.raises(DataError, match=words):
        upload.load_uploaded(files)


def test_a_table_that_compresses_well_is_accepted():
    ratings, movies = csv_files()
    repeated_rows = ratings.getvalue().splitlines(keepends=True)[-1] * 400_000  # compresses to a thousandth
    padded = Uploaded("ratings.csv", ratings.getvalue() + repeated_rows)
    assert upload.load_uploaded([padded, movies]).fingerprint == upload.load_uploaded(csv_files()).fingerprint
    long_title = Uploaded("movies.csv", movies.getvalue() + b"99," + b"a" * 2_000_000 + b",Drama\n")
    with pytest.raises(DataError, match=r"movies\.csv.* more than 1,048,576 (bytes|characters)"):
        upload.load_uploaded([ratings, long_title])


def test_upload_limits_depend_on_the_role_and_are_shown(served, data, monkeypatch):
    small_limits = ReadLimits(packed=2**20, unpacked=2**21, rows=5, others=50, columns=9)
    monkeypatch.setitem(upload.LIMITS, access.VISITOR, small_limits)
    app = page_with_upload(as_owner=False)
    limits_text = "At most 1 MB (2 MB unpacked), 5 ratings, 50 movies and 50 users."
    assert limits_text in text_of(app)
    assert "ratings.csv has more than 5 lines, the most that are read" in text_of(app)
    owner_text = text_of(page_with_upload(as_owner=True))
    assert "At most 100 MB (400 MB unpacked), 20,000,000 ratings" in owner_text
    assert "You can train on it" in owner_text
    with pytest.raises(DataError, match=r"Your files have 2\.0 MB\. Give at most 1 MB, and 2 MB unpacked"):
        upload.load_uploaded([Uploaded("ratings.csv", b"1" * 2**21)], small_limits)


def test_no_temporary_file_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload.load_uploaded(csv_files())
    with pytest.raises(DataError):
        upload.load_uploaded(csv_files()[:1])
    assert list(tmp_path.iterdir()) == []


def test_tables_are_recognised_by_their_columns():
    named_tables = upload.load_uploaded(csv_files())
    ratings, movies, _ = tiny_frames()
    renamed = [
        Uploaded("what people think.txt", ratings.to_csv(index=False, sep=";").encode()),
        Uploaded("films.csv", movies.to_csv(index=False).encode()),
    ]
    assert upload.load_uploaded(renamed).fingerprint == named_tables.fingerprint
    bare = ratings.to_csv(index=False, header=False, sep="\t").encode()
    assert upload.load_uploaded([Uploaded("mine.tsv", bare), renamed[1]]).fingerprint == named_tables.fingerprint


def page_with_upload(as_owner: bool):
    """The page with the tiny world uploaded."""
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator() if as_owner else None
    app.switch_page("pages/data.py")
    app.run()
    app.file_uploader(key="upload_files").set_value(
        [(file.name, file.getvalue(), "text/csv") for file in csv_files()]
    ).run()
    assert not app.exception, app.exception
    return app


def test_an_upload_is_read_once_and_not_kept_in_the_session(served, data, monkeypatch):
    loads, load = [], upload.load_uploaded
    monkeypatch.setattr(upload, "load_uploaded", lambda files, *args: loads.append(len(files)) or load(files, *args))
    app = page_with_upload(as_owner=True)
    text = text_of(app)
    assert text_of(app.run()) == text
    keep_button(app).click().run()
    assert "Stored as" in text_of(app)
    assert loads == [2]
    assert len(repr(app.session_state[upload.CHECKED])) < 2000
    invalid_file = ("ratings.csv", b"user_id,movie_id,rating", "text/csv")
    uploader = app.file_uploader(key="upload_files")
    assert "Missing in Your files: a movies file" in text_of(uploader.set_value([invalid_file]).run())
    assert "Missing in Your files: a movies file" in text_of(app.run())
    assert loads == [2, 1], "other files are read once, and a refusal is cached too"
    app.file_uploader(key="upload_files").set_value([]).run()
    assert upload.CHECKED not in app.session_state


def test_files_that_became_invalid_are_not_stored(served, data):
    app = page_with_upload(as_owner=True)
    app.file_uploader(key="upload_files").set_value([("ratings.csv", b"user_id,movie_id,rating", "text/csv")])
    keep_button(app).click().run()
    assert "Missing in Your files: a movies file" in text_of(app)
    assert not (data / "uploads").exists()


def keep_button(app):
    return next((button for button in app.button if button.label == "Store for training"), None)


@pytest.fixture
def data(monkeypatch, tmp_path):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "the owner's secret")
    return tmp_path


def test_the_owner_stores_files_to_train_on(served, data):
    app = page_with_upload(as_owner=True)
    app.text_input(key="upload_title").set_value("../My cinema!")
    keep_button(app).click().run()
    (stored_path,) = (data / "uploads").iterdir()
    assert stored_path.name.startswith("my-cinema-")
    assert stored_path.name in text_of(app)
    assert load_dataset(stored_path).fingerprint == upload.load_uploaded(csv_files()).fingerprint


def test_the_same_files_are_stored_once(served, data, monkeypatch):
    keep_button(page_with_upload(as_owner=True)).click().run()
    tomorrow = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: tomorrow)
    keep_button(page_with_upload(as_owner=True)).click().run()
    assert len(list((data / "uploads").iterdir())) == 1


def test_a_visitor_cannot_store_files(served, data, monkeypatch):
    app = page_with_upload(as_owner=False)
    assert keep_button(app) is None
    assert "You can train on it" in text_of(app)
    app = page_with_upload(as_owner=True)
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    keep_button(app).click().run()
    assert "Only the owner can retrain" in text_of(app)
    assert not (data / "uploads").exists()


def files_on_another_scale(low: int = 1, high: int = 9) -> list[Uploaded]:
    """The tiny world on another scale."""
    ratings, movies, _ = tiny_frames()
    ratings["rating"] = low + (ratings["rating"] - 1) * (high - low) // 4
    return [
        Uploaded(name, frame.to_csv(index=False).encode())
        for name, frame in (("ratings.csv", ratings), ("movies.csv", movies))
    ]


def page_with_files(files, as_owner: bool = True):
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator() if as_owner else None
    app.switch_page("pages/data.py")
    app.run()
    app.file_uploader(key="upload_files").set_value([(file.name, file.getvalue(), "text/csv") for file in files]).run()
    assert not app.exception, app.exception
    return app


def scale_choice(app):
    return next((radio for radio in app.radio if radio.key.startswith("upload_scale")), None)


@pytest.mark.parametrize(("choice_value", "stars"), [("keep", "1, 3, 7, 9"), ("map", "1, 2, 4, 5")])
def test_the_choice_for_another_scale_is_stored_for_the_training(served, data, choice_value, stars):
    app = page_with_files(files_on_another_scale())
    assert "Ratings run from 1 to 9" in scale_choice(app).label
    assert scale_choice(app).options == ["Keep that scale", "Map it to 1 to 5 stars"]
    assert scale_choice(app).value is None
    assert keep_button(app) is None
    assert "You can train on it" not in text_of(app)
    scale_choice(app).set_value(choice_value).run()
    assert f"Rating scale: {stars}." in text_of(app)
    keep_button(app).click().run()
    (stored_path,) = (data / "uploads").iterdir()
    assert (
        load_dataset(stored_path).fingerprint
        == upload.load_uploaded(files_on_another_scale(), scale=choice_value).fingerprint
    )
    assert (
        upload.load_uploaded(files_on_another_scale(), scale="keep").fingerprint
        != upload.load_uploaded(files_on_another_scale(), scale="map").fingerprint
    )


def test_the_choice_is_for_one_upload_and_can_be_changed(served, data):
    app = page_with_files(files_on_another_scale(), as_owner=False)
    scale_choice(app).set_value("keep").run()
    assert "Rating scale: 1, 3, 7, 9." in text_of(app)
    scale_choice(app).set_value("map").run()
    assert "Rating scale: 1, 2, 4, 5." in text_of(app)
    files = [(file.name, file.getvalue(), "text/csv") for file in files_on_another_scale(0, 100)]
    app.file_uploader(key="upload_files").set_value(files).run()
    assert "Ratings run from 0 to 100" in scale_choice(app).label
    assert scale_choice(app).value is None


def test_a_file_that_is_not_a_table_is_ignored_with_a_note(served, data):
    app = page_with_files([*csv_files(), Uploaded("links.csv", b"movieId,imdbId\n1,1\n")], as_owner=False)
    assert "You can train on it" in text_of(app)
    assert "Ignored: It is not clear whether links.csv has ratings, movies or users." in text_of(app)
    assert "Name it ratings.csv, movies.csv or users.csv." in text_of(app)
