"""The journey of two: a friend opens the other's link, names them, and both get one list, by keyboard too."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from recsys.visitor import profile_link
from recsys.visitor.profile import MovieRef, Profile
from tests.browser.app import settled

pytestmark = pytest.mark.browser
MINE, THEIRS = {2: 5.0, 4: 5.0, 6: 4.0, 3: 1.0}, {8: 5.0, 10: 4.0, 5: 1.0, 12: 5.0}


def link_text(recommender, history) -> str:
    profile = Profile()
    for movie_id, stars in history.items():
        profile = profile.rate(MovieRef.of(recommender.catalogue, movie_id), stars)
    return profile_link.encode(profile, recommender.catalogue, recommender.stars)


def shown(page) -> list[int]:
    rows = page.locator(".group-movie:not(.unranked)")
    return [int(row.get_attribute("data-movie")) for row in rows.all()]


@pytest.mark.parametrize("width", [1280, 390])
def test_two_friends_get_one_list(browser, tiny_app, width):
    recommender, address = tiny_app
    mine, theirs = (link_text(recommender, history) for history in (MINE, THEIRS))
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{address}/together?profile={theirs}")
    page.get_by_text("A friend wants to find a movie").wait_for()
    page.get_by_role("button", name="Add someone").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="A friend's link").fill(f"{address}/together?profile={mine}")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A movie for the two of them").wait_for()
    expect(page.locator(".group-movie:not(.unranked)")).to_have_count(10)
    members = [{"history": THEIRS}, {"history": MINE}]
    assert shown(page) == recommender.recommend_together(members)["movie_id"].tolist()

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Guest 1, 4 ratings").click()
    page.get_by_role("textbox", name="Name").fill("Ben <b>")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ben <b>, 4 ratings").wait_for()
    page.keyboard.press("Escape")
    drawing = page.get_by_role("img", name=re.compile(r"Expected stars from 1 to 5: Ben <b> \d\.\d, Guest 2 \d\.\d"))
    expect(drawing.first).to_be_visible()

    page.get_by_role("radio", name="Best on average").click()
    page.wait_for_url(re.compile(r"by=mean"))
    settled(page)
    assert shown(page) == recommender.recommend_together(members, by="mean")["movie_id"].tolist()
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, "nothing to scroll sideways"

    listed, address_of_group = shown(page), page.url
    page.locator(".group-movie .facts").first.click(position={"x": 2, "y": 2}, force=True)  # the link lies over it
    page.wait_for_url(re.compile(rf"/movie\?movie={listed[0]}"))

    other_page = browser.new_context().new_page()
    other_page.goto(address_of_group)  # the address has both, without the name
    other_page.get_by_role("heading", name="A movie for the two of them").wait_for()
    expect(other_page.locator(".group-movie:not(.unranked)")).to_have_count(len(listed))
    assert shown(other_page) == listed
    assert "Ben" not in json.dumps(other_page.url)
