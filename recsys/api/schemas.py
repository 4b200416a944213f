"""The JSON Schemas of requests, responses and errors, made from the constants that the checks use."""

from __future__ import annotations

from collections.abc import Sequence

from recsys.api.http_errors import KINDS
from recsys.api.list_schemas import (
    list_options,
    list_response,
    request,
    row,
    together_request,
    together_response,
    why_not_response,
)
from recsys.api.schema_parts import (
    ID,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    Schema,
    array_of,
    bounds,
    object_of,
    star,
)
from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import (
    EXPECTED,
    KNOWN,
    MOVIE,
    RATED,
    RATING,
    SIMILARITY,
    USER,
    star_name,
)


def schemas(stars: Sequence[float] | None) -> Schema:
    """Every schema by name; `stars` is the rating scale of the model in use, None without a model."""
    id_range = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    ready = {
        "ready": {"const": True},
        "version": TEXT,
        "stars": {"type": "array", "items": NUMBER},
        "movies": {"type": "integer"},
        "known_range": object_of({USER: id_range, MOVIE: id_range}),
    }
    n = {**WHOLE, **bounds("n"), "default": LIST_OPTIONS["n"].default}
    return {
        "PredictionRequest": _prediction_request(stars),
        "Prediction": _prediction(stars),
        "RecommendRequest": request(list_options(), (), stars),
        "List": list_response(),
        "WhyNotRequest": request({MOVIE: ID, **list_options()}, (MOVIE,), stars),
        "WhyNot": why_not_response(),
        "TogetherRequest": together_request(stars),
        "TogetherList": together_response(),
        "LikeQuestion": object_of({MOVIE: ID, "n": n}, required=(MOVIE,)),
        "LikeList": object_of({MOVIE: ID, "movies": array_of(row({SIMILARITY: NUMBER})), "version": TEXT}),
        "Ready": object_of(ready),
        "Error": object_of({"error": _error()}),
        "NotReady": object_of({"ready": {"const": False}, "error": _error()}),
    }


def _prediction_request(stars: Sequence[float] | None) -> Schema:
    return request({MOVIE: ID}, (MOVIE,), stars)


def _prediction(stars: Sequence[float] | None) -> Schema:
    probabilities: Schema = {"type": "object", "additionalProperties": SHARE}
    if stars:
        probabilities = object_of({star_name(star): SHARE for star in stars})
    return object_of(
        {
            USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
            MOVIE: ID,
            RATING: {**star(stars), "description": "The predicted star: the most probable one."},
            EXPECTED: {**NUMBER, "description": "The expected rating: the mean of the probabilities."},
            "probabilities": {**probabilities, "description": "Sums to 1."},
            RATED: {
                "oneOf": [star(stars), {"type": "null"}],
                "description": "The user's own rating of this movie, or null. It is left out of their history before "
                "the movie is predicted, so rating, expected and probabilities never repeat it.",
            },
            KNOWN: {"type": "boolean"},
            "version": TEXT,
        }
    )


def _error() -> Schema:
    problem = object_of({"field": TEXT, "received": TEXT, "allowed": TEXT, "remedy": TEXT})
    code = {"type": "string", "enum": list(KINDS)}
    return object_of({"code": code, "message": TEXT, "problems": array_of(problem)})
