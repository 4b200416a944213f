"""The JSON Schemas of requests, responses and errors, made from the constants that the checks use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from recsys.api.http_errors import KINDS
from recsys.list_option_table import LEAST_LIKE, LIST_OPTIONS
from recsys.requests.identity import RATINGS
from recsys.schema import (
    EXPECTED,
    GENRES,
    KNOWN,
    LIKE,
    MATCH,
    MAX_ID,
    MIN_ID,
    MOVIE,
    RANK,
    RATED,
    RATING,
    SCORE,
    SIMILARITY,
    TITLE,
    USER,
    YEAR,
    star_name,
)
from recsys.serving.filters import Funnel
from recsys.validation import MAX_RATINGS

Schema = dict[str, Any]

_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_DIGITS = "Written in digits alone: 83, not 83.0 or 8.3e1."  # JSON Schema cannot distinguish these; the check can
_WHOLE = {"type": "integer", "description": _DIGITS}
_ID = {**_WHOLE, "minimum": MIN_ID, "maximum": MAX_ID}


def schemas(stars: Sequence[float] | None) -> Schema:
    """Every schema by name; `stars` is the rating scale of the model in use, None without a model."""
    id_range = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    ready = {
        "ready": {"const": True},
        "version": _TEXT,
        "stars": {"type": "array", "items": _NUMBER},
        "movies": {"type": "integer"},
        "known_range": _object({USER: id_range, MOVIE: id_range}),
    }
    n = {**_WHOLE, **_bounds("n"), "default": LIST_OPTIONS["n"].default}
    return {
        "PredictionRequest": _prediction_request(stars),
        "Prediction": _prediction(stars),
        "RecommendRequest": _recommend_request(stars),
        "List": _list(),
        "LikeQuestion": _object({MOVIE: _ID, "n": n}, required=(MOVIE,)),
        "LikeList": _object({MOVIE: _ID, "movies": _array(_row({SIMILARITY: _NUMBER})), "version": _TEXT}),
        "Ready": _object(ready),
        "Error": _object({"error": _error()}),
        "NotReady": _object({"ready": {"const": False}, "error": _error()}),
    }


def _prediction_request(stars: Sequence[float] | None) -> Schema:
    return _request({MOVIE: _ID}, (MOVIE,), stars)


def _recommend_request(stars: Sequence[float] | None) -> Schema:
    year = {**_WHOLE, "type": ["integer", "null"], **_bounds("years")}
    only = {**_array(_ID, ("array", "null")), "maxItems": LIST_OPTIONS["only"].most_items}
    options: Schema = {
        "n": {**_WHOLE, **_bounds("n")},
        "genres": {**_array(_TEXT), "description": "Movies with at least one of these genres; empty: all."},
        "years": {**_array(year), "minItems": 2, "maxItems": 2, "description": "First and last year; null: no limit."},
        "min_ratings": {
            **_WHOLE,
            **_bounds("min_ratings"),
            "description": f"Minimum number of ratings by all users. {_DIGITS}",
        },
        "only": {**only, "description": "Only these movies."},
        "ranker": {"type": "string", "enum": list(LIST_OPTIONS["ranker"].choices)},
        "popularity": {
            **_NUMBER,
            **_bounds("popularity"),
            "description": "-1: little known movies first; 1: well known first.",
        },
        "diversity": {
            **_NUMBER,
            **_bounds("diversity"),
            "description": "0: by score alone; 1: by difference in genres alone.",
        },
        "min_like": {"type": ["number", "null"], **_bounds("min_like"), "description": _least_like()},
    }
    properties = {name: {**options[name], "default": _plain(LIST_OPTIONS[name].default)} for name in LIST_OPTIONS}
    return _request(properties, (), stars)


def _bounds(name: str) -> Schema:
    """The bounds of a list option, for the schema of its number."""
    return {"minimum": LIST_OPTIONS[name].lowest, "maximum": LIST_OPTIONS[name].highest}


def _least_like() -> str:
    defaults = ", ".join(f"{least:g} for {ranker}" for ranker, least in LEAST_LIKE.items())
    return f"Minimum probability that the user likes it; null: {defaults}"


def _request(properties: Schema, required: Sequence[str], stars: Sequence[float] | None) -> Schema:
    """A request for a known user or for a newcomer, with these further properties."""
    rating = _object({MOVIE: _ID, RATING: _star(stars)})
    ratings = {**_array(rating), "maxItems": MAX_RATINGS, "description": "Each movie once."}
    known = _object({USER: _ID, **properties}, required=(USER, *required))
    newcomer = _object({RATINGS: ratings, **properties}, required=(RATINGS, *required))
    return {"oneOf": [{"title": "Known user", **known}, {"title": "Newcomer", **newcomer}]}


def _list() -> Schema:
    count = {"type": "integer", "minimum": 0}
    scores = {
        EXPECTED: _NUMBER,
        LIKE: {**_SHARE, "description": "Probability of a rating of at least 80% of the top star."},
        MATCH: {**_SHARE, "description": "0: your median unseen movie, or one below it; 1: your best."},
        SCORE: _NUMBER,
    }
    return _object(
        {
            USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
            KNOWN: {"type": "boolean"},
            "movies": _array(_row(scores)),
            "funnel": _object({step.name: count for step in fields(Funnel)}),
            "steps": {**_TEXT, "description": "The funnel (movies left after each filter) as a sentence."},
            "short": {**_TEXT, "description": "Why the list has fewer movies than requested; otherwise empty."},
            "version": _TEXT,
        }
    )


def _row(scores: Schema) -> Schema:
    year = {"type": ["integer", "null"]}
    return _object({RANK: {"type": "integer"}, MOVIE: _ID, TITLE: _TEXT, YEAR: year, GENRES: _array(_TEXT), **scores})


def _prediction(stars: Sequence[float] | None) -> Schema:
    probabilities: Schema = {"type": "object", "additionalProperties": _SHARE}
    if stars:
        probabilities = _object({star_name(star): _SHARE for star in stars})
    return _object(
        {
            USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
            MOVIE: _ID,
            RATING: {**_star(stars), "description": "The predicted star: the most probable one."},
            EXPECTED: {**_NUMBER, "description": "The expected rating: the mean of the probabilities."},
            "probabilities": {**probabilities, "description": "Sums to 1."},
            RATED: {
                "oneOf": [_star(stars), {"type": "null"}],
                "description": "The user's own rating of this movie, or null. It is left out of their history before "
                "the movie is predicted, so rating, expected and probabilities never repeat it.",
            },
            KNOWN: {"type": "boolean"},
            "version": _TEXT,
        }
    )


def _error() -> Schema:
    problem = _object({"field": _TEXT, "received": _TEXT, "allowed": _TEXT, "remedy": _TEXT})
    code = {"type": "string", "enum": list(KINDS)}
    return _object({"code": code, "message": _TEXT, "problems": _array(problem)})


def _star(stars: Sequence[float] | None) -> Schema:
    return {"type": "number", "enum": [float(star) for star in stars]} if stars else _NUMBER


def _array(items: Schema, kind: str | Sequence[str] = "array") -> Schema:
    return {"type": kind if isinstance(kind, str) else list(kind), "items": items}


def _object(properties: Schema, required: Sequence[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
