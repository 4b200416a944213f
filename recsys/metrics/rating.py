"""Pure functions from decided stars and expected ratings to numbers. NaN where undefined, never 0 by accident.

A confusion matrix counts rows (truth) by columns (decided). The functions of one take any leading axes, so a
bootstrap can hand over a thousand of them at once.
"""

from __future__ import annotations

import numpy as np


def confusion(truth: np.ndarray, predicted: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Counts of (true star, decided star), int64 (stars, stars)."""
    size = len(stars)
    cells = np.searchsorted(stars, truth) * size + np.searchsorted(stars, predicted)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def accuracy(confusion: np.ndarray) -> np.ndarray:
    """Share of rows decided right: trace / total. NaN without rows."""
    return _ratio(_diagonal(confusion).sum(-1), confusion.sum((-2, -1)))


def within_one(confusion: np.ndarray) -> np.ndarray:
    """Share of rows decided right or one step of the scale off. NaN without rows."""
    size = confusion.shape[-1]
    near = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) <= 1
    return _ratio((confusion * near).sum((-2, -1)), confusion.sum((-2, -1)))


def precision(confusion: np.ndarray) -> np.ndarray:
    """Per star: right / decided so, (..., stars). NaN for a star that was never decided."""
    return _ratio(_diagonal(confusion), confusion.sum(-2))


def recall(confusion: np.ndarray) -> np.ndarray:
    """Per star: right / truly so, (..., stars). NaN for a star that never occurs."""
    return _ratio(_diagonal(confusion), confusion.sum(-1))


def f1(confusion: np.ndarray) -> np.ndarray:
    """Per star: 2 right / (decided so + truly so), (..., stars).

    0 for a star that occurs and was never decided, NaN for one that does neither.
    """
    return _ratio(2 * _diagonal(confusion), confusion.sum(-2) + confusion.sum(-1))


def weighted_kappa(confusion: np.ndarray) -> np.ndarray:
    """Quadratic weighted kappa: 1 - weighted disagreement / what independent margins would show.

    Weights are squared distances in steps of the scale (Cohen 1968, doi 10.1037/h0026256). NaN when the margins
    leave nothing to disagree about.
    """
    size, total = confusion.shape[-1], confusion.sum((-2, -1), keepdims=True)
    weights = np.subtract.outer(np.arange(size), np.arange(size)) ** 2
    chance = confusion.sum(-1)[..., :, None] * confusion.sum(-2)[..., None, :] / np.maximum(total, 1)
    return 1 - _ratio((confusion * weights).sum((-2, -1)), (chance * weights).sum((-2, -1)))


def best_cuts(truth: np.ndarray, expected: np.ndarray, stars: tuple[float, ...], sweeps: int = 4) -> np.ndarray:
    """Where to cut expected ratings into stars for the highest quadratic weighted kappa, float64 (stars - 1,).

    Coordinate ascent from the midpoints of the scale; tune on other rows than those that are reported.
    """
    cuts = (np.asarray(stars)[1:] + np.asarray(stars)[:-1]) / 2
    for _ in range(sweeps):
        for place in range(len(cuts)):
            low = cuts[place - 1] if place else expected.min()
            high = cuts[place + 1] if place + 1 < len(cuts) else expected.max()
            tried = np.linspace(low, high, 41)
            trials = [np.concatenate([cuts[:place], [cut], cuts[place + 1 :]]) for cut in tried]
            tables = np.stack([confusion(truth, cut_into(expected, trial, stars), stars) for trial in trials])
            cuts[place] = tried[np.nanargmax(weighted_kappa(tables))]
    return cuts


def cut_into(expected: np.ndarray, cuts: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """The star of each expected rating under some cut points, float64 (rows,)."""
    return np.asarray(stars)[np.searchsorted(cuts, expected, side="right")]


def macro(per_star: np.ndarray) -> np.ndarray:
    """The plain mean over the stars, an undefined star counting 0. NaN when none is defined."""
    some = np.isfinite(per_star).any(-1)
    return np.where(some, np.nan_to_num(per_star).mean(-1), np.nan)


def weighted(per_star: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """The mean over stars, weighted by how often each truly occurs; an undefined star counts 0."""
    share = confusion.sum(-1)
    return _ratio((np.nan_to_num(per_star) * share).sum(-1), share.sum(-1))


def squared_errors(truth: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """(truth - expected)^2 per row; RMSE is the root of their mean."""
    return (np.asarray(truth) - expected) ** 2


def absolute_errors(truth: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """|truth - expected| per row; MAE is their mean."""
    return np.abs(np.asarray(truth) - expected)


def _diagonal(confusion: np.ndarray) -> np.ndarray:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    below = np.asarray(below, np.float64)
    return np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below != 0)
