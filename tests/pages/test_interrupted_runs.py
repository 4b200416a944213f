"""Acting while a page is being drawn loses no input, neither the previous one nor the new one.

Streamlit breaks a run off when the next action arrives. The browser then still shows, and sends, the values from
before the run that was broken off.
"""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from recsys.ui.common.pickers import Picker
from tests.pages.conftest import predict, recommend
from tests.pages.test_page_addresses import query_of, user_of

WIDGETS = ("selectbox", "text_input", "text_area", "number_input", "multiselect", "slider", "radio")


@pytest.fixture
def interrupted(monkeypatch):
    """Run an app until just before its widgets are drawn; afterwards the browser shows the old values."""

    def run(app: AppTest) -> None:
        browser = app._tree
        widget_values = [(widget, widget.value) for kind in WIDGETS for widget in app.get(kind)]
        with monkeypatch.context() as patched:
            patched.setattr(Picker, "draw", lambda _: st.stop())
            app.run()
        assert not any(field.key in ("user_field", "movie_field") for field in app.selectbox)
        app._tree = browser
        for widget, value in widget_values:
            widget.set_value(value)  # otherwise it sends the server's current value
        for button in app.button:
            button.set_value(False)  # a click is sent once

    return run


def test_a_user_and_then_a_filter(served, interrupted):
    app = recommend(user=3)
    app.selectbox(key="user_field").set_value("4")
    interrupted(app)
    app.multiselect(key="options_genres").set_value(["Drama"]).run()
    assert query_of(app) == {"user": ["4"], "genres": ["Drama"]}
    assert app.selectbox(key="user_field").value == 4


def test_a_user_from_the_list_and_then_a_movie(served, interrupted):
    app = predict(user=3, movie=7)
    app.selectbox(key="user_field").set_value(4)
    interrupted(app)
    app.selectbox(key="movie_field").set_value("8").run()
    assert query_of(app) == {"user": ["4"], "movie": ["8"]}
    assert (user_of(app), app.selectbox(key="movie_field").value) == ("4", 8)


def test_a_second_selection_in_the_same_field_counts(served, interrupted):
    app = recommend(user=3)
    for user in (4, 3):
        app.selectbox(key="user_field").set_value(user)
        interrupted(app)
    app.run()
    assert query_of(app) == {"user": ["3"]}


def test_cleared_filters_stay_cleared(served, interrupted):
    app = recommend(user=3, genres="Drama", years="1955-1956", min_ratings=10_000)
    app.button(key=next(button.key for button in app.button if button.label == "Clear all filters")).click()
    interrupted(app)
    app.number_input(key="options_n").set_value(7).run()
    assert query_of(app) == {"user": ["3"], "n": ["7"]}
