"""The report: every predictor on the same rows, with valid intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import softmax
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from recsys.evaluation import Report, gains_over_baselines, paired_differences, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.sufficient_statistics import SufficientStatistics, measures
from recsys.evaluation.train_scores import TRAIN, VALIDATION
from recsys.metrics.probability import Reliability, brier_scores, ranked_probability_scores
from recsys.serving.prediction_set import with_prediction_sets
from recsys.serving.recommender import Recommender
from recsys.training import pipeline
from recsys.training.trade_off_curve import with_lists
from tests.conftest import TINY_SETTINGS, star_metrics_only

STARS = (1.0, 2.0, 3.0)


def random_held_out(count: int = 600, users: int = 40) -> pd.DataFrame:
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
def reported() -> tuple[pd.DataFrame, Predictions, Report]:
    """Held-out rows, predictions, and their report; its baseline has the same predictions without probabilities."""
    held_out = random_held_out()
    model = random_predictions(len(held_out), 1)
    bare = Predictions(model.rating, model.expected, None)
    return held_out, model, report(held_out, {"model": model, "bare": bare}, STARS, "by hand")


def test_numbers_equal_scikit_learns(reported):
    held_out, predictions, random_report = reported
    assert random_report.value("rmse") == pytest.approx(
        root_mean_squared_error(held_out["rating"], predictions.expected)
    )
    assert random_report.value("mae") == pytest.approx(mean_absolute_error(held_out["rating"], predictions.expected))
    assert random_report.value("accuracy") == pytest.approx(np.mean(held_out["rating"] == predictions.rating))
    assert random_report.confusion.sum() == len(held_out)
    assert random_report.row("recall", slice="star=3")["n"] == (held_out["rating"] == 3).sum()


def test_means_over_users_weigh_every_user_alike(reported):
    held_out, predictions, random_report = reported
    squared_errors = (held_out["rating"] - predictions.expected) ** 2
    by_user = squared_errors.groupby(held_out["user_id"]).mean() ** 0.5
    assert random_report.value("user_rmse") == pytest.approx(by_user.mean())
    assert random_report.value("user_rmse") != pytest.approx(random_report.value("rmse"), abs=1e-4)
    user_mae = (held_out["rating"] - predictions.expected).abs().groupby(held_out["user_id"]).mean()
    assert random_report.value("user_mae") == pytest.approx(user_mae.mean())


def test_probabilities_are_scored(reported):
    held_out, predictions, random_report = reported
    probabilities = predictions.require_probabilities()
    curve = Reliability.of(probabilities.max(1), (held_out["rating"] == predictions.rating).to_numpy())
    gap = np.nansum(np.abs(curve.said - curve.seen) * curve.n) / len(held_out)
    assert random_report.value("calibration_error") == pytest.approx(gap)
    truth = held_out["rating"].to_numpy()
    for metric, score_rows in (("brier", brier_scores), ("ranked_probability", ranked_probability_scores)):
        mean = score_rows(truth, probabilities, STARS).mean()
        assert random_report.value(metric) == pytest.approx(mean)
        assert np.isnan(random_report.value(metric, "bare"))


def interval_width(report: Report) -> float:
    row = report.row("rmse")
    return row["high"] - row["low"]


def test_intervals_contain_the_value_and_narrow_with_more_users(reported):
    few_users = reported[2]
    table = few_users.table
    overall = table[(table["slice"] == "all") & table["value"].notna() & (table["metric"] != "calibration_error")]
    assert ((overall["low"] <= overall["value"]) & (overall["value"] <= overall["high"])).all()
    many_users = report(random_held_out(6000, 400), {"model": random_predictions(6000, 2)}, STARS, "by hand")
    assert interval_width(many_users) < 0.6 * interval_width(few_users)


def test_without_probabilities_the_log_loss_is_undefined(reported):
    random_report = reported[2]
    assert np.isnan(random_report.value("log_loss", "bare"))
    assert random_report.value("accuracy", "bare") == random_report.value("accuracy")


def test_a_random_model_is_worse_than_the_baselines(tiny, monkeypatch):
    def random_probabilities(self, matrix):
        return np.random.default_rng(0).dirichlet(np.ones(len(self.stars)), len(matrix))

    monkeypatch.setattr("recsys.models.star_model.StarModel.predict_proba", random_probabilities)
    with star_metrics_only():
        random_report = pipeline.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    assert random_report.value("log_loss") > random_report.value("log_loss", "majority")
    assert random_report.value("rmse") > random_report.value("rmse", "bias")


def test_paired_differences_are_those_of_the_reports_and_narrower_than_their_intervals():
    held_out = random_held_out(3000, 200)
    model = random_predictions(3000, 1)
    close = Predictions(model.rating, model.expected + 0.02, model.probabilities)
    table = paired_differences(held_out, model, close, STARS)
    rows = table[table["slice"] == "all"].set_index("metric").to_dict("index")
    both = report(held_out, {"model": model, "close": close}, STARS, "by hand")
    rmse, accuracy = rows["rmse"], rows["accuracy"]
    assert rmse["difference"] == pytest.approx(both.value("rmse") - both.value("rmse", "close"))
    assert rmse["low"] <= rmse["difference"] <= rmse["high"]
    assert rmse["high"] - rmse["low"] < 0.2 * interval_width(both)
    assert accuracy["low"] == accuracy["high"] == 0


def test_a_missing_metric_is_named_in_the_error(reported):
    with pytest.raises(KeyError, match="ndcg"):
        reported[2].value("ndcg")


def test_gains_over_baselines_are_paired_differences_on_the_stored_rows(reported):
    held_out, predictions, random_report = reported
    table = gains_over_baselines(random_report)
    assert set(table["baseline"]) == {"bare"}
    rmse = table[(table["metric"] == "rmse") & (table["slice"] == "all")].iloc[0]
    assert [rmse["difference"], rmse["low"], rmse["high"]] == pytest.approx([0, 0, 0])
    expected = paired_differences(held_out, predictions, random_report.baselines["bare"], STARS)
    pd.testing.assert_frame_equal(table.drop(columns="baseline"), expected)


def test_every_value_of_the_table_can_be_computed_from_what_the_bundle_stores(tiny_version):
    """The predictions of the model and of each baseline for the held-out rows are enough."""
    stored = tiny_version.report
    predictions = {"model": stored.predicted()} | dict(stored.baselines)
    assert set(predictions) == {"model", "majority", "bias", "original"}
    recomputed = report(stored.held_out, predictions, stored.stars, "stratified")
    recomputed = with_lists(with_prediction_sets(recomputed, stored.stars, 0), as_evaluated(tiny_version))
    on_held_out = ~stored.table["slice"].isin([TRAIN, VALIDATION])
    pd.testing.assert_frame_equal(recomputed.table, stored.table[on_held_out])
    assert (recomputed.confusion == stored.confusion).all()


def as_evaluated(served: Recommender) -> Recommender:
    """The served model as it was evaluated: without the held-out ratings in its interactions."""
    assert served.report is not None
    pairs, interactions = served.report.held_out, served.interactions
    ids = interactions.user_ids[interactions.user_index], served.catalogue.movie_ids[interactions.movies]
    held_out = pd.MultiIndex.from_frame(pairs[["user_id", "movie_id"]])
    return served.with_interactions(interactions.keep(~pd.MultiIndex.from_arrays(ids).isin(held_out)))


def test_rows_have_the_train_ratings_of_their_user_and_movie(tiny_version):
    held_out, train = tiny_version.report.held_out, as_evaluated(tiny_version).interactions
    counts = dict(zip(train.user_ids, train.counts, strict=True))
    assert held_out["user_count"].tolist() == [counts[user] for user in held_out["user_id"]]
    movie_counts = np.bincount(train.movies, minlength=len(tiny_version.catalogue))
    positions = tiny_version.catalogue.positions(held_out["movie_id"].to_numpy())
    assert held_out["movie_count"].tolist() == movie_counts[positions].tolist()


def correlated_predictions(seed: int) -> tuple[pd.DataFrame, list[Predictions]]:
    """2,000 ratings of 80 users and 100 movies with offsets of their own; one predictor knows users', one movies'."""
    random = np.random.default_rng(seed)
    cells = random.choice(80 * 100, 2000, replace=False)
    users, movies = cells // 100, cells % 100
    of_users, of_movies = random.normal(0, 0.7, 80)[users], random.normal(0, 0.9, 100)[movies]
    truth = np.array(STARS)[np.digitize(of_users + of_movies + random.normal(0, 0.7, 2000), [-0.5, 0.5])]
    held_out = pd.DataFrame({"user_id": users, "movie_id": movies, "rating": truth})
    logits = [np.multiply.outer(offsets, [-1, 0, 1]) for offsets in (of_users, of_movies)]
    return held_out, [Predictions.of_probabilities(softmax(each, axis=1), STARS) for each in logits]


def resampled_variances(held_out: pd.DataFrame, predictors: list[Predictions], keys: list[str]) -> pd.DataFrame:
    """Variances of metrics and of differences between two predictors when users, movies, or rows are drawn again."""
    random, variances = np.random.default_rng(1), {}
    for name, ids in (("users", held_out["user_id"]), ("movies", held_out["movie_id"]), ("rows", held_out.index)):
        rows_by_id, values = [np.flatnonzero(ids == each) for each in np.unique(ids)], []
        for _ in range(150):
            rows = np.concatenate([rows_by_id[i] for i in random.integers(0, len(rows_by_id), len(rows_by_id))])
            drawn = [Predictions(p.rating[rows], p.expected[rows], p.require_probabilities()[rows]) for p in predictors]
            statistics = [SufficientStatistics.of(held_out.iloc[rows], each, STARS) for each in drawn]
            one, other = (np.array([measures(each.totals(), STARS)[key, "all"] for key in keys]) for each in statistics)
            values.append([*one, *(one - other)])
        variances[name] = np.var(values, axis=0)
    return pd.DataFrame(variances, index=[*keys, *(f"{key} difference" for key in keys)])


def test_intervals_are_those_of_resampled_users_and_movies():
    """Against a bootstrap of users, plus one of movies, less one of rows: two-way clustering without linearization."""
    held_out, predictions = correlated_predictions(0)
    keys = ["accuracy", "weighted_kappa", "within_one", "rmse", "mae", "log_loss", "brier", "macro_f1", "macro_recall"]
    variances = resampled_variances(held_out, predictions, keys)
    both = np.sqrt(variances["users"] + variances["movies"] - variances["rows"])
    made = report(held_out, {"model": predictions[0]}, STARS, "by hand")
    pairs = paired_differences(held_out, *predictions, STARS)
    differences = pairs[pairs["slice"] == "all"].set_index("metric")
    for key in keys:
        row, difference = made.row(key), differences.loc[key]
        standard_errors = [(each["high"] - each["low"]) / 2 / stats.t.ppf(0.975, 79) for each in (row, difference)]
        assert standard_errors[0] == pytest.approx(both[key], rel=0.2), key
        assert standard_errors[1] == pytest.approx(both[f"{key} difference"], rel=0.2), key
    user_rmse = made.row("user_rmse")
    rmse = (held_out["rating"] - predictions[0].expected).pow(2).groupby(held_out["user_id"]).mean() ** 0.5
    half_width = stats.t.ppf(0.975, 79) * rmse.std(ddof=0) / 80**0.5
    assert user_rmse["high"] - user_rmse["value"] == pytest.approx(half_width), "a mean over users is over users"


def test_intervals_stay_within_what_a_metric_can_be():
    held_out = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 1, 2], "rating": [1.0, 3.0, 3.0, 3.0]})
    table = report(held_out, {"model": random_predictions(4, 0)}, STARS, "by hand").table
    shares = table[table["metric"].isin(["accuracy", "within_one", "recall"])].dropna()
    assert shares["low"].min() == 0
    assert shares["high"].max() == 1
    assert (table.loc[table["metric"] != "weighted_kappa", "low"].dropna() >= 0).all()


def test_a_pair_held_out_by_several_seeds_is_one_pair():
    """The same rows twice tell nothing new: the interval of their mean is that of the rows once."""
    held_out, (model, other) = correlated_predictions(1)
    twice = [Predictions(*(np.concatenate([each] * 2) for each in (p.rating, p.expected, p.probabilities)))
             for p in (model, other)]  # fmt: skip
    once = paired_differences(held_out, model, other, STARS)
    pooled = paired_differences(pd.concat([held_out] * 2, ignore_index=True), *twice, STARS)
    pd.testing.assert_frame_equal(pooled, once, atol=1e-7)
