"""One user and one movie on the way through the model: the values after each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import softmax

from recsys.glossary import feature_name
from recsys.models.star_model import argmax_rating
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import MOVIE, USER, star_name
from recsys.serving.prediction_set import PredictionSet
from recsys.serving.recommender import Recommender

EXAMPLE_FEATURES = (  # that need no explanation; {} is the predicted star
    *("bias_expected", "gp_expected", "genre_taste_pca", "neighbour_residual", "user_share_{}", "movie_share_{}"),
    *("movie_year", "age"),
)


@dataclass(frozen=True)
class FeatureValue:
    """A feature's value for this user and movie, and its mean over the training rows."""

    name: str
    value: float
    mean: float


@dataclass(frozen=True)
class WorkedExample:
    """What each part of the model makes of one user and one movie, without the user's own rating of it.

    `linear` and `probabilities` are the probability of each star before and after the trees. `rank` is the movie's
    place among the `unseen` movies of the user's list.
    """

    features: Sequence[FeatureValue]
    history: int  # ratings
    linear: np.ndarray
    probabilities: np.ndarray
    predicted_star: float
    expected: float
    prediction_set: PredictionSet
    rank: int
    unseen: int
    in_pool: bool

    @classmethod
    def of(cls, recommender: Recommender, leave_one_out: LeaveOneOut) -> Self:
        """Compute each part on its own, as a prediction does."""
        user, stars, model = recommender.user_history(**leave_one_out.user), recommender.stars, recommender.model
        position = recommender.catalogue.positions(np.array([leave_one_out.movie_id]))
        matrix = recommender.features.transform(user, np.zeros(1, np.int64), position)
        probabilities = model.predict_proba(matrix)
        predicted_star = float(argmax_rating(probabilities, stars)[0])
        scores = recommender.ranker.scores(recommender.features, user)[0]
        unseen = np.setdiff1d(np.arange(len(scores)), user.movies)
        rank = 1 + int((scores[unseen] > scores[position[0]]).sum())
        return cls(
            features=_features(recommender, matrix[0], predicted_star),
            history=len(user.stars),
            linear=softmax(model.softmax_regression.logits(matrix)[0].astype(np.float64)),
            probabilities=probabilities[0],
            predicted_star=predicted_star,
            expected=float(probabilities[0] @ np.array(stars)),
            prediction_set=recommender.thresholds.sets(probabilities, stars)[0],
            rank=rank,
            unseen=len(unseen),
            in_pool=rank <= recommender.config.candidate_generation.pool,  # all others come after the pool
        )


def held_out_movies(recommender: Recommender, user_id: int | None) -> list[int]:
    """Movies whose rating by this user was held out, the most rated first; none for a visitor (None)."""
    if recommender.report is None:
        return []
    rows = recommender.report.held_out
    ids = rows.loc[rows[USER] == user_id, MOVIE].to_numpy()
    counts = recommender.counts[recommender.catalogue.positions(ids)]
    return ids[np.lexsort((ids, -counts))].tolist()


def _features(recommender: Recommender, row: np.ndarray, star: float) -> list[FeatureValue]:
    """The values of those of `EXAMPLE_FEATURES` that the model has."""
    names, mean = recommender.features.names, recommender.model.softmax_regression.mean
    wanted = [feature.format(star_name(star)) for feature in EXAMPLE_FEATURES]
    return [
        FeatureValue(feature_name(name), float(row[names.index(name)]), float(mean[names.index(name)]))
        for name in wanted
        if name in names
    ]
