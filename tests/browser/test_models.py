"""The owner's journey: promote a newer version, compare two, and roll back, all without a restart."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import replace
from urllib.parse import quote

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from recsys.registry import Registry
from tests.browser.app import serving, settled
from tests.browser.conftest import FROM_OUTSIDE, KEY

pytestmark = pytest.mark.browser
LIVE_FIRST = re.compile("Live: v1 · ")  # the only version that the event log numbers
MAX_SECONDS = 2.0  # until every prediction names the new version


@pytest.fixture(scope="module")
def served(tmp_path_factory, tiny, tiny_model, tiny_report):
    """Three measured versions, the oldest one active, and the URL of the app over them."""
    folder = tmp_path_factory.mktemp("models")
    manifest = {"data": {"name": "tiny", "ratings": len(tiny.ratings)}}
    measured = replace(tiny_model, report=tiny_report, manifest=manifest)
    registry = Registry(folder / "models")
    versions = [registry.publish(measured)]
    with registry.exclusive():
        versions += [registry.add(measured), registry.add(measured)]
    with serving(folder / "models", folder / "data", folder / "server.log", RECSYS_ADMIN_KEY=KEY) as address:
        yield versions, address


def served_version(address: str) -> str:
    """The version in the response of POST /predict."""
    request = urllib.request.Request(
        f"{address}/predict",
        json.dumps({"user_id": 6, "movie_id": 8}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["version"]


def status(url: str) -> int:
    """HTTP status of a request without a session."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def wait_for_version(address: str, version: str, started: float) -> None:
    while (current := served_version(address)) != version:
        assert time.monotonic() - started < MAX_SECONDS, f"{current} still answers"


def test_promote_compare_and_roll_back(browser, served):
    (older, newer, _), address = served
    page = browser.new_context(viewport={"width": 1280, "height": 1600}).new_page()
    page.goto(f"{address}/models?version={newer}")
    expect(page.get_by_text(LIVE_FIRST)).to_be_visible(timeout=20_000)
    page.get_by_label("Reason to switch").fill("<b>newer</b> is better")
    page.get_by_role("button", name="Switch to ").click()
    expect(page.get_by_test_id("stAlert").get_by_text(f"({newer[-6:]}) is now live")).to_be_visible()
    wait_for_version(address, newer, time.monotonic())

    page.get_by_role("radio", name="Compare").or_(page.get_by_role("button", name="Compare")).first.click()
    expect(page.get_by_text("ratings that both versions held out")).to_be_visible()
    assert f"version={newer}" in page.url, "the version that was looked at is the one that is compared"
    expect(page.get_by_text("First list compared with the second: 0 new")).to_be_visible()

    page.get_by_role("button", name="Switch back to v1").click()
    expect(page.get_by_text(re.compile("v1 · .* is live again"))).to_be_visible()
    wait_for_version(address, older, time.monotonic())

    phone_page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone_page.goto(f"{address}/models?version={older}")
    expect(phone_page.get_by_text(LIVE_FIRST)).to_be_visible(timeout=20_000)
    settled(phone_page)
    assert phone_page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_a_version_is_downloaded_deleted_and_imported_again(browser, served, tmp_path):
    (*_, spare), address = served
    page = browser.new_context(viewport={"width": 1280, "height": 1600}, extra_http_headers=FROM_OUTSIDE).new_page()
    page.goto(f"{address}/models?version={spare}&key={quote(KEY)}")
    with page.expect_download(timeout=20_000) as download:
        page.get_by_role("button", name="Download as zip").click()
    assert download.value.suggested_filename == f"{spare}.zip"
    download.value.save_as(tmp_path / "kept.zip")

    page.get_by_test_id("stPopoverButton").filter(has_text="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text(f"({spare[-6:]}) is deleted")).to_be_visible()
    settled(page)
    assert spare not in page.url

    page.get_by_test_id("stPopoverButton").filter(has_text="Import a version").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "kept.zip")
    expect(page.get_by_text("kept.zip")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).or_(
        page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Import")
    ).first.click()
    expect(page.get_by_text(re.compile("v2 · .* is imported"))).to_be_visible()

    page.goto(f"{address}/models?version={spare}&key={quote(KEY)}")
    with page.expect_download(timeout=20_000) as download:
        page.get_by_role("button", name="Download as zip").click()
    assert status(download.value.url) == 200
    page.get_by_test_id("stPopoverButton").filter(has_text="Owner").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_test_id("stPopoverButton").filter(has_text="Visitor")).to_be_visible()
    settled(page)
    started = time.monotonic()  # the server removes the file just after the page is drawn
    while status(download.value.url) != 404:
        assert time.monotonic() - started < MAX_SECONDS, "users' ratings are offered after the owner has left"
