"""The OpenAPI 3.1 document of the routes, made from the constants that the checks use."""

from __future__ import annotations

from collections.abc import Sequence

from recsys.api.body_reader import MAX_BYTES, MEDIA_TYPE
from recsys.api.http_errors import KINDS, RETRY_SECONDS
from recsys.api.schemas import Schema, schemas
from recsys.requests.identity import RATINGS
from recsys.schema import EXPECTED, KNOWN, MOVIE, RATED, RATING, USER, star_name

PREDICT_EXAMPLES = {
    "known user": {USER: 196, MOVIE: 50},
    "newcomer": {MOVIE: 50, RATINGS: [{MOVIE: 172, RATING: 5}, {MOVIE: 174, RATING: 4}]},
    "newcomer without ratings": {MOVIE: 50, RATINGS: []},
}
RECOMMEND_EXAMPLES = {
    "known user": {USER: 196},
    "comedies of the nineties": {USER: 196, "n": 20, "genres": ["Comedy"], "years": [1990, 1999], "min_ratings": 50},
    "newcomer": {RATINGS: [{MOVIE: 50, RATING: 5}], "ranker": "gems"},
}
WHY_NOT_EXAMPLES = {
    "known user": {USER: 196, MOVIE: 50},
    "in a list with filters": {USER: 196, MOVIE: 50, "n": 20, "genres": ["Comedy"], "years": [1990, 1999]},
    "newcomer": {RATINGS: [{MOVIE: 172, RATING: 5}], MOVIE: 50},
}
SIMILAR_EXAMPLES = {"ten": {MOVIE: 50}, "three": {MOVIE: 50, "n": 3}}
TOGETHER_EXAMPLES = {
    "two users": {"members": [{USER: 196}, {USER: 242}]},
    "a user and a newcomer": {"members": [{USER: 196}, {RATINGS: [{MOVIE: 50, RATING: 5}]}], "by": "mean", "n": 5},
}
BODY = f"The body is strict JSON in UTF-8, at most {MAX_BYTES} bytes, with each key once."
NEWCOMER = f"A newcomer sends `{RATINGS}` instead of `{USER}`; an empty list is a newcomer without ratings."
LEFT_OUT = f"A movie that the user has rated is predicted without that rating (leave-one-out); `{RATED}` has it."
REFUSALS = (
    "not_json",
    "unknown_id",
    "too_slow",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "too_many_requests",
    "internal",
    "no_model",
)
GET_REFUSALS = ("too_many_requests", "internal")
RETRY = {"too_many_requests": "Seconds to wait.", "no_model": f"Seconds to wait: {RETRY_SECONDS}."}
_ERROR = {"$ref": "#/components/schemas/Error"}


def document(stars: Sequence[float] | None = None, version: str = "", base: str = "") -> Schema:
    """The OpenAPI document.

    Parameters
    ----------
    stars, version
        Rating scale and version of the model in use; without a model None and "".
    base
        The path that all addresses begin with.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Movie recommender",
            "version": "1.0.0",
            "description": _description(version),
        },
        "servers": [{"url": base or "/"}],
        "paths": {
            "/predict": {"post": _predict(stars), **_page("predict")},
            "/recommend": {"post": _recommend(), **_page("recommend")},
            "/api/similar": {"post": _similar()},
            "/api/why-not": {"post": _why_not()},
            "/api/together": {"post": _together()},
            "/api/ready": _read(_ready()),
            "/api/openapi.json": _read(_openapi()),
        },
        "components": {"schemas": schemas(stars)},
    }


def _description(version: str) -> str:
    model = f" The live model is `{version}`." if version else ""
    methods = "Any other method gets 405 with an `Allow` header."
    return f"Predicts the stars that a user or a newcomer would give a movie, and recommends movies.{model} {methods}"


def _predict(stars: Sequence[float] | None) -> Schema:
    response = _json("The prediction.", "Prediction", _example(stars))
    return _post(
        "predict", "Predict one rating", "PredictionRequest", PREDICT_EXAMPLES, response, f"{NEWCOMER} {LEFT_OUT}"
    )


def _recommend() -> Schema:
    response = _json("The list, and the number of movies left after each filter.", "List")
    return _post("recommend", "Recommend movies", "RecommendRequest", RECOMMEND_EXAMPLES, response, NEWCOMER)


def _similar() -> Schema:
    response = _json("The most similar movies.", "LikeList")
    return _post("similar", "Similar movies", "LikeQuestion", SIMILAR_EXAMPLES, response)


def _why_not() -> Schema:
    response = _json("What leaves the movie out, its rank, and the options that would bring it in.", "WhyNot")
    summary = "Why a movie is not in a list"
    return _post("whyNot", summary, "WhyNotRequest", WHY_NOT_EXAMPLES, response, NEWCOMER)


def _together() -> Schema:
    response = _json("The list, with the figures of each member, and what divides them.", "TogetherList")
    details = f"Each member is a user or a newcomer. {NEWCOMER}"
    return _post("together", "One list for several", "TogetherRequest", TOGETHER_EXAMPLES, response, details)


def _post(name: str, summary: str, schema: str, examples: Schema, response: Schema, details: str = "") -> Schema:
    """A POST operation: its body, its response and every error."""
    values = {title: {"value": value} for title, value in examples.items()}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}, "examples": values}}
    return {
        "operationId": name,
        "summary": summary,
        "description": " ".join(filter(None, (BODY, details, "Each response closes its connection."))),
        "requestBody": {"required": True, "content": content},
        "responses": {"200": response, **_refusals()},
    }


def _ready() -> Schema:
    return {
        "operationId": "ready",
        "summary": "Is a model loaded?",
        "responses": {
            "200": _json("A verified model is loaded.", "Ready"),
            **_refusals(GET_REFUSALS),
            "503": _refusal(["no_model"], {"$ref": "#/components/schemas/NotReady"}),
        },
    }


def _page(name: str) -> Schema:
    """GET and HEAD of an address with a page: the page."""
    page = {"description": "An HTML page.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return _read({"operationId": f"{name}Page", "summary": "The page with this name", "responses": {"200": page}})


def _read(get: Schema) -> Schema:
    """GET, and HEAD, which answers the same without a body."""
    responses = {
        status: {key: value for key, value in response.items() if key != "content"}
        for status, response in get["responses"].items()
    }
    head = {**get, "operationId": f"{get['operationId']}Head", "responses": responses}
    return {"get": get, "head": head}


def _openapi() -> Schema:
    content = {MEDIA_TYPE: {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This description",
        "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}, **_refusals(GET_REFUSALS)},
    }


def _refusals(kinds: Sequence[str] = REFUSALS) -> Schema:
    statuses = sorted({KINDS[kind].status for kind in kinds})
    return {str(status): _refusal([kind for kind in kinds if KINDS[kind].status == status]) for status in statuses}


def _refusal(kinds: list[str], schema: Schema = _ERROR) -> Schema:
    response: Schema = {
        "description": " ".join(f"`{kind}`: {KINDS[kind].meaning}" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    for text in (RETRY[kind] for kind in kinds if kind in RETRY):
        response["headers"] = {"Retry-After": {"description": text, "schema": {"type": "integer"}}}
    return response


def _json(description: str, schema: str, example: Schema | None = None) -> Schema:
    content: Schema = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    if example:
        content["example"] = example
    return {"description": description, "content": {MEDIA_TYPE: content}}


def _example(stars: Sequence[float] | None) -> Schema:
    scale = list(stars or (1.0, 2.0, 3.0, 4.0, 5.0))
    unit = 2 / (len(scale) * (len(scale) + 1))
    probabilities = [round(unit * (index + 1), 4) for index in range(len(scale))]
    return {
        USER: 196,
        MOVIE: 50,
        RATING: scale[-1],
        EXPECTED: round(sum(p * star for p, star in zip(probabilities, scale, strict=True)), 4),
        "probabilities": {star_name(star): p for star, p in zip(scale, probabilities, strict=True)},
        RATED: None,
        KNOWN: True,
        "version": "20260101-120000",
    }
