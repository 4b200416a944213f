"""The leakage audit: a correct training passes, and each kind of leak fails its check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.cli import report_table
from recsys.data.splits import SPLITS
from recsys.evaluation.audit import TITLES, failures
from recsys.models.star_model import StarModel
from recsys.models.training_set import TrainingSet, make_training_set
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS

pytestmark = pytest.mark.slow


def audit_of(tiny, monkeypatch, learn_function=make_training_set, split="stratified"):
    """The audit, by check, of a training with this learn function."""
    monkeypatch.setattr(pipeline, "make_training_set", learn_function)
    return pipeline.evaluate(tiny, split=split, preset="quick", **TINY_SETTINGS).audit.set_index("check")


def failed_checks(table) -> set[str]:
    return set(table.index[~table["passed"]])


@pytest.mark.parametrize("split", SPLITS)
def test_a_correct_training_passes_on_every_split(tiny, monkeypatch, split):
    table = audit_of(tiny, monkeypatch, split=split)
    assert list(table.index) == list(TITLES)
    assert failed_checks(table) == set()
    assert table["found"].tolist() == [0] * 5
    assert (table["of"] > 0).all()


def means_over_all_rows(dataset, train, context, progress=None) -> TrainingSet:
    """The leak of the project's first model: a feature is the movie's mean over every rating, held out or not."""
    training_set = make_training_set(dataset, train, context)
    means = dataset.ratings.groupby("movie_id")["rating"].mean()
    column = training_set.rows.features.names.index("bias_movie")
    movies = training_set.interactions.movies[training_set.rows.index]
    training_set.rows.matrix[:, column] = means.reindex(training_set.catalogue.movie_ids).to_numpy()[movies]
    return training_set


def test_means_over_all_rows_fail(tiny, monkeypatch):
    table = audit_of(tiny, monkeypatch, means_over_all_rows)
    assert failed_checks(table) == {"held_out", "own"}
    row = table.to_dict("index")["held_out"]
    assert row["found"] > 0.15 * row["of"]
    messages = failures(table.reset_index())
    assert len(messages) == 2
    assert messages[0].startswith("Held-out ratings and their times do not change any feature: failed.")
    assert f"{row['found']:,} of" in messages[0]


def test_a_feature_of_the_time_of_a_held_out_rating_fails(tiny, monkeypatch):
    """People rate whole pages in one second, so the time knows much; when serving it does not exist yet."""

    def with_times(dataset, train, context, progress=None):
        times = dataset.ratings.set_index(["user_id", "movie_id"])["timestamp"]

        class Timed(TrainingSet):
            def features_of(self, pairs):
                features = super().features_of(pairs)
                pair_times = times.reindex(pd.MultiIndex.from_frame(pairs[["user_id", "movie_id"]]))
                features[:, 0] = pair_times.to_numpy() % 60
                return features

        training_set = make_training_set(dataset, train, context)
        return Timed(training_set.catalogue, training_set.interactions, training_set.rows)

    table = audit_of(tiny, monkeypatch, with_times)
    assert failed_checks(table) == {"held_out"}
    with monkeypatch.context() as unchanged:
        unchanged.setattr("recsys.evaluation.audit.TIME", "no such column")
        only_dropped = audit_of(tiny, monkeypatch, with_times)
    assert table.loc["held_out", "found"] > 1.8 * only_dropped.loc["held_out", "found"]


def test_a_feature_of_the_time_of_the_pairs_asked_for_fails(tiny, monkeypatch):
    """Held-out rows have a time, which nothing that is served has: also a feature that learns nothing could read it."""

    def with_times(dataset, train, context, progress=None):
        class Timed(TrainingSet):
            def features_of(self, pairs):
                features = super().features_of(pairs)
                if "timestamp" in pairs:
                    features[:, 0] = pairs["timestamp"].to_numpy() % 60
                return features

        training_set = make_training_set(dataset, train, context)
        return Timed(training_set.catalogue, training_set.interactions, training_set.rows)

    assert failed_checks(audit_of(tiny, monkeypatch, with_times)) == {"held_out"}


def test_learning_from_the_test_part_fails(tiny, monkeypatch):
    def learn_from_all_rows(dataset, train, context, progress=None):
        return make_training_set(dataset, np.ones_like(train), context)

    table = audit_of(tiny, monkeypatch, learn_from_all_rows)
    assert failed_checks(table) == {"sides", "held_out", "rounds", "tables"}
    row = table.to_dict("index")["sides"]
    assert row["found"] == row["of"]


def test_a_ranker_that_learns_from_the_test_part_fails(tiny, monkeypatch):
    def ranking_examples_of_all_rows(dataset, train, context, progress=None):
        training_set = make_training_set(dataset, train, context)
        leaky = make_training_set(dataset, np.ones_like(train), context)
        return replace(training_set, rows=replace(training_set.rows, ranking_examples=leaky.rows.ranking_examples))

    assert failed_checks(audit_of(tiny, monkeypatch, ranking_examples_of_all_rows)) == {"held_out"}


def test_features_that_contain_their_own_rating_fail(tiny, monkeypatch):
    def without_cross_fitting(dataset, train, context, progress=None):
        training_set = make_training_set(dataset, train, context)
        rows, interactions = training_set.rows, training_set.interactions
        matrix = rows.features.transform(
            interactions, interactions.user_index[rows.index], interactions.movies[rows.index]
        )
        return replace(training_set, rows=replace(rows, matrix=matrix))

    assert failed_checks(audit_of(tiny, monkeypatch, without_cross_fitting)) == {"own"}


def test_a_newcomers_row_that_contains_its_own_rating_fails(tiny, monkeypatch):
    def leak_in_newcomer_rows(dataset, train, context, progress=None):
        training_set = make_training_set(dataset, train, context)
        rows, interactions = training_set.rows, training_set.interactions
        newcomer_rows = np.arange(len(rows.index)) >= len(interactions.stars)
        rows.matrix[newcomer_rows, 0] = rows.stars[newcomer_rows]
        return training_set

    assert failed_checks(audit_of(tiny, monkeypatch, leak_in_newcomer_rows)) == {"own"}


def test_features_that_never_change_fail(tiny, monkeypatch):
    def constant_features(dataset, train, context, progress=None):
        training_set = make_training_set(dataset, train, context)
        return replace(training_set, rows=replace(training_set.rows, matrix=np.zeros_like(training_set.rows.matrix)))

    assert failed_checks(audit_of(tiny, monkeypatch, constant_features)) == {"own"}


def test_fewer_rounds_than_configured_fail(tiny, monkeypatch):
    learn_star_model = StarModel.learn.__func__

    def one_tree_fewer(cls, matrix, ratings, stars, names, config, *args):
        fewer = replace(config, boosting=replace(config.boosting, trees=config.boosting.trees - 1))
        return learn_star_model(cls, matrix, ratings, stars, names, fewer, *args)

    monkeypatch.setattr(StarModel, "learn", classmethod(one_tree_fewer))
    assert failed_checks(audit_of(tiny, monkeypatch)) == {"rounds"}


def test_the_bundle_keeps_the_audit(tiny_version):
    table = tiny_version.report.audit
    assert table["check"].tolist() == list(TITLES)
    assert table["passed"].tolist() == [True] * 5
    assert failures(table) == []


def test_the_command_line_shows_a_passed_audit_last_and_a_failed_one_first(tiny_version):
    report = tiny_version.report
    passed = report_table.table(report)
    assert passed[-1] == "Leakage audit: 5 of 5 checks passed."
    assert any("0 of 325 held-out ratings were in the training data." in line for line in passed)
    failed_audit = report.audit.assign(passed=[False, True, True, True, True])
    failed = report_table.table(replace(report, audit=failed_audit))
    assert failed[0] == "LEAKAGE AUDIT FAILED: do not trust the metrics below. 1 of 5 checks failed."
    assert failed[1].startswith(f"FAILED  {TITLES['sides']}")
    assert report_table.plain(report)["audit"][0]["passed"] is True
    assert report_table.table(replace(report, audit=report.audit[:0]))[-1] == "Leakage audit: not run for this model."


def test_the_command_line_names_the_training_that_leaked(tiny_version):
    first = tiny_version.report.audit.assign(split="fold 1 of 2")
    second = first.assign(split="fold 2 of 2")
    assert report_table.audit(pd.concat([first, second])) == ["Leakage audit: 10 of 10 checks of 2 trainings passed."]
    leaky = second.assign(passed=[True, True, False, True, True])
    verdict, *lines = report_table.audit(pd.concat([first, leaky]))
    assert verdict.endswith("1 of 10 checks of 2 trainings failed.")
    assert [line.split(": ")[:2] for line in lines] == [["FAILED  fold 2 of 2", TITLES["own"]]]
