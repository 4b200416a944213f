"""The JSON Schemas of lists: requests and responses of /recommend, /api/together and /api/why-not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from recsys.api.schema_parts import (
    COUNT,
    DIGITS,
    ID,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    Schema,
    array_of,
    bounds,
    object_of,
    plain,
    star,
)
from recsys.list_option_table import COMBINATIONS, GROUP_SIZE, LEAST_LIKE, LIST_OPTIONS
from recsys.requests.identity import RATINGS
from recsys.schema import (
    CLASH,
    EXPECTED,
    GENRES,
    KNOWN,
    LIKE,
    MATCH,
    MOVIE,
    RANK,
    RATED,
    RATING,
    SCORE,
    SPREAD,
    TITLE,
    USER,
    YEAR,
)
from recsys.serving.filters import Funnel
from recsys.serving.why_not import REASONS
from recsys.validation import MAX_RATINGS

_FIGURES = {
    EXPECTED: NUMBER,
    LIKE: {**SHARE, "description": "Probability of a rating of at least 80% of the top star."},
    MATCH: {**SHARE, "description": "0: your median unseen movie, or one below it; 1: your best."},
}
_USER_OF_LIST = {
    USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
    KNOWN: {"type": "boolean"},
}


def list_options() -> Schema:
    """The list options as properties of a request."""
    year = {**WHOLE, "type": ["integer", "null"], **bounds("years")}
    only = {**array_of(ID, ("array", "null")), "maxItems": LIST_OPTIONS["only"].most_items}
    exclude = {**array_of(ID), "maxItems": LIST_OPTIONS["exclude"].most_items}
    options: Schema = {
        "n": {**WHOLE, **bounds("n")},
        "genres": {**array_of(TEXT), "description": "Movies with at least one of these genres; empty: all."},
        "exclude_genres": {**array_of(TEXT), "description": "A movie has none of these."},
        "years": {
            **array_of(year),
            "minItems": 2,
            "maxItems": 2,
            "description": "First and last year; null: no limit.",
        },
        "min_ratings": {**WHOLE, **bounds("min_ratings"), "description": f"By all users. {DIGITS}"},
        "only": {**only, "description": "Only these movies."},
        "exclude": {**exclude, "description": "None of these movies."},
        "ranker": {"type": "string", "enum": list(LIST_OPTIONS["ranker"].choices)},
        "popularity": {**NUMBER, **bounds("popularity"), "description": "-1: little known first."},
        "diversity": {**NUMBER, **bounds("diversity"), "description": "0: by score; 1: by difference in genres."},
        "min_like": {"type": ["number", "null"], **bounds("min_like"), "description": _least_like()},
    }
    return {name: {**options[name], "default": plain(LIST_OPTIONS[name].default)} for name in LIST_OPTIONS}


def _least_like() -> str:
    defaults = ", ".join(f"{least:g} for {ranker}" for ranker, least in LEAST_LIKE.items())
    return f"Minimum probability that the user likes it; null: {defaults}"


def request(properties: Schema, required: Sequence[str], stars: Sequence[float] | None) -> Schema:
    """A request for a known user or for a newcomer, with these further properties."""
    rating = object_of({MOVIE: ID, RATING: star(stars)})
    ratings = {**array_of(rating), "maxItems": MAX_RATINGS, "description": "Each movie once."}
    known = object_of({USER: ID, **properties}, required=(USER, *required))
    newcomer = object_of({RATINGS: ratings, **properties}, required=(RATINGS, *required))
    return {"oneOf": [{"title": "Known user", **known}, {"title": "Newcomer", **newcomer}]}


def together_request(stars: Sequence[float] | None) -> Schema:
    """A request for a list for several."""
    bounds = {"minItems": GROUP_SIZE[0], "maxItems": GROUP_SIZE[1]}
    by = {"type": "string", "enum": list(COMBINATIONS), "default": COMBINATIONS[0]}
    by["description"] = "By the score of the member who would like it least, by the mean, or half and half."
    members = {**array_of(request({}, (), stars)), **bounds}
    return object_of({"members": members, "by": by, **list_options()}, required=("members",))


def list_response() -> Schema:
    """The response with a list."""
    return object_of({**_USER_OF_LIST, "movies": array_of(row({**_FIGURES, SCORE: NUMBER})), **_list_end()})


def together_response() -> Schema:
    """The response with a list for several."""
    figures = array_of(object_of(_FIGURES))
    differ = {"type": "boolean", "description": "Whether tastes differ: the spread is at least a quarter of the scale."}
    scores = {SCORE: NUMBER, SPREAD: {**NUMBER, "description": "Of the expected stars."}, CLASH: differ}
    movies = array_of(row({**scores, "members": {**figures, "description": "In the order of the request."}}))
    return object_of(
        {
            "members": array_of(object_of(_USER_OF_LIST)),
            "by": {"type": "string", "enum": list(COMBINATIONS)},
            "movies": movies,
            "stretches": {**movies, "description": "Good on average, but tastes differ; best first."},
            "taste_match": {"oneOf": [_taste_match(), {"type": "null"}], "description": "Of a group of two."},
            **_list_end(),
        }
    )


def why_not_response() -> Schema:
    """The response about a movie that is not in a list."""
    rank, count = {"type": ["integer", "null"], "minimum": 1}, {"type": "integer", "minimum": 0}
    remedies = {**object_of(list_options(), ()), "description": "List options that bring it in; empty if none do."}
    return object_of(
        {
            USER: {"type": ["integer", "null"], "description": "null for a newcomer"},
            TITLE: TEXT,
            MOVIE: ID,
            EXPECTED: NUMBER,
            LIKE: SHARE,
            MATCH: SHARE,
            RANK: {**rank, "description": "Among all unseen movies; null if it was seen."},
            "unseen": count,
            "filtered_rank": {**rank, "description": "Among those that pass the filters; null if it does not."},
            "filtered": count,
            "listed_rank": {**rank, "description": "In the list; null if it is not there."},
            "reasons": array_of({"type": "string", "enum": list(REASONS)}),
            "remedies": remedies,
            "remedied_rank": {**rank, "description": "In the list with the remedies."},
            RATED: {"type": ["number", "null"], "description": "Their rating of it."},
            "same_as": {**ID, "type": ["integer", "null"], "description": "The other entry of the same title."},
            "least_like": {**SHARE, "description": "The lowest chance of liking that the list allows."},
            "sentences": {**array_of(TEXT), "description": "The answer in words."},
            "version": TEXT,
        }
    )


def _taste_match() -> Schema:
    share = {**SHARE, "type": ["number", "null"]}
    return object_of(
        {
            "share": {**share, "description": "1: the same taste; 0.5: as alike as any two; 0: opposite."},
            "low": {**share, "description": "Of the 95% interval."},
            "high": share,
            "both_rated": COUNT,
            "why_not": {**TEXT, "description": "Why it is not known; empty if it is."},
        }
    )


def _list_end() -> Schema:
    """What stands below the movies of any list."""
    return {
        "funnel": object_of({step.name: COUNT for step in fields(Funnel)}),
        "steps": {**TEXT, "description": "The funnel (movies left after each filter) as a sentence."},
        "short": {**TEXT, "description": "Why the list has fewer movies than requested; otherwise empty."},
        "version": TEXT,
    }


def row(scores: Schema) -> Schema:
    """A row of any list with these scores."""
    year = {"type": ["integer", "null"]}
    return object_of({RANK: {"type": "integer"}, MOVIE: ID, TITLE: TEXT, YEAR: year, GENRES: array_of(TEXT), **scores})
