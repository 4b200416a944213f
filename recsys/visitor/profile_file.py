"""A visitor's profile as a file of theirs: JSON with titles and years, so that it outlives ids and catalogues."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recsys.core import strict_json
from recsys.errors import InputError, Problem, shown
from recsys.schema import AGE, GENDER, MOVIE, OCCUPATION, PROFILE_COLUMNS, RATING, TITLE, YEAR, movie_year
from recsys.validation import (
    YEARS,
    missing_problem,
    movie_problem,
    number_problem,
    object_problem,
    star_problem,
    unknown_fields,
)
from recsys.visitor.matching import MATCHED, Matcher, TitleQuery
from recsys.visitor.profile import MovieRef, PriorPrediction, Profile, UserRating
from recsys.visitor.scale import nearest_star

FORMAT, VERSION = "movie-recommender profile", 1
SIZE_LIMIT = 2 * 2**20
ROW_LIMIT, STARS_LIMIT, TEXT_LIMIT = 5000, 100, 1000
AGES = (1, 120)
REMEDY = "Load a profile that this page saved."
FIELDS = ("format", "version", "scale", "ratings", "skipped", "who")
MOVIE_REF_FIELDS = (MOVIE, TITLE, YEAR)
PRIOR_FIELDS = ("expected", "baseline")
PROBLEMS_TOLD = 10
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can be written with


@dataclass(frozen=True)
class Saved:
    """A profile as its file tells it, and the scale that its stars are of."""

    profile: Profile
    scale: tuple[float, ...]


@dataclass(frozen=True)
class Settled:
    """A profile over this catalogue, and the movies of it that are not to be found here."""

    profile: Profile
    lost: tuple[MovieRef, ...] = ()


def to_bytes(profile: Profile, scale: Sequence[float]) -> bytes:
    """The file of a profile whose stars are of this scale."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "scale": list(scale),
        "ratings": [
            _movie_ref_row(given.movie_ref)
            | {RATING: given.stars}
            | {name: getattr(given.prior, name, None) for name in PRIOR_FIELDS}
            for given in profile.ratings
        ],
        "skipped": [_movie_ref_row(movie_ref) for movie_ref in profile.skipped],
        "who": dict(profile.who),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode()


def from_bytes(data: bytes) -> Saved:
    """The profile in a file. Raises InputError, which says what is wrong, for everything but a profile."""
    given = _parsed(data)
    if problems := _problems(given)[:PROBLEMS_TOLD]:
        raise InputError.of(problems)
    ratings = tuple(UserRating(_movie_ref(row), float(row[RATING]), _prior(row)) for row in given["ratings"])
    profile = Profile(ratings, tuple(_movie_ref(row) for row in given["skipped"]), given["who"])
    return Saved(profile, tuple(float(star) for star in given["scale"]))


def settle(saved: Saved, matcher: Matcher, stars: Sequence[float]) -> Settled:
    """The profile over a catalogue and a scale of stars that may be others than those it was saved with.

    A movie keeps its id where title and year agree, else it is looked for by them. On another scale a rating goes
    to the nearest star, and what was foreseen of it says nothing any more.
    """
    movie_refs = {
        movie_ref.movie_id: movie_ref
        for movie_ref in (*(given.movie_ref for given in saved.profile.ratings), *saved.profile.skipped)
    }
    places = _places(list(movie_refs.values()), matcher)
    same = tuple(saved.scale) == tuple(stars)
    profile = Profile(who=saved.profile.who)
    for movie_ref in saved.profile.skipped:
        if movie_ref.movie_id in places:
            profile = profile.skip(places[movie_ref.movie_id])
    rated: dict[int, UserRating] = {}
    for given in saved.profile.ratings:
        if place := places.get(given.movie_ref.movie_id):
            star = given.stars if same else nearest_star(given.stars, saved.scale[-1], stars)
            rated.setdefault(place.movie_id, UserRating(place, star, given.prior if same else None))
    skipped = tuple(movie_ref for movie_ref in profile.skipped if movie_ref.movie_id not in rated)
    lost = tuple(movie_ref for movie_ref in movie_refs.values() if movie_ref.movie_id not in places)
    return Settled(replace(profile, ratings=tuple(rated.values()), skipped=skipped), lost)


def _places(movie_refs: list[MovieRef], matcher: Matcher) -> dict[int, MovieRef]:
    """The movie of this catalogue by the id that the file gives it; those that are not found are left out."""
    found = {
        movie_ref.movie_id: movie_ref.movie_id
        for movie_ref in movie_refs
        if matcher.is_movie(movie_ref.movie_id, movie_ref.title, movie_ref.year)
    }
    moved = [movie_ref for movie_ref in movie_refs if movie_ref.movie_id not in found]
    for movie_ref, match in zip(
        moved, matcher.match(TitleQuery((movie_ref.title,), movie_ref.year) for movie_ref in moved), strict=True
    ):
        if match.status == MATCHED:
            found[movie_ref.movie_id] = match.movie_ids[0]
    return {before: MovieRef.of(matcher.catalogue, now) for before, now in found.items()}


def _movie_ref_row(movie_ref: MovieRef) -> dict[str, Any]:
    return {MOVIE: movie_ref.movie_id, TITLE: movie_ref.title, YEAR: movie_ref.year}


def _movie_ref(row: Mapping[str, Any]) -> MovieRef:
    return MovieRef(row[MOVIE], row[TITLE], movie_year(row[TITLE], row[YEAR]))


def _prior(row: Mapping[str, Any]) -> PriorPrediction | None:
    said = [row[name] for name in PRIOR_FIELDS]
    return None if None in said else PriorPrediction(*map(float, said))


def _parsed(data: bytes) -> Mapping[str, Any]:
    """The file's object, of the right format and version, before its values are looked at."""
    if len(data) > SIZE_LIMIT:
        received = f"{len(data):,} bytes"
        raise InputError.of([Problem("file", received, f"at most {SIZE_LIMIT:,} bytes", REMEDY)])
    if not data:
        raise InputError.of([Problem("file", "an empty file", "one JSON object in UTF-8", REMEDY)])
    try:
        given = strict_json.parse(data.removeprefix(b"\xef\xbb\xbf"))
    except strict_json.JsonError as error:
        raise InputError.of([Problem("file", error.received, "one JSON object in UTF-8", REMEDY)]) from error
    if not isinstance(given, Mapping) or given.get("format") != FORMAT:
        raise InputError.of([Problem("file", shown(given), f"an object of the format {FORMAT!r}", REMEDY)])
    if given.get("version") != VERSION or isinstance(given["version"], bool):
        remedy = "Load it with the newer app that saved it, or load an older file."
        raise InputError.of([Problem("version", shown(given.get("version")), str(VERSION), remedy)])
    return given


def _problems(given: Mapping[str, Any]) -> list[Problem]:
    problems = unknown_fields(given, FIELDS)
    problems += [missing_problem(name, "a part of every profile", REMEDY) for name in FIELDS if name not in given]
    if problems or (problems := _scale_problems(given["scale"])):
        return problems
    return [
        *_rows_problems("ratings", given["ratings"], given["scale"]),
        *_rows_problems("skipped", given["skipped"], None),
        *_who_problems(given["who"]),
    ]


def _scale_problems(scale: object) -> list[Problem]:
    numbers = isinstance(scale, list) and not any(number_problem("scale", star, 0, STARS_LIMIT) for star in scale)
    if numbers and 2 <= len(scale) <= STARS_LIMIT and sorted(set(scale)) == scale:  # type: ignore[arg-type]
        return []
    return [Problem("scale", shown(scale), "a list of ascending numbers", REMEDY)]


def _rows_problems(field: str, rows: object, scale: Sequence[float] | None) -> list[Problem]:
    if not isinstance(rows, list) or len(rows) > ROW_LIMIT:
        return [Problem(field, shown(rows), f"a list of at most {ROW_LIMIT:,} movies", REMEDY)]
    problems: list[Problem] = []
    seen: set[object] = set()
    for number, row in enumerate(rows):
        found = _row_problems(f"{field}[{number}]", row, scale)
        if not found and row[MOVIE] in seen:
            found = [Problem(f"{field}[{number}].{MOVIE}", f"{row[MOVIE]} again", "each movie once", REMEDY)]
        seen |= set() if found else {row[MOVIE]}
        problems += found
    return problems


def _row_problems(field: str, row: object, scale: Sequence[float] | None) -> list[Problem]:
    fields = MOVIE_REF_FIELDS if scale is None else (*MOVIE_REF_FIELDS, RATING, *PRIOR_FIELDS)
    if not isinstance(row, Mapping):
        return [object_problem(row, field, fields)]
    problems = unknown_fields(row, fields, f"{field}.")
    problems += [
        missing_problem(f"{field}.{name}", "a part of every row", REMEDY) for name in fields if name not in row
    ]
    if problems:
        return problems
    checks = [
        movie_problem(row[MOVIE], f"{field}.{MOVIE}"),
        _text_problem(f"{field}.{TITLE}", row[TITLE]),
        None if row[YEAR] is None else number_problem(f"{field}.{YEAR}", row[YEAR], *YEARS, whole=True),
    ]
    if scale is not None:
        checks.append(star_problem(row[RATING], scale, f"{field}.{RATING}"))
        said = {name: row[name] for name in PRIOR_FIELDS if row[name] is not None}
        checks += [number_problem(f"{field}.{name}", value, scale[0], scale[-1]) for name, value in said.items()]
    return [problem for problem in checks if problem]


def _who_problems(who: object) -> list[Problem]:
    if not isinstance(who, Mapping):
        return [object_problem(who, "who", PROFILE_COLUMNS)]
    checks = [_text_problem(f"who.{name}", who[name]) for name in (GENDER, OCCUPATION) if name in who]
    checks += [number_problem(f"who.{AGE}", who[AGE], *AGES, whole=True)] if AGE in who else []
    return [*unknown_fields(who, PROFILE_COLUMNS, "who."), *(problem for problem in checks if problem)]


def _text_problem(field: str, value: object) -> Problem | None:
    if isinstance(value, str) and value.strip() and len(value) <= TEXT_LIMIT and not _SURROGATE.search(value):
        return None
    return Problem(field, shown(value), f"text of 1 to {TEXT_LIMIT} characters", REMEDY)
