"""Sign-in over a reload: the owner stays signed in, signing out is final, and no other browser is signed in."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.browser.app import settled
from tests.browser.conftest import FROM_OUTSIDE, KEY

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tiny_app):
    return tiny_app[1]


def role_of(page) -> str:
    settled(page)
    button = page.get_by_role("button", name=re.compile("^(key|person)? ?(Owner|Visitor)"))
    button.wait_for(timeout=30_000)
    return re.search("Owner|Visitor", button.inner_text()).group()


def test_a_reload_keeps_the_owner_and_signing_out_is_final(browser, address):
    context = browser.new_context(extra_http_headers=FROM_OUTSIDE)
    page = context.new_page()
    page.goto(f"{address}/train?key={quote(KEY)}")
    assert role_of(page) == "Owner"
    page.wait_for_function("() => document.cookie.includes('recsys_owner=')")
    assert KEY not in page.evaluate("() => document.cookie") + page.url
    page.reload()
    assert role_of(page) == "Owner"
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == "recsys_owner"]
    assert cookie["sameSite"] == "Strict"
    other_page = browser.new_context(extra_http_headers=FROM_OUTSIDE).new_page()
    other_page.goto(f"{address}/train")
    assert role_of(other_page) == "Visitor"

    page.get_by_role("button", name=re.compile("Owner")).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function("() => !document.cookie.includes('recsys_owner=')")
    assert role_of(page) == "Visitor"
    context.add_cookies([cookie])  # as a visitor who has kept the cookie
    page.reload()
    assert role_of(page) == "Visitor"


FOCUSED_RING = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    const ring = [style.outlineStyle, style.outlineWidth, style.outlineColor];
    return element.dataset.testid === "stTopNavLink" ? ring : null;
}"""
EXPECTED_RING = ["solid", "3px", "rgb(209, 64, 90)"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_in_the_menu_can_be_seen(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/train")
    assert role_of(page) == "Owner"  # on this machine alone; all of the page has arrived
    page.get_by_test_id("stTopNavLink").first.wait_for()
    rings = []  # of each focused link of the menu
    for _ in range(60):
        page.keyboard.press("Tab")
        page.wait_for_timeout(50)  # a menu that is drawn anew meanwhile takes focus and style with it
        ring = page.evaluate(FOCUSED_RING)
        rings += [ring] if ring else []
        if ring == EXPECTED_RING:
            break
    assert EXPECTED_RING in rings


@pytest.mark.parametrize(("width", "hinted"), [(390, True), (1280, False)])
def test_a_table_that_is_cut_off_on_a_phone_says_so_above_and_covers_nothing(page, address, width, hinted):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/recommend?user=3")
    page.get_by_text("Show as a table").click(timeout=30_000)
    table = page.get_by_test_id("stDataFrame").first
    table.wait_for(timeout=30_000)
    settled(page)
    hint = "e => getComputedStyle(e.closest('[data-testid=stElementContainer]'), '::before').content"
    assert ("Swipe sideways" in table.evaluate(hint)) is hinted
    below = page.get_by_role("button", name="Download as CSV").bounding_box()
    box = table.bounding_box()
    assert box["y"] + box["height"] <= below["y"]
