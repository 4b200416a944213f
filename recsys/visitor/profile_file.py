"""A visitor's profile as a JSON file, with titles and years, so that it can be loaded with another catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.core import strict_json
from recsys.data.title_years import movie_year
from recsys.errors import InputError, Problem, shown
from recsys.schema import AGE, GENDER, MOVIE, OCCUPATION, PROFILE_COLUMNS, RATING, TITLE, YEAR
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
from recsys.visitor.profile import MOVIE_SETS, MovieRef, PriorPrediction, Profile, UserRating
from recsys.visitor.scale import nearest_star

FORMAT, VERSION = "movie-recommender profile", 2
FIRST_VERSION = 1  # its files are read too: they have ratings and skipped movies only
SIZE_LIMIT = 8 * 2**20  # about 40,000 movies
ROW_LIMIT, STARS_LIMIT, TEXT_LIMIT = 20_000, 100, 1000  # rows as many as an import reads
AGES = (1, 120)
REMEDY = "Load a profile that this page saved."
FIELDS = ("format", "version", "scale", "ratings", *MOVIE_SETS, "who")
MOVIE_REF_FIELDS = (MOVIE, TITLE, YEAR)
PRIOR_FIELDS = ("expected", "baseline")
MAX_PROBLEMS = 10
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can be written with


@dataclass(frozen=True)
class SavedProfile:
    """A profile as it was saved, and the rating scale of its stars."""

    profile: Profile
    scale: tuple[float, ...]


@dataclass(frozen=True)
class MatchedProfile:
    """A profile matched to this catalogue, and its movies that the catalogue lacks."""

    profile: Profile
    unmatched: tuple[MovieRef, ...] = ()


def to_bytes(profile: Profile, scale: Sequence[float]) -> bytes:
    """The profile, whose stars are of this scale, as the content of a file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "scale": list(scale),
        "ratings": [
            _movie_ref_row(rating.movie_ref)
            | {RATING: rating.stars}
            | {name: getattr(rating.prior, name, None) for name in PRIOR_FIELDS}
            for rating in profile.ratings
        ],
        **{name: [_movie_ref_row(movie_ref) for movie_ref in getattr(profile, name)] for name in MOVIE_SETS},
        "who": dict(profile.who),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode()


def from_bytes(data: bytes) -> SavedProfile:
    """The profile in a file. Raises InputError, which lists what is wrong, for anything but a profile."""
    content = _parsed(data)
    if problems := _problems(content)[:MAX_PROBLEMS]:
        raise InputError.of(problems)
    ratings = tuple(UserRating(_movie_ref(row), float(row[RATING]), _prior(row)) for row in content["ratings"])
    movie_sets = {name: tuple(_movie_ref(row) for row in content[name]) for name in MOVIE_SETS}
    profile = Profile(ratings, **movie_sets, who=content["who"])
    return SavedProfile(profile, tuple(float(star) for star in content["scale"]))


def match_profile(saved: SavedProfile, matcher: Matcher, stars: Sequence[float]) -> MatchedProfile:
    """Match a profile to a catalogue and a rating scale, which may differ from those it was saved with.

    A movie keeps its id where title and year agree, else it is matched by them. On another scale a rating goes to
    the nearest star and loses its prior prediction.
    """
    movie_refs = {movie_ref.movie_id: movie_ref for movie_ref in saved.profile.movie_refs}
    matched = _matched_refs(list(movie_refs.values()), matcher)
    same_scale = tuple(saved.scale) == tuple(stars)
    ratings: dict[int, UserRating] = {}
    for rating in saved.profile.ratings:
        if movie_ref := matched.get(rating.movie_ref.movie_id):
            star = rating.stars if same_scale else nearest_star(rating.stars, saved.scale[-1], stars)
            prior = rating.prior if same_scale else None
            ratings.setdefault(movie_ref.movie_id, UserRating(movie_ref, star, prior))
    profile = Profile(ratings=tuple(ratings.values()), who=saved.profile.who)
    for name in MOVIE_SETS:
        members = (matched.get(movie_ref.movie_id) for movie_ref in getattr(saved.profile, name))
        profile = profile.put(name, *filter(None, members))
    unmatched = tuple(movie_ref for movie_ref in movie_refs.values() if movie_ref.movie_id not in matched)
    return MatchedProfile(profile, unmatched)


def _matched_refs(movie_refs: list[MovieRef], matcher: Matcher) -> dict[int, MovieRef]:
    """The movies of this catalogue by their ids in the file; movies that it lacks are left out."""
    catalogue_ids = {
        movie_ref.movie_id: movie_ref.movie_id
        for movie_ref in movie_refs
        if matcher.is_movie(movie_ref.movie_id, movie_ref.title, movie_ref.year)
    }
    changed = [movie_ref for movie_ref in movie_refs if movie_ref.movie_id not in catalogue_ids]
    matches = matcher.match(TitleQuery((movie_ref.title,), movie_ref.year) for movie_ref in changed)
    for movie_ref, match in zip(changed, matches, strict=True):
        if match.status == MATCHED:
            catalogue_ids[movie_ref.movie_id] = match.movie_ids[0]
    return {saved_id: MovieRef.of(matcher.catalogue, movie_id) for saved_id, movie_id in catalogue_ids.items()}


def _movie_ref_row(movie_ref: MovieRef) -> dict[str, Any]:
    return {MOVIE: movie_ref.movie_id, TITLE: movie_ref.title, YEAR: movie_ref.year}


def _movie_ref(row: Mapping[str, Any]) -> MovieRef:
    year = movie_year(row[TITLE], row[YEAR])
    return MovieRef(row[MOVIE], row[TITLE], None if year is None else int(year))


def _prior(row: Mapping[str, Any]) -> PriorPrediction | None:
    stars = [row[name] for name in PRIOR_FIELDS]
    return None if None in stars else PriorPrediction(*map(float, stars))


def _parsed(data: bytes) -> Mapping[str, Any]:
    """The file's object, of the right format and version; its values are not checked yet."""
    if len(data) > SIZE_LIMIT:
        received = f"{len(data):,} bytes"
        raise InputError.of([Problem("file", received, f"at most {SIZE_LIMIT:,} bytes", REMEDY)])
    if not data:
        raise InputError.of([Problem("file", "an empty file", "one JSON object in UTF-8", REMEDY)])
    try:
        content = strict_json.parse(data.removeprefix(b"\xef\xbb\xbf"))
    except strict_json.JsonError as error:
        raise InputError.of([Problem("file", error.received, "one JSON object in UTF-8", REMEDY)]) from error
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        raise InputError.of([Problem("file", shown(content), f"an object of the format {FORMAT!r}", REMEDY)])
    if content.get("version") == FIRST_VERSION and not isinstance(content["version"], bool):
        return {**{name: [] for name in MOVIE_SETS}, **content}
    if content.get("version") != VERSION or isinstance(content["version"], bool):
        remedy = "Load it with the newer app that saved it, or load an older file."
        raise InputError.of([Problem("version", shown(content.get("version")), str(VERSION), remedy)])
    return content


def _problems(content: Mapping[str, Any]) -> list[Problem]:
    problems = unknown_fields(content, FIELDS)
    problems += [missing_problem(name, "a part of every profile", REMEDY) for name in FIELDS if name not in content]
    if problems or (problems := _scale_problems(content["scale"])):
        return problems
    rows = {"ratings": content["scale"], **dict.fromkeys(MOVIE_SETS)}
    return [
        *(problem for name, scale in rows.items() for problem in _rows_problems(name, content[name], scale)),
        *_who_problems(content["who"]),
    ]


def _scale_problems(scale: object) -> list[Problem]:
    if isinstance(scale, list) and 2 <= len(scale) <= STARS_LIMIT:
        numbers = not any(number_problem("scale", star, 0, STARS_LIMIT) for star in scale)
        if numbers and sorted(set(scale)) == scale:
            return []
    return [Problem("scale", shown(scale), "a list of ascending numbers", REMEDY)]


def _rows_problems(field: str, rows: object, scale: Sequence[float] | None) -> list[Problem]:
    if not isinstance(rows, list) or len(rows) > ROW_LIMIT:
        return [Problem(field, shown(rows), f"a list of at most {ROW_LIMIT:,} movies", REMEDY)]
    problems: list[Problem] = []
    seen: set[object] = set()
    for number, row in enumerate(rows):
        row_problems = _row_problems(f"{field}[{number}]", row, scale)
        if not row_problems and row[MOVIE] in seen:
            row_problems = [Problem(f"{field}[{number}].{MOVIE}", f"{row[MOVIE]} again", "each movie once", REMEDY)]
        seen |= set() if row_problems else {row[MOVIE]}
        problems += row_problems
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
        prior = {name: row[name] for name in PRIOR_FIELDS if row[name] is not None}
        checks += [number_problem(f"{field}.{name}", value, scale[0], scale[-1]) for name, value in prior.items()]
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
