"""The URL parameter `people`: the visitor as `you`, and ids of users of the data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recsys.errors import Problem, shown
from recsys.list_option_table import GROUP_SIZE
from recsys.schema import USER
from recsys.serving.recommender import Recommender
from recsys.ui.common.pickers import parse
from recsys.ui.common.query_params import SEPARATOR
from recsys.validation import user_problem

NAME, YOU, YOU_NAME = "people", "you", "You"
REMEDY = "Remove it from the address."
_SEPARATORS = re.compile(f"[{SEPARATOR},]")  # a comma is what people type


def read_members(texts: Sequence[str], recommender: Recommender) -> tuple[tuple[str, ...], list[Problem]]:
    """The keys in the values of the parameter, each once and in their order, and the problems of what was left out."""
    if len(texts) > 1:
        received = f"{len(texts)} values: {shown(', '.join(texts[:5]))}"
        return (), [Problem(NAME, received, "one value", f"Keep one {NAME}= in the address.")]
    keys: list[str] = []
    problems: list[Problem] = []
    items = [item.strip() for item in _SEPARATORS.split(texts[0]) if item.strip()]
    for item in items[: GROUP_SIZE[1]]:
        key, problem = _key(item, recommender)
        if key in keys:
            problem = Problem(NAME, f"{shown(item)} again", "each member once", REMEDY)
        problems += [problem] if problem else []
        keys += [] if problem else [key]
    if len(items) > GROUP_SIZE[1]:
        problems.append(Problem(NAME, f"{len(items)} members", f"at most {GROUP_SIZE[1]}", "Remove some of them."))
    return tuple(keys), problems


def _key(item: str, recommender: Recommender) -> tuple[str, Problem | None]:
    """The key of one member, and the problem with it."""
    if item == YOU:
        return YOU, None
    user_id = parse(item, NAME, user_problem).value
    if user_id is not None and recommender.has_user(user_id):
        return str(user_id), None
    low, high = recommender.known_range[USER]
    allowed = f"{YOU}, or ids of users in the data from {low} to {high}, with {SEPARATOR} between them"
    return "", Problem(NAME, shown(item), allowed, REMEDY)
