"""Visitor or owner: the server decides, by a key that leaves the address, and asks again at the action."""

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
    """A key of this test's own, at a door that remembers nothing yet, on a server that others can reach."""
    monkeypatch.setenv("RECSYS_ADMIN_KEY", KEY)
    monkeypatch.setattr(auth, "client", lambda: "198.51.100.7")  # AppTest makes up another at each run
    access.authenticator_for.cache_clear()
    address = config.get_option("server.address")
    config.set_option("server.address", None)
    yield
    config.set_option("server.address", address)


def _page() -> None:
    import streamlit as st

    from recsys.errors import NotAllowedError
    from recsys.ui.common import auth

    auth.admit_by_address()
    auth.sign()
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


def act(app: AppTest) -> str:
    """What a click on the action gets."""
    next(button for button in app.button if button.label == "change what others see").click()
    return texts(app.run())[-1]


def type_key(app: AppTest, key: str) -> AppTest:
    app.text_input[0].set_value(key)
    next(button for button in app.button if button.label == "Come in as the owner").click()
    return app.run()


def test_everybody_is_a_visitor_and_refused_at_the_action():
    app = page()
    assert texts(app) == ["the visitor, in the browser"]
    assert "Only the owner may delete models" in act(app)


def test_the_key_in_the_address_lets_in_and_leaves_it():
    app = page(key=KEY)
    assert texts(app) == ["the owner, in the browser"]
    assert "key" not in app.query_params
    assert act(app) == "done"


@pytest.mark.parametrize("wrong", ["", "THE OWNER'S OWN", KEY + " ", "\u202e"])
def test_a_wrong_key_changes_nothing(wrong):
    app = page(key=wrong)
    assert texts(app) == ["the visitor, in the browser"]
    assert "key" not in app.query_params
    assert "not the owner's key" in app.error[0].value


def test_the_key_can_be_typed_and_given_back():
    app = type_key(page(), KEY)
    assert texts(app) == ["the owner, in the browser"]
    next(button for button in app.button if button.label == "Be a visitor again").click()
    assert texts(app.run()) == ["the visitor, in the browser"]


def test_guessing_is_answered_later_but_the_right_key_at_once(monkeypatch):
    waits = []
    monkeypatch.setattr(auth, "sleep", waits.append)
    app = page()
    for _ in range(access.WRONG_KEYS + 1):
        type_key(app, "guess")
    assert "answered more slowly; the right one at once" in app.error[0].value
    assert (waits[access.WRONG_KEYS - 1], waits[access.WRONG_KEYS]) == (0, 0.5)
    type_key(app, KEY)
    assert texts(app) == ["the owner, in the browser"]
    assert len(waits) == access.WRONG_KEYS + 1
    other = type_key(page(), KEY)  # another session behind the same address
    assert texts(other) == ["the owner, in the browser"]


def test_a_key_that_can_be_guessed_is_named_in_the_terminal(monkeypatch, caplog):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "movies")
    auth.announce("http://localhost:1")
    assert "RECSYS_ADMIN_KEY: received 6 characters" in caplog.text
    assert f"http://localhost:1/?key={access.generate_key()}" in caplog.text
    assert texts(type_key(page(), "movies")) == ["the visitor, in the browser"]


def test_a_changed_key_shuts_out_who_had_the_old_one(monkeypatch):
    app = page(key=KEY)
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another")
    assert "Only the owner" in act(app)


def test_on_a_server_of_this_machine_alone_one_is_the_owner():
    config.set_option("server.address", "127.0.0.1")
    app = page()
    assert texts(app) == ["the owner, in the browser"]
    assert act(app) == "done"


def test_the_terminal_shows_a_link_only_where_no_key_is_set(monkeypatch, caplog):
    auth.announce("http://localhost:1")
    assert not caplog.records
    monkeypatch.delenv("RECSYS_ADMIN_KEY")
    auth.announce("http://localhost:1")
    assert f"http://localhost:1/?key={access.generate_key()}" in caplog.text
    caplog.clear()
    config.set_option("server.address", "localhost")
    auth.announce("http://localhost:1")
    assert not caplog.records


def test_every_page_takes_the_key_from_the_address(served):
    app = open_app()
    app.query_params["key"] = KEY
    app.run()
    assert not app.exception
    assert "key" not in app.query_params
    assert app.session_state[auth.AUTHENTICATOR] is access.authenticator()
