"""What a number must be compared with: recomputed on the same rows, beside every number shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories
from recsys.features.damped_bias import Bias
from recsys.features.extractor import Context
from recsys.models.star_model import decide


@dataclass(frozen=True)
class Predicted:
    """What a predictor says of some rows: decided stars, expected stars, perhaps probabilities."""

    decided: np.ndarray  # float64 (rows,)
    expected: np.ndarray  # float64 (rows,)
    probabilities: np.ndarray | None  # float64 (rows, stars)

    @classmethod
    def of_probabilities(cls, probabilities: np.ndarray, stars: tuple[float, ...]) -> Self:
        """The most probable star, and the mean of the distribution."""
        return cls(decide(probabilities, stars), probabilities @ np.asarray(stars), probabilities)


def majority(histories: Histories, context: Context, rows: np.ndarray) -> Predicted:
    """The train part's own distribution for everybody: always the commonest star, expecting the mean."""
    classes = np.searchsorted(context.stars, histories.stars)
    share = np.bincount(classes, minlength=len(context.stars)) / len(classes)
    return Predicted.of_probabilities(np.tile(share, (len(rows), 1)), context.stars)


def damped_bias(
    histories: Histories, catalogue: Catalogue, context: Context, rows: np.ndarray, movies: np.ndarray
) -> Predicted:
    """Mean + user offset + movie offset, kept on the scale; the nearest star is decided. No probabilities.

    Of pairs (row of `histories` or -1, catalogue position).
    """
    stars = np.asarray(context.stars)
    distinct, rows = np.unique(rows, return_inverse=True)
    expected = Bias.fit(histories, catalogue, context).transform(histories.take(distinct), rows, movies)[:, 0]
    expected = np.clip(expected, stars[0], stars[-1])
    decided = stars[np.abs(expected[:, None] - stars).argmin(axis=1)]
    return Predicted(decided, expected, None)
