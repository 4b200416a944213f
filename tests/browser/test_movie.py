"""From one movie's page to another's: the address follows, the page starts at its top, and the way back works."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from tests.browser.app import settled

pytestmark = pytest.mark.browser
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


def test_a_similar_movie_is_a_page_of_its_own(browser, tiny_app):
    served, address = tiny_app
    first = int(served.similar(8, n=1)["movie_id"].iloc[0])
    page = browser.new_context(viewport={"width": 1280, "height": 700}).new_page()
    page.goto(f"{address}/movie?movie=8&user=3")
    settled(page)
    tile = page.locator(f".st-key-tile_{first} .movie-tile")
    tile.scroll_into_view_if_needed()
    assert page.evaluate(SCROLLED) > 0
    box = tile.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)  # what covers the tile is the link
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(served.display_title(first))
    expect(page).to_have_url(f"{address}/movie?movie={first}&user=3")
    expect(heading).to_be_focused()
    assert page.evaluate(SCROLLED) == 0
    page.go_back()
    expect(heading).to_have_text("The Movie 8")
    expect(page).to_have_url(f"{address}/movie?movie=8&user=3")
