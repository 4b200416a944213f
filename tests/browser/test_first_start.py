"""The journey after a first start: preparation, prediction, a link for another visitor."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from recsys.registry import Registry
from tests.browser.app import follow_menu, serving, settled, type_into
from tests.conftest import alone_with
from tests.pages.test_predict import prediction_of

pytestmark = [pytest.mark.browser, pytest.mark.real_data]


def test_fresh_start_to_permalink(browser, tmp_path, first_start_models):
    models, data = first_start_models, tmp_path / "data"
    with alone_with(models), serving(models, data, tmp_path / "server.log") as address:
        page = browser.new_context().new_page()
        page.goto(address)
        page.get_by_text("Getting ready").wait_for(timeout=20_000)
        page.get_by_text("Download the ratings").wait_for()
        first_percent = _percent(page)

        page.reload()  # a reload shows the same preparation, further on: it belongs to the server
        page.get_by_text("Getting ready").wait_for(timeout=20_000)
        assert _percent(page) >= first_percent

        page.get_by_text("How good is it?").wait_for(timeout=120_000)  # ready, with nobody pressing anything
        settled(page)
        served = Registry(models).load_active().recommender
        accuracy = f"{100 * served.report.value('accuracy'):.1f}%"
        expect(page.get_by_test_id("stMain")).to_contain_text(accuracy)

        follow_menu(page, "Predict")
        page.get_by_text("Pick a movie and a user").wait_for()
        _select(page, "Movie", "godfather 1972", "The Godfather (1972)")
        type_into(page, "User", "405")
        page.wait_for_url(re.compile(r"user=405"))
        settled(page)
        assert "movie=127" in page.url
        _expect_prediction(page, served, 405, 127)

        other_page = browser.new_context().new_page()  # somebody else, with nothing but the link
        other_page.goto(_share_link(page))
        _expect_prediction(other_page, served, 405, 127)

        body = json.dumps({"user_id": 405, "movie_id": 127}).encode()
        request = urllib.request.Request(f"{address}/predict", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as response:  # page and route share one model
            assert json.load(response)["expected"] == pytest.approx(
                prediction_of(served, 405, 127)["expected"], abs=1e-6
            )


def _share_link(page) -> str:
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.split("?")[0] == page.url.split("?")[0]
    return link


def _percent(page) -> int:
    text = page.get_by_test_id("stProgress").inner_text(timeout=20_000)
    return int(re.search(r"(\d+)%", text).group(1))


def _select(page, label: str, typed: str, option: str) -> None:
    """With the keyboard alone, as the label is read out."""
    field = page.get_by_role("combobox", name=re.compile(label))
    field.focus()
    field.press_sequentially(typed)
    page.get_by_role("option", name=option).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"movie="))


def _expect_prediction(page, served, user: int, movie: int) -> None:
    row = prediction_of(served, user, movie)
    page.get_by_text(f"expected rating {row['expected']:.2f}").wait_for(timeout=30_000)
    page.get_by_text("The Godfather (1972)").first.wait_for()
    shares = [row[f"p_{star}"] for star in range(1, 6)]
    labels = ["<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%" for share in shares]
    expect(page.locator(".js-plotly-plot").first.locator(".bartext")).to_have_text(labels, timeout=30_000)
