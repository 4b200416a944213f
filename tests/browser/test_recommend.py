"""The journey to a movie: from Home to a list, through a filter and an opened row, to Predict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright")

from recsys.core.csv_export import csv_bytes
from recsys.serving.explain.sentences import THEY, row_reasons
from recsys.ui.recommend.list_table import display_table
from tests.browser.app import settled, type_into

pytestmark = pytest.mark.browser


def test_from_home_to_a_movie_in_predict(browser, tiny_app):
    recommender, address = tiny_app
    page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
    page.goto(address)
    page.get_by_role("button", name="Look around first").click()
    page.get_by_role("button", name="For user").click()
    type_into(page, "User", "4")
    page.wait_for_url(re.compile(r"/recommend\?user=4"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    genres = page.get_by_role("combobox", name="Genres", exact=True)
    genres.focus()
    genres.press_sequentially("Drama")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"genres=Drama"))
    page.mouse.click(5, 700)

    top = recommender.top(4, genres=["Drama"])
    page.get_by_text(top.headline()).wait_for()
    settled(page)
    assert _file(page) == _expected_file(recommender, top.table)

    first_movie = recommender.movies.set_index("movie_id").loc[top.table["movie_id"].iloc[0]]
    page.locator("[class*=st-key-card_list_]").first.get_by_role("link", name=first_movie["display"]).first.click()
    page.wait_for_url(re.compile(rf"/movie\?movie={first_movie.name}&user=4$"))
    page.get_by_role("heading", level=1, name=first_movie["display"]).wait_for()
    settled(page)
    page.get_by_role("link", name="All probabilities").click()
    page.wait_for_url(re.compile(rf"/predict\?user=4&movie={first_movie.name}$"))
    page.get_by_text(f"expected rating {top.table['expected'].iloc[0]:.2f}").wait_for()

    page.get_by_role("link", name="What else to watch").click()  # and back: the filter is still there
    page.wait_for_url(re.compile(r"/recommend\?user=4"))
    page.get_by_text(top.headline()).wait_for()


def test_a_shared_link_opens_the_same_list(browser, tiny_app):
    recommender, address = tiny_app
    query = "user=5&genres=Odd&years=1955-1985&ranker=gems&diversity=0.5&n=7"
    page = browser.new_context().new_page()
    page.goto(f"{address}/recommend?{query}")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    other_page = browser.new_context().new_page()
    other_page.goto(link)
    options = {"genres": ["Odd"], "years": (1955, 1985), "ranker": "gems", "diversity": 0.5, "n": 7}
    top = recommender.top(5, **options)
    other_page.get_by_text(top.headline()).wait_for()
    settled(other_page)
    assert _file(other_page) == _expected_file(recommender, top.table, user=5)


def _file(page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    return Path(download.value.path()).read_bytes()


def _expected_file(recommender, table, user: int = 4) -> bytes:
    why = row_reasons(recommender, recommender.user_history(user), table["movie_id"], THEY)
    return csv_bytes(display_table(recommender, table, why))
