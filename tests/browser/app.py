"""The app as a visitor gets it: its own server on a free port, and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recsys.settings import REPOSITORY

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first draws no windows: an eighth less work
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@contextlib.contextmanager
def serving(models: Path, data: Path, log: Path, open_files: int = 0, port: int = 0, **variables: str) -> Iterator[str]:
    """The URL of the running app over these folders; the server ends with the block.

    `open_files` limits its open files (0: as this process), `port` 0 is any free one. Requests are not limited unless
    `variables` set a rate. The log is continued.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    arguments = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    if open_files:
        command = ["/bin/sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *command]
    no_rate_limits = {"RECSYS_CLIENT_RATE": "0", "RECSYS_TOTAL_RATE": "0"}
    environment = os.environ | no_rate_limits | {"RECSYS_MODELS": str(models), "RECSYS_DATA": str(data)} | variables
    base_path = variables.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    address = "/".join(filter(None, [f"http://127.0.0.1:{port}", base_path]))
    with log.open("ab") as sink:
        server = subprocess.Popen(
            command + arguments, cwd=REPOSITORY, env=environment, stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        _wait(f"{address}/_stcore/health", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def chromium() -> Iterator[object]:
    """A browser to open contexts in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def settled(page: object, timeout: float = 30_000) -> None:
    """Wait until the page's script has run to its end."""
    page.wait_for_selector(READY, timeout=timeout)  # type: ignore[attr-defined]


def type_into(page: Any, picker: str, text: str) -> None:
    """Type an id, or a part of a title, into the picker with this label, and press Enter."""
    page.get_by_role("combobox", name=picker, exact=True).fill(text)
    page.keyboard.press("Enter")


def choose_option(page: Any, field: Any, text: str, option: str) -> None:
    """Type into a searchable list and choose an option; a page drawn anew meanwhile clears the field: type again."""
    match = page.get_by_role("option", name=option)
    for _ in range(5):
        with contextlib.suppress(Exception):
            field.click(timeout=4_000)  # which opens the list
            field.fill("")
            field.press_sequentially(text)
            match.first.click(timeout=4_000)
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"there is no {option!r} to choose")


def follow_menu(page: Any, name: str) -> None:
    """Open a page by its name in the menu; pages behind the screen are in a list of their own there."""
    link = page.get_by_test_id("stTopNavLink").get_by_text(name, exact=True)
    if not link.count():
        page.get_by_text("Behind the screen").first.click()
        link = page.get_by_test_id("stTopNavDropdownLink").get_by_text(name, exact=True)
    link.click()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text('utf-8', 'replace')[-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 s")
