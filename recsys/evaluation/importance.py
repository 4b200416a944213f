"""What a model's answers hang on: how much each feature, and each signal, moves the linear start and the trees.

Neither says that a feature causes anything, and features that tell the same share what they have between them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.features.matrix import Features
from recsys.models.star_model import StarModel

FEATURE, SIGNAL, LINEAR, TREES = "feature", "signal", "linear", "trees"


def importance(model: StarModel, features: Features) -> pd.DataFrame:
    """One row a feature, those that matter most to the trees first: feature, signal, linear, trees.

    `trees`: the feature's share of all that splits gained in the loss while the trees grew (XGBoost's total gain).
    `linear`: its share of the weights of the linear start: the root of the sum of squares over stars of its own weight
    and of those it has together with a pivot, all in standard deviations. Each column sums to 1, or is 0 without any.
    """
    names = features.names
    signals = [type(signal).__name__.lower() for signal in features.signals for _ in signal.names()]
    gain = model.booster.get_score(importance_type="total_gain")
    columns = {FEATURE: names, SIGNAL: signals, LINEAR: _share(_weights(model))}
    found = pd.DataFrame(columns | {TREES: _share(np.array([gain.get(name, 0.0) for name in names]))})
    return found.sort_values([TREES, LINEAR], ascending=False, kind="stable", ignore_index=True)


def by_signal(table: pd.DataFrame) -> pd.DataFrame:
    """The shares summed over each signal's features: signal, linear, trees, features, the largest first."""
    groups = table.groupby(SIGNAL)
    found = groups[[LINEAR, TREES]].sum().assign(features=groups.size()).reset_index()
    return found.sort_values([TREES, LINEAR], ascending=False, kind="stable", ignore_index=True)


def _weights(model: StarModel) -> np.ndarray:
    """How far each feature moves the linear start, float64 (names,)."""
    margin = model.margin
    parts = margin.weights[1:].reshape(1 + len(margin.pivots), len(margin.mean), -1)
    parts = parts - parts.mean(-1, keepdims=True)  # what moves every star alike changes nothing
    return np.sqrt((parts**2).sum((0, 2)))


def _share(size: np.ndarray) -> np.ndarray:
    return size / size.sum() if size.sum() > 0 else np.zeros(len(size))
