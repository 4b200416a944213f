"""What a model's answers hang on: how much each feature, and each signal, moves the linear start and the trees.

Neither says that a feature causes anything, and features that tell the same share what they have between them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.core.serialization import snake_case
from recsys.features.matrix import Features
from recsys.models.star_model import StarModel

FEATURE, EXTRACTOR, LINEAR, TREES = "feature", "extractor", "linear", "trees"


def importance(model: StarModel, features: Features) -> pd.DataFrame:
    """One row a feature, those that matter most to the trees first: feature, signal, linear, trees.

    `trees`: the feature's share of all that splits gained in the loss while the trees grew (XGBoost's total gain).
    `linear`: its share of the weights of the linear start: the root of the sum of squares over stars of its own weight
    and of those it has together with a pivot, all in standard deviations. Each column sums to 1, or is 0 without any.
    """
    names = features.names
    extractors = [snake_case(type(extractor).__name__) for extractor in features.extractors for _ in extractor.names()]
    gain = model.booster.get_score(importance_type="total_gain")
    columns = {FEATURE: names, EXTRACTOR: extractors, LINEAR: _share(_weights(model))}
    found = pd.DataFrame(columns | {TREES: _share(np.array([gain.get(name, 0.0) for name in names]))})
    return found.sort_values([TREES, LINEAR], ascending=False, kind="stable", ignore_index=True)


def by_extractor(table: pd.DataFrame) -> pd.DataFrame:
    """The shares summed over each signal's features: signal, linear, trees, features, the largest first."""
    groups = table.groupby(EXTRACTOR)
    found = groups[[LINEAR, TREES]].sum().assign(features=groups.size()).reset_index()
    return found.sort_values([TREES, LINEAR], ascending=False, kind="stable", ignore_index=True)


def _weights(model: StarModel) -> np.ndarray:
    """How far each feature moves the linear start, float64 (names,)."""
    softmax_regression = model.softmax_regression
    parts = softmax_regression.weights[1:].reshape(1 + len(softmax_regression.pivots), len(softmax_regression.mean), -1)
    parts = parts - parts.mean(-1, keepdims=True)  # what moves every star alike changes nothing
    return np.sqrt((parts**2).sum((0, 2)))


def _share(size: np.ndarray) -> np.ndarray:
    return size / size.sum() if size.sum() > 0 else np.zeros(len(size))
