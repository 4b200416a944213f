"""The reasons that Predict shows are the package's own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import recsys
from recsys.data import Dataset
from recsys.registry import Registry
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import display_title
from recsys.serving.explain import sentences
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import predict, said
from tests.pages.test_predict import HOSTILE


def bars(app) -> dict[str, float]:
    spec = json.loads(app.get("plotly_chart")[1].proto.spec)
    return {name: value for trace in spec["data"] for name, value in zip(trace["y"], trace["x"], strict=True)}


def explained(model, user: int, movie: int):
    """The package's explanation without the user's own rating of the movie, as the page gives it."""
    return model.explain(**LeaveOneOut.of_user(model, user, movie).user, movie_id=movie)


@pytest.mark.parametrize(("user", "movie"), [(3, 7), (4, 7), (58, 40)])
def test_what_adds_up_is_the_package_s_and_adds_up_to_what_is_shown(served, user, movie):
    app, found = predict(user=user, movie=movie), explained(served, user, movie)
    shown = bars(app)
    assert shown == pytest.approx(
        {sentences.THEY.groups[group].capitalize(): part for group, part in found.contributions.items()}, abs=1e-9
    )
    assert found.base + sum(shown.values()) == pytest.approx(found.expected, abs=1e-6)
    assert f"From {found.base:.2f}, expected of anyone, to {found.expected:.2f}" in said(app)
    assert f"expected rating {found.expected:.2f}" in said(app)
    assert sentences.reason(found.base, found.contributions, sentences.THEY) in said(app)


def test_the_ratings_that_moved_it_are_the_package_s_leave_one_out(served):
    app, history = predict(user=3, movie=7), served.history(3)
    history, found = history[history["movie_id"] != 7], explained(served, 3, 7)
    titles = served.movies.set_index("movie_id")["display"]
    assert len(found.loo_influence) == 3
    for row in found.loo_influence.itertuples():
        others = history[history["movie_id"] != row.movie_id]
        without = served.predict(movie_ids=[7], history=others, profile=served.profile(3))["expected"].item()
        assert f"Without their {row.rating:g} for {titles[row.movie_id]}: " in said(app)
        assert f"{found.expected:.2f} to {without:.2f}." in said(app)


def test_the_likely_stars_come_with_the_coverage_that_was_measured(served):
    app, report = predict(user=3, movie=7), served.report
    found = explained(served, 3, 7).prediction_set
    measured = report.row("set_coverage")
    assert found.coverage == measured["value"]
    share = f"{100 * measured['value']:.1f} % of {measured['n']:,} held-out ratings"
    assert share in said(app)
    assert sentences.prediction_set(found) in said(app)


def test_a_model_without_report_says_that_it_was_not_measured(tiny_model):
    Registry().publish(tiny_model)
    assert "not measured for this model" in said(predict(user=3, movie=7))


def test_a_hostile_title_among_the_reasons_is_text():
    ratings, movies, users = tiny_frames()
    movies["title"] = HOSTILE
    model = recsys.train(Dataset.from_frames(ratings, movies, users, name="tiny"), "quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = predict(user=3, movie=7)
    (shown,) = [element.value for element in app.markdown if "Without their" in element.value]
    assert display_title(HOSTILE)[:30] in said(app)
    assert "](" not in shown.replace("\\]\\(", "")
    assert ":red[" not in shown


def test_the_chart_has_words_for_those_who_do_not_see_it(served):
    app = predict(user=3, movie=7)
    alt = app.get("plotly_chart")[1].proto.alt
    assert alt.startswith("Bar chart from ")
    assert "Movies like those they rated" in alt
