"""Every test here needs a real Chromium."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

import recsys
from recsys.data import Dataset
from recsys.registry import Registry
from tests.browser.app import CHROMIUM, chromium, serving
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.test_predict import HOSTILE

HOSTILE_ID = 7
KEY = "the owner's own key"
FROM_OUTSIDE = {"X-Forwarded-For": "198.51.100.7"}  # as behind a proxy, so that no visitor is local


@pytest.fixture(scope="package")
def package_browser():
    """A real Chromium; skipped where there is none, which CI counts as a failure."""
    pytest.importorskip("playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with chromium() as chromium_browser:
        yield chromium_browser


@pytest.fixture(scope="module")
def browser(package_browser):
    """The real Chromium, whose pages are closed at the end of a file."""
    yield package_browser
    for context in package_browser.contexts:
        context.close()


@pytest.fixture(scope="module")
def page(browser):
    """A browser tab for one page after the other, each in a session of its own: half the work of new tabs.

    What a page keeps in the browser stays there; who must not have it needs a context of their own.
    """
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture(scope="package")
def tiny_app(tmp_path_factory, tiny_model, tiny_report):
    """The tiny world's measured model, and the URL of the app over it, for tests that change neither.

    Movie `HOSTILE_ID` has a hostile title. `KEY` makes an owner of a visitor who comes `FROM_OUTSIDE`.
    """
    folder, catalogue = tmp_path_factory.mktemp("tiny"), tiny_model.catalogue
    titles = list(catalogue.titles)
    titles[catalogue.positions([HOSTILE_ID]).item()] = HOSTILE
    model = replace(tiny_model, catalogue=replace(catalogue, titles=tuple(titles)), report=tiny_report)
    Registry(folder / "models").publish(replace(model, manifest={"data": {"name": "tiny"}}))
    with serving(folder / "models", folder / "data", folder / "server.log", RECSYS_ADMIN_KEY=KEY) as address:
        yield Registry(folder / "models").load_active().recommender, address


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The server under test is on this machine."""
    monkeypatch.setenv("NO_PROXY", f"{os.environ.get('NO_PROXY', '')},127.0.0.1,localhost".strip(","))


@pytest.fixture(scope="session")
def five_stars():
    """The tiny world on the common scale of five stars, where some of the even users' twos are threes."""
    ratings, movies, users = tiny_frames()
    ratings.loc[(ratings["rating"] == 2) & (ratings["user_id"] % 4 == 0), "rating"] = 3
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    return replace(model, manifest={})
