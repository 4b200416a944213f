"""Everyone whom a user is compared with: the users of the data with enough ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.portrait.user_statistics import MovieTotals, UserStatistics

MIN_RATINGS = 5  # of the user in the portrait, and of each user whom they are compared with


@dataclass(frozen=True)
class Population:
    """The users of the data with at least `MIN_RATINGS` ratings, and their statistics.

    Attributes
    ----------
    user_ids : ndarray of int64, shape (users,)
        Ascending.
    statistics : UserStatistics
        One row per user.
    totals : MovieTotals
        Of all ratings of the data.
    """

    user_ids: np.ndarray
    statistics: UserStatistics
    totals: MovieTotals

    @classmethod
    def of(cls, interactions: Interactions, catalogue: Catalogue) -> Self:
        """Work out the statistics of all users."""
        rows = np.flatnonzero(interactions.counts >= MIN_RATINGS)
        totals = MovieTotals.of(interactions, len(catalogue))
        statistics = UserStatistics.of(interactions.take(rows), catalogue, totals, included=True)
        return cls(interactions.user_ids[rows], statistics, totals)

    def others(self, user_id: int | None) -> np.ndarray:
        """Mask of the users other than this one, bool (users,); all for a newcomer (None)."""
        return np.ones(len(self.user_ids), bool) if user_id is None else self.user_ids != user_id


def share_below(values: np.ndarray, value: float) -> float:
    """Share of the values that lie below one, equal ones counted half; NaN without values.

    >>> share_below(np.array([1.0, 2.0, 2.0, 3.0]), 2.0)
    0.5
    """
    return float(((values < value) + 0.5 * (values == value)).mean()) if len(values) else float("nan")
