"""The options of a top-N list: one table of their defaults, bounds and help, and the checks that follow from it.

`ListOptions.checked`, the command line, the JSON Schemas, the URL parameters and the page's widgets read this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeGuard

from recsys.errors import Problem, shown
from recsys.schema import MAX_ID
from recsys.validation import ID_RANGE, YEARS, movie_problem, number_problem

HIDDEN_GEMS = "gems"
RANKERS = ("personal", "expected", "popular", HIDDEN_GEMS)
COMBINATIONS = ("least", "mean", "blend")  # of the members' scores in a list for several
GROUP_SIZE = (2, 8)  # members of a list for several
LEAST_LIKE = {"personal": 0.2, "expected": 0.2, "popular": 0.2, HIDDEN_GEMS: 0.5}  # min_like None stands for these


class Kind(Enum):
    """What the value of an option is, in the order in which problems are listed."""

    WHOLE = "a whole number"
    NUMBER = "a number"
    CHOICE = "one of some names"
    NAMES = "a list of names"
    YEAR_RANGE = "the first and the last year, each of them None for no limit"
    MOVIE_IDS = "a list of movie ids"


@dataclass(frozen=True)
class ListOption:
    """One option of a top-N list.

    Attributes
    ----------
    name : str
        Its name in requests, URL parameters and calls of `Recommender.recommend`.
    kind : Kind
        What its value is.
    default : object
        Its value where none is given; with the default None, None is a valid value.
    label : str
        Its name for people: of its widget, and in sentences.
    help : str
        Help of the command line, where `{lowest}`, `{highest}`, `{default}` and `{choices}` stand for the option's.
    lowest, highest : int
        Bounds of the number or of each year; movie ids have those of `validation.is_id`.
    step : float
        Step of the page's widget; 0 for none.
    most_items : int
        Most items of a list; 0 for no limit.
    choices : tuple of str
        The names to choose from.
    """

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    lowest: int = 0
    highest: int = 0
    step: float = 0.0
    most_items: int = 0
    choices: tuple[str, ...] = ()

    @property
    def help_text(self) -> str:
        """The help with the option's bounds, default and choices."""
        choices = ", ".join(self.choices)
        return self.help.format(lowest=self.lowest, highest=self.highest, default=self.default, choices=choices)

    def problem(self, value: object) -> Problem | None:
        """The problem of an invalid value, or None; the catalogue may still lack a genre or a movie."""
        if value is None and self.default is None:
            return None
        return _CHECKS[self.kind](self, value)


def _number_problem(option: ListOption, value: object) -> Problem | None:
    return number_problem(option.name, value, option.lowest, option.highest, whole=option.kind is Kind.WHOLE)


def _choice_problem(option: ListOption, value: object) -> Problem | None:
    if value in option.choices:
        return None
    return Problem(option.name, shown(value), ", ".join(option.choices), "Choose one of these.")


def _names_problem(option: ListOption, value: object) -> Problem | None:
    if _is_list(value) and all(isinstance(each, str) for each in value):
        return None
    return Problem(option.name, shown(value), "a list of names", "Put the names between [ and ].")


def _years_problem(option: ListOption, value: object) -> Problem | None:
    bounds = (option.lowest, option.highest)
    if _is_list(value) and len(value) == 2:
        years = [year for year in value if year is not None]
        if not any(number_problem(option.name, year, *bounds, whole=True) for year in years):
            remedy = "They are reversed: swap them."
            is_ascending = years == sorted(years)
            return None if is_ascending else Problem(option.name, shown(value), "the earlier year first", remedy)
    allowed = f"the first and the last year, each a whole number from {bounds[0]} to {bounds[1]} or empty"
    return Problem(option.name, shown(value), allowed, "Give two years, the earlier one first.")


def _ids_problem(option: ListOption, value: object) -> Problem | None:
    if not _is_list(value):
        allowed = f"a list of movie ids, each {ID_RANGE}"
        return Problem(option.name, shown(value), allowed, "Put the ids between [ and ].")
    if len(value) > option.most_items:
        remedy = "Send the movies that matter most."
        return Problem(option.name, f"{len(value)} movies", f"at most {option.most_items}", remedy)
    return next((problem for each in value if (problem := movie_problem(each, option.name))), None)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


_CHECKS: dict[Kind, Callable[[ListOption, object], Problem | None]] = {
    Kind.WHOLE: _number_problem,
    Kind.NUMBER: _number_problem,
    Kind.CHOICE: _choice_problem,
    Kind.NAMES: _names_problem,
    Kind.YEAR_RANGE: _years_problem,
    Kind.MOVIE_IDS: _ids_problem,
}

_OPTIONS = (
    ListOption(
        "n",
        Kind.WHOLE,
        10,
        "Number of movies",
        "how many movies, {lowest} to {highest} (default {default})",
        1,
        100,
        step=5,
    ),
    ListOption("genres", Kind.NAMES, (), "Genres", "movies of at least one of these"),
    ListOption("exclude_genres", Kind.NAMES, (), "Without these genres", "no movie of any of these"),
    ListOption("years", Kind.YEAR_RANGE, (None, None), "Years", "such as 1990-1999, 1990- or =-1960", *YEARS),
    ListOption(
        "min_ratings", Kind.WHOLE, 0, "Minimum number of ratings", "of a movie, by all users", 0, MAX_ID, step=10
    ),
    ListOption("only", Kind.MOVIE_IDS, None, "Only from my list", "only from these movies", most_items=1000),
    ListOption("exclude", Kind.MOVIE_IDS, (), "Excluded movies", "none of these movies", most_items=1000),
    ListOption("ranker", Kind.CHOICE, RANKERS[0], "Rank by", "{choices} (default {default})", choices=RANKERS),
    # The trade-off curve measures each step of popularity and of diversity.
    ListOption(
        "popularity", Kind.NUMBER, 0.0, "Popularity", "{lowest} little known, {highest} well known first", -1, 1, 0.5
    ),
    ListOption("diversity", Kind.NUMBER, 0.0, "Diversity", "more difference in genres", 0, 1, step=0.25),
    ListOption(
        "min_like", Kind.NUMBER, None, "Minimum chance to like it", "lowest chance that they like it", 0, 1, step=0.1
    ),
)
FILTERS = ("genres", "exclude_genres", "years", "min_ratings", "only", "exclude", "min_like")  # what leaves movies out
LIST_OPTIONS = {option.name: option for option in _OPTIONS}
DEFAULTS: dict[str, Any] = {option.name: option.default for option in _OPTIONS}
