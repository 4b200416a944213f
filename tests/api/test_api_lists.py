"""The routes of lists with the tiny model: the same responses as the package, and as strict as /predict."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from recsys.api import openapi
from recsys.errors import NoModelError
from recsys.requests.recommend_request import RecommendRequest, recommend_response, similar_response
from tests.api.test_api import JSON, NOT_JSON, application, assert_refused, fields

PATHS = ("/recommend", "/api/similar")


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


@pytest.mark.parametrize(("path", "allowed"), [("/recommend", "GET, HEAD, POST"), ("/api/similar", "POST")])
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
        assert_refused(client.post(path, json={"user_id": 3} if path == "/recommend" else {"movie_id": 3}), 503)


def test_the_openapi_document_is_correct(client):
    jsonschema = pytest.importorskip("jsonschema")
    document = client.get("/api/openapi.json").json()

    def fits(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return jsonschema.Draft202012Validator(schema).is_valid(value)

    for body in ({"user_id": 3}, {"ratings": [], "years": [None, 1980], "n": 2, "only": None, "genres": []}):
        assert fits(body, "RecommendRequest")
        assert fits(client.post("/recommend", json=body).json(), "List")
    assert fits({"movie_id": 3}, "LikeQuestion")
    assert fits(client.post("/api/similar", json={"movie_id": 3}).json(), "LikeList")
    for example in (*openapi.RECOMMEND_EXAMPLES.values(), *openapi.SIMILAR_EXAMPLES.values()):
        assert fits(example, "LikeQuestion" if "movie_id" in example else "RecommendRequest")
    for body in WRONG:
        # A genre that this catalogue lacks has the right form.
        assert fits(json.loads(body), "RecommendRequest") is ("Western" in body)
