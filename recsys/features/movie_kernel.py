"""How alike two movies are before any star is compared: a weighted sum of kernels over what movies are."""

from __future__ import annotations

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.cooccurrence_svd import CooccurrenceSvd
from recsys.features.damped_bias import DampedBias

LEVEL, GENRE, POPULARITY, QUALITY, AGE, YEAR, AXES, TOGETHER, OWN = 0.1, 0.1, 0.03, 0.03, 0.03, 0.05, 0.2, 0.2, 0.5
YEARS_ALIKE = 8.0  # over which movies of a time resemble each other
DAMPING = 5.0


def movie_kernel(
    interactions: Interactions, catalogue: Catalogue, bias: DampedBias, company: CooccurrenceSvd
) -> np.ndarray:
    """Prior covariance of a person's tastes for each two movies, float32 (movies, movies), in squared stars.

    The kernels: everything alike; genres; popularity, quality and age as straight lines; years near each other;
    axes of company; rated by the same people; the movie itself.
    """
    together, count = _together(interactions, len(catalogue))
    year = catalogue.filled_years.astype(np.float32)
    lines = ((POPULARITY, np.log(count + 1)), (QUALITY, bias.movie_offset), (AGE, np.log(year.max() + 2 - year)))
    columns = [np.full((len(year), 1), np.sqrt(LEVEL))]
    columns += [np.sqrt(weight) * _standard(line, count + 1)[:, None] for weight, line in lines]
    columns += [np.sqrt(GENRE) * _unit_rows(catalogue.genre_flags, 0.0)]
    columns += [np.sqrt(AXES) * _unit_rows(company.movie_axes * company.spread, 0.5)]
    flat = np.concatenate(columns, axis=1).astype(np.float32)
    kernel = flat @ flat.T
    kernel += np.float32(YEAR) * np.exp(-((year[:, None] - year) ** 2) / np.float32(2 * YEARS_ALIKE**2))
    root = np.sqrt(count + DAMPING).astype(np.float32)
    kernel += np.float32(TOGETHER) * together / np.outer(root, root)
    kernel[np.diag_indices_from(kernel)] += np.float32(OWN)
    return kernel


def _together(interactions: Interactions, size: int) -> tuple[np.ndarray, np.ndarray]:
    """How many users rated both of two movies, float32 (movies, movies), and each, float64 (movies,)."""

    def gram(block: Interactions) -> dict[str, np.ndarray]:
        rated = block.dense(np.ones(len(block.movies), np.float32), size)
        return {"gram": rated.T @ rated}

    found = sum_over_blocks(gram, interactions)["gram"]
    return found, np.diag(found).astype(np.float64)


def _standard(line: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same with weighted mean 0 and variance 1."""
    centred = line - np.average(line, weights=weights)
    return centred / max(np.sqrt(np.average(centred**2, weights=weights)), 1e-6)


def _unit_rows(matrix: np.ndarray, damping: float) -> np.ndarray:
    """Rows of length 1, those that are short beside the median row kept shorter by `damping` of it."""
    square = (matrix**2).sum(1, keepdims=True)
    return matrix / np.sqrt(np.maximum(square + damping * np.median(square), 1e-6))
