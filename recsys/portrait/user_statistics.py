"""What users choose and how they rate, one row of figures per user: the ground on which tastes are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions

DECADE = 10  # years
DAMPING = 5.0  # ratings by others at which a movie's mean counts half, the mean of all ratings the other half


@dataclass(frozen=True)
class MovieTotals:
    """Everyone's ratings, added up per movie.

    Attributes
    ----------
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie.
    sums : ndarray of float64, shape (movies,)
        Their sum in stars.
    mean : float
        Mean of all ratings in stars, 0 without any.
    """

    counts: np.ndarray
    sums: np.ndarray
    mean: float

    @classmethod
    def of(cls, interactions: Interactions, movies: int) -> Self:
        """Add up the ratings over a catalogue of `movies` movies."""
        stars = interactions.stars.astype(np.float64)
        sums = np.bincount(interactions.movies, stars, movies)
        return cls(np.bincount(interactions.movies, minlength=movies), sums, float(stars.mean()) if len(stars) else 0.0)

    def counts_by_others(self, users: Interactions, included: bool) -> np.ndarray:
        """For each rating of `users`, how many others rated that movie; `included` if the totals have the rating."""
        return self.counts[users.movies] - int(included)

    def surplus(self, users: Interactions, included: bool) -> np.ndarray:
        """Stars of each rating above what the others gave that movie on average, float64 (ratings,).

        The average of few others is damped towards the mean of all ratings.
        """
        stars = users.stars.astype(np.float64)
        sums = self.sums[users.movies] - included * stars + DAMPING * self.mean
        return stars - sums / (self.counts_by_others(users, included) + DAMPING)


@dataclass(frozen=True)
class UserStatistics:
    """What users choose and how they rate, one row each.

    Attributes
    ----------
    genre_shares : ndarray of float64, shape (users, genre names)
        Share of the user's movies that have the genre. A movie has several, so a row may add up to more than 1.
    decade_shares : ndarray of float64, shape (users, decades)
        Share of the user's movies of each decade of `decades_of`, among those whose year is known.
    surplus : ndarray of float64, shape (users,)
        Mean of `MovieTotals.surplus`: how generous the user is with the same movies as others. The plain mean rating
        would take a good choice of movies for generosity.
    popularity : ndarray of float64, shape (users,)
        Mean binary logarithm of 1 plus the number of others who rated the movie. A plain mean would follow the few
        greatest successes.
    """

    genre_shares: np.ndarray
    decade_shares: np.ndarray
    surplus: np.ndarray
    popularity: np.ndarray

    @classmethod
    def of(cls, users: Interactions, catalogue: Catalogue, totals: MovieTotals, included: bool) -> Self:
        """The statistics of users with at least one rating each; `included` if the totals have these ratings."""
        dated = decade_flags(catalogue)
        by_decade = users.sum_rows(dated)
        choices = np.log2(1 + totals.counts_by_others(users, included))
        return cls(
            genre_shares=users.sum_rows(catalogue.genre_flags) / users.counts[:, None],
            decade_shares=by_decade / np.maximum(by_decade.sum(axis=1, keepdims=True), 1),
            surplus=users.sum_by_user(totals.surplus(users, included)) / users.counts,
            popularity=users.sum_by_user(choices) / users.counts,
        )


def decades_of(catalogue: Catalogue) -> np.ndarray:
    """First years of the decades in which movies of the catalogue were made, int64, ascending."""
    return np.unique(catalogue.years[np.isfinite(catalogue.years)] // DECADE * DECADE).astype(np.int64)


def decade_flags(catalogue: Catalogue) -> np.ndarray:
    """Whether each movie is of each decade, float32 (movies, decades); a row of zeros for an unknown year."""
    return (catalogue.years[:, None] // DECADE * DECADE == decades_of(catalogue)).astype(np.float32)
