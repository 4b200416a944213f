"""What a number must be compared with: recomputed on the same rows, beside every number shown."""

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
    """What a predictor says of some rows: decided stars, expected stars, perhaps probabilities."""

    decided: np.ndarray  # float64 (rows,)
    expected: np.ndarray  # float64 (rows,)
    probabilities: np.ndarray | None  # float64 (rows, stars)

    @classmethod
    def of_probabilities(cls, probabilities: np.ndarray, stars: tuple[float, ...]) -> Self:
        """The most probable star, and the mean of the distribution."""
        return cls(argmax_rating(probabilities, stars), probabilities @ np.asarray(stars), probabilities)


def majority(interactions: Interactions, context: Context, rows: np.ndarray) -> Predictions:
    """The train part's own distribution for everybody: always the commonest star, expecting the mean."""
    classes = np.searchsorted(context.stars, interactions.stars)
    share = np.bincount(classes, minlength=len(context.stars)) / len(classes)
    return Predictions.of_probabilities(np.tile(share, (len(rows), 1)), context.stars)


def damped_bias(
    interactions: Interactions, catalogue: Catalogue, context: Context, rows: np.ndarray, movies: np.ndarray
) -> Predictions:
    """Mean + user offset + movie offset, kept on the scale; the nearest star is decided. No probabilities.

    Of pairs (row of `interactions` or -1, catalogue position).
    """
    stars = np.asarray(context.stars)
    distinct, rows = np.unique(rows, return_inverse=True)
    expected = DampedBias.learn(interactions, catalogue, context).transform(interactions.take(distinct), rows, movies)[
        :, 0
    ]
    expected = np.clip(expected, stars[0], stars[-1])
    decided = stars[np.abs(expected[:, None] - stars).argmin(axis=1)]
    return Predictions(decided, expected, None)
