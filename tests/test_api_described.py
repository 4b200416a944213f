"""The description against the routes: every documented method and status really happens, and no other."""

from __future__ import annotations

import json

import anyio
import pytest
from starlette.testclient import TestClient

from recsys.api import body_reader, openapi
from recsys.api.http_errors import KINDS
from recsys.errors import NoModelError
from recsys.web.rate_limit import RateLimiter
from tests.api.test_api import JSON, FakeRecommender, application

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
PATHS = openapi.document()["paths"]
DESCRIBED = [(path, method) for path, methods in PATHS.items() for method in methods]
POSTED = [path for path, methods in PATHS.items() if "post" in methods]
EXAMPLES = {
    "/predict": openapi.PREDICT_EXAMPLES,
    "/recommend": openapi.RECOMMEND_EXAMPLES,
    "/api/similar": openapi.SIMILAR_EXAMPLES,
    "/api/why-not": openapi.WHY_NOT_EXAMPLES,
    "/api/together": openapi.TOGETHER_EXAMPLES,
}
UNKNOWN = {
    "/predict": {"user_id": 5000, "movie_id": 1},
    "/recommend": {"user_id": 5000},
    "/api/similar": {"movie_id": 5000},
    "/api/why-not": {"user_id": 3, "movie_id": 5000},
    "/api/together": {"members": [{"user_id": 5000}, {"user_id": 1}]},
}


def never_ending():
    """A body that TestClient would read whole before it asks; see `Slow`."""
    yield b"wait"


class Slow:
    """Lets the body `wait` take longer than any limit."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def slow():
            message = await receive()
            if message.get("body") == b"wait":
                await anyio.sleep(60)
            return message

        await self.app(scope, slow, send)


def no_model():
    raise NoModelError("None yet.")


def broken():
    raise RuntimeError("an accident")


@pytest.fixture(scope="module")
def client(tiny_model):
    with TestClient(application(lambda: tiny_model)) as found:
        yield found


def examples(path: str) -> dict:
    """The example questions of the tiny world: its ids end at 40 and 60, and it has other genres."""
    text = json.dumps(EXAMPLES[path])
    for real, tiny in {
        "196": "3",
        "242": "8",
        "50}": "5}",
        "172": "7",
        "174": "9",
        '"Comedy"': '"Odd"',
        "1990, 1999": "1950, 1999",
        '"movie_id": 50,': '"movie_id": 5,',
    }.items():
        text = text.replace(real, tiny)
    return json.loads(text.replace('"movie_id": 50', '"movie_id": 5'))


def of_status(status: int, method: str, path: str, tiny_model, monkeypatch):
    """A response with that status to a documented method: what a client has to do to get it."""
    body = next(iter(examples(path).values())) if path in EXAMPLES else {}
    content, headers, options, source = json.dumps(body).encode(), dict(JSON), {}, lambda: tiny_model
    if status == 400:
        content = b"{"
    elif status == 404:
        content = json.dumps(UNKNOWN[path]).encode()
    elif status == 408:
        monkeypatch.setattr(body_reader, "READ_SECONDS", 0.05)
        content = never_ending()
    elif status == 413:
        content = b" " * (body_reader.MAX_BYTES + 1)
    elif status == 415:
        headers = {"Content-Type": "text/plain"}
    elif status == 422:
        content = b"{}"
    elif status == 429:
        options = {"limiter": RateLimiter(0.001, 0)}
    elif status in (500, 503):
        source = broken if status == 500 else no_model
    sent = {"content": content, "headers": headers} if method == "post" else {}
    with TestClient(Slow(application(source, **options))) as client:
        return client.request(method.upper(), path, **sent)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [(path, method, int(status)) for path, method in DESCRIBED for status in PATHS[path][method]["responses"]],
)
def test_every_described_status_happens_as_described(path, method, status, tiny_model, monkeypatch):
    response = of_status(status, method, path, tiny_model, monkeypatch)
    described = PATHS[path][method]["responses"][str(status)]
    assert response.status_code == status
    assert set(described.get("headers", {})) <= {name.title() for name in response.headers}
    if method == "head":
        assert response.content == b""
    elif status >= 400:
        code = response.json()["error"]["code"]
        assert f"`{code}`: {KINDS[code].meaning}" in described["description"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_the_methods_are_those_described_and_the_allow_header_lists_them(client, path, method):
    response = client.request(method, path)
    assert (response.status_code == 405) == (method.lower() not in PATHS[path])
    if response.status_code == 405:
        assert response.headers["allow"].lower().split(", ") == sorted(PATHS[path])


@pytest.mark.parametrize("path", POSTED)
def test_every_example_is_answered(client, path):
    for question in examples(path).values():
        assert client.post(path, json=question).status_code == 200, question


@pytest.mark.parametrize("base", ["movies/app", "/movies/app/", "/movies/app"])
def test_the_routes_follow_the_base_path(base):
    recommender = FakeRecommender()
    with TestClient(application(lambda: recommender, base_path=base)) as client:
        assert client.get("/movies/app/api/ready").json()["ready"] is True
        described = client.get("/movies/app/api/openapi.json").json()
        assert described["servers"] == [{"url": "/movies/app"}]
        for path in ("/predict", "/movies/app/predict"):
            status = client.post(path, json={"user_id": 196, "movie_id": 242}).status_code
            assert status == (200 if path.startswith(described["servers"][0]["url"]) else 405)
        assert client.get("/movies/app/predict").text == "the page"
        nowhere = client.get("/movies/app/api/nothing").json()["error"]
        assert "/movies/app/api/ready" in nowhere["problems"][0]["allowed"]
        assert client.get("/api/ready").text == "the page"


def test_without_a_base_path_the_description_says_so(client):
    assert client.get("/api/openapi.json").json()["servers"] == [{"url": "/"}]
