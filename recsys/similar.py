"""Movies like another: those for which people's tastes go together."""

from __future__ import annotations

import numpy as np

from recsys.signals.taste import Taste

DAMPING = 20.0  # ratings


def similarity(taste: Taste, position: int, counts: np.ndarray) -> np.ndarray:
    """How alike each movie is to one, float64 (movies,): 1 for itself, drawn to 0 while little is known of it.

    The correlation of people's tastes for both by the learned covariance, which began from what movies are and from
    who rates them together (`signals.kernels`). Alone it was better to look at than with item-item weights or places
    among the axes of company mixed in, which bring everybody's favourites. `counts` are ratings per movie, (movies,).
    """
    covariance = taste.movie_covariance
    own = np.sqrt(np.diag(covariance).astype(np.float64))
    found = covariance[position] / (own * own[position]) * np.sqrt(counts / (counts + DAMPING))
    found[position] = 1.0
    return found
