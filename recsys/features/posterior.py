"""Gaussian-process posterior of one user, and of the same user without some ratings, in closed form."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Self

import numpy as np
from scipy.linalg import lapack

from recsys.core import cholesky
from recsys.data.interactions import Interactions

_SOLVE = lapack.spotrs  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
_INVERSE_OF_FACTOR = lapack.strtri  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs

MOST_KEPT, MOST_CELLS = 16, 2_000_000  # recent users, and float32 cells of their factors: four with 700 ratings each


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

    @cached_property
    def root(self) -> np.ndarray:
        """The inverse of the factor, float32 (ratings, ratings), lower."""
        return _INVERSE_OF_FACTOR(self.factor, lower=True)[0] if len(self.factor) else self.factor

    @cached_property
    def inverse(self) -> np.ndarray:
        """The inverse covariance, float32 (ratings, ratings)."""
        return cholesky.whole(cholesky.half_inverse(self.factor)) if len(self.factor) else self.factor

    def precision(self) -> np.ndarray:
        """The diagonal of the inverse covariance, float32 (ratings,)."""
        return np.diag(cholesky.half_inverse(self.factor))

    def without_each(self, omitted: np.ndarray, mean_change: np.ndarray) -> ShortenedPosterior:
        """The same user without some of their ratings, by downdates of the inverse.

        Parameters
        ----------
        omitted : ndarray of int (histories, omitted ratings)
            Positions of the ratings that each shortened history lacks.
        mean_change : ndarray, float (histories, ratings, levels)
            Change of every rating's prior mean in each shortened history.
        """
        inverse, histories = self.inverse, np.arange(len(omitted))[:, None]
        removed = inverse[omitted].astype(np.float64)
        pivots = np.linalg.inv(inverse[omitted[:, :, None], omitted[:, None]].astype(np.float64))
        weights = self.weights - np.einsum("kn,tnl->tkl", inverse, mean_change.astype(np.float32), optimize=True)
        downdate = pivots @ removed
        weights -= downdate.transpose(0, 2, 1) @ weights[histories, omitted]
        precision = np.diag(inverse) - (removed * downdate).sum(1)
        weights[histories, omitted], precision[histories, omitted] = 0.0, 1.0
        return ShortenedPosterior(inverse, omitted, pivots, weights, precision)


class RecentPosteriors:
    """The posteriors of the latest users, because a page asks for the same one several times; safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Posterior] = OrderedDict()
        self._lock = Lock()

    def get(self, history: Sequence[np.ndarray], solve: Callable[..., Posterior]) -> Posterior:
        """The posterior of a history (the arguments of `solve`) if it is kept, else what `solve` returns."""
        key = b"|".join(part.tobytes() for part in history)
        with self._lock:
            if posterior := self._kept.get(key):
                self._kept.move_to_end(key)
                return posterior
        posterior = solve(*history)  # without the lock: other users need not wait
        with self._lock:
            self._kept[key] = posterior
            while len(self._kept) > MOST_KEPT or sum(each.factor.size for each in self._kept.values()) > MOST_CELLS:
                self._kept.popitem(last=False)
        return posterior


@dataclass(frozen=True)
class ShortenedPosterior:
    """One user without some ratings, a row for each shortened history; an omitted rating has weight 0, precision 1."""

    inverse: np.ndarray  # float32 (ratings, ratings), of the covariance of all ratings
    omitted: np.ndarray  # int (histories, omitted ratings)
    pivots: np.ndarray  # float64 (histories, omitted ratings, omitted ratings), their block of `inverse`, inverted
    weights: np.ndarray  # float64 (histories, ratings, levels)
    precision: np.ndarray  # float64 (histories, ratings)

    def explained(self, covariance: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The variance of movies that the ratings left explain, float64 (pairs,).

        `covariance`, float32 (pairs, ratings), is of each pair's movie with all ratings; `rows` are their histories.
        """
        solved = covariance @ self.inverse
        removed = np.take_along_axis(solved, self.omitted[rows], axis=1).astype(np.float64)
        return (covariance * solved).sum(1) - np.einsum("tk,tkj,tj->t", removed, self.pivots[rows], removed)


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
