"""From an expected rating to stars: how stars are spread around an expectation, and how movies deviate from that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recsys.config.features import RatingCalibrationConfig
from recsys.data.interactions import Interactions, sum_over_blocks


def learn_calibration(
    interactions: Interactions,
    loo_expected: Callable[[Interactions], np.ndarray],
    stars: np.ndarray,
    size: int,
    config: RatingCalibrationConfig,
) -> dict[str, np.ndarray]:
    """Learn how stars spread around expectations that exclude the rating itself.

    Parameters
    ----------
    interactions : Interactions
        All users' ratings.
    loo_expected : callable
        From a block of users to the leave-one-out expectation of each of its ratings, in stars.
    stars : ndarray (stars,)
        The scale, ascending.
    size : int
        Movies in the catalogue.
    config : RatingCalibrationConfig
        Grid, smoothing and damping.

    Returns
    -------
    dict
        calibration (points, stars), the shares of each star around an expectation; error (), the mean squared error;
        movie_residual_share (movies, stars), a movie's shares less those of the calibration, and movie_error
        (movies,), both damped.
    """
    totals = sum_over_blocks(
        lambda block: _counts(block, loo_expected(block), stars, size, config.points), interactions
    )
    by_point, points = totals["point_star"], np.arange(config.points)
    closeness = np.exp(-((points[:, None] - points) ** 2) / config.smoothing)
    smooth = closeness @ by_point + 2 * by_point.sum(0) / by_point.sum()
    calibration, error = smooth / smooth.sum(1, keepdims=True), totals["square"].sum() / by_point.sum()
    count = totals["movie_star"].sum(1) + config.damping
    residual_share = (totals["movie_star"] - totals["movie_point"] @ calibration) / count[:, None]
    return {
        "calibration": calibration,
        "error": np.asarray(error),
        "movie_residual_share": residual_share,
        "movie_error": (totals["square"] + config.damping * error) / count,
    }


def star_shares(expected: np.ndarray, calibration: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """The shares of each star around some expectations, (rows, stars), interpolated between grid points."""
    low, fraction = _grid_point(expected, stars, len(calibration))
    return calibration[low] * (1 - fraction)[:, None] + calibration[low + 1] * fraction[:, None]


def _counts(
    block: Interactions, expected: np.ndarray, stars: np.ndarray, size: int, points: int
) -> dict[str, np.ndarray]:
    """Ratings by point and star, by movie and point, by movie and star; squared errors by movie."""
    low, fraction = _grid_point(expected, stars, points)
    star, movie = np.searchsorted(stars, block.stars), block.movies.astype(np.int64)

    def count(row: np.ndarray, column: np.ndarray, shape: tuple[int, int], weights: np.ndarray | None = None):
        cells = row * shape[1] + column
        return np.bincount(cells, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)

    neighbours = ((low, 1 - fraction), (low + 1, fraction))
    return {
        "point_star": np.add(*(count(point, star, (points, len(stars)), weight) for point, weight in neighbours)),
        "movie_point": np.add(*(count(movie, point, (size, points), weight) for point, weight in neighbours)),
        "movie_star": count(movie, star, (size, len(stars))),
        "square": np.bincount(movie, weights=(block.stars - expected) ** 2, minlength=size),
    }


def _grid_point(expected: np.ndarray, stars: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """The grid point below each expectation, and the fraction of the way to the next one."""
    position = (expected - stars[0]) / (stars[-1] - stars[0]) * (points - 1)
    position = np.clip(position, 0, points - 1.001)
    low = position.astype(np.int64)
    return low, position - low
