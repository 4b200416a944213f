"""The options of a top-N list, validated once and built for the ranker."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from recsys.errors import InputError, Problem, shown
from recsys.list_option_table import DEFAULTS, HIDDEN_GEMS, LEAST_LIKE, LIST_OPTIONS, Kind
from recsys.serving.filters import Filters
from recsys.serving.rerank import RerankOptions


@dataclass(frozen=True)
class ListOptions:
    """Options of a top-N list; nothing that takes them validates them again."""

    n: int = DEFAULTS["n"]
    filters: Filters = field(default_factory=Filters)
    ranker: str = DEFAULTS["ranker"]
    popularity: float = DEFAULTS["popularity"]  # -1 little known first ... 1 well known first
    diversity: float = DEFAULTS["diversity"]  # 0 by score alone ... 1 by difference in genres alone
    min_like: float | None = DEFAULTS["min_like"]  # lowest probability of liking; None: that of `LEAST_LIKE`

    @property
    def order(self) -> RerankOptions:
        """The options of re-ranking."""
        least_like = LEAST_LIKE[self.ranker] if self.min_like is None else self.min_like
        return RerankOptions(self.n, self.popularity, self.diversity, least_like)

    @property
    def values(self) -> dict[str, Any]:
        """All options as plain values by their names in `LIST_OPTIONS`, from which `checked` builds this again."""
        values = {**vars(self), **vars(self.filters)}
        return {name: values[name] for name in LIST_OPTIONS}

    def replace(self, **values: Any) -> Self:
        """A copy with some options changed to valid values."""
        return self._of({**self.values, **values})

    def without(self, movie_ids: Iterable[int]) -> Self:
        """A copy that also excludes these movies of the catalogue, however many."""
        return self.replace(exclude=(*self.filters.exclude, *movie_ids))

    @classmethod
    def checked(cls, genre_names: Collection[str] | None = None, **options: Any) -> Self:
        """Validate plain options and build a ListOptions: the only way from one to the other.

        Parameters
        ----------
        genre_names : collection of str, optional
            The genres of the catalogue; None if there is no model yet, for any genre.
        **options
            Any of `LIST_OPTIONS`, which has their kinds, bounds and defaults:

            - n: rows;
            - genres: a movie needs at least one of these; all genres if empty;
            - exclude_genres: a movie has none of these;
            - years: first and last year, None for no limit;
            - min_ratings: fewest ratings of a movie by all users;
            - only: movie ids that the list may choose from;
            - exclude: movie ids that the list does not show;
            - ranker: how movies are scored;
            - popularity: little known (-1) or well known (1) first;
            - diversity: by score alone (0) or by difference in genres alone (1);
            - min_like: lowest probability of liking, by default that of `LEAST_LIKE` for the ranker.

        Raises
        ------
        InputError
            Some options are not in their range; its `problems` list all of them.
        TypeError
            There is no such option.
        """
        if problems := list_option_problems(options, genre_names):
            raise InputError.of(problems)
        return cls._of({**DEFAULTS, **options})

    @classmethod
    def _of(cls, values: Mapping[str, Any]) -> Self:
        """From valid values of all options."""
        filters = Filters(
            genres=tuple(values["genres"]),
            exclude_genres=tuple(values["exclude_genres"]),
            years=tuple(values["years"]),
            min_ratings=values["min_ratings"],
            only=None if values["only"] is None else tuple(values["only"]),
            exclude=tuple(dict.fromkeys(values["exclude"])),
            little_known=values["ranker"] == HIDDEN_GEMS,
        )
        order = float(values["popularity"]), float(values["diversity"]), values["min_like"]
        return cls(values["n"], filters, values["ranker"], *order)


def list_option_problems(options: Mapping[str, object], genre_names: Collection[str] | None = None) -> list[Problem]:
    """All problems of some options, as `ListOptions.checked` lists them; the catalogue may still lack a movie."""
    if unknown := options.keys() - LIST_OPTIONS.keys():
        raise TypeError(f"There is no list option {', '.join(sorted(unknown))}; there are {', '.join(LIST_OPTIONS)}.")
    kinds = list(Kind)
    problems = [
        problem
        for option in sorted(LIST_OPTIONS.values(), key=lambda option: kinds.index(option.kind))
        if option.name in options and (problem := option.problem(options[option.name]))
    ]
    valid = {name: value for name, value in options.items() if not any(each.field == name for each in problems)}
    if genre_names is not None:
        problems += _unknown_genres(valid, genre_names)
    return problems + _contradicting_genres(valid)


def _unknown_genres(options: Mapping[str, Any], genre_names: Collection[str]) -> list[Problem]:
    """One problem for each option that names genres which the catalogue lacks."""
    unknown = {
        name: [genre for genre in options.get(name, ()) if genre not in genre_names]
        for name in ("genres", "exclude_genres")
    }
    return [
        Problem(name, shown(genres), ", ".join(genre_names), "Choose genres of this catalogue.")
        for name, genres in unknown.items()
        if genres
    ]


def _contradicting_genres(options: Mapping[str, Any]) -> list[Problem]:
    """The problem of genres that a movie needs and must not have."""
    both = [genre for genre in options.get("exclude_genres", ()) if genre in options.get("genres", ())]
    if not both:
        return []
    return [
        Problem("exclude_genres", shown(both), "genres that are not in genres too", "Remove them from one of both.")
    ]
