"""Every test here needs a real Chromium."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

import recsys
from recsys.data import Dataset
from tests.browser.app import CHROMIUM, chromium
from tests.conftest import TINY_SETTINGS, tiny_frames


@pytest.fixture(scope="module")
def browser():
    """A real Chromium; skipped where there is none, which CI counts as a failure."""
    pytest.importorskip("playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with chromium() as chromium_browser:
        yield chromium_browser


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
