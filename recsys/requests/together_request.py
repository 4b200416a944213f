"""A checked request for one list for several members, and its response: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from recsys.errors import InputError, Problem, UnknownIdError, shown
from recsys.list_option_table import COMBINATIONS, GROUP_SIZE, LIST_OPTIONS
from recsys.requests.identity import (
    AS_NEWCOMER,
    RATINGS,
    Requester,
    identity_problems,
    rating_pairs,
    unknown_user,
)
from recsys.requests.recommend_request import checked_list_options, rows, unknown_list_movies
from recsys.schema import EXPECTED, KNOWN, LIKE, MATCH, USER
from recsys.serving.list_options import ListOptions
from recsys.serving.taste_match import taste_match
from recsys.serving.together import Group, combination_problem, member_columns, size_problem
from recsys.validation import missing_problem, object_problem, unknown_fields

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

MEMBERS, BY = "members", "by"
FIELDS = (MEMBERS, BY, *LIST_OPTIONS)
MEMBER_FIELDS = (USER, RATINGS)


@dataclass(frozen=True)
class TogetherRequest:
    """One list for several members."""

    members: tuple[Requester, ...]
    by: str = COMBINATIONS[0]
    options: ListOptions = field(default_factory=ListOptions)

    @classmethod
    def checked(
        cls, body: object, stars: Sequence[float] | None, genres: Sequence[str] | None = None
    ) -> TogetherRequest:
        """A request from a JSON-like object.

        Parameters
        ----------
        body
            An object with `members` (a list of objects with `user_id` or `ratings`), and any of `by` and
            `LIST_OPTIONS`.
        stars, genres
            The model's rating scale and the genres of its catalogue, None when there is no model yet.

        Raises
        ------
        InputError
            It lists everything that is wrong with the request.
        """
        if not isinstance(body, Mapping):
            raise InputError.of([object_problem(body, "body", (MEMBERS,))])
        options, option_problems = checked_list_options(body, genres)
        by = body.get(BY, COMBINATIONS[0])
        problems = [*_members_problems(body, stars), *filter(None, [combination_problem(by)]), *option_problems]
        if problems := [*problems, *unknown_fields(body, FIELDS)]:
            raise InputError.of(problems)
        return cls(tuple(Requester(each.get(USER), rating_pairs(each)) for each in body[MEMBERS]), by, options)


def together_response(
    recommender: Recommender, request: TogetherRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The list as a JSON-able object.

    Parameters
    ----------
    recommender, request
        The model, and a checked request.
    newcomer
        How to name a member without a user id, in the terms of the caller; for the error message.

    Returns
    -------
    Keys members (user_id, None for a newcomer, and known_user), by, movies (rows of `Recommender.recommend_together`:
    the figures of each member as a list, genres as a list, an unknown year None), stretches (rows of
    `Group.stretches`), taste_match (`TasteMatch` of a group of two, else None), funnel, steps, short and version as in
    `recommend_response`.

    Raises
    ------
    UnknownIdError
        It lists all ids that the data lacks.
    """
    _require_known(recommender, request, newcomer)
    histories = [recommender.user_history(**member.who) for member in request.members]
    group = Group.of(recommender, histories, request.options)
    top_n = group.top(request.by)
    match = asdict(taste_match(recommender, *histories)) if len(histories) == 2 else None
    return {
        MEMBERS: [{USER: member.user_id, KNOWN: member.user_id is not None} for member in request.members],
        BY: request.by,
        "movies": _rows(top_n.table, len(histories)),
        "stretches": _rows(group.stretches(top_n.table["movie_id"].tolist()), len(histories)),
        "taste_match": match,
        "funnel": asdict(top_n.funnel),
        "steps": top_n.steps(),
        "short": top_n.why_short(),
        "version": recommender.version,
    }


def _members_problems(body: Mapping[str, Any], stars: Sequence[float] | None) -> list[Problem]:
    """Everything wrong with the members of a request."""
    allowed = f"a list of {GROUP_SIZE[0]} to {GROUP_SIZE[1]} objects with {USER} or {RATINGS}"
    if MEMBERS not in body:
        return [missing_problem(MEMBERS, allowed)]
    members = body[MEMBERS]
    if not isinstance(members, list | tuple):
        return [Problem(MEMBERS, shown(members), allowed, "Put the members between [ and ].")]
    if problem := size_problem(len(members)):
        return [problem]
    return [problem for place, member in enumerate(members) for problem in _member_problems(member, place, stars)]


def _member_problems(member: object, place: int, stars: Sequence[float] | None) -> list[Problem]:
    """Everything wrong with one member, whose fields begin with their place in the list."""
    if not isinstance(member, Mapping):
        return [object_problem(member, f"{MEMBERS}[{place}]", (f"{USER} or {RATINGS}",))]
    return _within(place, [*identity_problems(member, stars), *unknown_fields(member, MEMBER_FIELDS)])


def _require_known(recommender: Recommender, request: TogetherRequest, newcomer: str) -> None:
    problems = [
        problem
        for place, member in enumerate(request.members)
        for problem in _within(place, unknown_user(recommender, member.user_id, member.history, newcomer))
    ]
    if problems := problems + unknown_list_movies(recommender, request.options):
        raise UnknownIdError.of(problems)


def _within(place: int, problems: Sequence[Problem]) -> list[Problem]:
    return [replace(problem, field=f"{MEMBERS}[{place}].{problem.field}") for problem in problems]


def _rows(table: pd.DataFrame, members: int) -> list[dict[str, Any]]:
    """The rows of a list as plain values, the figures of each member in a list of their own."""
    columns = [member_columns(number) for number in range(1, members + 1)]
    figures = [
        [dict(zip((MATCH, EXPECTED, LIKE), (row[name] for name in names), strict=True)) for names in columns]
        for row in table.to_dict("records")
    ]
    shared = rows(table.drop(columns=[name for names in columns for name in names]))
    return [{**row, MEMBERS: row_figures} for row, row_figures in zip(shared, figures, strict=True)]
