"""What the trees make of each feature on held-out rows: SHAP contributions and partial dependence.

Both describe the model, not the world: they prove no cause.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xgboost

from recsys.metrics.bootstrap import intervals, resampled
from recsys.models.star_model import StarModel

EFFECT_COLUMNS = ("feature", "size", "direction")
DEPENDENCE_COLUMNS = ("value", "model", "change", "low", "high")
WHOLE, TREES_ONLY = "whole", "trees"
GRID = np.linspace(0.02, 0.98, 13)  # quantiles of a feature at which its partial dependence is computed


def contributions(model: StarModel, matrix: np.ndarray) -> np.ndarray:
    """XGBoost's SHAP contributions of each feature to the margin of each star.

    Parameters
    ----------
    model : StarModel
        The trees; their linear start enters as the base margin, so it is in the last column and is not divided among
        the features.
    matrix : ndarray of float32, shape (rows, names)
        Features.

    Returns
    -------
    ndarray of float32, shape (rows, stars, names + 1)
        In log-odds; each star's contributions sum to its margin.

    References
    ----------
    Lundberg, Erion and Lee 2018, Consistent individualized feature attribution for tree ensembles, arXiv:1802.03888.
    """
    start = model.softmax_regression.logits(matrix)
    rows = xgboost.DMatrix(matrix, base_margin=start, feature_names=list(model.names))
    return model.booster.predict(rows, pred_contribs=True)


def effects(model: StarModel, matrix: np.ndarray) -> pd.DataFrame:
    """Size and direction of each feature's contributions, the largest first.

    Parameters
    ----------
    model, matrix
        As `contributions`.

    Returns
    -------
    DataFrame
        The columns `EFFECT_COLUMNS`: feature, size (mean absolute contribution over rows and stars, in log-odds), and
        direction (from -1 to 1: rank correlation of the feature's value with its push towards higher stars; NaN for a
        constant feature).
    """
    parts = contributions(model, matrix)[:, :, :-1]
    centred = np.array(model.stars) - np.mean(model.stars)
    push = pd.DataFrame(np.einsum("rsn,s->rn", parts, centred)).rank()
    direction = pd.DataFrame(matrix).rank().corrwith(push)
    columns = {"feature": list(model.names), "size": np.abs(parts).mean((0, 1)), "direction": direction.to_numpy()}
    return pd.DataFrame(columns).sort_values("size", ascending=False, kind="stable", ignore_index=True)


def partial_dependence(
    model: StarModel, matrix: np.ndarray, feature: str, users: np.ndarray, seed: int = 0
) -> pd.DataFrame:
    """How the expected rating changes if one feature has the same value in every row.

    Parameters
    ----------
    model : StarModel
        The fitted model.
    matrix : ndarray of float32, shape (rows, names)
        Features.
    feature : str
        Its name.
    users : ndarray of int64, shape (rows,)
        User ids of the rows, for the intervals.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        The columns `DEPENDENCE_COLUMNS`: value of the feature (quantiles of the rows), model (`WHOLE`: the linear start
        follows the value too; `TREES_ONLY`: it is held at each row's own prediction), change (mean difference from the
        rows' own expected ratings, in stars), low and high (95% interval by a bootstrap over users). Empty for a
        feature that is missing everywhere.
    """
    column = model.names.index(feature)
    known = matrix[:, column][~np.isnan(matrix[:, column])]
    values = np.unique(np.quantile(known, GRID, method="nearest")) if len(known) else known
    own_start = model.softmax_regression.logits(matrix)
    own = _expected(model, matrix, own_start)
    changes = {WHOLE: [], TREES_ONLY: []}
    for value in values:
        changed = matrix.copy()
        changed[:, column] = value
        whole = _expected(model, changed, model.softmax_regression.logits(changed))
        changes[WHOLE].append(whole - own)
        changes[TREES_ONLY].append(_expected(model, changed, own_start) - own)
    tables = [_summary(values, name, rows, users, seed) for name, rows in changes.items() if rows]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(DEPENDENCE_COLUMNS))


def _expected(model: StarModel, matrix: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The expected rating of each row from a given linear start, float64 (rows,)."""
    probabilities = model.booster.inplace_predict(matrix, base_margin=start, validate_features=False)
    return np.asarray(probabilities, np.float64) @ np.array(model.stars)


def _summary(values: np.ndarray, name: str, changes: list[np.ndarray], users: np.ndarray, seed: int) -> pd.DataFrame:
    """The mean change at each value with its interval."""
    by_row = np.stack(changes, axis=1)
    ids, index = np.unique(users, return_inverse=True)
    sums = np.zeros((len(ids), len(values)))
    np.add.at(sums, index, by_row)
    weights = resampled(len(ids), seed)
    low, high = intervals((weights @ sums) / (weights @ np.bincount(index))[:, None])
    columns = {"value": values.astype(np.float64), "model": name, "change": by_row.mean(0), "low": low, "high": high}
    return pd.DataFrame(columns)
