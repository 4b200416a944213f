"""From an expected rating to stars: how stars are spread around an expectation, and how movies depart from that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recsys.data.interactions import Interactions, sum_over_blocks

GRID = 33  # points on the scale at which the spread is kept
NEAR = 4.5  # twice the squared width, in points, over which neighbouring points share what they know
DAMPING = 10.0


def learn_calibration(
    interactions: Interactions, loo_residual: Callable[[Interactions], np.ndarray], stars: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """What is learned from expectations that exclude the rating itself; `loo_residual(block)` gives them per rating.

    Returns given (points, stars), the shares of each star around an expectation; error (), their mean square;
    movie_residual_share (movies, stars), a movie's shares less the given ones, and movie_error (movies,), both damped.
    """
    found = sum_over_blocks(lambda block: _counts(block, loo_residual(block), stars, size), interactions)
    by_point = found["point_star"]
    points = np.arange(GRID)
    smooth = np.exp(-((points[:, None] - points) ** 2) / NEAR) @ by_point + 2 * by_point.sum(0) / by_point.sum()
    calibration, error = smooth / smooth.sum(1, keepdims=True), found["square"].sum() / by_point.sum()
    count = found["movie_star"].sum(1) + DAMPING
    residual_share = (found["movie_star"] - found["movie_point"] @ calibration) / count[:, None]
    return {
        "calibration": calibration,
        "error": np.asarray(error),
        "movie_residual_share": residual_share,
        "movie_error": (found["square"] + DAMPING * error) / count,
    }


def shares(expected: np.ndarray, calibration: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """The shares of each star around some expectations, (rows, stars)."""
    low, part = _point(expected, stars)
    return calibration[low] * (1 - part)[:, None] + calibration[low + 1] * part[:, None]


def _counts(block: Interactions, expected: np.ndarray, stars: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """Ratings by point and star, by movie and point, by movie and star; squared errors by movie."""
    low, part = _point(expected, stars)
    star, movie = np.searchsorted(stars, block.stars), block.movies.astype(np.int64)

    def count(row: np.ndarray, column: np.ndarray, shape: tuple[int, int], weights: np.ndarray | None = None):
        cells = row * shape[1] + column
        return np.bincount(cells, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)

    both = ((low, 1 - part), (low + 1, part))
    return {
        "point_star": sum(count(point, star, (GRID, len(stars)), weight) for point, weight in both),
        "movie_point": sum(count(movie, point, (size, GRID), weight) for point, weight in both),
        "movie_star": count(movie, star, (size, len(stars))),
        "square": np.bincount(movie, weights=(block.stars - expected) ** 2, minlength=size),
    }


def _point(expected: np.ndarray, stars: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The grid point below each expectation, and how far the next one is approached, 0..1."""
    place = np.clip((expected - stars[0]) / (stars[-1] - stars[0]) * (GRID - 1), 0, GRID - 1.001)
    low = place.astype(np.int64)
    return low, place - low
