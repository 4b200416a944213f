"""Strict headers in a real browser: they break no page, no other site can frame one, and the base path holds."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.error
import urllib.request

import pytest

from recsys.registry import Registry
from tests.browser.app import serving, settled
from tests.browser.test_every_page import RECORD

pytestmark = pytest.mark.browser
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
}
BASE = "movies/app"


@pytest.fixture(scope="module")
def address(tiny_app):
    return tiny_app[1]


@pytest.fixture(scope="module")
def under_path(tmp_path_factory, tiny_model):
    """Such an app under a base path."""
    folder = tmp_path_factory.mktemp("strangers")
    Registry(folder / "models").publish(tiny_model)
    options = {"STREAMLIT_SERVER_BASE_URL_PATH": BASE, "RECSYS_CLIENT_RATE": "10"}
    with serving(folder / "models", folder / "data", folder / "under.log", **options) as url:
        yield url


def fetch(url: str, method: str = "GET", body: bytes | None = None):
    headers = {"content-type": "application/json"} if body else {}
    try:
        return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=10)
    except urllib.error.HTTPError as error:
        return error


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/predict", "GET", 200),
        ("/nowhere", "GET", 200),
        ("/favicon.png", "GET", 200),
        ("/_stcore/health", "GET", 200),
        ("/_stcore/host-config", "GET", 200),
        ("/component/nothing/index.html", "GET", 404),
        ("/media/nothing.png", "GET", 404),
        ("//server/share", "GET", 400),
        ("/predict", "DELETE", 405),
        ("/predict", "POST", 415),
        ("/api/ready", "GET", 200),
        ("/api/nothing", "GET", 404),
    ],
)
def test_every_response_has_the_headers(address, path, method, status):
    response = fetch(address + path, method)
    assert response.status == status
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "script-src 'self'" in policy


def test_downloads_and_a_charts_picture_still_work(browser, address):
    page = browser.new_context(accept_downloads=True).new_page()
    page.add_init_script(RECORD)
    page.goto(f"{address}/recommend?user=3")
    settled(page)
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").first.locator("button").click()
    assert download.value.path().stat().st_size > 100
    page.goto(f"{address}/predict?user=3&movie=8")
    settled(page)
    chart = page.locator(".js-plotly-plot").first
    chart.hover()
    picture = chart.locator(".modebar-btn[data-title*='ownload']")
    if picture.count():
        with page.expect_download() as download:
            picture.first.click()
        assert download.value.suggested_filename.endswith(".png")
    assert page.evaluate("window.refused") == []


def test_another_site_cannot_frame_a_page_but_its_own_can(browser, address):
    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{address}/models" width="900" height="700"></iframe>'.encode())

        def log_message(self, *_):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        page = browser.new_context().new_page()
        messages = []
        page.on("console", lambda message: messages.append(message.text))
        page.goto(f"http://localhost:{site.server_address[1]}/")
        page.wait_for_timeout(2000)
        (framed,) = page.frames[1:]
        assert framed.locator("[data-testid=stApp]").count() == 0
        assert any("frame-ancestors" in text or "X-Frame-Options" in text for text in messages)
    finally:
        site.shutdown()
    own_page = browser.new_context().new_page()
    own_page.goto(f"{address}/data")
    settled(own_page)
    own_page.evaluate(
        "() => { const frame = document.createElement('iframe'); frame.src = '/models'; document.body.append(frame) }"
    )
    own_page.frame_locator("iframe").locator("[data-testid=stApp]").wait_for(timeout=20_000)


def test_routes_links_and_pages_follow_the_base_path(browser, under_path):
    assert under_path.endswith(f"/{BASE}")
    with fetch(f"{under_path}/api/ready") as ready:
        assert json.load(ready)["ready"] is True
        assert ready.headers["content-type"] == "application/json"
    with fetch(f"{under_path}/predict", "POST", b'{"user_id":3,"movie_id":8}') as predicted:
        assert json.load(predicted)["user_id"] == 3
    with fetch(f"{under_path}/predict") as page:
        assert page.headers["content-type"].startswith("text/html")
    page = browser.new_context().new_page()
    page.goto(under_path)
    settled(page)
    link = page.get_by_role("link", name="Use the API").get_attribute("href")
    assert link == f"{under_path}/api/openapi.json"
    with fetch(link) as described:
        assert json.load(described)["servers"] == [{"url": f"/{BASE}"}]


def test_too_many_requests_are_refused_and_a_slow_client_is_served(under_path):
    statuses = [fetch(f"{under_path}/predict", "POST", b'{"user_id":3,"movie_id":8}').status for _ in range(150)]
    refused = next(
        response
        for response in (fetch(f"{under_path}/predict", "POST", b'{"user_id":3,"movie_id":8}') for _ in range(50))
        if response.status == 429
    )
    assert {200, 429} >= set(statuses)
    assert int(refused.headers["retry-after"]) >= 1
    for _ in range(5):
        threading.Event().wait(int(refused.headers["retry-after"]))
        assert fetch(f"{under_path}/predict", "POST", b'{"user_id":3,"movie_id":8}').status == 200
