"""How it works: every figure on the page is the model's, the example is its prediction, leaks are the stored ones."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from recsys.evaluation.leak_laboratory import HONEST, MISTAKES
from recsys.glossary import metric
from recsys.registry import Registry
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.training.evaluation_runner import EvaluationPlan, run_evaluations
from recsys.training.evaluation_store import EvaluationStore
from recsys.ui.how_it_works import leaks
from recsys.ui.how_it_works.model_facts import ModelFacts
from recsys.ui.how_it_works.worked_example import WorkedExample, held_out_movies
from tests.conftest import TINY_SETTINGS
from tests.pages.conftest import open_page, text_of


def how_it_works(**query: object):
    """The page, opened by a URL with these parameters."""
    return open_page("pages/how_it_works.py", None, **query)


@pytest.fixture(scope="session")
def laboratory(tiny, tmp_path_factory):
    """A leak laboratory of the tiny world, with the settings of `measured_model`."""
    models = tmp_path_factory.mktemp("leaks")
    (evaluation,) = run_evaluations(tiny, EvaluationPlan.checked(leaks=True), "quick", models=models, **TINY_SETTINGS)
    return evaluation


@pytest.fixture
def model(measured_model, tiny):
    """The tiny model in the registry, with the manifest of a training."""
    dropped = {"rated_before_release": {"rows": 7, "meaning": "rated before the movie's release date"}}
    checks = {"ratings": {"table": "ratings", "dropped": dropped}}
    data = {"name": "ml-100k", "fingerprint": tiny.fingerprint, "ratings": len(tiny.ratings), "checks": checks}
    manifest = {**measured_model.manifest, "data": data, "preset": "quick", "seconds": 3.0}
    Registry().publish(replace(measured_model, manifest=manifest))
    return Registry().load_active().recommender


def test_the_figures_are_the_model_s(model, tiny):
    text, report = text_of(how_it_works()), model.report
    rounds, pca = model.model.booster.num_boosted_rounds(), model.features.arrays()["genre_pca.pca_variance_ratio"]
    ranker_trees = model.ranker.model.booster.get_dump()
    for sentence in (
        f"60 users gave {len(tiny.ratings):,} ratings to {len(tiny.movies)} movies.",
        f"7 of {len(tiny.ratings) + 7:,} ratings were dropped: rated before the movie's release date.",
        f"{len(report.held_out):,} ratings (20%) are held out",
        f"learns from the other {len(tiny.ratings) - len(report.held_out):,} only",
        f"There are {len(model.features.names)} in {len(model.features.extractors)} groups.",
        f"turns 3 genres into {len(pca)} numbers that keep {100 * pca.sum():.1f}% of their variance",
        f"divided into {model.config.cross_fitting.folds} parts",
        f"It has {model.model.softmax_regression.weights.size:,} weights.",
        f"In each of {rounds} rounds",
        f"That makes {rounds * len(model.stars)} trees.",
        f"exactly right for {100 * report.value('accuracy'):.1f}% of the held-out ratings",
        f"(RMSE) is {report.value('rmse'):.3f} stars",
        f"contained the true rating {100 * report.value('set_coverage'):.1f}% of the time",
        f"the {model.config.candidate_generation.pool} most promising movies",
        f"A second XGBoost model, with {len(ranker_trees)} trees",
        f"It is {report.value('ndcg@10'):.3f}.",
    ):
        assert sentence in text


def test_the_diagram_is_an_ordered_list_of_all_parts(model):
    (diagram,) = (each.proto.body for each in how_it_works().get("html") if "pipeline" in each.proto.body[:30])
    assert diagram.count("<ol") == 3
    assert diagram.count("<li>") == 11
    assert f"<span>{len(model.features.names)} numbers</span>" in diagram


def test_a_model_without_a_report_has_no_figures_of_errors(measured_model):
    facts = ModelFacts.of(replace(measured_model, report=None, manifest={}))
    assert (facts.held_out, facts.train, dict(facts.dropped)) == (0, facts.ratings, {})
    assert np.isnan(list(facts.metrics.values())).all()
    Registry().publish(replace(measured_model, report=None, manifest={}))
    assert "This model has no report" in text_of(how_it_works())


def test_the_example_is_what_the_model_predicts(model):
    leave_one_out = LeaveOneOut.of_user(model, 3, 5)
    example, columns = WorkedExample.of(model, leave_one_out), leave_one_out.columns(model)
    assert example.expected == pytest.approx(columns["expected"][0])
    assert example.predicted_star == columns["rating"][0]
    assert example.probabilities == pytest.approx([columns[f"p_{star:g}"][0] for star in model.stars])
    assert example.linear.sum() == pytest.approx(1)
    assert example.linear != pytest.approx(example.probabilities), "the trees change something"
    text = text_of(how_it_works(user=3, movie=5))
    assert f"Expected rating: {columns['expected'][0]:.2f}." in text
    for share in (*example.linear, *example.probabilities):
        assert f"{100 * share:.1f}%" in text


def test_the_example_s_rank_is_that_of_the_list(model):
    unseen = len(model.catalogue) - len(model.history(3))
    for rank, movie_id in enumerate(model.recommend(3, n=5)["movie_id"], 1):
        example = WorkedExample.of(model, LeaveOneOut.of_user(model, 3, int(movie_id)))
        assert (example.rank, example.in_pool, example.unseen) == (rank, True, unseen)


def test_it_says_what_the_model_knows_of_the_rating(model):
    user = int(model.report.held_out["user_id"].iloc[0])
    held_out, history = held_out_movies(model, user), model.history(user).set_index("movie_id")["rating"]
    assert held_out
    text = text_of(how_it_works(user=user, movie=held_out[0]))
    assert f"User {user} gave The Movie {held_out[0]}" in text
    assert f"other {len(history) - 1} ratings. This rating was held out" in text
    learned = next(movie for movie in history.index if movie not in held_out)
    assert "take it as an example, not as a test" in text_of(how_it_works(user=user, movie=learned))
    unseen = next(movie for movie in model.catalogue.movie_ids if movie not in history.index)
    assert f"User {user} has not rated" in text_of(how_it_works(user=user, movie=int(unseen)))


def test_what_is_wrong_in_the_address_is_named(model):
    app = how_it_works(movies=7, user=3, movie=99999)
    assert "Part of this link was ignored" in text_of(app)
    assert "movies: received '7'; allowed: user, movie. Did you mean movie?" in text_of(app)
    assert "There is no movie 99999" in text_of(app)
    assert "That is not a user id" in text_of(how_it_works(user="nobody", movie=5))


def test_the_leaks_are_the_stored_ones(model, laboratory):
    EvaluationStore().keep(laboratory)
    text, table = text_of(how_it_works()), laboratory.table
    overall = table[table["slice"] == "all"].set_index(["model", "metric"])["value"]
    for name in (HONEST, *MISTAKES):
        cells = "".join(metric(each).write(overall[name, each]) for each in leaks.METRICS)
        assert cells in text
    assert f"same {len(model.report.held_out):,} held-out ratings" in text
    assert "Not measured yet" not in text


def test_in_use_is_told_by_the_figures(laboratory):
    overall = laboratory.table[laboratory.table["slice"] == "all"]
    values = overall.pivot(index="model", columns="metric", values="value").astype(float)
    values.loc["same_second_in_use", "log_loss"] = values.loc[HONEST, "log_loss"] + 0.1
    assert "worse than the honest one" in leaks.in_use_sentence(values, "same_second")
    values.loc["same_second_in_use", "log_loss"] = values.loc[HONEST, "log_loss"] - 0.1
    assert "still better than the honest one" in leaks.in_use_sentence(values, "same_second")


def test_figures_of_older_code_are_measured_again(model, laboratory):
    EvaluationStore().keep(replace(laboratory, about={**laboratory.about, "laboratory": 0}))
    assert "Not measured yet" in text_of(how_it_works())


@pytest.mark.usefixtures("owner")
def test_the_owner_can_run_it(model, started_jobs):
    app = how_it_works()
    app.button(key="run_Run the leak laboratory").click().run()
    order = json.loads(started_jobs[0]["command"][-1])
    assert (order["leaks"], order["folds"], order["splits"]) == (True, 0, [])


@pytest.mark.usefixtures("visitor")
def test_a_visitor_reads_who_can_run_it(model, laboratory):
    assert "The owner can run the leak laboratory here." in text_of(how_it_works())
    EvaluationStore().keep(laboratory)
    app = how_it_works()
    assert "The owner can run" not in text_of(app)
    assert not [button for button in app.button if str(button.key).startswith("run_")]
