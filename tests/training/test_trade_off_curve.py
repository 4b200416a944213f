"""The trade-off curve, recomputed from lists of the public `recommend`."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.config import TrainingConfig
from recsys.data.splits import stratified
from recsys.evaluation import TRADE_OFF_COLUMNS
from recsys.evaluation.evaluation_users import EvaluationUsers
from recsys.evaluation.files import REPORT, files_of, report_of
from recsys.registry import bundle
from recsys.training import pipeline, trade_off_curve
from tests.conftest import TINY_SETTINGS


@pytest.fixture(scope="module")
def measured(tiny):
    """A report with a trade-off curve, the recommender of its train part, and the liked held-out movies by user."""
    config = TrainingConfig.of("quick", **TINY_SETTINGS)
    model, report = pipeline.fit_and_report(tiny, config, stratified(tiny.ratings))
    held_out = report.held_out
    liked = held_out[held_out["rating"] >= 4].groupby("user_id")["movie_id"].apply(set)
    return report, model, liked


def users_of(model, liked) -> EvaluationUsers:
    movies = model.catalogue.positions(np.concatenate([list(movies) for movies in liked]))
    return EvaluationUsers.of(
        model.interactions, model.catalogue, liked.index.repeat(liked.map(len)).to_numpy(), movies
    )


@pytest.mark.parametrize(
    ("ranker", "popularity", "diversity"),
    [
        ("personal", 0.0, 0.0),
        ("personal", -0.5, 0.0),
        ("personal", 0.0, 0.75),
        ("personal", -1.0, 0.0),
        ("personal", 1.0, 0.0),
        ("personal", 0.0, 1.0),
        ("popular", 0.0, 0.0),
        ("gems", 0, 0),
    ],
)
def test_a_point_of_the_curve_equals_a_recomputation(measured, ranker, popularity, diversity):
    report, model, liked = measured
    point = (
        report.trade_off_curve.set_index(["ranker", "popularity", "diversity", "metric"])
        .sort_index()
        .loc[ranker, popularity, diversity]
    )
    options = {"n": 10, "ranker": ranker, "popularity": popularity, "diversity": diversity}
    options["min_like"] = trade_off_curve.FLOORS[ranker]
    lists = {user: model.recommend(user, **options)["movie_id"].tolist() for user in liked.index}
    gain = 1 / np.log2(np.arange(2, 12))
    ndcg = [
        sum(gain[index] for index, movie in enumerate(lists[user]) if movie in relevant) / gain[: len(relevant)].sum()
        for user, relevant in liked.items()
    ]
    recall = [len(relevant & set(lists[user])) / len(relevant) for user, relevant in liked.items()]
    by_popularity = model.movies.sort_values(["count", "movie_id"], ascending=[False, True])["movie_id"].tolist()
    rank = [np.mean([by_popularity.index(movie) + 1 for movie in movies]) for movies in lists.values()]
    coverage = len({movie for movies in lists.values() for movie in movies}) / 40
    for metric, value in {"ndcg": np.mean(ndcg), "recall": np.mean(recall), "popularity_rank": np.mean(rank)}.items():
        assert point.loc[metric, "value"] == pytest.approx(value), metric
        assert point.loc[metric, "n"] == len(liked)
    assert point.loc["coverage", "value"] == pytest.approx(coverage)


def test_the_curve_has_every_setting_of_the_sliders(measured):
    table = measured[0].trade_off_curve
    assert tuple(table) == TRADE_OFF_COLUMNS
    settings = {tuple(row) for row in table[["ranker", "popularity", "diversity"]].itertuples(index=False)}
    assert settings == {(ranker, *setting) for ranker, grid in trade_off_curve.SETTINGS.items() for setting in grid}
    assert not table.duplicated(["ranker", "popularity", "diversity", "metric"]).any()
    assert table["value"].notna().all()
    whole = table["metric"].isin(["coverage", "gini"])  # of all lists together: no interval
    assert table["difference"].notna().all()
    assert table.loc[~whole, ["low", "high"]].notna().all(axis=None)
    assert table.loc[whole, ["low", "high"]].isna().all(axis=None)


def test_all_rankers_and_settings_are_measured_on_the_same_users(measured, monkeypatch):
    """Also when not all users are measured: then no ranker has other or more lists than another."""
    report, model, liked = measured
    monkeypatch.setattr(trade_off_curve, "SAMPLE_SIZE", 25)
    sampled = trade_off_curve.with_lists(report, model)
    table = sampled.trade_off_curve
    assert set(table.loc[table["metric"].isin(["ndcg", "coverage", "gini"]), "n"]) == {25} != {len(liked)}
    assert sampled.table[lambda rows: rows["metric"] == "ndcg@10"]["n"].tolist()[-2:] == [len(liked)] * 2
    users = users_of(model, liked)
    sampled_users = users.interactions.user_ids[trade_off_curve.sampled_rows(users, model.config.seed)]
    gain = 1 / np.log2(np.arange(2, 12))
    for ranker in trade_off_curve.RANKERS:
        lists = {
            user: model.recommend(user, n=10, ranker=ranker, min_like=trade_off_curve.FLOORS[ranker])["movie_id"]
            for user in sampled_users
        }
        ndcg = [
            gain[: len(movies)][movies.isin(liked[user])].sum() / gain[: len(liked[user])].sum()
            for user, movies in lists.items()
        ]
        points = table.set_index(["ranker", "popularity", "diversity", "metric"])["value"]
        assert points[ranker, 0, 0, "ndcg"] == pytest.approx(np.mean(ndcg)), ranker


def test_differences_are_of_the_same_users_and_their_intervals_are_paired(measured):
    """Lists that differ for one user of many differ by little, however much users differ."""
    _, model, liked = measured
    users = users_of(model, liked)
    keys = [("popular", 0.0, 0.0), ("personal", 0.0, 0.0), ("personal", 0.5, 0.0)]
    lists = trade_off_curve.measured_lists(model, users, keys[:2])
    changed = lists[keys[1]][:, :10].copy()
    changed[0] = np.flatnonzero(~users.relevant[0])[:10]
    table = trade_off_curve.trade_off_table(users, lists | {keys[2]: changed}, seed=0)
    row = table.set_index(["popularity", "ranker", "metric"]).loc[(0.5, "personal", "ndcg")]
    own = users.scores(lists[keys[1]][:, :10])["ndcg"]
    assert row["difference"] == pytest.approx(-own[0] / len(users))
    assert row["low"] <= row["difference"] < 0 <= row["high"]
    assert row["high"] - row["low"] < 4.5 * own[0] / len(users) < 3 * own.std() / np.sqrt(len(users))
    row = table.set_index(["popularity", "ranker", "metric"]).loc[(0, "personal", "ndcg")]
    popular = users.scores(lists[keys[0]][:, :10])["ndcg"]
    assert row["difference"] == pytest.approx((own - popular).mean())
    standard_error = (own - popular).std() / np.sqrt(len(users))
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * standard_error, rel=0.15)


def test_the_report_has_the_lists_beside_popularity(measured):
    report, _, liked = measured
    row = report.row("ndcg@10")
    assert (row["n"], row["split"]) == (len(liked), "stratified")
    assert row["low"] < row["value"] < row["high"]
    assert (
        row["value"]
        == report.trade_off_curve.query("ranker == 'personal' and popularity == 0 and diversity == 0")["value"][
            report.trade_off_curve["metric"] == "ndcg"
        ].item()
    )
    assert report.value("ndcg@10") > report.value("ndcg@10", "popularity")


def test_the_curve_is_stored_in_the_bundle(measured, tmp_path):
    report, model, _ = measured
    loaded = recsys.load(bundle.save(replace(model, report=report), tmp_path / "one")).report
    pd.testing.assert_frame_equal(loaded.trade_off_curve, report.trade_off_curve, check_exact=True)
    pd.testing.assert_frame_equal(loaded.table, report.table, check_exact=True)
    pd.testing.assert_frame_equal(loaded.lists, report.lists, check_exact=True)


def test_a_curve_without_differences_is_still_read(measured):
    report, model, _ = measured
    contents = files_of(report)
    stored = json.loads(contents[REPORT])
    for name in ("difference", "low", "high"):
        del stored["trade_off_curve"][name]
    sizes = (model.stars, len(model.features.names))
    loaded = report_of(contents | {REPORT: json.dumps(stored).encode()}, *sizes)
    assert loaded is not None
    curve = loaded.trade_off_curve
    pd.testing.assert_frame_equal(curve.iloc[:, :6], report.trade_off_curve.iloc[:, :6], check_exact=True)
    assert curve[["difference", "low", "high"]].isna().all(axis=None)
    del stored["trade_off_curve"]["value"]
    with pytest.raises(ValueError, match="trade_off_curve"):
        report_of(contents | {REPORT: json.dumps(stored).encode()}, *sizes)


def test_the_stored_lists_are_those_that_would_be_served(measured):
    report, model, liked = measured
    assert list(report.lists) == ["user_id", "rank", "movie_id"]
    assert set(report.lists["user_id"]) == set(liked.index)
    for user in list(liked.index)[:5]:
        stored = report.lists[report.lists["user_id"] == user]
        served = model.recommend(user, n=100)
        assert stored["movie_id"].tolist() == served["movie_id"].tolist()
        assert stored["rank"].tolist() == served["rank"].tolist()


def test_ranking_metrics_can_be_recomputed_from_the_stored_lists(measured):
    report, _, liked = measured
    tops = report.lists[report.lists["rank"] <= 10].groupby("user_id")["movie_id"].apply(list)
    recall = np.mean([len(relevant & set(tops[user])) / len(relevant) for user, relevant in liked.items()])
    assert report.value("recall@10") == pytest.approx(recall)


def test_without_any_liked_held_out_rating(measured):
    model = measured[1]
    none = np.zeros(0, np.int64)
    no_users = EvaluationUsers.of(model.interactions, model.catalogue, none, none)
    lists = trade_off_curve.measured_lists(model, no_users, [("personal", 0.0, 0.0)])["personal", 0.0, 0.0]
    assert lists.shape == (0, 100)
    scores = no_users.scores(lists)
    assert scores["ndcg"].shape == (0,)
    assert (scores["coverage"], pd.isna(scores["gini"])) == (0, True)
