"""Train against test: a few metrics on the rows that the model was fitted on, and on rows kept out of the fit.

Their features are cross-fitted: made without the fold of the rating, so from fewer ratings than those of a test row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import COLUMNS, MODEL, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.learning_curve import full_history_parts
from recsys.models.star_model import StarModel
from recsys.models.training_set import TrainingSet
from recsys.schema import RATING

METRICS = ("accuracy", "log_loss", "rmse")
TRAIN, VALIDATION, TEST = "train", "validation", "all"  # slices of a report's table
MAX_ROWS = 20_000  # fitted rows that are measured


def train_scores(model: StarModel, training_set: TrainingSet, holdout: np.ndarray, split: str) -> pd.DataFrame:
    """The metrics on fitted and on kept-out training rows of full histories.

    Parameters
    ----------
    model : StarModel
        The fitted star model.
    training_set : TrainingSet
        The training rows.
    holdout : ndarray of bool, shape (rows,)
        The training rows kept out of the fit.
    split : str
        Name of the split.

    Returns
    -------
    DataFrame
        The columns of a report's table, with the slices `TRAIN` and `VALIDATION`. A slice without rows is left out.
    """
    fitted, held_out = full_history_parts(training_set, holdout)
    rows_by_slice = {TRAIN: fitted[:: max(1, -(-len(fitted) // MAX_ROWS))], VALIDATION: held_out}
    tables = [
        _scores(model, training_set, rows, split).assign(slice=name)
        for name, rows in rows_by_slice.items()
        if len(rows)
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _scores(model: StarModel, training_set: TrainingSet, rows: np.ndarray, split: str) -> pd.DataFrame:
    """The metrics on some training rows, which are one per rating in the order of the interactions."""
    pairs = training_set.pairs().to_frame(index=False).iloc[training_set.rows.index[rows]]
    held_out = pairs.assign(**{RATING: training_set.rows.stars[rows]}).reset_index(drop=True)
    predictions = Predictions.of_probabilities(model.predict_proba(training_set.rows.aligned(rows)), model.stars)
    table = report(held_out, {MODEL: predictions}, model.stars, split).table
    return table[table["metric"].isin(METRICS) & (table["slice"] == "all")]
