"""Scales other than 0.5 to 5 stars need a choice, and are then kept or mapped; a few stray values are dropped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.data import Dataset, ScaleError, load_dataset
from recsys.errors import InputError
from tests.conftest import TINY_SETTINGS, tiny_frames

OTHER_SCALES = {  # ratings, their range in the message, and to which stars some are mapped
    "1 to 9": (np.arange(1, 10), "1 to 9", {1: 1, 3: 2, 5: 3, 9: 5}),
    "0 to 10": (np.arange(11), "0 to 10", {0: 1, 5: 3, 10: 5}),
    "1 to 10": (np.arange(1, 11), "1 to 10", {1: 1, 10: 5}),
    "0 to 100": (np.arange(101), "0 to 100", {0: 1, 50: 3, 100: 5}),
    "-10 to 10": (np.arange(-10, 11), "-10 to 10", {-10: 1, 0: 3, 10: 5}),
    "0 to 5": (np.arange(6), "0 to 5", {0: 1, 5: 5}),
    "0 to 1": (np.linspace(0, 1, 51), "0 to 1", {0: 1, 1: 5}),
    "quarters": (np.arange(2, 21) / 4, "0.5 to 5", {0.5: 0.5, 3.25: 3.5, 3.75: 4, 4.5: 4.5, 5: 5}),
}


def frames(values, rows: int = 361) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings that cycle through these values, and movies."""
    index = np.arange(rows)
    ratings = pd.DataFrame({"user_id": index // 40 + 1, "movie_id": index % 40 + 1, "rating": np.resize(values, rows)})
    return ratings, tiny_frames()[1]


@pytest.mark.parametrize("name", OTHER_SCALES)
def test_another_scale_is_reported_and_can_be_kept_or_mapped(name):
    values, years, mapped = OTHER_SCALES[name]
    ratings, movies = frames(values)
    with pytest.raises(ScaleError, match=f"Ratings run from {years}, .*another scale") as caught:
        Dataset.from_frames(ratings, movies)
    assert set(caught.value.choices) == ({"keep", "map"} if len(values) <= 21 else {"map"})
    dataset = Dataset.from_frames(ratings, movies, scale="map")
    assert len(dataset.ratings) == len(ratings)
    assert set(dataset.stars) <= {half / 2 for half in range(1, 11)}
    star_of = dict(zip(ratings["rating"].tolist(), dataset.ratings["rating"].tolist(), strict=True))
    assert {rating: star_of[rating] for rating in mapped} == mapped
    assert list(star_of.values()) == [star_of[rating] for rating in star_of], "the same rating is always the same star"
    assert dataset.report.notes[0].startswith(f"Ratings run from {years}, ")
    assert "mapped to" in dataset.report.lines()[0]


@pytest.mark.parametrize("name", ["1 to 9", "-10 to 10", "0 to 10"])
def test_a_model_can_be_trained_on_a_kept_scale(name):
    values = OTHER_SCALES[name][0]
    ratings, movies, users = tiny_frames()
    ratings["rating"] = values[((ratings["rating"] - 1) / 4 * (len(values) - 1)).round().astype(int)]
    dataset = Dataset.from_frames(ratings, movies, users, scale="keep")
    assert dataset.report.notes[0].endswith("That scale is kept.")
    assert (dataset.stars[0], dataset.stars[-1]) == (values[0], values[-1])
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    predictions = model.predict(pd.DataFrame({"user_id": [2, 2], "movie_id": [2, 3]}))
    assert predictions["expected"].between(values[0], values[-1]).all()
    assert predictions["expected"][0] > predictions["expected"][1]
    assert len(model.recommend(2, n=5)) == 5


@pytest.mark.parametrize("strays", [[9], [0, -1, 100], [1e300], [7.5] * 9, [3.3] * 18])
def test_a_few_strays_are_dropped(strays):
    ratings, movies = frames(np.arange(1, 6))
    ratings["rating"] = [*map(float, strays), *ratings["rating"][len(strays) :]]
    report = Dataset.from_frames(ratings, movies).report
    assert {code: finding.rows for code, finding in report.ratings.dropped.items()} == {"rating_off_scale": len(strays)}
    assert report.notes == ()


def test_a_stray_does_not_widen_the_scale():
    ratings, movies = frames(np.arange(1, 10))
    ratings.loc[0, "rating"] = 9999
    dataset = Dataset.from_frames(ratings, movies, scale="map")
    assert dataset.stars == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert dataset.report.ratings.dropped["rating_far_off"].first_lines == (1,)


def test_the_scale_parameter_does_not_change_half_stars(ratings, movies):
    plain = Dataset.from_frames(ratings, movies).fingerprint
    assert {Dataset.from_frames(ratings, movies, scale=scale).fingerprint for scale in ("keep", "map")} == {plain}
    with pytest.raises(InputError, match="scale: received 'double'; allowed: keep or map"):
        Dataset.from_frames(ratings, movies, scale="double")


def test_a_scale_of_too_many_values_cannot_be_kept():
    with pytest.raises(ScaleError, match="101 different values"):
        Dataset.from_frames(*frames(np.arange(101)), scale="keep")


@pytest.mark.parametrize("word", ["map", " MAP\n"])
def test_the_scale_is_set_by_a_parameter_or_a_file(tmp_path, word):
    ratings, movies = frames(np.arange(1, 10))
    ratings.to_csv(tmp_path / "ratings.csv", index=False)
    movies.to_csv(tmp_path / "movies.csv", index=False)
    with pytest.raises(ScaleError):
        load_dataset(tmp_path)
    by_parameter = load_dataset(tmp_path, scale="map")
    (tmp_path / "scale.txt").write_text(word)
    assert load_dataset(tmp_path).fingerprint == by_parameter.fingerprint
    assert len(load_dataset(tmp_path, scale="keep").stars) == 9
    (tmp_path / "scale.txt").write_text("perhaps")
    with pytest.raises(ScaleError):
        load_dataset(tmp_path)
    assert "scale.txt was ignored: It says 'perhaps'" in load_dataset(tmp_path, scale="map").report.notes[0]
