"""The taste match of two users: how alike they deviate from the average user, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.core.blas import limit_blas_threads
from recsys.core.keyed_random import Stream, draw
from recsys.data.interactions import Interactions
from recsys.features.gaussian_process import GaussianProcess
from recsys.serving.scorer import Scorer

WELL_KNOWN = 300  # the most rated movies, over which two tastes are compared
MIN_RATINGS = 10  # of each user: with fewer, the match says more about the movies than about the two
RESAMPLES = 24  # of each user's ratings
MAX_RESAMPLED = 150  # ratings in a resample: more would take longer and tell no more
QUANTILE = 1.96  # of the normal distribution, for an interval of 95 %
MAX_CORRELATION = 0.999999  # the transformation of Fisher is infinite at 1
TOO_FEW = "too few ratings to tell"
NOT_COMPARED = "this model does not compare tastes"  # trained without the Gaussian process


@dataclass(frozen=True)
class TasteMatch:
    """The taste match of two users.

    Attributes
    ----------
    share : float or None
        From 0 (opposite tastes) over 0.5 (no more alike than any two users) to 1 (the same taste); None if unknown.
    low, high : float or None
        Bounds of the 95 % interval of `share`.
    both_rated : int
        Movies that both rated.
    why_not : str
        Why the match is unknown; empty if it is known.
    """

    share: float | None
    low: float | None
    high: float | None
    both_rated: int
    why_not: str = ""


def taste_match(scorer: Scorer, first: Interactions, second: Interactions) -> TasteMatch:
    """How well the tastes of two users match.

    The share is (1 + r) / 2, where r is the correlation of the two users' deviations over the `WELL_KNOWN` most rated
    movies. A deviation is the Gaussian process's expected rating of a movie given the user's ratings and profile, minus
    the one of a user of whom nothing is known: so what everybody likes counts for nothing. The standard error is that
    of the delete-d jackknife over each user's ratings in turn, taken after Fisher's transformation of r.

    Parameters
    ----------
    scorer : Scorer
        The model.
    first, second : Interactions
        A single row each. The order of the two changes nothing.

    Returns
    -------
    TasteMatch
        Unknown if either has fewer than `MIN_RATINGS` ratings, or the model has no Gaussian process.

    References
    ----------
    Shao and Wu 1989, doi 10.1214/aos/1176347263.
    """
    both_rated = len(np.intersect1d(first.movies, second.movies))
    if min(len(first.movies), len(second.movies)) < MIN_RATINGS:
        return TasteMatch(None, None, None, both_rated, TOO_FEW)
    try:
        process = scorer.features.extractor(GaussianProcess)
    except KeyError:
        return TasteMatch(None, None, None, both_rated, NOT_COMPARED)
    limit_blas_threads()
    movies = np.sort(np.argsort(-scorer.counts, kind="stable")[:WELL_KNOWN])
    deviations = process.deviation(first, movies), process.deviation(second, movies)
    variances = [
        _jackknife_variance(process, scorer.catalogue.movie_ids, movies, user, other)
        for user, other in zip((first, second), deviations[::-1], strict=True)
    ]
    fisher, error = _fisher(*deviations), float(np.sqrt(sum(variances)))
    share, low, high = (_share(fisher + quantile * error) for quantile in (0.0, -QUANTILE, QUANTILE))
    return TasteMatch(share, low, high, both_rated)


def _jackknife_variance(
    process: GaussianProcess, movie_ids: np.ndarray, movies: np.ndarray, user: Interactions, other: np.ndarray
) -> float:
    """The variance of the transformed correlation with another user's deviations, from resamples of one's ratings."""
    count = len(user.movies)
    kept = min(count // 2, MAX_RESAMPLED)
    draws = draw(Stream.TASTE_MATCH, movie_ids[user.movies], np.arange(RESAMPLES)[:, None])
    masks = np.argsort(np.argsort(draws, axis=1), axis=1) < kept
    resampled = [_fisher(process.deviation(user.keep(mask), movies), other) for mask in masks]
    return kept / (count - kept) * float(np.var(resampled, ddof=1))


def _fisher(first: np.ndarray, second: np.ndarray) -> float:
    """The correlation of two users' deviations after Fisher's transformation; 0 where either does not deviate."""
    centred = first - first.mean(), second - second.mean()
    norms = np.linalg.norm(centred[0]) * np.linalg.norm(centred[1])
    correlation = float(centred[0] @ centred[1] / norms) if norms else 0.0
    return float(np.arctanh(np.clip(correlation, -MAX_CORRELATION, MAX_CORRELATION)))


def _share(fisher: float) -> float:
    """A transformed correlation as a share from 0 to 1."""
    return float((1 + np.tanh(fisher)) / 2)
