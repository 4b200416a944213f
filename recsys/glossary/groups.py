"""What the groupings of held-out ratings are called, and who or what is in one of their groups."""

from __future__ import annotations

import re
from collections.abc import Callable

GROUPINGS = {
    "gender": "Gender",
    "age": "Age",
    "occupation": "Occupation",
    "known": "Newcomer or known",
    "activity": "How much they rated",
    "popularity": "How often the movie was rated",
    "decade": "Decade of the movie",
    "genre": "Genre",
}
_GENDERS = {"M": "men", "F": "women"}
_KNOWN = {"known": "people whose ratings were known", "newcomer": "newcomers"}
_WORDS: dict[str, Callable[[str], str]] = {
    "gender": lambda group: _GENDERS.get(group, f"people of gender {group}"),
    "age": lambda group: f"people {group}" if group.startswith("under") else f"people aged {_span(group)}",
    "occupation": lambda group: f"people of the occupation {group}",
    "known": lambda group: _KNOWN.get(group, group),
    "activity": lambda group: f"people with {_span(group)}",
    "popularity": lambda group: f"movies with {_span(group)}",
    "decade": lambda group: f"movies of the {group}",
    "genre": lambda group: "movies of no known genre" if group == "unknown" else f"movies of the genre {group}",
}


def grouping_name(grouping: str) -> str:
    """A grouping as people call it; one that nobody described speaks for itself."""
    return GROUPINGS.get(grouping, grouping)


def group_words(grouping: str, group: str) -> str:
    """Who or what is in a group, to go on with in a sentence: `women`, `movies of the 1990s`."""
    found = _WORDS.get(grouping)
    return found(group) if found else f"{grouping} {group}"


def _span(group: str) -> str:
    """`3: 30-45 ratings`, the third of ten parts, is `30 to 45 ratings`."""
    return re.sub(r"(\d)-(\d)", r"\1 to \2", re.sub(r"^\d+: ", "", group))
