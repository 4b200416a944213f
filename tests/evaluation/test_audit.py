"""The leakage audit: an honest training passes, each way to cheat is found out and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.cli import report_table
from recsys.data.splits import SPLITS
from recsys.evaluation.audit import TITLES, failures
from recsys.models.star_model import StarModel
from recsys.models.training_set import TrainingSet, learn
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS


def audited(tiny, monkeypatch, cheating=learn, split="stratified"):
    """The audit of a training that learns in this way, by check."""
    monkeypatch.setattr(pipeline, "learn", cheating)
    return pipeline.evaluate(tiny, split=split, preset="quick", **TINY_SETTINGS).audit.set_index("check")


def failed(table) -> set[str]:
    return set(table.index[~table["passed"]])


@pytest.mark.parametrize("split", SPLITS)
def test_an_honest_training_passes_on_every_split(tiny, monkeypatch, split):
    table = audited(tiny, monkeypatch, split=split)
    assert list(table.index) == list(TITLES)
    assert failed(table) == set()
    assert table["found"].tolist() == [0] * 5
    assert (table["of"] > 0).all()


def means_over_all_rows(dataset, train, context, progress=None) -> TrainingSet:
    """The original's mistake: one feature is the movie's mean over every rating, held out or not."""
    found = learn(dataset, train, context)
    means = dataset.ratings.groupby("movie_id")["rating"].mean()
    column = found.rows.features.names.index("bias_movie")
    at = found.interactions.movies[found.rows.index]
    found.rows.matrix[:, column] = means.reindex(found.catalogue.movie_ids).to_numpy()[at]
    return found


def test_means_over_all_rows_fail(tiny, monkeypatch):
    table = audited(tiny, monkeypatch, means_over_all_rows)
    assert failed(table) == {"held_out", "own"}
    assert table.loc["held_out", "found"] > 0.15 * table.loc["held_out", "of"]
    said = failures(table.reset_index())
    assert len(said) == 2
    assert said[0].startswith("Held-out ratings change no feature: no.")
    assert f"{table.loc['held_out', 'found']:,} of" in said[0]


def test_learning_from_the_test_part_fails(tiny, monkeypatch):
    def everything(dataset, train, context, progress=None):
        return learn(dataset, np.ones_like(train), context)

    table = audited(tiny, monkeypatch, everything)
    assert failed(table) == {"sides", "held_out", "rounds", "tables"}
    assert table.loc["sides", "found"] == table.loc["sides", "of"]


def test_a_ranker_that_learns_from_the_test_part_fails(tiny, monkeypatch):
    def contests_of_everything(dataset, train, context, progress=None):
        found = learn(dataset, train, context)
        everything = learn(dataset, np.ones_like(train), context)
        return replace(found, rows=replace(found.rows, ranking_examples=everything.rows.ranking_examples))

    assert failed(audited(tiny, monkeypatch, contests_of_everything)) == {"held_out"}


def test_features_that_contain_their_own_rating_fail(tiny, monkeypatch):
    def without_crossfit(dataset, train, context, progress=None):
        found = learn(dataset, train, context)
        rows, interactions = found.rows, found.interactions
        matrix = rows.features.transform(
            interactions, interactions.user_index[rows.index], interactions.movies[rows.index]
        )
        return replace(found, rows=replace(rows, matrix=matrix))

    assert failed(audited(tiny, monkeypatch, without_crossfit)) == {"own"}


def test_a_newcomers_row_that_contains_its_own_rating_fails(tiny, monkeypatch):
    def newcomers_alone(dataset, train, context, progress=None):
        found = learn(dataset, train, context)
        rows, interactions = found.rows, found.interactions
        copies = np.arange(len(rows.index)) >= len(interactions.stars)
        rows.matrix[copies, 0] = rows.stars[copies]
        return found

    assert failed(audited(tiny, monkeypatch, newcomers_alone)) == {"own"}


def test_features_that_nothing_reaches_prove_nothing(tiny, monkeypatch):
    def blank(dataset, train, context, progress=None):
        found = learn(dataset, train, context)
        return replace(found, rows=replace(found.rows, matrix=np.zeros_like(found.rows.matrix)))

    assert failed(audited(tiny, monkeypatch, blank)) == {"own"}


def test_rounds_that_end_early_fail(tiny, monkeypatch):
    fit = StarModel.learn.__func__

    def early(cls, matrix, ratings, stars, names, config, *rest):
        return fit(cls, matrix, ratings, stars, names, replace(config, trees=config.trees - 1), *rest)

    monkeypatch.setattr(StarModel, "learn", classmethod(early))
    assert failed(audited(tiny, monkeypatch)) == {"rounds"}


def test_the_bundle_keeps_the_audit(tiny_version):
    table = tiny_version.report.audit
    assert table["check"].tolist() == list(TITLES)
    assert table["passed"].tolist() == [True] * 5
    assert failures(table) == []


def test_the_command_line_shows_a_passed_audit_last_and_a_failed_one_first(tiny_version):
    report = tiny_version.report
    calm = report_table.table(report)
    assert calm[-1] == "Leakage audit: 5 of 5 checks passed."
    assert any("0 of 325 held-out ratings were learned from." in line for line in calm)
    cheated = report.audit.assign(passed=[False, True, True, True, True])
    loud = report_table.table(replace(report, audit=cheated))
    assert loud[0] == "LEAKAGE AUDIT FAILED: the figures below are too good to be true. 1 of 5 checks failed."
    assert loud[1].startswith(f"FAILED  {TITLES['sides']}")
    assert report_table.plain(report)["audit"][0]["passed"] is True
    assert report_table.table(replace(report, audit=report.audit[:0]))[-1] == "Leakage audit: not run for this model."


def test_of_several_trainings_the_command_line_names_the_one_that_leaked(tiny_version):
    good = tiny_version.report.audit.assign(split="fold 1 of 2")
    other = good.assign(split="fold 2 of 2")
    assert report_table.audit(pd.concat([good, other])) == ["Leakage audit: 10 of 10 checks of 2 trainings passed."]
    verdict, *lines = report_table.audit(pd.concat([good, other.assign(passed=[True, True, False, True, True])]))
    assert verdict.endswith("1 of 10 checks of 2 trainings failed.")
    assert [line.split(": ")[:2] for line in lines] == [["FAILED  fold 2 of 2", TITLES["own"]]]
