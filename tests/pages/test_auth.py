"""Visitor or owner: the server decides by a key, which leaves the URL, and checks again at the action."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from recsys import access
from recsys.ui.common import auth
from tests.pages.conftest import open_app

KEY = "the owner's own"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    """A key of its own, a fresh authenticator, and a server that others can reach."""
    monkeypatch.setenv("RECSYS_ADMIN_KEY", KEY)
    monkeypatch.setattr(auth, "client", lambda: "198.51.100.7")  # AppTest invents another address at each run
    access.authenticator_for.cache_clear()
    address = config.get_option("server.address")
    config.set_option("server.address", None)
    yield
    config.set_option("server.address", address)


def _page() -> None:
    import streamlit as st

    from recsys.errors import NotAllowedError
    from recsys.ui.common import auth

    auth.sign_in_from_url()
    auth.draw_sign_in()
    st.text(auth.who())
    if st.button("change what others see"):  # as a page that forgot to hide it, or a forged click
        try:
            auth.require_owner("delete")
        except NotAllowedError as error:
            st.text(str(error))
        else:
            st.text("done")


def page(**query: str) -> AppTest:
    app = AppTest.from_function(_page)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def click_action(app: AppTest) -> str:
    """The message after a click on the action."""
    next(button for button in app.button if button.label == "change what others see").click()
    return texts(app.run())[-1]


def type_key(app: AppTest, key: str) -> AppTest:
    app.text_input[0].set_value(key)
    next(button for button in app.button if button.label == "Sign in as owner").click()
    return app.run()


def test_without_a_key_a_session_is_a_visitor_and_refused_at_the_action():
    app = page()
    assert texts(app) == ["the visitor, in the browser"]
    assert "Only the owner can delete models" in click_action(app)


def test_a_key_in_the_url_signs_in_and_is_removed():
    app = page(key=KEY)
    assert texts(app) == ["the owner, in the browser"]
    assert "key" not in app.query_params
    assert click_action(app) == "done"


@pytest.mark.parametrize("wrong", ["", "THE OWNER'S OWN", KEY + " ", "\u202e"])
def test_a_wrong_key_changes_nothing(wrong):
    app = page(key=wrong)
    assert texts(app) == ["the visitor, in the browser"]
    assert "key" not in app.query_params
    assert "This key is not correct" in app.error[0].value


def test_the_owner_can_sign_in_by_form_and_sign_out():
    app = type_key(page(), KEY)
    assert texts(app) == ["the owner, in the browser"]
    next(button for button in app.button if button.label == "Sign out").click()
    assert texts(app.run()) == ["the visitor, in the browser"]


def test_wrong_keys_are_delayed_and_the_right_key_is_not(monkeypatch):
    waits = []
    monkeypatch.setattr(auth, "sleep", waits.append)
    app = page()
    for _ in range(access.WRONG_KEYS + 1):
        type_key(app, "guess")
    assert "The correct key always works at once" in app.error[0].value
    assert (waits[access.WRONG_KEYS - 1], waits[access.WRONG_KEYS]) == (0, 0.5)
    type_key(app, KEY)
    assert texts(app) == ["the owner, in the browser"]
    assert len(waits) == access.WRONG_KEYS + 1
    other_app = type_key(page(), KEY)  # another session behind the same address
    assert texts(other_app) == ["the owner, in the browser"]


def test_a_weak_key_is_logged_and_refused(monkeypatch, caplog):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "movies")
    auth.log_owner_link("http://localhost:1")
    assert "RECSYS_ADMIN_KEY: received 6 characters" in caplog.text
    assert f"http://localhost:1/?key={access.generate_key()}" in caplog.text
    assert texts(type_key(page(), "movies")) == ["the visitor, in the browser"]


def test_a_changed_key_signs_everybody_out(monkeypatch):
    app = page(key=KEY)
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another")
    assert "Only the owner" in click_action(app)


def test_on_a_local_server_the_visitor_is_the_owner():
    config.set_option("server.address", "127.0.0.1")
    app = page()
    assert texts(app) == ["the owner, in the browser"]
    assert click_action(app) == "done"


def test_the_sign_in_link_is_logged_only_without_a_key(monkeypatch, caplog):
    auth.log_owner_link("http://localhost:1")
    assert not caplog.records
    monkeypatch.delenv("RECSYS_ADMIN_KEY")
    auth.log_owner_link("http://localhost:1")
    assert f"http://localhost:1/?key={access.generate_key()}" in caplog.text
    caplog.clear()
    config.set_option("server.address", "localhost")
    auth.log_owner_link("http://localhost:1")
    assert not caplog.records


def test_the_app_signs_in_with_a_key_in_the_url(served):
    app = open_app()
    app.query_params["key"] = KEY
    app.run()
    assert not app.exception
    assert "key" not in app.query_params
    assert app.session_state[auth.AUTHENTICATOR] is access.authenticator()
