"""The report: every predictor on the same rows, with intervals that mean something."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from recsys.evaluation import gains, paired, report
from recsys.evaluation.baselines import Predictions
from recsys.metrics.probability import Reliability, brier_scores, ranked_probability_scores
from recsys.serving.prediction_set import with_prediction_sets
from recsys.serving.recommender import Recommender
from recsys.training import pipeline
from recsys.training.trade_off_curve import with_lists
from tests.conftest import TINY_SETTINGS

STARS = (1.0, 2.0, 3.0)


def rows(count: int = 600, users: int = 40) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "user_id": random.integers(1, users, count),
            "movie_id": np.arange(count),
            "rating": random.choice(STARS, count, p=[0.2, 0.3, 0.5]),
        }
    )


def random_predictions(count: int, seed: int) -> Predictions:
    return Predictions.of_probabilities(np.random.default_rng(seed).dirichlet(np.ones(3), count), STARS)


@pytest.fixture(scope="module")
def made():
    held_out = rows()
    said = random_predictions(len(held_out), 1)
    bare = Predictions(said.decided, said.expected, None)
    return held_out, said, report(held_out, {"model": said, "bare": bare}, STARS, "by hand")


def test_numbers_equal_scikit_learns(made):
    held_out, said, found = made
    assert found.value("rmse") == pytest.approx(root_mean_squared_error(held_out["rating"], said.expected))
    assert found.value("mae") == pytest.approx(mean_absolute_error(held_out["rating"], said.expected))
    assert found.value("accuracy") == pytest.approx(np.mean(held_out["rating"] == said.decided))
    assert found.confusion.sum() == len(held_out)
    assert found.row("recall", slice="star=3")["n"] == (held_out["rating"] == 3).sum()


def test_means_over_users_weigh_everybody_alike(made):
    held_out, said, found = made
    squares = (held_out["rating"] - said.expected) ** 2
    by_user = squares.groupby(held_out["user_id"]).mean() ** 0.5
    assert found.value("user_rmse") == pytest.approx(by_user.mean())
    assert found.value("user_rmse") != pytest.approx(found.value("rmse"), abs=1e-4)
    sizes = (held_out["rating"] - said.expected).abs().groupby(held_out["user_id"]).mean()
    assert found.value("user_mae") == pytest.approx(sizes.mean())


def test_probabilities_are_scored(made):
    held_out, said, found = made
    curve = Reliability.of(said.probabilities.max(1), held_out["rating"] == said.decided)
    gap = np.nansum(np.abs(curve.said - curve.seen) * curve.n) / len(held_out)
    assert found.value("calibration_error") == pytest.approx(gap)
    for metric, rows in (("brier", brier_scores), ("ranked_probability", ranked_probability_scores)):
        mean = rows(held_out["rating"], said.probabilities, STARS).mean()
        assert found.value(metric) == pytest.approx(mean)
        assert np.isnan(found.value(metric, "bare"))


def test_intervals_hold_the_value_and_narrow_with_more_users(made):
    wide = made[2].table
    headline = wide[(wide["slice"] == "all") & wide["value"].notna() & (wide["metric"] != "calibration_error")]
    assert ((headline["low"] <= headline["value"]) & (headline["value"] <= headline["high"])).all()
    many = rows(6000, 400)
    narrow = report(many, {"model": random_predictions(6000, 2)}, STARS, "by hand")
    width = [one.row("rmse")["high"] - one.row("rmse")["low"] for one in (made[2], narrow)]
    assert width[1] < 0.6 * width[0]


def test_without_probabilities_the_log_loss_is_undefined(made):
    found = made[2]
    assert np.isnan(found.value("log_loss", "bare"))
    assert found.value("accuracy", "bare") == found.value("accuracy")


def test_a_random_model_shows_baselines_above_it(tiny, monkeypatch):
    def dice(self, matrix):
        return np.random.default_rng(0).dirichlet(np.ones(len(self.stars)), len(matrix))

    monkeypatch.setattr("recsys.models.star_model.StarModel.predict_proba", dice)
    found = pipeline.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    assert found.value("log_loss") > found.value("log_loss", "majority")
    assert found.value("rmse") > found.value("rmse", "bias")


def test_paired_differences_are_those_of_the_reports_and_narrower_than_their_intervals():
    held_out = rows(3000, 200)
    better = random_predictions(3000, 1)
    close = Predictions(better.decided, better.expected + 0.02, better.probabilities)
    found = paired(held_out, better, close, STARS).set_index(["metric", "slice"])
    both = report(held_out, {"model": better, "close": close}, STARS, "by hand")
    rmse = found.loc[("rmse", "all")]
    assert rmse["difference"] == pytest.approx(both.value("rmse") - both.value("rmse", "close"))
    assert rmse["low"] <= rmse["difference"] <= rmse["high"]
    assert rmse["high"] - rmse["low"] < 0.2 * (both.row("rmse")["high"] - both.row("rmse")["low"])
    assert found.loc[("accuracy", "all"), "low"] == found.loc[("accuracy", "all"), "high"] == 0


def test_asking_for_what_is_not_there_names_it(made):
    with pytest.raises(KeyError, match="ndcg"):
        made[2].value("ndcg")


def test_gains_are_paired_with_each_baseline_on_the_stored_rows(made):
    held_out, said, found = made
    table = gains(found)
    assert set(table["baseline"]) == {"bare"}
    same = table[(table["metric"] == "rmse") & (table["slice"] == "all")].iloc[0]
    assert [same["difference"], same["low"], same["high"]] == pytest.approx([0, 0, 0])
    expected = paired(held_out, said, found.baselines["bare"], STARS)
    pd.testing.assert_frame_equal(table.drop(columns="baseline"), expected)


def test_every_number_of_the_table_is_made_again_from_what_the_bundle_stores(tiny_version):
    """What was said of the held-out rows is kept, of the model and of each baseline, and is enough."""
    stored = tiny_version.report
    said = {"model": stored.predicted()} | dict(stored.baselines)
    assert set(said) == {"model", "majority", "bias"}
    again = report(stored.held_out, said, stored.stars, "stratified")
    again = with_lists(with_prediction_sets(again, stored.stars, 0), as_scored(tiny_version))
    pd.testing.assert_frame_equal(again.table, stored.table)
    assert (again.confusion == stored.confusion).all()


def as_scored(served: Recommender) -> Recommender:
    """The served model as it was when it was measured: refreshed without the held-out ratings."""
    pairs, interactions = served.report.held_out, served.interactions
    ids = interactions.user_ids[interactions.user_index], served.catalogue.movie_ids[interactions.movies]
    held_out = pd.MultiIndex.from_frame(pairs[["user_id", "movie_id"]])
    return served.with_interactions(interactions.keep(~pd.MultiIndex.from_arrays(ids).isin(held_out)))


def test_rows_tell_how_much_was_known_of_their_user_and_movie(tiny_version):
    held_out, trained = tiny_version.report.held_out, as_scored(tiny_version).interactions
    counts = dict(zip(trained.user_ids, trained.counts, strict=True))
    assert held_out["user_count"].tolist() == [counts[user] for user in held_out["user_id"]]
    movies = np.bincount(trained.movies, minlength=len(tiny_version.catalogue))
    at = tiny_version.catalogue.positions(held_out["movie_id"].to_numpy())
    assert held_out["movie_count"].tolist() == movies[at].tolist()
