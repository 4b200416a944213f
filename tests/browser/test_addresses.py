"""A user carried along by the menu: the URL names them on every page, and opens the same for others."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from tests.browser.app import follow_menu, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tiny_app):
    """URL of the app over the tiny world's model."""
    return tiny_app[1]


def test_the_menu_carries_the_user_in_the_url(browser, page, address):
    page.goto(f"{address}/predict?user=4&movie=7")
    _menu(page, "Recommendations", r"/recommend\?user=4$")
    settled(page)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("spinbutton", name="Number of movies").fill("7")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/recommend\?user=4&n=7$"))
    _menu(page, "Predict", r"/predict\?(movie=7&user=4|user=4&movie=7)$")
    _menu(page, "Recommendations", r"/recommend\?user=4&n=7$")
    expect(page.get_by_text("Part of this address")).to_have_count(0)

    other_page = browser.new_context().new_page()
    other_page.goto(page.url)
    settled(other_page)
    other_page.get_by_role("button", name="For user 4").wait_for()
    expect(other_page.locator("[class*=st-key-card_list]")).to_have_count(7, timeout=20_000)


def test_the_back_button_works(page, address):
    page.goto(f"{address}/predict?user=4&movie=7")
    _menu(page, "Recommendations", r"/recommend\?user=4$")
    for _ in range(2):  # the menu's own entry, then the page before
        page.go_back()
        settled(page)
        page.wait_for_timeout(500)
    expect(page).to_have_url(f"{address}/predict?user=4&movie=7")


def test_an_unknown_parameter_is_named(page, address):
    page.goto(f"{address}/predict?usr=5")
    page.get_by_text("usr: received '5'; allowed: user, movie. Did you mean user?").wait_for()
    expect(page.get_by_text("Pick a movie and a user.")).to_be_visible()


def _menu(page, name: str, url: str) -> None:
    settled(page)
    follow_menu(page, name)
    page.wait_for_url(re.compile(url))
    settled(page)
