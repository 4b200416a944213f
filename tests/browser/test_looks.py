"""What only a real browser shows: untrusted titles stay text, labels are readable, phones do not scroll sideways."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import recsys
from recsys.data import Dataset
from recsys.registry import Registry
from tests.browser.app import serving, settled
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.test_predict import HOSTILE
from tests.pages.test_theme import SETTINGS, contrast

pytestmark = pytest.mark.browser
HEX = "#{:02x}{:02x}{:02x}"


@pytest.fixture(scope="module")
def address(tmp_path_factory, tiny_report):
    """URL of the app over the tiny world, in which movie 7 has a hostile title."""
    folder = tmp_path_factory.mktemp("looks")
    ratings, movies, users = tiny_frames()
    movies.loc[6, "title"] = HOSTILE
    dataset = Dataset.from_frames(ratings, movies, users, name="tiny")
    model = recsys.train(dataset, preset="quick", **TINY_SETTINGS)
    Registry(folder / "models").publish(replace(model, report=tiny_report, manifest={}))
    with serving(folder / "models", folder / "data", folder / "server.log") as url:
        yield url


@pytest.fixture(scope="module")
def phone(browser):
    """A phone that opens one page after the other."""
    return browser.new_context(viewport={"width": 390, "height": 844})


def open_page(browser, url: str, **options):
    page = browser.new_context(**options).new_page()
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(url)
    settled(page)
    return page


def test_a_hostile_title_is_text_and_no_other_host_is_requested(browser, address):
    page = open_page(browser, f"{address}/predict?user=3&movie=7")
    heading = page.get_by_test_id("stHeading").filter(has_text="loud").first
    heading.wait_for()
    assert heading.inner_text().replace("\u2060", "").strip().startswith(HOSTILE[:60])
    main = page.get_by_test_id("stMain")
    assert main.locator("a[href*=evil], img[src*='192.0.2.1'], h2 a[href], h2 img, h2 b, h2 em").count() == 0
    page.wait_for_timeout(500)
    foreign = [url for url in page.requested if not url.startswith((address, "data:", "blob:"))]
    assert foreign == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart_labels_can_be_read(browser, address, scheme):
    page = open_page(browser, f"{address}/predict?user=3&movie=8", color_scheme=scheme)
    label = page.locator(".js-plotly-plot .bartext").first
    label.wait_for()
    fill = label.evaluate("node => getComputedStyle(node).fill")
    colour = HEX.format(*(int(channel) for channel in re.findall(r"\d+", fill)[:3]))
    assert contrast(colour, SETTINGS["theme"][scheme]["backgroundColor"]) >= 4.5, colour


PATHS = [
    "/",
    "/rate",
    "/predict?user=3&movie=8",
    "/movie?movie=8&user=3",
    "/movie?movie=abc",
    "/predict?user=abc&movie=9999",
    "/recommend?user=3",
    "/recommend?user=99&n=x",
    "/models",
    "/models?section=Trend",
    "/models?section=Event+log",
    "/data",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_never_scrolls_sideways(phone, address, path):
    page = phone.new_page()
    page.goto(address + path)
    settled(page)
    page.wait_for_timeout(500)
    width = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
    page.close()
    assert width <= 390
