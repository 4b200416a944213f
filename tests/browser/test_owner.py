"""Sign-in over a reload: the owner stays signed in, signing out is final, and no other browser is signed in."""

from __future__ import annotations

import re

import pytest

from recsys.registry import Registry
from tests.browser.app import serving, settled

pytestmark = pytest.mark.browser
KEY = "the-owners-own-key"
FROM_ELSEWHERE = {"X-Forwarded-For": "198.51.100.7"}  # so that no visitor counts as local


@pytest.fixture(scope="module")
def address(tiny_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("owner")
    Registry(folder / "models").publish(tiny_model)
    with serving(folder / "models", folder / "data", folder / "server.log", RECSYS_ADMIN_KEY=KEY) as url:
        yield url


def role_of(page) -> str:
    settled(page)
    button = page.get_by_role("button", name=re.compile("^(key|person)? ?(Owner|Visitor)"))
    button.wait_for(timeout=30_000)
    return re.search("Owner|Visitor", button.inner_text()).group()


def test_a_reload_keeps_the_owner_and_signing_out_is_final(browser, address):
    context = browser.new_context(extra_http_headers=FROM_ELSEWHERE)
    page = context.new_page()
    page.goto(f"{address}/train?key={KEY}")
    assert role_of(page) == "Owner"
    page.wait_for_function("() => document.cookie.includes('recsys_owner=')")
    assert KEY not in page.evaluate("() => document.cookie") + page.url
    page.reload()
    assert role_of(page) == "Owner"
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == "recsys_owner"]
    assert cookie["sameSite"] == "Strict"
    other_page = browser.new_context(extra_http_headers=FROM_ELSEWHERE).new_page()
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
def test_the_focus_in_the_menu_can_be_seen(browser, address, scheme):
    page = browser.new_context(color_scheme=scheme).new_page()
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
def test_a_table_that_is_cut_off_on_a_phone_says_so_above_and_covers_nothing(browser, address, width, hinted):
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
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
