"""The report of a fitted recommender and its baselines on the same held-out ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import Report, report
from recsys.evaluation.baselines import Predictions, damped_bias, majority
from recsys.evaluation.legacy_baseline import legacy_baseline
from recsys.schema import MOVIE, MOVIE_COUNT, USER, USER_COUNT, probability_columns
from recsys.serving.prediction_set import with_prediction_sets
from recsys.serving.recommender import Recommender
from recsys.training.trade_off_curve import with_lists


def held_out_report(fitted: Recommender, held_out: pd.DataFrame, split_name: str) -> Report:
    """Report on the ratings that a recommender was not fitted on: star metrics, prediction sets, top-N lists.

    Parameters
    ----------
    fitted : Recommender
        Fitted on the train part alone.
    held_out : DataFrame
        The test part, with the columns of `schema.RATINGS_COLUMNS`.
    split_name : str
        What the report calls the split.
    """
    interactions, context = fitted.interactions, fitted.context
    users = interactions.rows(held_out[USER].to_numpy())
    movies = fitted.catalogue.positions(held_out[MOVIE].to_numpy())
    probabilities = fitted.predict(held_out)[probability_columns(fitted.stars)].to_numpy()
    predictions = {
        "model": Predictions.of_probabilities(probabilities, fitted.stars),
        "majority": majority(interactions, context, users),
        "bias": damped_bias(interactions, fitted.catalogue, context, users, movies),
        "original": legacy_baseline(interactions, fitted.catalogue, context, users, movies),
    }
    counts = {USER_COUNT: np.where(users >= 0, interactions.counts[users], 0), MOVIE_COUNT: fitted.counts[movies]}
    star_report = report(held_out.assign(**counts), predictions, fitted.stars, split_name)
    return with_lists(with_prediction_sets(star_report, fitted.stars, fitted.config.seed), fitted)
