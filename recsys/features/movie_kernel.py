"""Prior covariance of two movies, before any star is compared: a weighted sum of kernels over their features."""

from __future__ import annotations

import numpy as np

from recsys.config.features import MovieKernelConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.cooccurrence_svd import CooccurrenceSvd
from recsys.features.damped_bias import DampedBias


def movie_kernel(
    interactions: Interactions,
    catalogue: Catalogue,
    bias: DampedBias,
    svd: CooccurrenceSvd,
    config: MovieKernelConfig,
) -> np.ndarray:
    """Prior covariance of users' tastes for each two movies, float32 (movies, movies), in squared stars.

    The kernels: constant; genres; linear in popularity, quality and age; closeness of the years; singular vectors of
    who rated what; users who rated both; the movie itself.
    """
    rated_both, count = _rated_both(interactions, len(catalogue))
    year = catalogue.filled_years.astype(np.float32)
    linear = (
        (config.popularity, np.log(count + 1)),
        (config.quality, bias.movie_offset),
        (config.age, np.log(year.max() + 2 - year)),
    )
    columns = [np.full((len(year), 1), np.sqrt(config.level))]
    columns += [np.sqrt(weight) * _standardised(line, count + 1)[:, None] for weight, line in linear]
    columns += [np.sqrt(config.genre) * _unit_rows(catalogue.genre_flags, 0.0)]
    columns += [np.sqrt(config.axes) * _unit_rows(svd.movie_axes * svd.singular_values, 0.5)]
    flat = np.concatenate(columns, axis=1).astype(np.float32)
    kernel = flat @ flat.T
    closeness = np.exp(-((year[:, None] - year) ** 2) / np.float32(2 * config.year_scale**2))
    kernel += np.float32(config.year) * closeness
    root = np.sqrt(count + config.damping).astype(np.float32)
    kernel += np.float32(config.cooccurrence) * rated_both / np.outer(root, root)
    kernel[np.diag_indices_from(kernel)] += np.float32(config.movie)
    return kernel


def _rated_both(interactions: Interactions, size: int) -> tuple[np.ndarray, np.ndarray]:
    """How many users rated both of two movies, float32 (movies, movies), and each, float64 (movies,)."""

    def gram(block: Interactions) -> dict[str, np.ndarray]:
        rated = block.dense(np.ones(len(block.movies), np.float32), size)
        return {"gram": rated.T @ rated}

    counts = sum_over_blocks(gram, interactions)["gram"]
    return counts, np.diag(counts).astype(np.float64)


def _standardised(line: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The line with weighted mean 0 and variance 1."""
    centred = line - np.average(line, weights=weights)
    return centred / max(np.sqrt(np.average(centred**2, weights=weights)), 1e-6)


def _unit_rows(matrix: np.ndarray, damping: float) -> np.ndarray:
    """Rows of length 1; `damping` times the median squared length keeps short rows shorter."""
    square = (matrix**2).sum(1, keepdims=True)
    return matrix / np.sqrt(np.maximum(square + damping * np.median(square), 1e-6))
