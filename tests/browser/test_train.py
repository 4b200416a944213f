"""Retraining from the browser: started, watched from another session, accepted, cancelled; and a private trial."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright")
import pandas as pd
from playwright.sync_api import expect

from recsys.registry import Registry
from recsys.training import pipeline
from tests.browser.app import serving, settled
from tests.browser.conftest import FROM_OUTSIDE
from tests.conftest import USERS, tiny_frames

pytestmark = pytest.mark.browser
COPIES = 7  # of the tiny world, so that both models hold out enough common ratings for the gate
TIMEOUT = 90_000  # milliseconds that a training may take on a busy machine


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder of ratings with a model of them in a registry, and the address of the app over both."""
    folder = tmp_path_factory.mktemp("train")
    ratings, movies, _ = tiny_frames()
    all_ratings = pd.concat(ratings.assign(user_id=ratings["user_id"] + USERS * copy) for copy in range(COPIES))
    names = {"user_id": "userId", "movie_id": "movieId"}
    (folder / "data").mkdir()
    all_ratings.rename(columns=names).to_csv(folder / "data" / "ratings.csv", index=False)
    movies.rename(columns=names)[["movieId", "title", "genres"]].to_csv(folder / "data" / "movies.csv", index=False)
    registry = Registry(folder / "models")
    pipeline.train_and_publish(folder / "data", "quick", registry=registry)
    with serving(registry.folder, folder / "data", folder / "server.log") as address:
        yield registry, f"{address}/train"


def open_page(browser, address: str, **context):
    page = browser.new_context(viewport={"width": 1280, "height": 1400}, **context).new_page()
    page.goto(address)
    settled(page)
    return page


def test_a_training_is_watched_and_becomes_active(browser, world):
    registry, address = world
    before = registry.active_version()
    owner = open_page(browser, address)
    owner.get_by_role("radio", name="Quick").or_(owner.get_by_role("button", name="Quick")).first.click()
    owner.get_by_label("Reason").fill("new ratings")
    owner.get_by_label("Reason").press("Tab")
    owner.get_by_role("button", name="Start training").click()
    expect(owner.get_by_text("A training is running")).to_be_visible(timeout=20_000)
    owner.context.close()  # a closed tab ends nothing

    other_page = open_page(browser, address, extra_http_headers=FROM_OUTSIDE)
    expect(other_page.get_by_text("Started by the owner, in the browser")).to_be_visible()
    expect(other_page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(other_page.get_by_text("It is now live.")).to_be_visible(timeout=TIMEOUT)
    entry = registry.event_log()[0]
    assert (entry.version, entry.who, entry.why) == (
        registry.active_version(),
        "the owner, in the browser",
        "new ratings",
    )
    assert registry.active_version() != before


def test_a_training_is_cancelled_and_changes_nothing(browser, world):
    registry, address = world
    before = registry.versions(), registry.active_version()
    owner = open_page(browser, address)
    owner.get_by_role("spinbutton", name="Seed").fill("5")
    owner.get_by_role("spinbutton", name="Seed").press("Tab")
    settled(owner)
    owner.get_by_role("button", name="Start training").click()
    owner.get_by_role("button", name="Cancel").click(timeout=20_000)
    expect(owner.get_by_text("It was cancelled.")).to_be_visible(timeout=20_000)
    expect(owner.get_by_role("button", name="Start training")).to_be_enabled()
    expect(owner.get_by_role("spinbutton", name="Seed")).to_have_value("5")  # the form is as it was
    assert (registry.versions(), registry.active_version()) == before


def test_a_trial_is_used_in_one_session_only(browser, world):
    registry, address = world
    before = registry.versions(), registry.active_version()
    visitor = open_page(browser, address, extra_http_headers=FROM_OUTSIDE)
    expect(visitor.get_by_role("button", name="Start training")).to_have_count(0)
    visitor.get_by_role("button", name="Start a trial").click()
    expect(visitor.get_by_text("Your trial is done")).to_be_visible(timeout=TIMEOUT)
    visitor.get_by_role("button", name="Use this model").click()
    visitor.get_by_role("link", name="Home").click()
    expect(visitor.get_by_text("You are using your own trial model")).to_be_visible(timeout=20_000)
    other_page = open_page(browser, address.replace("/train", "/"), extra_http_headers=FROM_OUTSIDE)
    other_page.get_by_text("Current model").click()
    number = registry.version_numbers()[before[1]]
    expect(other_page.get_by_text(re.compile(rf"^v{number} · ")).first).to_be_visible(timeout=20_000)
    expect(other_page.get_by_text("You are using your own trial model")).to_have_count(0)
    assert (registry.versions(), registry.active_version()) == before
    assert not Registry(registry.folder / "trials").versions()  # only in that session's memory
