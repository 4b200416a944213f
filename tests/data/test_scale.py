"""Other scales than 0.5 to 5 stars are asked about, then kept or mapped; a few stray values are dropped as ever."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.data import Dataset, ScaleError, load_dataset
from recsys.errors import InputError
from tests.conftest import TINY_SETTINGS, tiny_frames

OTHER = {  # ratings, what is said of them, and what the ends become when mapped
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
    """Ratings that use these values in turn."""
    place = np.arange(rows)
    ratings = pd.DataFrame({"user_id": place // 40 + 1, "movie_id": place % 40 + 1, "rating": np.resize(values, rows)})
    return ratings, tiny_frames()[1]


@pytest.mark.parametrize("name", OTHER)
def test_another_scale_is_named_and_can_be_kept_or_mapped(name):
    values, span, mapped = OTHER[name]
    ratings, movies = frames(values)
    with pytest.raises(ScaleError, match=f"Ratings run from {span}, .*another scale") as caught:
        Dataset.from_frames(ratings, movies)
    assert set(caught.value.choices) == ({"keep", "map"} if len(values) <= 21 else {"map"})
    dataset = Dataset.from_frames(ratings, movies, scale="map")
    assert len(dataset.ratings) == len(ratings)
    assert set(dataset.stars) <= {half / 2 for half in range(1, 11)}
    found = dict(zip(ratings["rating"].tolist(), dataset.ratings["rating"].tolist(), strict=True))
    assert {given: found[given] for given in mapped} == mapped
    assert list(found.values()) == [found[given] for given in found], "the same rating is always the same star"
    assert dataset.report.notes[0].startswith(f"Ratings run from {span}, ")
    assert "mapped to" in dataset.report.lines()[0]


@pytest.mark.parametrize("name", ["1 to 9", "-10 to 10", "0 to 10"])
def test_a_scale_that_is_kept_can_be_trained_on(name):
    values = OTHER[name][0]
    ratings, movies, users = tiny_frames()
    ratings["rating"] = values[((ratings["rating"] - 1) / 4 * (len(values) - 1)).round().astype(int)]
    dataset = Dataset.from_frames(ratings, movies, users, scale="keep")
    assert dataset.report.notes[0].endswith("That scale is kept.")
    assert (dataset.stars[0], dataset.stars[-1]) == (values[0], values[-1])
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    found = model.predict(pd.DataFrame({"user_id": [2, 2], "movie_id": [2, 3]}))
    assert found["expected"].between(values[0], values[-1]).all()
    assert found["expected"][0] > found["expected"][1]
    assert len(model.recommend(2, n=5)) == 5


@pytest.mark.parametrize("strays", [[9], [0, -1, 100], [1e300], [7.5] * 9, [3.3] * 18])
def test_a_few_strays_are_dropped_as_ever(strays):
    ratings, movies = frames(np.arange(1, 6))
    ratings["rating"] = [*map(float, strays), *ratings["rating"][len(strays) :]]
    report = Dataset.from_frames(ratings, movies).report
    assert {code: found.rows for code, found in report.ratings.dropped.items()} == {"rating_off_scale": len(strays)}
    assert report.notes == ()


def test_a_stray_stretches_no_scale():
    ratings, movies = frames(np.arange(1, 10))
    ratings.loc[0, "rating"] = 9999
    dataset = Dataset.from_frames(ratings, movies, scale="map")
    assert dataset.stars == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert dataset.report.ratings.dropped["rating_far_off"].first_lines == (1,)


def test_a_choice_changes_nothing_on_stars(ratings, movies):
    plain = Dataset.from_frames(ratings, movies).fingerprint
    assert {Dataset.from_frames(ratings, movies, scale=scale).fingerprint for scale in ("keep", "map")} == {plain}
    with pytest.raises(InputError, match="scale: received 'double'; allowed: keep or map"):
        Dataset.from_frames(ratings, movies, scale="double")


def test_too_many_values_to_keep_are_refused_with_what_is_left():
    with pytest.raises(ScaleError, match="101 different values"):
        Dataset.from_frames(*frames(np.arange(101)), scale="keep")


@pytest.mark.parametrize("word", ["map", " MAP\n"])
def test_a_scale_is_chosen_by_a_parameter_or_by_a_file_beside_the_ratings(tmp_path, word):
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
