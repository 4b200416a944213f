"""The route of lists for several with the tiny model: the package's own list, and every wrong field by its member."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from recsys.api import openapi
from recsys.requests.together_request import TogetherRequest, together_response
from tests.api.test_api import JSON, application, assert_refused, fields

BODIES = [
    {"members": [{"user_id": 2}, {"user_id": 3}], "min_like": 0},
    {"members": [{"user_id": 2}, {"ratings": [{"movie_id": 2, "rating": 5}]}, {"ratings": []}], "by": "mean", "n": 4},
    {
        "members": [{"user_id": 2}, {"user_id": 8}],
        "by": "blend",
        "genres": ["Odd"],
        "min_like": 0,
        "years": [None, 1980],
    },
]


@pytest.fixture(scope="module")
def client(tiny_model):
    with TestClient(application(lambda: tiny_model)) as test_client:
        yield test_client


@pytest.mark.parametrize("body", BODIES)
def test_a_list_is_the_packages_own(client, tiny_model, body):
    response = client.post("/api/together", json=body)
    request = TogetherRequest.checked(body, tiny_model.stars, tiny_model.catalogue.genre_names)
    assert response.status_code == 200
    content = response.json()
    assert content == json.loads(json.dumps(together_response(tiny_model, request)))
    members = [
        member.get("user_id") or {"history": {2: 5.0} if member["ratings"] else {}} for member in body["members"]
    ]
    options = {name: value for name, value in body.items() if name != "members"}
    table = tiny_model.recommend_together(members, **options)
    assert [row["movie_id"] for row in content["movies"]] == table["movie_id"].tolist()
    assert content["movies"]
    for number in range(len(members)):
        expected = [row["members"][number]["expected"] for row in content["movies"]]
        assert expected == table[f"expected_{number + 1}"].tolist()
    assert (content["taste_match"] is None) == (len(members) != 2)
    if len(members) == 2:
        assert content["taste_match"]["share"] == tiny_model.taste_match(*members).share


WRONG = {
    "{}": ["members"],
    "[]": ["body"],
    '{"members":3}': ["members"],
    '{"members":[{"user_id":2}]}': ["members"],
    '{"members":[{"user_id":2},{"user_id":"3"}]}': ["members[1].user_id"],
    '{"members":[{"user_id":2,"age":3},4]}': ["members[0].age", "members[1]"],
    '{"members":[{"ratings":[{"movie_id":2,"rating":3}]},{}],"by":"max","n":0}': [
        "members[0].ratings[0].rating",
        "members[1].user_id",
        "by",
        "n",
    ],
    '{"members":[{"user_id":2},{"user_id":3}],"weight":1}': ["weight"],
}


@pytest.mark.parametrize(("body", "wrong_fields"), WRONG.items())
def test_wrong_fields_are_422_and_all_listed(client, body, wrong_fields):
    response = client.post("/api/together", content=body, headers=JSON)
    assert_refused(response, 422, "invalid")
    assert fields(response) == wrong_fields


def test_unknown_ids_are_404_by_member(client):
    members = [{"user_id": 2}, {"user_id": 61}, {"ratings": [{"movie_id": 41, "rating": 5}]}]
    response = client.post("/api/together", json={"members": members, "only": [41], "exclude": [42]})
    assert_refused(response, 404, "unknown_id")
    assert fields(response) == ["members[1].user_id", "members[2].ratings[0].movie_id", "only[0]", "exclude[0]"]


def test_the_openapi_document_is_correct(client):
    jsonschema = pytest.importorskip("jsonschema")
    document = client.get("/api/openapi.json").json()

    def fits(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return jsonschema.Draft202012Validator(schema).is_valid(value)

    for body in BODIES:
        assert fits(body, "TogetherRequest")
        assert fits(client.post("/api/together", json=body).json(), "TogetherList")
    for example in openapi.TOGETHER_EXAMPLES.values():
        assert fits(example, "TogetherRequest")
    for body in WRONG:
        assert not fits(json.loads(body), "TogetherRequest")
