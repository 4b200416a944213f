"""The statistics of a movie's ratings are those of a plain groupby on the raw ratings."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.errors import UnknownIdError
from recsys.features.vocabulary import Vocabulary
from recsys.schema import NO_TIME
from recsys.serving.movie_statistics import SMALL_GROUP, movie_statistics, rating_periods
from tests.conftest import tiny_frames

AGE_EDGES, AGE_LABELS = [0, 18, 25, 35, 45, 56, 200], ["under 18", "18-24", "25-34", "35-44", "45-55", "56 and over"]


def scorer_of(dataset) -> SimpleNamespace:
    """What the statistics use of a model of a dataset."""
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
    features = SimpleNamespace(vocabulary=Vocabulary.of(dataset))
    return SimpleNamespace(catalogue=catalogue, interactions=interactions, stars=dataset.stars, features=features)


def raters(dataset, movie_id: int) -> pd.DataFrame:
    """The raw ratings of a movie with their users, and the age band of each."""
    ratings = dataset.ratings[dataset.ratings["movie_id"] == movie_id].merge(dataset.users, on="user_id")
    return ratings.assign(age=pd.cut(ratings["age"], AGE_EDGES, right=False, labels=AGE_LABELS).astype(str))


def require_groupby(dataset, scorer, movie_id: int) -> None:
    statistics, raw = movie_statistics(scorer, movie_id), raters(dataset, movie_id)
    assert (statistics.count, statistics.mean) == (len(raw), pytest.approx(raw["rating"].mean()))
    assert statistics.stars["count"].tolist() == [(raw["rating"] == star).sum() for star in dataset.stars]
    for name in ("gender", "age", "occupation"):
        groups = statistics.groups[statistics.groups["slice"] == name].set_index("group")
        expected = raw.groupby(name)["rating"].agg(["size", "mean"])
        assert groups["n"].sort_index().to_dict() == expected["size"].sort_index().to_dict()
        assert groups["mean"].to_dict() == pytest.approx(expected["mean"].to_dict())
        assert groups["difference"].to_dict() == pytest.approx((expected["mean"] - raw["rating"].mean()).to_dict())


@pytest.mark.parametrize("movie_id", [1, 8, 40])
def test_the_groups_of_the_tiny_world(tiny, tiny_model, movie_id):
    require_groupby(tiny, tiny_model, movie_id)


@pytest.mark.real_data
@pytest.mark.parametrize("movie_id", [50, 100, 242, 1682])
def test_the_groups_of_real_ratings(ml_100k, movie_id):
    require_groupby(ml_100k, scorer_of(ml_100k), movie_id)


def test_the_interval_is_that_of_a_random_group_of_the_raters(tiny, tiny_model):
    """Nineteen of twenty groups of random raters lie in the interval of their size around the mean of all."""
    raw, groups = raters(tiny, 8)["rating"].to_numpy(), movie_statistics(tiny_model, 8).groups.set_index("group")
    women = groups.loc["F"]
    margin = (women["high"] - women["low"]) / 2
    generator = np.random.default_rng(0)
    means = [generator.permutation(raw)[: int(women["n"])].mean() for _ in range(4000)]
    assert (np.abs(np.array(means) - raw.mean()) <= margin).mean() == pytest.approx(0.95, abs=0.02)
    assert (women["low"] + women["high"]) / 2 == pytest.approx(women["difference"])
    assert women["low"] > 0, "even users love even movies"


def test_small_groups_and_groups_of_everyone_are_not_compared(tiny_model):
    statistics = movie_statistics(tiny_model, 8)
    assert set(statistics.large_groups["slice"]) == {"gender", "age"}  # all are writers
    assert (statistics.large_groups["n"] >= SMALL_GROUP).all()
    assert (statistics.small_groups["n"] < SMALL_GROUP).all()


def test_a_movie_without_ratings_has_no_mean_and_no_groups(tiny_model):
    nobody = tiny_model.with_interactions(tiny_model.interactions.keep(tiny_model.interactions.movies != 7))
    statistics = movie_statistics(nobody, 8)
    assert (statistics.count, len(statistics.groups), statistics.stars["count"].sum()) == (0, 0, 0)
    assert np.isnan(statistics.mean)
    assert len(rating_periods(nobody, 8, np.full(len(nobody.interactions.movies), NO_TIME))) == 0


def test_one_rating_has_no_interval(tiny_model):
    interactions = tiny_model.interactions
    others = interactions.movies != 7
    others[np.flatnonzero(~others)[0]] = True
    groups = movie_statistics(tiny_model.with_interactions(interactions.keep(others)), 8).groups
    assert groups["n"].tolist() == [1, 1, 1]
    assert groups[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("movie_id", [0, 41])
def test_a_movie_that_the_catalogue_lacks_is_refused(tiny_model, movie_id):
    with pytest.raises(UnknownIdError, match="1 to 40"):
        movie_statistics(tiny_model, movie_id)


@pytest.mark.parametrize(
    ("days", "form", "first"), [(29, "%b %Y", "Jan 1998"), (80, "%Y Q%q", "1998 Q1"), (400, "%Y", "1998")]
)
def test_periods_are_months_quarters_or_years_without_gaps(tiny_model, days, form, first):
    interactions = tiny_model.interactions
    start = pd.Timestamp("1998-01-01").value // 10**9
    rows = np.flatnonzero(interactions.movies == 7)
    times = np.full(len(interactions.movies), NO_TIME)
    times[rows] = start + np.arange(len(rows)) // 4 * days * 86_400  # four at a time
    times[rows[-1]] = NO_TIME
    periods = rating_periods(tiny_model, 8, times)
    known = pd.Series(interactions.stars[rows[:-1]], index=pd.to_datetime(times[rows[:-1]], unit="s"), dtype=float)
    frequency = {"%b %Y": "M", "%Y Q%q": "Q", "%Y": "Y"}[form]
    expected = known.groupby(known.index.to_period(frequency)).agg(["size", "mean"])
    rated = periods[periods["count"] > 0]
    assert rated["label"].tolist() == expected.index.strftime(form).tolist()
    assert rated["count"].tolist() == expected["size"].tolist()
    assert rated["mean"].tolist() == pytest.approx(expected["mean"].tolist())
    assert periods["label"].iloc[0] == first
    assert periods.loc[periods["count"] == 0, "mean"].isna().all()
    assert len(periods) == (expected.index[-1] - expected.index[0]).n + 1


def test_the_tiny_world_was_rated_in_one_month(tiny, tiny_model):
    times = tiny_frames()[0]["timestamp"]
    assert tiny.ratings["timestamp"].sum() == times.sum()
    periods = rating_periods(tiny_model, 8, tiny.ratings["timestamp"].to_numpy())
    assert periods["label"].tolist() == ["Jul 1998"]
    assert periods["count"].tolist() == [len(raters(tiny, 8))]
