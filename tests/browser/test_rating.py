"""A newcomer's journey: five ratings, a list that updates, a profile downloaded and loaded elsewhere."""

from __future__ import annotations

import csv
import io
import re

import pytest

from recsys.registry import Registry
from recsys.visitor.profile_file import from_bytes
from tests.browser.app import serving, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(five_stars, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rating")
    Registry(folder / "models").publish(five_stars)
    with serving(folder / "models", folder / "data", folder / "server.log") as url:
        yield url


def test_ratings_are_downloaded_and_loaded_again(browser, address, five_stars):
    page = open_page(browser, address)
    lists, history = [], {}
    for stars in (5, 1, 4, 2, 5):
        movie = asked_movie(page)
        star = page.get_by_test_id("stFeedback").first.locator("button").nth(stars - 1)
        star.focus()
        page.keyboard.press("Enter")  # with the keyboard alone
        history[movie] = stars
        page.get_by_text(re.compile(rf"From {len(history)} ratings?\.")).wait_for()
        settled(page)
        page.keyboard.press("Enter")  # once more, as people do who did not see that it counted: rates nothing
        settled(page)
        assert page.evaluate("() => document.activeElement.ariaLabel") is None, "the stars of the next movie wait"
        page.get_by_text(re.compile(rf"From {len(history)} ratings?\.")).wait_for()
        lists.append(downloaded_list(page))
        assert lists[-1] == five_stars.recommend(history=history, n=10)["movie_id"].tolist()
    assert len({tuple(ids) for ids in lists}) > 1
    page.get_by_text("stars off for you on average").first.wait_for()

    saved = download(page, "Download my profile")
    assert from_bytes(saved).profile.history == history

    other_page = open_page(browser, address, viewport={"width": 390, "height": 844})  # another device knows nothing
    other_page.get_by_text("Your list appears here").wait_for()
    other_page.get_by_text("Load a file").click()
    file = {"name": "my.json", "mimeType": "application/json", "buffer": saved}
    other_page.locator("input[type=file]").set_input_files(file)
    other_page.get_by_role("button", name="Load this profile").click()
    other_page.get_by_text("From 5 ratings.").wait_for()
    settled(other_page)
    assert downloaded_list(other_page) == lists[-1]
    assert other_page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def open_page(browser, address, **options):
    page = browser.new_context(**options).new_page()
    page.goto(f"{address}/rate")
    page.get_by_text("Rate movies you have seen").wait_for(timeout=30_000)
    settled(page)
    return page


def asked_movie(page) -> int:
    return int(re.search(r"The Movie (\d+)", page.locator("h3").first.inner_text()).group(1))


def download(page, name: str) -> bytes:
    with page.expect_download() as download_info:
        page.get_by_role("button", name=name).click()
    return download_info.value.path().read_bytes()


def downloaded_list(page) -> list[int]:
    rows = csv.DictReader(io.StringIO(download(page, "Download as CSV").decode("utf-8-sig")))
    return [int(row["Id"]) for row in rows]
