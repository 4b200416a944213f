"""Home shows the package's own metrics beside their baselines, and the active model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.registry import Registry
from recsys.settings import REPOSITORY
from recsys.ui.common import later_ratings
from recsys.ui.common.version_rows import names
from tests.pages.conftest import home, name_of, text_of


def test_the_metrics_are_those_of_the_report(served):
    text, report = text_of(home()), served.report
    row = report.row("accuracy")
    assert f"{100 * report.value('accuracy'):.1f}%of its predicted stars are exactly right" in text
    assert f"{int(row['n']):,} held-out ratings" in text
    assert f"95% interval {100 * row['low']:.1f} – {100 * row['high']:.1f}%" in text


def version_shown(app) -> str:
    return str(app.table[0].value.loc["Version"].iloc[0]).replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize(("baseline", "name"), [("bias", "User and movie averages"), ("majority", "Most common star")])
def test_accuracy_has_its_baselines_as_bars(served, baseline, name):
    text, report = text_of(home()), served.report
    assert f"This app{100 * report.value('accuracy'):.1f}%" in text
    assert f"{name}{100 * report.value('accuracy', baseline):.1f}%" in text


@pytest.mark.parametrize("name", ["rmse", "mae"])
def test_other_metrics_stand_beside_the_strongest_baseline(served, name):
    report = served.report
    strongest = min(report.value(name, model) for model in report.baselines)
    assert f"{name.upper()} {report.value(name):.3f}, best baseline {strongest:.3f}" in text_of(home())


def test_without_a_test_on_later_ratings_the_page_says_that_they_are_harder(served):
    text = text_of(home())
    assert later_ratings.RANDOM_ONLY in text
    assert "Tomorrow" not in text


def test_the_row_of_tiles_has_one_well_known_movie_of_each_genre(served):
    ids = [int(link.proto.query_string.split("movie=")[1].split("&")[0]) for link in page_links("movie")]
    movies = served.movies.set_index("movie_id")
    assert ids
    by_genre = movies.loc[ids].groupby("genres")["count"].max()
    assert (by_genre == movies.groupby("genres")["count"].max()[by_genre.index]).all()


def page_links(page: str) -> list:
    return [link for link in home().get("page_link") if link.proto.page == page and link.proto.query_string]


def test_home_links_to_evaluate(served):
    assert "evaluate" in [link.proto.page for link in home().get("page_link")]


def test_a_new_active_model_is_shown_without_a_restart(served, measured_model):
    app = home()
    first = served.version
    assert names()[first] in version_shown(app)
    second = Registry().publish(measured_model)
    assert second != first
    app.run()
    assert names()[second] in version_shown(app)


def test_a_damaged_model_falls_back_with_a_warning(served, measured_model, own_registry):
    newest = Registry().publish(measured_model)
    model_file = own_registry / newest / "model.json"
    model_file.write_bytes(model_file.read_bytes()[:-10])
    app = home()
    assert len(app.warning) == 1
    assert name_of(newest) in text_of(app)
    assert names()[served.version] in version_shown(app)


def test_without_a_report_no_metric_is_shown(tiny_model):
    Registry().publish(replace(tiny_model, manifest={}))
    app = home()
    assert "How good" not in text_of(app)


@pytest.mark.parametrize(("label", "title"), [("Rate a few movies", "Rate"), ("Look around first", "Recommendations")])
def test_home_leads_to_what_a_visitor_can_do(served, label, title):
    app = home()
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception
    assert app.title[0].value == title


def test_home_links_to_every_other_page(served):
    links = {link.proto.page for link in home().get("page_link")}
    pages = {path.stem for path in (REPOSITORY / "pages").glob("*.py")}
    assert pages - links <= {"home", "my_movies", "portrait"}
