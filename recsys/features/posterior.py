"""Gaussian-process posterior of one user, and of the same user without each of some ratings, in closed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import lapack

from recsys.core import cholesky
from recsys.data.interactions import Interactions

_SOLVE = lapack.spotrs  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
_INVERSE_OF_FACTOR = lapack.strtri  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs


@dataclass(frozen=True)
class Posterior:
    """One user's posterior: the weights of their ratings in every expectation.

    References
    ----------
    Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, section 2.2.
    """

    factor: np.ndarray  # float32 (ratings, ratings), lower Cholesky factor of the ratings' covariance
    weights: np.ndarray  # float64 (ratings, levels), inverse covariance times the residual of the mean

    @classmethod
    def solve(cls, covariance: np.ndarray, residual: np.ndarray) -> Self:
        """Solve from the ratings' covariance with noise (float32, overwritten) and the residuals of the mean."""
        if not len(covariance):
            return cls(covariance, residual)
        factor = cholesky.factor(covariance)
        weights, _ = _SOLVE(factor, residual.astype(np.float32), lower=True)
        return cls(factor, weights.astype(np.float64))

    def root(self) -> np.ndarray:
        """The inverse of the factor, float32 (ratings, ratings), lower."""
        return _INVERSE_OF_FACTOR(self.factor, lower=True)[0] if len(self.factor) else self.factor

    def precision(self) -> np.ndarray:
        """The diagonal of the inverse covariance, float32 (ratings,)."""
        return np.diag(cholesky.half_inverse(self.factor))

    def without_each(self, places: np.ndarray, mean_change: np.ndarray, covariance: np.ndarray) -> LeaveOneOutPosterior:
        """The same user without the rating at each of some places, by rank-one downdates of the inverse.

        Parameters
        ----------
        places : ndarray of int (places,)
            Positions in the user's ratings.
        mean_change : ndarray, float (places, ratings, levels)
            Change of every rating's prior mean without that rating.
        covariance : ndarray, float32 (ratings,)
            Of one movie with the rated ones.
        """
        inverse = cholesky.whole(cholesky.half_inverse(self.factor)) if len(self.factor) else self.factor
        rows = np.arange(len(places)), places
        pivots, removed = inverse[rows[1], rows[1]].astype(np.float64), inverse[places].astype(np.float64)
        weights = self.weights - np.einsum("kn,tnl->tkl", inverse, mean_change.astype(np.float32), optimize=True)
        weights -= removed[:, :, None] * (weights[rows] / pivots[:, None])[:, None]
        precision = np.diag(inverse) - removed**2 / pivots[:, None]
        weights[rows], precision[rows] = 0.0, 1.0
        solved = inverse @ covariance
        explained = covariance @ solved - solved[places].astype(np.float64) ** 2 / pivots
        return LeaveOneOutPosterior(weights, precision, explained)


@dataclass(frozen=True)
class LeaveOneOutPosterior:
    """One user without one rating, a row for each rating left out; its own weight is 0 and its precision 1."""

    weights: np.ndarray  # float64 (places, ratings, levels)
    precision: np.ndarray  # float64 (places, ratings)
    explained: np.ndarray  # float64 (places,), the variance of one movie that the other ratings explain


@dataclass(frozen=True)
class PosteriorSummary:
    """The posterior of some movies given a history, a row for each pair of both."""

    mean: np.ndarray  # float64 (pairs, levels), at or over each level from the covariates alone
    shift: np.ndarray  # float64 (pairs, levels), added by the ratings
    variance: np.ndarray  # float64 (pairs,), of taste for the movie after the ratings
    neighbour_stars: np.ndarray  # float64 (pairs, stars), summed closeness of the rated movies by their stars
    neighbour_residual: np.ndarray  # float64 (pairs,), summed closeness times leave-one-out residual
    squares: np.ndarray  # float64 (pairs,), summed squares of the leave-one-out residuals
    count: np.ndarray  # int64 (pairs,), ratings


def flat_positions(movies: np.ndarray, others: np.ndarray, size: int) -> np.ndarray:
    """Flat positions of each two movies in a table over the catalogue: several times faster than two indices."""
    return movies[:, None] * np.int64(size) + others


def history_pieces(block: Interactions, longest: int) -> Iterator[tuple[int, np.ndarray]]:
    """Each user with the positions of their ratings, long rows in several pieces of at most `longest`."""
    for user in np.flatnonzero(block.counts):
        positions = np.arange(block.start[user], block.start[user + 1])
        count = -(-len(positions) // longest)
        yield from ((int(user), positions[piece::count]) for piece in range(count))
