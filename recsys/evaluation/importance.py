"""Feature importance: how much each feature, and each feature extractor, moves the softmax regression and the trees.

Importance is not causation, and features that carry the same information share it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.core.serialization import snake_case
from recsys.features.matrix import Features
from recsys.models.star_model import StarModel

FEATURE, EXTRACTOR, LINEAR, TREES = "feature", "extractor", "linear", "trees"


def importance(model: StarModel, features: Features) -> pd.DataFrame:
    """Importance of each feature, the most important to the softmax regression first: most of the model is linear.

    Returns
    -------
    DataFrame
        One row per feature: feature, extractor, linear and trees. `trees` is the feature's share of the loss reduction
        by all splits (XGBoost's total gain). `linear` is its share of the weights of the softmax regression: the root
        of the sum of squares, over stars, of its own weight and those of its products with a pivot, in standard
        deviations. Each column sums to 1, or is 0 if nothing has a weight.
    """
    names = features.names
    extractors = [snake_case(type(extractor).__name__) for extractor in features.extractors for _ in extractor.names()]
    gain = model.booster.get_score(importance_type="total_gain")
    columns = {FEATURE: names, EXTRACTOR: extractors, LINEAR: _share(_linear_weights(model))}
    table = pd.DataFrame(columns | {TREES: _share(np.array([gain.get(name, 0.0) for name in names]))})
    return table.sort_values([LINEAR, TREES], ascending=False, kind="stable", ignore_index=True)


def by_extractor(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `importance` summed by extractor: extractor, linear, trees, features (their number)."""
    groups = table.groupby(EXTRACTOR)
    sums = groups[[LINEAR, TREES]].sum().assign(features=groups.size()).reset_index()
    return sums.sort_values([LINEAR, TREES], ascending=False, kind="stable", ignore_index=True)


def _linear_weights(model: StarModel) -> np.ndarray:
    """The size of each feature's weights in the softmax regression, float64 (names,)."""
    regression = model.softmax_regression
    weights = regression.weights[1:].reshape(1 + len(regression.pivots), len(regression.mean), -1)
    weights = weights - weights.mean(-1, keepdims=True)  # a shift of all stars alike changes no probability
    return np.sqrt((weights**2).sum((0, 2)))


def _share(sizes: np.ndarray) -> np.ndarray:
    return sizes / sizes.sum() if sizes.sum() > 0 else np.zeros(len(sizes))
