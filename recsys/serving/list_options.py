"""Options of a top-N list: their defaults and their validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from recsys.errors import InputError
from recsys.serving.filters import Filters
from recsys.serving.rerank import RerankOptions
from recsys.validation import HIDDEN_GEMS, RANKERS, list_problems

LEAST_LIKE = {"personal": 0.2, "expected": 0.2, "popular": 0.2, "gems": 0.5}  # default of min_like


@dataclass(frozen=True)
class ListOptions:
    """Options of a top-N list."""

    n: int = 10
    filters: Filters = field(default_factory=Filters)
    ranker: str = "personal"
    popularity: float = 0.0  # -1 little known first ... 1 well known first
    diversity: float = 0.0  # 0 by score alone ... 1 by difference in genres alone
    min_like: float | None = None  # lowest probability of liking; None: that of `LEAST_LIKE`

    @property
    def order(self) -> RerankOptions:
        """The options of re-ranking."""
        least_like = LEAST_LIKE[self.ranker] if self.min_like is None else self.min_like
        return RerankOptions(self.n, self.popularity, self.diversity, least_like)

    @classmethod
    def checked(
        cls,
        n: int = 10,
        genres: Sequence[str] = (),
        years: Sequence[float | None] = (None, None),
        min_ratings: int = 0,
        only: Sequence[int] | None = None,
        ranker: str = RANKERS[0],
        popularity: float = 0.0,
        diversity: float = 0.0,
        min_like: float | None = None,
    ) -> Self:
        """Validate the options and build a ListOptions.

        Parameters
        ----------
        n : int
            Rows, 1 to 100.
        genres : sequence of str
            A movie needs at least one of these; all genres if empty.
        years : pair of float or None
            First and last year; None for no limit.
        min_ratings : int
            Fewest ratings of a movie by all users.
        only : sequence of int, optional
            Movie ids that the list may choose from.
        ranker : str
            One of `validation.RANKERS`.
        popularity : float
            From -1 (little known first) to 1 (well known first).
        diversity : float
            From 0 (by score alone) to 1 (by difference in genres alone).
        min_like : float, optional
            Lowest probability of liking, 0 to 1; by default that of `LEAST_LIKE` for the ranker.

        Raises
        ------
        InputError
            Some options are not in their range; its `problems` list all of them.
        """
        problems = list_problems(n, genres, years, min_ratings, only, ranker, popularity, diversity, min_like)
        if problems:
            raise InputError.of(problems)
        first_year, last_year = years
        movie_ids = None if only is None else tuple(only)
        filters = Filters(tuple(genres), first_year, last_year, min_ratings, movie_ids, ranker == HIDDEN_GEMS)
        return cls(n, filters, ranker, float(popularity), float(diversity), min_like)
