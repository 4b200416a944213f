"""The routes: valid, wrong and hostile requests, through the test client and through a real server."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import time
from contextlib import contextmanager
from typing import cast

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from recsys.api import body_reader, openapi, routes
from recsys.api.http_errors import KINDS, MAX_PROBLEMS
from recsys.errors import BundleError, InputError, NoModelError, UnknownIdError
from recsys.requests.identity import history_rows
from recsys.requests.prediction_request import PredictionRequest, predict_response
from recsys.serving.recommender import Recommender

JSON = {"Content-Type": "application/json"}
STARS = (1.0, 2.0, 3.0, 4.0, 5.0)
RATER = 7  # the one user who has rated anything


class FakeRecommender:
    """A recommender without a model: the longer the history, the higher the expected rating."""

    def __init__(self, stars=STARS):
        self.stars = stars
        self.version = "v1"
        self.known_range = {"user_id": (1, 943), "movie_id": (1, 1682)}
        self.movies = pd.DataFrame({"movie_id": [m for m in range(1, 1683) if m != 1000]})
        self.calls = []

    def has_user(self, user_id):
        return 1 <= user_id <= 943

    def has_movie(self, movie_id):
        return 1 <= movie_id <= 1682 and movie_id != 1000

    def history(self, user_id):
        return pd.DataFrame(
            {"movie_id": [242, 1], "rating": [3.0, 5.0]} if user_id == RATER else {"movie_id": [], "rating": []}
        )

    def profile(self, user_id):
        return {"gender": "F"}

    def columns_for_users(self, user_ids, movie_ids):
        pairs = pd.DataFrame({"user_id": user_ids, "movie_id": movie_ids})
        return {name: column.to_numpy() for name, column in self.predict(pairs).items()}

    def columns_for_newcomer(self, movie_ids, history=None, profile=None):
        predictions = self.predict(movie_ids=movie_ids, history=history, profile=profile)
        return {name: column.to_numpy() for name, column in predictions.items()}

    def predict(self, pairs=None, *, movie_ids=None, history=None, profile=None):
        self.calls.append((pairs, movie_ids, history))
        known = pairs is not None
        frame = pairs.copy() if known else pd.DataFrame({"user_id": pd.NA, "movie_id": movie_ids})
        weights = [1.0 + index * (1 + len(history or ())) for index, _ in enumerate(self.stars)]
        probabilities = [weight / sum(weights) for weight in weights]
        frame["rating"] = self.stars[-1]
        frame["expected"] = sum(p * star for p, star in zip(probabilities, self.stars, strict=True))
        for probability, star in zip(probabilities, self.stars, strict=True):
            frame[f"p_{star:g}"] = probability
        return frame.assign(known_user=known)


def application(get_recommender, **options) -> Starlette:
    """The routes beside a page that answers GET everywhere, as Streamlit does."""

    async def page(scope, receive, send):
        status = 200 if scope["method"] in ("GET", "HEAD") else 405
        await PlainTextResponse("the page", status)(scope, receive, send)

    return Starlette(routes=[*routes(get_recommender, **options), Mount("/", page)])


def no_model():
    raise NoModelError("There is no model yet. Run `python -m recsys train`.")


@pytest.fixture(scope="module")
def client():
    recommender = FakeRecommender()
    with TestClient(application(lambda: recommender)) as test_client:
        yield test_client


def fields(response) -> list[str]:
    return [problem["field"] for problem in response.json()["error"]["problems"]]


def assert_refused(response, status, code=None):
    """The documented error: one error object, complete problems, short escaped values, a closed connection."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["connection"] == "close"
    error = response.json()["error"]
    assert KINDS[error["code"]].status == status
    assert code in (None, error["code"])
    assert error["message"]
    assert "Traceback" not in response.text
    for problem in error["problems"]:
        assert set(problem) == {"field", "received", "allowed", "remedy"}
        assert all(problem.values())
        assert len(problem["received"]) <= 150


# --- valid requests


def test_a_known_user_gets_every_documented_field(client):
    response = client.post("/predict", json={"user_id": 196, "movie_id": 242})
    prediction = response.json()
    assert response.status_code == 200
    assert list(prediction) == [
        "user_id",
        "movie_id",
        "rating",
        "expected",
        "probabilities",
        "rated",
        "known_user",
        "version",
    ]
    assert (prediction["user_id"], prediction["movie_id"], prediction["known_user"]) == (196, 242, True)
    assert (prediction["rating"], prediction["rated"], prediction["version"]) == (5, None, "v1")
    probabilities = prediction["probabilities"]
    assert list(probabilities) == ["1", "2", "3", "4", "5"]
    assert sum(probabilities.values()) == pytest.approx(1)
    assert prediction["expected"] == pytest.approx(sum(int(star) * p for star, p in probabilities.items()))


def test_a_newcomers_ratings_reach_the_model():
    recommender = FakeRecommender()
    with TestClient(application(lambda: recommender)) as client:
        rows = [{"movie_id": 50, "rating": 5}, {"movie_id": 172, "rating": 4.0}]
        prediction = client.post("/predict", json={"movie_id": 242, "ratings": rows}).json()
    assert (prediction["user_id"], prediction["known_user"]) == (None, False)
    assert recommender.calls == [(None, [242], {50: 5.0, 172: 4.0})]


def test_a_rated_movie_is_predicted_without_its_rating_which_is_in_the_response():
    """A known user's as a newcomer's: the model never sees the rating that it predicts."""
    recommender = FakeRecommender()
    with TestClient(application(lambda: recommender)) as client:
        known = client.post("/predict", json={"movie_id": 242, "user_id": RATER}).json()
        rows = [{"movie_id": 242, "rating": 3}, {"movie_id": 1, "rating": 5}]
        newcomer = client.post("/predict", json={"movie_id": 242, "ratings": rows}).json()
    assert recommender.calls == [(None, [242], {1: 5.0})] * 2
    assert (known["rated"], known["user_id"], known["known_user"]) == (3, RATER, True)
    assert (newcomer["rated"], newcomer["user_id"], newcomer["known_user"]) == (3, None, False)


def test_an_empty_list_is_a_newcomer_without_ratings(client):
    response = client.post("/predict", json={"movie_id": 242, "ratings": []})
    assert response.status_code == 200
    assert response.json()["user_id"] is None


def test_half_stars_are_written_without_trailing_zeros():
    recommender = cast(Recommender, FakeRecommender((0.5, 1.0, 1.5)))
    prediction = predict_response(recommender, PredictionRequest(242, 196))
    assert list(prediction["probabilities"]) == ["0.5", "1", "1.5"]
    assert prediction["rating"] == 1.5


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_accepted_content_types(client, kind):
    body = b'{"user_id":1,"movie_id":1}'
    response = client.post("/predict", content=body, headers={"Content-Type": kind})
    assert response.status_code == 200


def test_five_hundred_ratings_fit_into_one_request(client):
    rows = [{"movie_id": movie, "rating": 4} for movie in range(1, 501)]
    body = json.dumps({"movie_id": 242, "ratings": rows}, separators=(",", ":"))
    assert client.post("/predict", content=body, headers=JSON).status_code == 200


# --- not JSON: 400

PAIR = '"user_id":1,"movie_id":1'
NOT_JSON = {
    "empty": b"",
    "blank": b"  \n",
    "broken": b'{"user_id": 1,',
    "words": b"user 196, movie 242",
    "single quotes": b"{'user_id': 1}",
    "trailing comma": b'{"user_id": 1,}',
    "two values": b"{} {}",
    "nan": b'{"user_id": NaN, "movie_id": 1}',
    "infinity": b'{"user_id": 1, "movie_id": -Infinity}',
    "duplicate key": b'{"user_id": 1, "user_id": 2, "movie_id": 1}',
    "duplicate key inside": b'{"movie_id": 1, "ratings": [{"movie_id": 1, "movie_id": 2, "rating": 3}]}',
    "5,000 digits": b'{"user_id": ' + b"9" * 5000 + b', "movie_id": 1}',
    "5,000 decimals": b'{"user_id": 1.' + b"9" * 5000 + b', "movie_id": 1}',
    "deep lists": b"[" * 8000 + b"]" * 8000,
    "deep and open": b"[" * 16000,
    "deep objects": b'{"a":' * 3000,
    "open string of escapes": b'"' + b'\\"' * 8000,
    "byte order mark": b"\xef\xbb\xbf{" + PAIR.encode() + b"}",
    "utf-16": ("{" + PAIR + "}").encode("utf-16"),
    "latin-1": b'{"user_id": 1, "movie_id": 1, "\xe9": 1}',
    "NUL": b'{"user_id": 1\x00}',
    "control character": b'{"a\n": 1}',
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_anything_but_json_is_400(client, body):
    start = time.perf_counter()
    response = client.post("/predict", content=body, headers=JSON)
    assert_refused(response, 400, "not_json")
    assert fields(response) == ["body"]
    assert time.perf_counter() - start < 2


# --- wrong values: 422

WRONG = {
    "list": ("[]", ["body"]),
    "number": ("12", ["body"]),
    "null": ("null", ["body"]),
    "string": ('"a"', ["body"]),
    "nothing": ("{}", ["user_id", "movie_id"]),
    "movie missing": ('{"user_id":1}', ["movie_id"]),
    "user missing": ('{"movie_id":1}', ["user_id"]),
    "unknown field": ("{" + PAIR + ',"movieid":2}', ["movieid"]),
    "profile": ('{"movie_id":1,"ratings":[],"profile":{}}', ["profile"]),
    "both": ("{" + PAIR + ',"ratings":[]}', ["user_id"]),
    "ratings null": ('{"movie_id":1,"ratings":null}', ["ratings"]),
    "ratings a mapping": ('{"movie_id":1,"ratings":{"50":5}}', ["ratings"]),
    "row not an object": ('{"movie_id":1,"ratings":[5]}', ["ratings[0]"]),
    "row incomplete": ('{"movie_id":1,"ratings":[{"movie_id":5}]}', ["ratings[0].rating"]),
    "movie twice": (
        '{"movie_id":1,"ratings":[{"movie_id":5,"rating":1},{"movie_id":5,"rating":1}]}',
        ["ratings[1].movie_id"],
    ),
    "everything at once": (
        '{"user_id":true,"movie_id":"12","x":1}',
        ["user_id", "movie_id", "x"],
    ),
    "id and rating": (
        '{"movie_id":-1,"ratings":[{"movie_id":1.5,"rating":6},{"movie_id":2,"rating":5.5}]}',
        ["ratings[0].movie_id", "ratings[0].rating", "ratings[1].rating", "movie_id"],
    ),
    "more than 500": (
        '{"movie_id":1,"ratings":[' + ",".join(["1"] * 501) + "]}",
        ["ratings"],
    ),
}
WRONG_IDS = ["null", "true", "false", "1.0", "1.5", "1e3", '"12"', '""', "-1", "-0.5", "[]", "{}"]
WRONG_IDS += [str(2**31), str(2**64), "1e400", '"\\ud800"', '"' + "x" * 9000 + '"']


@pytest.mark.parametrize(("body", "expected"), WRONG.values(), ids=WRONG)
def test_wrong_values_are_422_and_all_listed(client, body, expected):
    response = client.post("/predict", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert fields(response) == expected


@pytest.mark.parametrize("value", WRONG_IDS, ids=lambda value: value[:12])
@pytest.mark.parametrize("field", ["user_id", "movie_id"])
def test_a_wrong_id_is_422(client, field, value):
    other = "movie_id" if field == "user_id" else "user_id"
    response = client.post("/predict", content=f'{{"{field}":{value},"{other}":1}}', headers=JSON)
    assert_refused(response, 422, "invalid")
    assert fields(response) == [field]
    assert "0 to 2147483647" in response.json()["error"]["problems"][0]["allowed"]


@pytest.mark.parametrize("value", ["0", "6", "-1", "5.5", "100", "1e400", '"5"', "null", "true", "1e99"])
def test_a_rating_off_the_scale_is_422_and_names_the_scale(client, value):
    body = f'{{"movie_id":1,"ratings":[{{"movie_id":5,"rating":{value}}}]}}'
    response = client.post("/predict", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert response.json()["error"]["problems"][0]["allowed"] == "one of 1, 2, 3, 4, 5"


def test_thousands_of_wrong_fields_make_a_short_response(client):
    body = json.dumps({f"f{n}": 1 for n in range(1200)}, separators=(",", ":"))
    response = client.post("/predict", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert len(fields(response)) == MAX_PROBLEMS
    assert response.json()["error"]["message"].startswith("1202 values are invalid.")


# --- unknown ids: 404


def test_unknown_ids_are_404_with_the_range_and_how_to_ask_as_a_newcomer(client):
    response = client.post("/predict", json={"user_id": 944, "movie_id": 1000})
    assert_refused(response, 404, "unknown_id")
    user, movie = response.json()["error"]["problems"]
    assert "1 to 943" in user["allowed"]
    assert "`ratings`" in user["remedy"]
    assert (movie["field"], movie["received"]) == ("movie_id", "1000")
    assert "1 to 1682" in movie["allowed"]


def test_unknown_movies_among_the_ratings_are_named(client):
    rows = [{"movie_id": 5, "rating": 1}, {"movie_id": 1000, "rating": 1}, {"movie_id": 9999, "rating": 1}]
    response = client.post("/predict", json={"movie_id": 1, "ratings": rows})
    assert_refused(response, 404, "unknown_id")
    assert fields(response) == ["ratings[1].movie_id", "ratings[2].movie_id"]


# --- methods, addresses, types, sizes


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_405_as_json(client, method):
    response = client.request(method, "/predict")
    assert_refused(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_are_answered_by_the_page(client, method):
    response = client.request(method, "/predict")
    assert response.status_code == 200
    assert "json" not in response.headers["content-type"]


@pytest.mark.parametrize("path", ["/api/ready", "/api/openapi.json"])
def test_the_other_routes_allow_only_get_and_head(client, path):
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    response = client.post(path, json={})
    assert_refused(response, 405)
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/ready/", "/api/%F0%9F%8E%AC/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_any_other_address_under_api_is_404(client, method, path):
    assert_refused(client.request(method, path), 404, "not_found")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        "application/json, text/plain",
        "application/json\xe9",
    ],
)
def test_any_other_type_is_415(client, kind):
    body = b'{"user_id":1,"movie_id":1}'
    response = client.post("/predict", content=body, headers=[(b"content-type", kind.encode("latin-1"))])
    assert_refused(response, 415, "unsupported_media_type")


def test_a_missing_type_is_415(client):
    assert_refused(client.post("/predict", content=b"{}"), 415)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "x"])
def test_a_compressed_body_is_415_and_never_unpacked(client, encoding):
    bomb = gzip.compress(b" " * 10_000_000)
    response = client.post("/predict", content=bomb, headers={**JSON, "Content-Encoding": encoding})
    assert_refused(response, 415)
    assert response.headers["accept-encoding"] == "identity"


def test_the_size_limit_is_exact(client):
    body = b'{"user_id":1,"movie_id":1}'
    padded = body + b" " * (body_reader.MAX_BYTES - len(body))
    assert client.post("/predict", content=padded, headers=JSON).status_code == 200
    assert_refused(client.post("/predict", content=padded + b" ", headers=JSON), 413, "too_large")


def test_a_hundred_thousand_brackets_are_too_large(client):
    assert_refused(client.post("/predict", content=b"[" * 100_000, headers=JSON), 413)


# --- no model, unexpected errors


@pytest.mark.parametrize("error", [NoModelError("None yet."), BundleError("Damaged.")])
def test_without_a_verified_model_it_is_503(error):
    def broken():
        raise error

    with TestClient(application(broken)) as client:
        response = client.post("/predict", json={"user_id": 1, "movie_id": 1})
        assert_refused(response, 503, "no_model")
        assert int(response.headers["retry-after"]) > 0
        ready = client.get("/api/ready")
        assert_refused(ready, 503, "no_model")
        assert ready.json()["ready"] is False
        assert int(ready.headers["retry-after"]) > 0
        assert client.get("/api/openapi.json").status_code == 200


def test_a_wrong_request_is_refused_before_there_is_a_model():
    with TestClient(application(no_model)) as client:
        assert_refused(client.post("/predict", json={"user_id": "x", "movie_id": 1}), 422)
        assert_refused(client.post("/predict", content=b"", headers=JSON), 400)


def test_ready_describes_the_current_model(client):
    assert client.get("/api/ready").json() == {
        "ready": True,
        "version": "v1",
        "stars": [1, 2, 3, 4, 5],
        "movies": 1681,
        "known_range": {"user_id": [1, 943], "movie_id": [1, 1682]},
    }


def test_an_unexpected_error_is_logged_and_answered_without_details(caplog):
    def broken():
        raise RuntimeError("secret/path")

    with TestClient(application(broken)) as client, caplog.at_level(logging.ERROR, "recsys"):
        response = client.post("/predict", json={"user_id": 1, "movie_id": 1})
    assert_refused(response, 500, "internal")
    assert "secret" not in response.text
    assert "secret/path" in caplog.text


# --- any JSON at all

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
IDS = st.integers(0, 2000) | VALUES
ROWS = st.fixed_dictionaries({"movie_id": IDS, "rating": st.sampled_from([1, 2.0, 5]) | VALUES}) | VALUES
ALMOST = st.fixed_dictionaries(
    {"movie_id": IDS}, optional={"user_id": IDS, "ratings": st.lists(ROWS, max_size=4) | VALUES}
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES | ALMOST, escaped=st.booleans())
def test_no_json_value_is_an_internal_error(client, value, escaped):
    try:
        body = json.dumps(value, ensure_ascii=escaped).encode()
    except UnicodeEncodeError:
        body = json.dumps(value).encode()
    response = client.post("/predict", content=body, headers=JSON)
    if response.status_code != 200:
        assert response.status_code in (400, 404, 413, 422)
        assert_refused(response, response.status_code)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_bytes_are_an_internal_error(client, body):
    response = client.post("/predict", content=body, headers=JSON)
    assert response.status_code in (400, 422)


# --- the OpenAPI document


def test_the_openapi_document_is_correct(client):
    document = client.get("/api/openapi.json").json()
    post = document["paths"]["/predict"]["post"]
    assert document["openapi"].startswith("3.1")
    assert set(post["responses"]) == {"200", *map(str, (400, 404, 408, 413, 415, 422, 429, 500, 503))}
    assert document["components"]["schemas"]["Prediction"]["properties"]["rating"]["enum"] == list(STARS)
    for example in post["requestBody"]["content"]["application/json"]["examples"].values():
        assert client.post("/predict", json=example["value"]).status_code == 200


def test_responses_fit_the_openapi_document(client):
    jsonschema = pytest.importorskip("jsonschema")
    document = client.get("/api/openapi.json").json()

    def fits(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return jsonschema.Draft202012Validator(schema).is_valid(value)

    post = document["paths"]["/predict"]["post"]
    assert fits(post["responses"]["200"]["content"]["application/json"]["example"], "Prediction")
    for body in openapi.PREDICT_EXAMPLES.values():
        assert fits(body, "PredictionRequest")
        assert fits(client.post("/predict", json=body).json(), "Prediction")
    assert fits(client.get("/api/ready").json(), "Ready")
    for body, _ in WRONG.values():
        assert fits(client.post("/predict", content=body, headers=JSON).json(), "Error")
    for value in WRONG_IDS:
        if value in (
            "1.0",
            "1e3",
        ):  # integers in JSON Schema; the check is stricter, and says so
            known_user, _ = document["components"]["schemas"]["PredictionRequest"]["oneOf"]
            assert "digits alone: 83, not 83.0" in known_user["properties"]["user_id"]["description"]
        else:
            assert not fits({"user_id": json.loads(value), "movie_id": 1}, "PredictionRequest")


# --- the same request from the command line


def test_the_command_lines_history_is_checked_like_the_routes():
    body = {"movie_id": 242, "ratings": history_rows("50=5, 172=4.0")}
    assert PredictionRequest.checked(body, STARS).history == ((50, 5.0), (172, 4.0))
    for text in ("50", "50=", "=5", "x=5", "50=6", "50=5,50=4", "5_0=5", "50=nan", "५०=5", "9" * 30 + "=5"):
        with pytest.raises(InputError):
            PredictionRequest.checked({"movie_id": 242, "ratings": history_rows(text)}, STARS)


def test_the_error_for_an_unknown_user_has_the_callers_remedy():
    with pytest.raises(UnknownIdError, match="use --history"):
        predict_response(cast(Recommender, FakeRecommender()), PredictionRequest(1, 5000), newcomer="use --history")


# --- a real server: what a client may do with a connection


@pytest.fixture(scope="module")
def server():
    """A uvicorn server on a free port; yields its port."""
    uvicorn = pytest.importorskip("uvicorn")
    recommender = FakeRecommender()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(application(lambda: recommender), log_level="error", lifespan="off")
    uvicorn_server = uvicorn.Server(config)
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not uvicorn_server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    uvicorn_server.should_exit = True
    thread.join(10)


@contextmanager
def connected(port):
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        yield connection


def request_head(*lines: str, kind: str = "application/json") -> bytes:
    request = ["POST /predict HTTP/1.1", "Host: x", f"Content-Type: {kind}", *lines]
    return ("\r\n".join(request) + "\r\n\r\n").encode()


def received(connection) -> tuple[int, dict]:
    """Status and JSON body of everything the server sends until it closes the connection."""
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_body_shorter_than_announced_gets_408(server, monkeypatch):
    monkeypatch.setattr(body_reader, "READ_SECONDS", 0.3)
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: 1000") + b'{"user_id": 1')
        status, body = received(connection)
    assert (status, body["error"]["code"]) == (408, "too_slow")


def test_a_huge_announced_length_gets_413_at_once(server):
    start = time.perf_counter()
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: " + "9" * 15, "Expect: 100-continue"))
        assert received(connection)[0] == 413
    assert time.perf_counter() - start < 1


def test_a_slow_body_gets_408(server, monkeypatch):
    monkeypatch.setattr(body_reader, "READ_SECONDS", 0.5)
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: 1000"))
        start = time.perf_counter()
        for _ in range(8):
            connection.sendall(b" ")
            time.sleep(0.05)
        assert received(connection)[0] == 408
    assert time.perf_counter() - start < 3


def test_an_endless_chunked_body_gets_413(server):
    with connected(server) as connection:
        connection.sendall(request_head("Transfer-Encoding: chunked"))
        chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
        start = time.perf_counter()
        with pytest.raises(OSError, match=r"."):  # noqa: PT012 - the server hangs up in the middle
            while time.perf_counter() - start < 15:
                connection.sendall(chunk)
    assert time.perf_counter() - start < 10


def test_a_large_body_is_drained_so_that_the_client_gets_the_response(server):
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: 500000") + b"[" * 500_000)
        assert received(connection)[0] == 413


def test_a_refused_type_is_answered_though_the_body_is_still_coming(server):
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: 300000", kind="text/plain"))
        time.sleep(0.1)
        connection.sendall(b"x" * 300_000)
        assert received(connection)[0] == 415


def test_a_client_that_disconnects_does_not_affect_others(server):
    for body in (b"", b"{", b'{"user_id":1,"movie_id":1}'):
        with connected(server) as connection:
            connection.sendall(request_head("Content-Length: 26") + body)
    with connected(server) as connection:
        connection.sendall(request_head("Content-Length: 26") + b'{"user_id":1,"movie_id":1}')
        assert received(connection)[0] == 200


def test_slow_clients_do_not_keep_others_waiting(server):
    slow = [socket.create_connection(("127.0.0.1", server)) for _ in range(20)]
    try:
        for connection in slow:
            connection.sendall(request_head("Content-Length: 1000") + b"{")
        start = time.perf_counter()
        with connected(server) as connection:
            connection.sendall(request_head("Content-Length: 26") + b'{"user_id":1,"movie_id":1}')
            assert received(connection)[0] == 200
        assert time.perf_counter() - start < 3
    finally:
        for connection in slow:
            connection.close()
