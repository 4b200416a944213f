"""Metrics of predicted stars (from a confusion matrix) and of expected ratings. NaN where undefined, never 0.

A confusion matrix counts true stars (rows) by predicted stars (columns). Functions of one accept any leading axes
`...`, so a bootstrap can pass a thousand matrices at once.
"""

from __future__ import annotations

import numpy as np


def confusion(truth: np.ndarray, predicted: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Confusion matrix of the predicted stars.

    Parameters
    ----------
    truth, predicted : float array, (rows,)
        True and predicted stars, each a value of the scale.
    stars : tuple of float
        The rating scale, ascending.

    Returns
    -------
    int64 array, (stars, stars)
        Rows by (true star, predicted star).

    Examples
    --------
    >>> confusion(np.array([1.0, 1.0, 3.0]), np.array([1.0, 2.0, 2.0]), (1.0, 2.0, 3.0))
    array([[1, 1, 0],
           [0, 0, 0],
           [0, 1, 0]])
    """
    size = len(stars)
    cells = np.searchsorted(stars, truth) * size + np.searchsorted(stars, predicted)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def accuracy(confusion: np.ndarray) -> np.ndarray:
    """Share of rows whose predicted star is exactly right: trace / total.

    Parameters
    ----------
    confusion : int array, (..., stars, stars)

    Returns
    -------
    float64 array, (...)
        0 to 1, higher is better; NaN without rows.

    Examples
    --------
    >>> accuracy(np.array([[2, 1], [0, 1]])).item()
    0.75
    """
    return _ratio(_diagonal(confusion).sum(-1), confusion.sum((-2, -1)))


def within_one(confusion: np.ndarray) -> np.ndarray:
    """Share of rows whose predicted star is at most one step of the scale off.

    Parameters and Returns as `accuracy`.

    Examples
    --------
    >>> within_one(np.array([[2, 1, 1], [0, 0, 0], [0, 0, 0]])).item()
    0.75
    """
    size = confusion.shape[-1]
    near = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) <= 1
    return _ratio((confusion * near).sum((-2, -1)), confusion.sum((-2, -1)))


def precision(confusion: np.ndarray) -> np.ndarray:
    """Precision of each star: correct / predicted.

    Parameters
    ----------
    confusion : int array, (..., stars, stars)

    Returns
    -------
    float64 array, (..., stars)
        0 to 1, higher is better; NaN for a star that was never predicted.

    Examples
    --------
    >>> precision(np.array([[2, 1], [0, 1]]))
    array([1. , 0.5])
    """
    return _ratio(_diagonal(confusion), confusion.sum(-2))


def recall(confusion: np.ndarray) -> np.ndarray:
    """Recall of each star: correct / true.

    Parameters and Returns as `precision`, but NaN for a star that never occurs.

    Examples
    --------
    >>> recall(np.array([[1, 1], [0, 2]]))
    array([0.5, 1. ])
    """
    return _ratio(_diagonal(confusion), confusion.sum(-1))


def f1(confusion: np.ndarray) -> np.ndarray:
    """F1 of each star, the harmonic mean of precision and recall: 2 correct / (predicted + true).

    Parameters and Returns as `precision`, but 0 for a star that occurs and is never predicted, NaN for one that neither
    occurs nor is predicted.

    Examples
    --------
    >>> f1(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 0]]))
    array([0.5, 0.5, nan])
    """
    return _ratio(2 * _diagonal(confusion), confusion.sum(-2) + confusion.sum(-1))


def weighted_kappa(confusion: np.ndarray) -> np.ndarray:
    """Quadratic weighted kappa: 1 - weighted disagreement / weighted disagreement of independent margins.

    The weights are squared distances in steps of the scale.

    Parameters
    ----------
    confusion : int array, (..., stars, stars)

    Returns
    -------
    float64 array, (...)
        1 at best, 0 for chance; NaN where the margins leave no disagreement to expect.

    References
    ----------
    Cohen (1968), Weighted kappa, Psychological Bulletin 70, doi 10.1037/h0026256.

    Examples
    --------
    >>> weighted_kappa(np.array([[[2, 0], [0, 2]], [[1, 1], [1, 1]]]))
    array([1., 0.])
    """
    size, total = confusion.shape[-1], confusion.sum((-2, -1), keepdims=True)
    weights = np.subtract.outer(np.arange(size), np.arange(size)) ** 2
    chance = confusion.sum(-1)[..., :, None] * confusion.sum(-2)[..., None, :] / np.maximum(total, 1)
    return 1 - _ratio((confusion * weights).sum((-2, -1)), (chance * weights).sum((-2, -1)))


def macro(per_star: np.ndarray) -> np.ndarray:
    """Unweighted mean over the stars.

    Parameters
    ----------
    per_star : float array, (..., stars)
        A metric of each star; NaN counts 0.

    Returns
    -------
    float64 array, (...)
        NaN where the metric is undefined for every star.

    Examples
    --------
    >>> macro(np.array([1.0, 0.5, np.nan])).item()
    0.5
    """
    defined = np.isfinite(per_star).any(-1)
    return np.where(defined, np.nan_to_num(per_star).mean(-1), np.nan)


def weighted(per_star: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """Mean over the stars, weighted by how often each star is true.

    Parameters and Returns as `macro`, with `confusion`, int array (..., stars, stars), for the weights.

    Examples
    --------
    >>> weighted(np.array([1.0, 0.5]), np.array([[3, 0], [0, 1]])).item()
    0.875
    """
    true_counts = confusion.sum(-1)
    return _ratio((np.nan_to_num(per_star) * true_counts).sum(-1), true_counts.sum(-1))


def squared_errors(truth: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Squared error of each row; RMSE is the root of their mean.

    Parameters
    ----------
    truth, expected : float array, (rows,)
        True stars and expected ratings.

    Returns
    -------
    float64 array, (rows,)
        In squared stars, lower is better.

    Examples
    --------
    >>> squared_errors(np.array([1.0, 5.0]), np.array([2.0, 4.5]))
    array([1.  , 0.25])
    """
    return (np.asarray(truth) - expected) ** 2


def absolute_errors(truth: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Absolute error of each row, in stars; MAE is their mean. Parameters and Returns as `squared_errors`.

    Examples
    --------
    >>> absolute_errors(np.array([1.0, 5.0]), np.array([2.0, 4.5]))
    array([1. , 0.5])
    """
    return np.abs(np.asarray(truth) - expected)


def _diagonal(confusion: np.ndarray) -> np.ndarray:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    denominator = np.asarray(denominator, np.float64)
    return np.divide(numerator, denominator, out=np.full(np.shape(denominator), np.nan), where=denominator != 0)
