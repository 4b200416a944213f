"""A sample of held-out rows with the features that their predictions were made from.

A version is served with tables of all ratings, from which the features of held-out rows cannot be computed again. So
its report keeps a sample, for the effects of the features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.models.training_set import TrainingSet
from recsys.schema import MOVIE, USER

SAMPLE_ROWS = 500


@dataclass(frozen=True)
class FeatureSample:
    """Some held-out rows and their features.

    Attributes
    ----------
    rows : ndarray of int64, shape (samples,)
        Positions in the report's held-out rows, ascending.
    matrix : ndarray of float32, shape (samples, names)
        The features of these rows, from tables of the train part alone; NaN where missing.
    """

    rows: np.ndarray
    matrix: np.ndarray


def feature_sample(training_set: TrainingSet, held_out: pd.DataFrame, seed: int) -> FeatureSample:
    """At most `SAMPLE_ROWS` held-out rows, drawn by user and movie id, with their features.

    Parameters
    ----------
    training_set : TrainingSet
        What was learned from the train part.
    held_out : DataFrame
        user_id and movie_id of the held-out rows.
    seed : int
        Seed of the draw.
    """
    draws = draw(Stream.FEATURE_SAMPLE, held_out[USER].to_numpy(), held_out[MOVIE].to_numpy(), seed=seed)
    rows = np.sort(np.argsort(draws, kind="stable")[:SAMPLE_ROWS]).astype(np.int64)
    return FeatureSample(rows, training_set.features_of(held_out.iloc[rows]))
