"""The explanation on Predict is the package's own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import recsys
from recsys.data import Dataset
from recsys.data.title_years import display_title
from recsys.registry import Registry
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.serving.explain import sentences
from recsys.serving.explain.shapley import Explainer
from recsys.ui.common.explanation import section_sentences
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import predict, text_of
from tests.pages.test_predict import HOSTILE


def bars(app) -> dict[str, float]:
    spec = json.loads(app.get("plotly_chart")[1].proto.spec)
    return {name: value for trace in spec["data"] for name, value in zip(trace["y"], trace["x"], strict=True)}


def explanation_of(model, user: int, movie: int):
    """The package's explanation without the user's own rating of the movie, as the page gives it."""
    return model.explain(**LeaveOneOut.of_user(model, user, movie).user, movie_id=movie)


@pytest.mark.parametrize(("user", "movie"), [(3, 7), (4, 7), (58, 40)])
def test_contributions_are_the_package_s_and_add_up_to_the_expected_rating(served, user, movie):
    app, explanation = predict(user=user, movie=movie), explanation_of(served, user, movie)
    contributions = bars(app)
    assert contributions == pytest.approx(
        {sentences.THEY.groups[group].capitalize(): value for group, value in explanation.contributions.items()},
        abs=1e-9,
    )
    assert explanation.base + sum(contributions.values()) == pytest.approx(explanation.expected, abs=1e-6)
    assert f"From the {explanation.base:.2f} an average user would give to {explanation.expected:.2f}" in text_of(app)
    assert f"expected rating {explanation.expected:.2f}" in text_of(app)
    assert sentences.contributions(explanation.base, explanation.contributions, sentences.THEY) in text_of(app)


def test_named_movies_come_first_unless_an_average_user_would_give_more(served):
    """For many movies of one user, each through the section's own sentences."""
    user_history, orders = served.user_history(3), set()
    for movie in served.catalogue.movie_ids.tolist():
        explanation = Explainer(served, user_history).explain(movie)
        lines = section_sentences(served, explanation, sentences.THEY)
        comparison = sentences.contributions(explanation.base, explanation.contributions, sentences.THEY)
        assert comparison in lines
        orders.add((len(lines), is_higher := explanation.expected >= explanation.base))
        if explanation.named_reason.because:
            assert lines[0].startswith("**Because they gave ") is is_higher
            assert lines[1].startswith("In its favour: they gave ") is not is_higher
    assert {(1, True), (2, True), (2, False)} <= orders


def test_the_named_movies_are_on_the_page(served):
    explanations = (explanation_of(served, 3, movie) for movie in served.catalogue.movie_ids.tolist())
    explanation = next(each for each in explanations if each.named_reason.because and each.expected >= each.base)
    sentence = sentences.named_reason(explanation.named_reason, served.display_title, sentences.THEY)
    assert sentence in text_of(predict(user=3, movie=explanation.movie_id))


def test_influential_ratings_are_the_package_s_leave_one_out(served):
    app, history = predict(user=3, movie=7), served.history(3)
    history, explanation = history[history["movie_id"] != 7], explanation_of(served, 3, 7)
    titles = served.movies.set_index("movie_id")["display"]
    assert len(explanation.loo_influence) == 3
    for row in explanation.loo_influence.itertuples():
        other_ratings = history[history["movie_id"] != row.movie_id]
        without = served.predict(movie_ids=[7], history=other_ratings, profile=served.profile(3))["expected"].item()
        sentence = f"Without their {row.rating:g} ★ for {titles[row.movie_id]}, it would "
        assert sentence in text_of(app)
        assert f"{without:.2f}" in text_of(app).split(sentence)[1][:30]


def test_likely_stars_come_with_their_measured_coverage(served):
    movie = min(set(served.movies["movie_id"]) - set(served.history(3)["movie_id"]))
    app, report = predict(user=3, movie=movie), served.report
    prediction_set = served.explain(3, movie_id=movie).prediction_set
    coverage_row = report.row("set_coverage")
    assert prediction_set.coverage == coverage_row["value"]
    share = f"{coverage_row['value']:.1%} of the time ({coverage_row['n']:,} test ratings)"
    assert share in text_of(app)
    assert sentences.prediction_set(prediction_set) in text_of(app)


def test_without_a_report_the_coverage_is_not_claimed(tiny_model):
    Registry().publish(tiny_model)
    movie = min(set(tiny_model.movies["movie_id"]) - set(tiny_model.history(3)["movie_id"]))
    assert "not measured for this model" in text_of(predict(user=3, movie=movie))


def test_a_hostile_title_among_the_reasons_is_text():
    ratings, movies, users = tiny_frames()
    movies["title"] = HOSTILE
    model = recsys.train(Dataset.from_frames(ratings, movies, users, name="tiny"), "quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = predict(user=3, movie=7)
    (markdown,) = [element.value for element in app.markdown if "Without their" in element.value]
    assert display_title(HOSTILE)[:30] in text_of(app)
    assert "](" not in markdown.replace("\\]\\(", "")
    assert ":red[" not in markdown


def test_the_chart_has_a_text_alternative(served):
    app = predict(user=3, movie=7)
    alt = app.get("plotly_chart")[1].proto.alt
    assert alt.startswith("Bar chart from ")
    assert "Movies like those they rated" in alt
