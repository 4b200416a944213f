"""Every test here needs a real Chromium."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.app import CHROMIUM, chromium


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
