"""The routes of lists with the tiny model: the same responses as the package, and as strict as /predict."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from recsys.api import openapi
from recsys.errors import NoModelError
from recsys.requests.recommend_request import RecommendRequest, recommend_response, similar_response
from recsys.requests.why_not_request import WhyNotRequest, why_not_response
from tests.api.test_api import JSON, NOT_JSON, application, assert_refused, fields

PATHS = ("/recommend", "/api/similar", "/api/why-not")
VALID = {
    "/recommend": {"user_id": 3},
    "/api/similar": {"movie_id": 3},
    "/api/why-not": {"user_id": 3, "movie_id": 3},
}


@pytest.fixture(scope="module")
def client(tiny_model):
    with TestClient(application(lambda: tiny_model)) as test_client:
        yield test_client


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": 3},
        {"user_id": 3, "n": 100, "genres": ["Odd"], "years": [None, 1980], "min_ratings": 3, "popularity": -0.5},
        {"ratings": [{"movie_id": 2, "rating": 5}], "only": [2, 4, 7], "ranker": "expected"},
        {"user_id": 3, "exclude": [1, 2, 5], "exclude_genres": ["Drama"], "only": [1, 2, 3, 5, 7]},
        {"ratings": []},
    ],
)
def test_a_list_is_the_packages_own(client, tiny_model, body):
    response = client.post("/recommend", json=body)
    request = RecommendRequest.checked(body, tiny_model.stars, tiny_model.catalogue.genre_names)
    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(recommend_response(tiny_model, request)))
    assert response.json()["movies"]


def test_similar_movies_are_the_packages_own(client, tiny_model):
    response = client.post("/api/similar", json={"movie_id": 8, "n": 4})
    assert response.json() == json.loads(json.dumps(similar_response(tiny_model, {"movie_id": 8, "n": 4})))
    assert len(response.json()["movies"]) == 4


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": 3, "movie_id": 8},
        {"user_id": 3, "movie_id": 8, "genres": ["Odd"], "years": [None, 1980], "exclude": [8], "n": 3},
        {"ratings": [{"movie_id": 2, "rating": 5}], "movie_id": 2},
    ],
)
def test_why_not_is_the_packages_own(client, tiny_model, body):
    response = client.post("/api/why-not", json=body)
    request = WhyNotRequest.checked(body, tiny_model.stars, tiny_model.catalogue.genre_names)
    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(why_not_response(tiny_model, request)))
    assert response.json()["sentences"]


WRONG = {
    "{}": ["user_id"],
    "[]": ["body"],
    '{"user_id":"3"}': ["user_id"],
    '{"user_id":3,"movie_id":2}': ["movie_id"],
    '{"user_id":3,"n":true,"years":[1990],"only":[-1],"genres":"Odd"}': ["n", "genres", "years", "only"],
    '{"user_id":3,"genres":["Western"]}': ["genres"],
    '{"user_id":3,"exclude_genres":["Western"]}': ["exclude_genres"],
    '{"user_id":3,"exclude":null}': ["exclude"],
    '{"user_id":3,"ranker":"best","diversity":-1}': ["diversity", "ranker"],
    '{"ratings":[{"movie_id":2,"rating":3}],"n":101}': ["ratings[0].rating", "n"],
}


@pytest.mark.parametrize(("body", "wrong_fields"), WRONG.items())
def test_wrong_fields_are_422_and_all_listed(client, body, wrong_fields):
    response = client.post("/recommend", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert fields(response) == wrong_fields


@pytest.mark.parametrize(("body", "field"), [("{}", "movie_id"), ('{"movie_id":1,"n":0}', "n"), ("3", "body")])
def test_wrong_requests_for_similar_movies_are_422(client, body, field):
    response = client.post("/api/similar", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert fields(response) == [field]


def test_all_wrong_fields_of_why_not_are_listed(client):
    body = {"movie_id": True, "n": 0, "genre": ["Odd"], "ratings": [{"movie_id": 2, "rating": 3}]}
    response = client.post("/api/why-not", json=body)
    assert_refused(response, 422, "invalid")
    assert fields(response) == ["movie_id", "ratings[0].rating", "n", "genre"]
    assert "movie_id" in response.json()["error"]["problems"][-1]["allowed"]
    for wrong in ([], {"user_id": 3}, {"movie_id": 3}):
        assert_refused(client.post("/api/why-not", json=wrong), 422, "invalid")
    unknown = client.post("/api/why-not", json={"user_id": 61, "movie_id": 41, "exclude": [1, 42]})
    assert_refused(unknown, 404, "unknown_id")
    assert fields(unknown) == ["user_id", "exclude[1]", "movie_id"]


def test_unknown_ids_are_404_and_say_how_to_ask_as_a_newcomer(client):
    response = client.post("/recommend", json={"user_id": 61, "only": [41]})
    assert_refused(response, 404, "unknown_id")
    assert fields(response) == ["user_id", "only[0]"]
    assert "`ratings`" in response.json()["error"]["problems"][0]["remedy"]
    assert_refused(client.post("/api/similar", json={"movie_id": 41}), 404, "unknown_id")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_anything_but_json_is_400(client, path, body):
    assert_refused(client.post(path, content=body, headers=JSON), 400, "not_json")


@pytest.mark.parametrize(
    ("path", "allowed"), [("/recommend", "GET, HEAD, POST"), ("/api/similar", "POST"), ("/api/why-not", "POST")]
)
def test_other_methods_and_types_are_refused(client, path, allowed):
    response = client.put(path, json={})
    assert_refused(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed
    assert_refused(client.post(path, content=b"{}", headers={"Content-Type": "text/plain"}), 415)
    assert (client.get(path).status_code == 200) is ("GET" in allowed)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_model_a_wrong_request_is_422_and_a_valid_one_503(path):
    def no_model():
        raise NoModelError("None yet.")

    with TestClient(application(no_model)) as client:
        assert_refused(client.post(path, json={"n": 0}), 422)
        assert_refused(client.post(path, json=VALID[path]), 503)


def test_the_openapi_document_is_correct(client, tiny_model):
    jsonschema = pytest.importorskip("jsonschema")
    document = client.get("/api/openapi.json").json()

    def fits(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return jsonschema.Draft202012Validator(schema).is_valid(value)

    for body in ({"user_id": 3}, {"ratings": [], "years": [None, 1980], "n": 2, "only": None, "genres": []}):
        assert fits(body, "RecommendRequest")
        assert fits(client.post("/recommend", json=body).json(), "List")
        assert fits({**body, "movie_id": 3}, "WhyNotRequest")
        assert fits(client.post("/api/why-not", json={**body, "movie_id": 3}).json(), "WhyNot")
    assert not fits({"user_id": 3}, "WhyNotRequest")
    remedied = {"user_id": 3, "genres": ["Odd"], "years": [1990, 1991], "min_ratings": 60, "min_like": 1, "n": 1}
    unseen = (set(range(1, 41)) - set(tiny_model.history(3)["movie_id"])).pop()
    answer = client.post("/api/why-not", json={**remedied, "movie_id": unseen}).json()
    assert {"years", "min_ratings", "min_like"} <= set(answer["remedies"])
    assert fits(answer, "WhyNot")
    assert fits({"movie_id": 3}, "LikeQuestion")
    assert fits(client.post("/api/similar", json={"movie_id": 3}).json(), "LikeList")
    assert all(fits(example, "WhyNotRequest") for example in openapi.WHY_NOT_EXAMPLES.values())
    for example in (*openapi.RECOMMEND_EXAMPLES.values(), *openapi.SIMILAR_EXAMPLES.values()):
        assert fits(example, "LikeQuestion" if "movie_id" in example else "RecommendRequest")
    for body in WRONG:
        # A genre that this catalogue lacks has the right form.
        assert fits(json.loads(body), "RecommendRequest") is ("Western" in body)
