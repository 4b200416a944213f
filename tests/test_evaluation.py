"""The report: every predictor on the same rows, with intervals that mean something."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from recsys import training
from recsys.baselines import Predicted
from recsys.evaluation import paired, report
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


def random_predictions(count: int, seed: int) -> Predicted:
    return Predicted.of_probabilities(np.random.default_rng(seed).dirichlet(np.ones(3), count), STARS)


@pytest.fixture(scope="module")
def made():
    held_out = rows()
    said = random_predictions(len(held_out), 1)
    bare = Predicted(said.decided, said.expected, None)
    return held_out, said, report(held_out, {"model": said, "bare": bare}, STARS, "by hand")


def test_numbers_equal_scikit_learns(made):
    held_out, said, found = made
    assert found.value("rmse") == pytest.approx(root_mean_squared_error(held_out["rating"], said.expected))
    assert found.value("mae") == pytest.approx(mean_absolute_error(held_out["rating"], said.expected))
    assert found.value("accuracy") == pytest.approx(np.mean(held_out["rating"] == said.decided))
    assert found.confusion.sum() == len(held_out)
    assert found.row("recall", slice="star=3")["n"] == (held_out["rating"] == 3).sum()


def test_intervals_hold_the_value_and_narrow_with_more_users(made):
    wide = made[2].table
    headline = wide[(wide["slice"] == "all") & wide["value"].notna()]
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

    monkeypatch.setattr("recsys.model.StarModel.predict_proba", dice)
    found = training.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    assert found.value("log_loss") > found.value("log_loss", "majority")
    assert found.value("rmse") > found.value("rmse", "bias")


def test_paired_differences_are_those_of_the_reports_and_narrower_than_their_intervals():
    held_out = rows(3000, 200)
    better = random_predictions(3000, 1)
    close = Predicted(better.decided, better.expected + 0.02, better.probabilities)
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
