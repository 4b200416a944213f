"""From an expected rating to stars: how stars are spread around an expectation, and how movies depart from that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recsys.data.interactions import Histories, sums

GRID = 33  # points on the scale at which the spread is kept
NEAR = 4.5  # twice the squared width, in points, over which neighbouring points share what they know
DAMPING = 10.0


def learn_habits(
    histories: Histories, left_out: Callable[[Histories], np.ndarray], stars: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """What is learned from expectations that exclude the rating itself; `left_out(block)` gives them per rating.

    Returns given (points, stars), the shares of each star around an expectation; error (), their mean square;
    movie_departure (movies, stars), a movie's shares less the given ones, and movie_error (movies,), both damped.
    """
    found = sums(lambda block: _counts(block, left_out(block), stars, size), histories)
    by_point = found["point_star"]
    points = np.arange(GRID)
    smooth = np.exp(-((points[:, None] - points) ** 2) / NEAR) @ by_point + 2 * by_point.sum(0) / by_point.sum()
    given, error = smooth / smooth.sum(1, keepdims=True), found["square"].sum() / by_point.sum()
    count = found["movie_star"].sum(1) + DAMPING
    departure = (found["movie_star"] - found["movie_point"] @ given) / count[:, None]
    return {
        "given": given,
        "error": np.asarray(error),
        "movie_departure": departure,
        "movie_error": (found["square"] + DAMPING * error) / count,
    }


def shares(expected: np.ndarray, given: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """The shares of each star around some expectations, (rows, stars)."""
    low, part = _point(expected, stars)
    return given[low] * (1 - part)[:, None] + given[low + 1] * part[:, None]


def _counts(block: Histories, expected: np.ndarray, stars: np.ndarray, size: int) -> dict[str, np.ndarray]:
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
