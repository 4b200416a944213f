"""Names of the groupings of held-out ratings, and descriptions of their groups."""

from __future__ import annotations

import re
from collections.abc import Callable

GROUPINGS = {
    "gender": "Gender",
    "age": "Age",
    "occupation": "Occupation",
    "known": "Known user or newcomer",
    "activity": "Ratings by the user",
    "popularity": "Ratings of the movie",
    "decade": "Decade",
    "genre": "Genre",
}
_GENDERS = {"M": "men", "F": "women"}
_FIELDS = ("entertainment", "healthcare", "marketing")  # occupations that are not words for a person
_KNOWN = {"known": "known users", "newcomer": "newcomers"}
_DESCRIPTIONS: dict[str, Callable[[str], str]] = {
    "gender": lambda group: _GENDERS.get(group, f"users of gender {group}"),
    "age": lambda group: f"users {group}" if group.startswith("under") else f"users aged {_range(group)}",
    "occupation": lambda group: f"people in {group}" if group in _FIELDS else f"users with the occupation {group}",
    "known": lambda group: _KNOWN.get(group, group),
    "activity": lambda group: f"users with {_range(group)}",
    "popularity": lambda group: f"movies with {_range(group)}",
    "decade": lambda group: f"movies of the {group}",
    "genre": lambda group: "movies without a genre" if group == "unknown" else f"{group} movies",
}


def grouping_name(grouping: str) -> str:
    """The name of a grouping; its identifier if the glossary has none."""
    return GROUPINGS.get(grouping, grouping)


def group_label(grouping: str, group: str) -> str:
    """The name of a group in a chart or table: `Women` instead of the data's `F`."""
    return _GENDERS[group].capitalize() if grouping == "gender" and group in _GENDERS else group


def group_words(grouping: str, group: str) -> str:
    """The users or movies of a group, as part of a sentence: `women`, `movies of the 1990s`."""
    describe = _DESCRIPTIONS.get(grouping)
    return describe(group) if describe else f"{grouping} {group}"


def _range(group: str) -> str:
    """`3: 30-45 ratings`, the third of ten groups, is `30 to 45 ratings`."""
    return re.sub(r"(\d)-(\d)", r"\1 to \2", re.sub(r"^\d+: ", "", group))
