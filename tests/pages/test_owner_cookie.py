"""The owner stays signed in after a reload: by a token of this server, until it ends."""

from __future__ import annotations

import pytest
import streamlit

from recsys import access
from recsys.ui.common import owner_cookie
from recsys.ui.common.owner_cookie import LIFETIME, MAX_TOKENS, NAME, TOKEN, Tokens
from tests.pages import test_auth
from tests.pages.test_auth import KEY, click_action, page, texts

key = test_auth.key  # a fixture: a server that others can reach, and the owner's key
VISITOR, OWNER = ["the visitor, in the browser"], ["the owner, in the browser"]


@pytest.fixture
def cookies(monkeypatch):
    """The cookies that a browser sends with a page load."""
    cookies: dict[str, str] = {}
    monkeypatch.setattr(type(streamlit.context), "cookies", property(lambda _: cookies))
    return cookies


def reloaded(cookies, app):
    """A new session of the same browser, after the old one has written its cookie."""
    cookies[NAME] = app.session_state[TOKEN]
    return page()


def test_a_token_is_valid_until_it_expires_or_is_ended():
    now = [100.0]
    tokens, authenticator = Tokens(lambda: now[0]), object()
    token, ended_token = tokens.issue(authenticator), tokens.issue(authenticator)
    assert token != ended_token
    assert tokens.authenticator(token) is authenticator
    assert (
        tokens.authenticator("")
        is tokens.authenticator("x")
        is tokens.authenticator(token + "x")
        is tokens.authenticator("\ud800")
        is None
    )
    tokens.end(ended_token)
    assert tokens.authenticator(ended_token) is None
    now[0] += LIFETIME - 1
    assert tokens.authenticator(token) is authenticator
    now[0] += 1
    assert tokens.authenticator(token) is None


def test_tokens_are_stored_as_digests_and_the_oldest_is_dropped():
    tokens, authenticator = Tokens(), object()
    issued = [tokens.issue(authenticator) for _ in range(MAX_TOKENS + 1)]
    assert tokens.authenticator(issued[0]) is None
    assert tokens.authenticator(issued[1]) is tokens.authenticator(issued[-1]) is authenticator
    assert not [token for token in issued if token in repr(vars(tokens))]


def test_a_reload_keeps_the_owner_and_another_browser_is_a_visitor(cookies):
    app = page(key=KEY)
    assert KEY not in app.session_state[TOKEN]
    reloaded_app = reloaded(cookies, app)
    assert texts(reloaded_app) == OWNER
    assert click_action(reloaded_app) == "done"
    cookies.clear()
    assert texts(page()) == VISITOR


@pytest.mark.parametrize("token", ["", "x" * 43, "null", "; Path=/", "\u2603"])
def test_an_unknown_token_does_not_sign_in(cookies, token):
    cookies[NAME] = token
    app = page()
    assert texts(app) == VISITOR
    assert "Only the owner" in click_action(app)


def test_signing_out_ends_the_token_in_every_session(cookies):
    app = page(key=KEY)
    reloaded_app = reloaded(cookies, app)
    next(button for button in reloaded_app.button if button.label == "Sign out").click()
    assert texts(reloaded_app.run()) == VISITOR
    assert texts(reloaded_app.run()) == VISITOR, "the cookie of the page load counts no more"
    assert texts(page()) == VISITOR


def test_a_changed_key_ends_every_token(cookies, monkeypatch):
    reloaded_app = reloaded(cookies, page(key=KEY))
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another")
    assert texts(reloaded_app.run()) == VISITOR
    assert "Only the owner" in click_action(reloaded_app)


def test_a_wrong_key_issues_nothing():
    app = page(key="wrong")
    assert TOKEN not in app.session_state


def test_a_restarted_server_accepts_no_old_token(cookies):
    app = page(key=KEY)
    owner_cookie.tokens.cache_clear()
    assert texts(reloaded(cookies, app)) == VISITOR
    assert access.authenticator() is access.authenticator()


def test_the_cookie_is_same_site_and_secure():
    assert "SameSite=Strict" in owner_cookie.WRITE
    assert "Secure" in owner_cookie.WRITE
    assert "innerHTML" not in owner_cookie.WRITE
