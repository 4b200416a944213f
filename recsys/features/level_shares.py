"""How many of a movie's raters gave at least so many stars."""

from __future__ import annotations

import numpy as np

from recsys.data.interactions import Interactions, sum_over_blocks


def level_shares(interactions: Interactions, size: int, levels: np.ndarray, damping: float) -> np.ndarray:
    """The share of each movie's ratings at or over each level, damped towards that of all ratings.

    Parameters
    ----------
    interactions : Interactions
        The ratings.
    size : int
        Movies of the catalogue.
    levels : ndarray of float64, shape (levels,)
        Stars.
    damping : float
        Ratings of an average movie that are added to each movie's own.

    Returns
    -------
    ndarray of float64, shape (movies, levels)
    """

    def totals(block: Interactions) -> dict[str, np.ndarray]:
        over = [np.bincount(block.movies, block.stars >= level, size) for level in levels]
        return {"over": np.stack(over, axis=1), "count": np.bincount(block.movies, minlength=size)}

    sums = sum_over_blocks(totals, interactions)
    overall = sums["over"].sum(0) / max(sums["count"].sum(), 1)
    return (sums["over"] + damping * overall) / (sums["count"][:, None] + damping)
