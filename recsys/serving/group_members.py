"""The members of a group as the public calls take them: ids of known users, and newcomers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from recsys.data.interactions import Interactions
from recsys.errors import InputError, Problem, UnknownIdError, shown
from recsys.schema import USER

NEWCOMER_FIELDS = ("history", "profile")


def member_histories(user_history: Callable[..., Interactions], members: Sequence[Any]) -> list[Interactions]:
    """The row of ratings of each member.

    Parameters
    ----------
    user_history : callable
        `ServedModel.user_history`.
    members : sequence
        Each a user id, or a mapping with a newcomer's `history` and perhaps `profile`.

    Raises
    ------
    InputError
        It lists the problems of all members, with fields such as `members[1].history`.
    UnknownIdError
        All that is wrong is that the data lacks a user or a movie.
    """
    histories: list[Interactions] = []
    errors: list[InputError] = []
    problems: list[Problem] = []
    for place, member in enumerate(members):
        try:
            histories.append(user_history(**_member_arguments(member)))
        except InputError as error:
            errors.append(error)
            problems += [_within(f"members[{place}]", problem) for problem in error.problems]
    if problems:
        only_unknown = all(isinstance(error, UnknownIdError) for error in errors)
        raise (UnknownIdError if only_unknown else InputError).of(problems)
    return histories


def _member_arguments(member: Any) -> dict[str, Any]:
    """The arguments of `ServedModel.user_history` for one member."""
    if member is None:
        remedy = "Give an empty history for a newcomer of whom nothing is known."
        raise InputError.of([Problem(USER, "None", "a user id, or a mapping with a history", remedy)])
    if not isinstance(member, Mapping):
        return {USER: member}
    if unknown := [name for name in member if name not in NEWCOMER_FIELDS]:
        allowed = " and ".join(NEWCOMER_FIELDS)
        raise InputError.of([Problem(shown(unknown[0])[1:-1], "an unknown field", allowed, "Correct its spelling.")])
    return {"history": member.get("history", {}), "profile": member.get("profile")}


def _within(field: str, problem: Problem) -> Problem:
    """A member's problem with the field as part of the member; `user_id` is the member itself."""
    return replace(problem, field=field if problem.field == USER else f"{field}.{problem.field}")
