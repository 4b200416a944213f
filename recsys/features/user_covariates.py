"""A short description of a user before any star is compared: how much and which movies they rated, who they are."""

from __future__ import annotations

import numpy as np

from recsys.data.interactions import Interactions
from recsys.features.cooccurrence_svd import place

AXES = 20
PARTS = "occupations + axes + 4"  # how many columns `profile` has
FEWEST = 15  # below, a count says more of how lately somebody came than of who they are
USUAL_LOG_COUNT, USUAL_AGE, AGE_SPREAD, SHARE_OF_WOMEN, AXES_SCALE = 4.0, 33.0, 12.0, 0.3, 3.0


def profile(interactions: Interactions, axes: np.ndarray, occupations: np.ndarray) -> np.ndarray:
    """1, log count, age, gender, occupation and place on the axes of company, each about 0, float64 (users, parts).

    Whatever is unknown of a user is 0: neither here nor there.
    """
    counts = np.log1p(np.maximum(interactions.counts, FEWEST)) - USUAL_LOG_COUNT
    counts = np.where(interactions.counts > 0, counts, 0)
    age = np.nan_to_num((interactions.age.astype(np.float64) - USUAL_AGE) / AGE_SPREAD)
    gender = np.where(interactions.gender == "", 0, (interactions.gender == "F") - SHARE_OF_WOMEN)
    occupation = interactions.occupation[:, None] == occupations
    rated = AXES_SCALE * place(interactions, axes)
    return np.column_stack([np.ones(len(interactions)), counts, age, gender, occupation, rated])
