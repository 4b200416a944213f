"""The description of the routes (OpenAPI 3.1), made from the constants that the checks use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys.api.intake import MAX_BYTES, TYPE
from recsys.api.refusals import KINDS, RETRY_SECONDS
from recsys.question import RATINGS
from recsys.schema import EXPECTED, KNOWN, MAX_ID, MIN_ID, MOVIE, RATING, USER, star_name
from recsys.validation import MAX_RATINGS

Schema = dict[str, Any]

QUESTION_EXAMPLES = {
    "known user": {USER: 196, MOVIE: 242},
    "newcomer": {MOVIE: 242, RATINGS: [{MOVIE: 50, RATING: 5}, {MOVIE: 172, RATING: 4}]},
    "newcomer without ratings": {MOVIE: 242, RATINGS: []},
}
PREDICT_REFUSALS = (
    "not_json",
    "unknown_id",
    "method_not_allowed",
    "too_slow",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "internal",
    "no_model",
)
_ERROR = {"$ref": "#/components/schemas/Error"}
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_ID = {"type": "integer", "minimum": MIN_ID, "maximum": MAX_ID}


def document(stars: Sequence[float] | None = None, version: str = "") -> Schema:
    """The whole description; `stars` and `version` are those of the model in use, when there is one."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Movie rating predictions",
            "version": "1.0.0",
            "description": _description(version),
        },
        "paths": {
            "/predict": {"post": _predict(stars)},
            "/api/ready": {"get": _ready()},
            "/api/openapi.json": {"get": _described()},
        },
        "components": {"schemas": _schemas(stars)},
    }


def _description(version: str) -> str:
    model = f" The model in use is `{version}`." if version else ""
    return f"What a user, or a newcomer with a few ratings, would give a movie.{model}"


def _predict(stars: Sequence[float] | None) -> Schema:
    examples = {name: {"value": value} for name, value in QUESTION_EXAMPLES.items()}
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Question"}, "examples": examples}}
    text = (
        f"The body is strict JSON in UTF-8, at most {MAX_BYTES} bytes, with each key once. A newcomer sends "
        f"`{RATINGS}` instead of `{USER}`; an empty list is a newcomer of whom nothing is known. "
        "Every answer closes its connection."
    )
    return {
        "operationId": "predict",
        "summary": "Predict one rating",
        "description": text,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": _json("The prediction.", "Prediction", _example(stars)), **_refusals()},
    }


def _ready() -> Schema:
    return {
        "operationId": "ready",
        "summary": "Does a verified model answer?",
        "responses": {
            "200": _json("A verified model answers.", "Ready"),
            "503": _refusal(["no_model"], {"$ref": "#/components/schemas/NotReady"}),
        },
    }


def _described() -> Schema:
    content = {TYPE: {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This description",
        "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}},
    }


def _refusals() -> Schema:
    statuses = sorted({KINDS[kind].status for kind in PREDICT_REFUSALS})
    return {str(s): _refusal([k for k in PREDICT_REFUSALS if KINDS[k].status == s]) for s in statuses}


def _refusal(kinds: list[str], schema: Schema = _ERROR) -> Schema:
    found: Schema = {
        "description": " ".join(f"`{kind}`: {KINDS[kind].meaning}" for kind in kinds),
        "content": {TYPE: {"schema": schema}},
    }
    if "no_model" in kinds:
        text = f"Seconds to wait: {RETRY_SECONDS}."
        found["headers"] = {"Retry-After": {"description": text, "schema": {"type": "integer"}}}
    if "method_not_allowed" in kinds:
        found["headers"] = {"Allow": {"description": "The methods offered.", "schema": {"type": "string"}}}
    return found


def _json(description: str, schema: str, example: Schema | None = None) -> Schema:
    content: Schema = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    if example:
        content["example"] = example
    return {"description": description, "content": {TYPE: content}}


def _schemas(stars: Sequence[float] | None) -> Schema:
    span = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    ready = {
        "ready": {"const": True},
        "version": _TEXT,
        "stars": {"type": "array", "items": _NUMBER},
        "movies": {"type": "integer"},
        "known_range": _object({USER: span, MOVIE: span}),
    }
    return {
        "Question": _question(stars),
        "Prediction": _prediction(stars),
        "Ready": _object(ready),
        "Error": _object({"error": _error()}),
        "NotReady": _object({"ready": {"const": False}, "error": _error()}),
    }


def _question(stars: Sequence[float] | None) -> Schema:
    rated = _object({MOVIE: _ID, RATING: _star(stars)})
    ratings = {"type": "array", "maxItems": MAX_RATINGS, "items": rated, "description": "Each movie once."}
    known = {"title": "Known user", **_object({USER: _ID, MOVIE: _ID})}
    return {"oneOf": [known, {"title": "Newcomer", **_object({MOVIE: _ID, RATINGS: ratings})}]}


def _prediction(stars: Sequence[float] | None) -> Schema:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    shares: Schema = {"type": "object", "additionalProperties": share}
    if stars:
        shares = _object({star_name(star): share for star in stars})
    return _object(
        {
            USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
            MOVIE: _ID,
            RATING: {**_star(stars), "description": "The decided rating."},
            EXPECTED: {**_NUMBER, "description": "The mean of the distribution."},
            "probabilities": {**shares, "description": "Sums to 1."},
            KNOWN: {"type": "boolean"},
            "version": _TEXT,
        }
    )


def _error() -> Schema:
    problem = _object({"field": _TEXT, "received": _TEXT, "allowed": _TEXT, "remedy": _TEXT})
    code = {"type": "string", "enum": list(KINDS)}
    return _object({"code": code, "message": _TEXT, "problems": {"type": "array", "items": problem}})


def _star(stars: Sequence[float] | None) -> Schema:
    return {"type": "number", "enum": [float(star) for star in stars]} if stars else _NUMBER


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _example(stars: Sequence[float] | None) -> Schema:
    scale = list(stars or (1.0, 2.0, 3.0, 4.0, 5.0))
    share = 2 / (len(scale) * (len(scale) + 1))
    weights = [round(share * (place + 1), 4) for place in range(len(scale))]
    return {
        USER: 196,
        MOVIE: 242,
        RATING: scale[-1],
        EXPECTED: round(sum(w * s for w, s in zip(weights, scale, strict=True)), 4),
        "probabilities": {star_name(s): w for s, w in zip(scale, weights, strict=True)},
        KNOWN: True,
        "version": "20260101-120000",
    }
