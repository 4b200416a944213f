"""What kind of list somebody wants: every option, its default, and the form in which it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from recsys.errors import InputError
from recsys.serving.filters import Filters
from recsys.serving.rerank import RerankOptions
from recsys.validation import HIDDEN_GEMS, RANKERS, list_problems

LEAST_LIKE = {"personal": 0.2, "expected": 0.2, "popular": 0.2, "gems": 0.5}  # floor of each ranker where none is given


@dataclass(frozen=True)
class ListOptions:
    """What kind of list somebody wants."""

    n: int = 10
    filters: Filters = field(default_factory=Filters)
    ranker: str = "personal"
    popularity: float = 0.0  # -1 little known first ... 1 well known first
    diversity: float = 0.0  # 0 by score alone ... 1 by difference in genres alone
    min_like: float | None = None  # least probability of liking; None: as `LEAST_LIKE` has it

    @property
    def order(self) -> RerankOptions:
        """What the ranker's scores become a list by."""
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
        """The same from plain values; InputError lists everything that is out of its range."""
        problems = list_problems(n, genres, years, min_ratings, only, ranker, popularity, diversity, min_like)
        if problems:
            raise InputError.of(problems)
        filters = Filters(
            tuple(genres), *years, min_ratings, None if only is None else tuple(only), ranker == HIDDEN_GEMS
        )
        return cls(n, filters, ranker, float(popularity), float(diversity), min_like)
