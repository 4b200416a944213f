"""Every page's URL reflects its state, also when it was opened from the menu; unknown parameters are named."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recsys.registry import Registry
from recsys.settings import REPOSITORY
from recsys.ui.common.query_params import PARAMETERS
from tests.pages.conftest import cards, evaluate, open_page, predict, recommend, selected, text_of

PAGES = sorted(path.stem for path in (REPOSITORY / "pages").glob("*.py"))


def query_of(app: AppTest) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in app.query_params.items()}


def from_menu(app: AppTest, page: str) -> AppTest:
    """A page as the menu opens it: without URL parameters."""
    app.switch_page(f"pages/{page}.py")
    app.query_params.clear()
    return app.run()


def user_of(app: AppTest) -> str:
    return selected(app, "user")


def test_the_user_of_one_page_is_in_the_url_of_the_next(served):
    app = from_menu(predict(user=44, movie=7), "recommend")
    assert (user_of(app), query_of(app)) == ("44", {"user": ["44"]})
    reopened_app = open_page("pages/recommend.py", **app.query_params)
    assert cards(reopened_app) == cards(app) != []
    app.selectbox(key="user_field").set_value("5").run()
    assert query_of(from_menu(app, "predict")) == {"user": ["5"], "movie": ["7"]}


@pytest.mark.parametrize(("page", "query"), [("evaluate", {"section": "By group"}), ("models", {"section": "Compare"})])
def test_sections_with_a_user_have_it_in_the_url(served, measured_model, page, query):
    Registry().publish(measured_model)  # so that two can be compared
    app = predict(user=44, movie=7)
    app.switch_page(f"pages/{page}.py")
    app.query_params.clear()
    app.query_params.update(query)
    app.run()
    assert (user_of(app), query_of(app)["user"]) == ("44", ["44"])


def test_a_first_visit_leaves_the_url_unchanged(served):
    for app in (predict(), recommend()):
        assert user_of(app)
        assert not app.query_params


def test_filters_come_back_with_their_url(served):
    app = recommend(user=3, genres="Drama", years="1955-1980", n=7)
    app = from_menu(from_menu(app, "home"), "recommend")
    assert query_of(app) == {"user": ["3"], "genres": ["Drama"], "years": ["1955-1980"], "n": ["7"]}
    app.number_input(key="options_n").set_value(10).run()
    assert "n" not in query_of(app)


@pytest.mark.parametrize("text", ["abc", None])
def test_a_refused_or_empty_id_is_not_carried_to_other_pages(served, text):
    app = predict(user=44, movie=7)
    app.selectbox(key="user_field").set_value(text).run()
    app = from_menu(app, "recommend")
    expected_query = {"abc": {"user": ["44"]}, None: {}}[text]
    assert query_of(app) == expected_query
    assert not app.warning


def test_the_back_button_restores_the_bare_url(served):
    first_user = user_of(predict())
    app = predict()
    app.selectbox(key="user_field").set_value("44").run()
    app.query_params.clear()  # the back button
    app.run()
    assert (user_of(app), query_of(app)) == (first_user, {})
    app = from_menu(predict(user=44, movie=7), "recommend")
    app.selectbox(key="user_field").set_value("5").run()
    app.query_params.clear()
    app.run()
    assert (user_of(app), query_of(app)) == ("44", {"user": ["44"]})


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_parameter_is_named_on_every_page(served, page):
    app = open_page(f"pages/{page}.py", usr="5")
    assert "usr: received '5'; allowed:" in text_of(app)
    assert ("Did you mean user?" in text_of(app)) == ("user" in PARAMETERS.get(page, ()))
    for name in PARAMETERS.get(page, ("no parameter on this page",)):
        assert name in text_of(app)
    del app.query_params["usr"]
    assert "usr" not in text_of(app.run())


def test_the_name_of_an_unknown_parameter_is_text(served):
    app = open_page("pages/home.py", **{"![x](http://a.b/c)": ["<b>", "2"]})
    (warning,) = app.warning
    assert "](http" not in warning.value
    assert "received '<b>, 2'" in text_of(app)


@pytest.mark.parametrize(("page", "name"), [("evaluate", "section"), ("models", "section"), ("models", "version")])
def test_an_unknown_section_is_named(served, page, name):
    assert f"{name}: received 'nonsense'; allowed:" in text_of(open_page(f"pages/{page}.py", **{name: "nonsense"}))
    assert not open_page(f"pages/{page}.py").warning


def test_a_section_in_the_url_is_shown(served):
    assert not evaluate("Lists").warning


def test_reversed_years_are_named(served):
    app = recommend(user=3, years="1980-1960")
    assert "years: received '1980-1960'; allowed: the earlier year first. They are reversed: swap them." in text_of(app)
    assert "reversed" not in text_of(recommend(user=3, years="1960-1980"))
    assert "reversed" not in text_of(recommend(user=3, years="1960"))
