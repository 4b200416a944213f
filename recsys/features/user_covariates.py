"""Covariates of a user, before any star is compared: how much and which movies they rated, and their profile."""

from __future__ import annotations

import numpy as np

from recsys.config import TrainingConfig
from recsys.data.interactions import Interactions
from recsys.features.cooccurrence_svd import user_coordinates

COVARIATES = "occupations + axes + 4"  # how many columns `user_covariates` has


def user_covariates(
    interactions: Interactions, axes: np.ndarray, occupations: np.ndarray, config: TrainingConfig
) -> np.ndarray:
    """The covariates of each user, each about 0, and 0 where it is unknown.

    Parameters
    ----------
    interactions : Interactions
        The users, with their profiles.
    axes : ndarray, float32 (movies, axes)
        Singular vectors of who rated what.
    occupations : ndarray of str (occupations,)
        The occupations that have a column.
    config : TrainingConfig
        `user_covariates` has centres and scales, `cooccurrence_svd` the damping of the coordinates.

    Returns
    -------
    ndarray, float64 (users, covariates)
        1, log count, age, gender, occupations, coordinates on the axes.
    """
    centre = config.user_covariates
    counts = np.log1p(np.maximum(interactions.counts, centre.min_count)) - centre.mean_log_count
    counts = np.where(interactions.counts > 0, counts, 0)
    age = np.nan_to_num((interactions.age.astype(np.float64) - centre.mean_age) / centre.age_scale)
    gender = np.where(interactions.gender == "", 0, (interactions.gender == "F") - centre.share_of_women)
    occupation = interactions.occupation[:, None] == occupations
    coordinates = centre.axes_scale * user_coordinates(interactions, axes, config.cooccurrence_svd.damping)
    return np.column_stack([np.ones(len(interactions)), counts, age, gender, occupation, coordinates])
