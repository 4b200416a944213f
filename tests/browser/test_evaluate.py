"""The journey of a sceptic: from Home to Evaluate, a cell of the matrix, other sections, the model card."""

from __future__ import annotations

import json
import time

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from tests.browser.app import settled
from tests.pages.test_theme import SETTINGS

pytestmark = pytest.mark.browser
SLOWEST_HEADING, SLOWEST_FIGURE = 3.0, 6.0  # seconds in a fresh browser, the best of
TRIES = 3  # because machines are shared


def test_from_home_to_a_cell_and_the_card(browser, tiny_app):
    recommender, address = tiny_app
    report = recommender.report
    page = browser.new_context(viewport={"width": 1280, "height": 1600}).new_page()
    page.goto(address)
    page.get_by_role("link", name="How it was measured").click()
    page.locator(".js-plotly-plot .heatmaplayer image, .js-plotly-plot .heatmaplayer g").first.wait_for()
    settled(page)

    stars = list(recommender.stars)
    actual, predicted = stars[-1], stars[-2]
    cell = page.locator(".js-plotly-plot .scatterlayer .point").nth(len(stars) * len(stars) - 2).bounding_box()
    page.mouse.click(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2)  # Plotly listens above the marks
    count = int(report.confusion[-1, -2])
    total = int(report.confusion[-1].sum())
    cell_text = f"{count:,} of {total:,} true {actual:g} ★ ratings were predicted as {predicted:g} ★"
    expect(page.get_by_text(cell_text)).to_be_visible()

    page.get_by_role("radio", name="Leakage").or_(page.get_by_role("button", name="Leakage")).first.click()
    expect(page.get_by_text("No rating is in both train and test")).to_be_visible()
    page.wait_for_url("**/evaluate?section=Leakage")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as JSON").click()
    assert json.loads(download.value.path().read_bytes())["version"] == recommender.version

    headings, figures = [], []  # seconds
    while not headings or not (min(headings) < SLOWEST_HEADING and min(figures) < SLOWEST_FIGURE):
        assert len(headings) < TRIES, (headings, figures)
        phone_page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        started = time.monotonic()
        phone_page.goto(f"{address}/evaluate?section=By+group")
        phone_page.get_by_role("heading", name="Evaluate").wait_for()
        headings.append(time.monotonic() - started)
        phone_page.locator(".js-plotly-plot .scatterlayer").first.wait_for()
        figures.append(time.monotonic() - started)
    settled(phone_page)
    assert phone_page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_a_chart_follows_a_change_of_the_theme(browser, tiny_app):
    page = browser.new_context(viewport={"width": 1280, "height": 1600}, color_scheme="dark").new_page()
    page.goto(f"{tiny_app[1]}/evaluate?section=Per+star")
    bar, label = (page.locator(f".js-plotly-plot {part}").first for part in (".bars .point path", ".xtick text"))
    bar.wait_for()
    expect(bar).to_have_css("fill", _chart_colour("dark"))
    settled(page)
    page.emulate_media(color_scheme="light")
    expect(label).to_have_css("fill", _rgb(SETTINGS["theme"]["light"]["textColor"]))  # at once
    paper = page.locator(".js-plotly-plot .main-svg").first
    expect(paper).to_have_css("background-color", _rgb(SETTINGS["theme"]["light"]["backgroundColor"]))
    page.get_by_role("radio", name="2 ★").or_(page.get_by_role("button", name="2 ★")).first.click()
    expect(bar).to_have_css("fill", _chart_colour("light"))  # with the next run


def _chart_colour(mode: str) -> str:
    return _rgb(SETTINGS["theme"][mode]["chartCategoricalColors"][0])


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"
