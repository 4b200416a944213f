"""Cut points that turn expected ratings into predicted stars, tuned for quadratic weighted kappa."""

from __future__ import annotations

import numpy as np

from recsys.metrics.rating import confusion, weighted_kappa


def best_cuts(truth: np.ndarray, expected: np.ndarray, stars: tuple[float, ...], iterations: int = 4) -> np.ndarray:
    """Cut points with the highest quadratic weighted kappa, by coordinate ascent from the midpoints of the scale.

    Tune them on other rows than those of the report.

    Parameters
    ----------
    truth, expected : float array, (rows,)
        True stars and expected ratings.
    stars : tuple of float
        The rating scale, ascending.
    sweeps : int
        How often each cut point is tuned.

    Returns
    -------
    float64 array, (stars - 1,)
        Ascending cut points for `cut_into`.

    Examples
    --------
    >>> truth, expected = np.array([1.0, 1.0, 2.0, 2.0]), np.array([1.1, 1.2, 1.3, 1.4])
    >>> cut_into(expected, best_cuts(truth, expected, (1.0, 2.0)), (1.0, 2.0))
    array([1., 1., 2., 2.])
    """
    cuts = (np.asarray(stars)[1:] + np.asarray(stars)[:-1]) / 2
    for _ in range(iterations):
        for index in range(len(cuts)):
            low = cuts[index - 1] if index else expected.min()
            high = cuts[index + 1] if index + 1 < len(cuts) else expected.max()
            grid = np.linspace(low, high, 41)
            trials = [np.concatenate([cuts[:index], [cut], cuts[index + 1 :]]) for cut in grid]
            tables = np.stack([confusion(truth, cut_into(expected, trial, stars), stars) for trial in trials])
            cuts[index] = grid[np.nanargmax(weighted_kappa(tables))]
    return cuts


def cut_into(expected: np.ndarray, cuts: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Predicted star of each expected rating.

    Parameters
    ----------
    expected : float array, (rows,)
        Expected ratings.
    cuts : float array, (stars - 1,)
        Ascending cut points; a rating equal to one belongs to the higher star.
    stars : tuple of float
        The rating scale, ascending.

    Returns
    -------
    float64 array, (rows,)

    Examples
    --------
    >>> cut_into(np.array([1.2, 1.5, 2.9]), np.array([1.5, 2.5]), (1.0, 2.0, 3.0))
    array([1., 2., 3.])
    """
    return np.asarray(stars)[np.searchsorted(cuts, expected, side="right")]
