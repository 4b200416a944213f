"""Baselines, and what a predictor says of some rows. Reports compare every model with these on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context
from recsys.models.star_model import argmax_rating


@dataclass(frozen=True)
class Predictions:
    """Predictions of one predictor for some rows.

    Attributes
    ----------
    rating : ndarray of float64, shape (rows,)
        The predicted star.
    expected : ndarray of float64, shape (rows,)
        The expected rating, in stars.
    probabilities : ndarray of float64, shape (rows, stars), or None
        The probability of each star; None for a predictor that has none.
    """

    rating: np.ndarray
    expected: np.ndarray
    probabilities: np.ndarray | None

    @classmethod
    def of_probabilities(cls, probabilities: np.ndarray, stars: tuple[float, ...]) -> Self:
        """Predict the most probable star and expect the mean of the distribution."""
        return cls(argmax_rating(probabilities, stars), probabilities @ np.asarray(stars), probabilities)

    def require_probabilities(self) -> np.ndarray:
        """The probabilities, float64 (rows, stars). Raises ValueError for a predictor that has none."""
        if self.probabilities is None:
            raise ValueError("this predictor has no probabilities")
        return self.probabilities


def majority(interactions: Interactions, context: Context, rows: np.ndarray) -> Predictions:
    """The rating distribution of the train part for every row: always its most frequent star, expecting its mean."""
    classes = np.searchsorted(context.stars, interactions.stars)
    shares = np.bincount(classes, minlength=len(context.stars)) / len(classes)
    return Predictions.of_probabilities(np.tile(shares, (len(rows), 1)), context.stars)


def damped_bias(
    interactions: Interactions, catalogue: Catalogue, context: Context, rows: np.ndarray, movies: np.ndarray
) -> Predictions:
    """Global mean + user offset + movie offset, clipped to the scale and rounded to its nearest star.

    Parameters
    ----------
    interactions : Interactions
        The histories to learn from.
    catalogue : Catalogue
        The movies.
    context : Context
        Star values and training configuration.
    rows : ndarray of int64, shape (pairs,)
        Rows of `interactions`; -1 is a user without a history.
    movies : ndarray of int64, shape (pairs,)
        Catalogue positions.

    Returns
    -------
    Predictions
        Without probabilities.
    """
    stars = np.asarray(context.stars)
    distinct, rows = np.unique(rows, return_inverse=True)
    bias = DampedBias.learn(interactions, catalogue, context)
    expected = bias.transform(interactions.take(distinct), rows, movies)[:, 0]
    expected = np.clip(expected, stars[0], stars[-1])
    rating = stars[np.abs(expected[:, None] - stars).argmin(axis=1)]
    return Predictions(rating, expected, None)
