"""Prequential error: how good the predictions for one visitor are, each made before its rating was known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from recsys.data.interactions import Interactions
from recsys.features.damped_bias import DampedBias
from recsys.schema import EXPECTED
from recsys.serving.recommender import Recommender
from recsys.visitor.profile import PriorPrediction, Profile, UserRating

MIN_RATINGS = 5  # for a mean error to be meaningful
REPLAYED = 50  # latest imported ratings that are predicted in turn


@dataclass(frozen=True)
class PrequentialError:
    """Mean absolute errors in stars over the ratings that have a prior prediction; NaN without any.

    References
    ----------
    A. P. Dawid (1984). Statistical theory: the prequential approach. Journal of the Royal Statistical Society A 147.
    """

    n: int
    model: float
    baseline: float  # of the damped bias

    @property
    def enough(self) -> bool:
        """Whether there are enough ratings for a meaningful mean."""
        return self.n >= MIN_RATINGS


def predict_before_rating(recommender: Recommender, profile: Profile, movie_id: int) -> PriorPrediction:
    """Predict a movie from the visitor's other ratings; a rating of the movie itself is not used."""
    history = {movie: stars for movie, stars in profile.history.items() if movie != movie_id}
    columns = recommender.columns_for_newcomer([movie_id], history, profile.who)
    return PriorPrediction(float(columns[EXPECTED][0]), _baseline(recommender, history, movie_id))


def score(ratings: Iterable[UserRating]) -> PrequentialError:
    """Mean absolute errors of the prior predictions, over the ratings that have one."""
    predicted = [(rating.stars, rating.prior) for rating in ratings if rating.prior]
    if not predicted:
        return PrequentialError(0, float("nan"), float("nan"))
    model = [abs(stars - prior.expected) for stars, prior in predicted]
    baseline = [abs(stars - prior.baseline) for stars, prior in predicted]
    return PrequentialError(len(predicted), fmean(model), fmean(baseline))


def in_turn(recommender: Recommender, profile: Profile, new: Sequence[UserRating]) -> Profile:
    """The profile with imported ratings; the last `REPLAYED` of them are predicted, each from those before it.

    Movies rated before keep their rating.
    """
    new = [rating for rating in new if profile.rating(rating.movie_ref.movie_id) is None]
    for index, rating in enumerate(new):
        replayed = index >= len(new) - REPLAYED
        prior = predict_before_rating(recommender, profile, rating.movie_ref.movie_id) if replayed else None
        profile = profile.rate(rating.movie_ref, rating.stars, prior)
    return profile


def _baseline(recommender: Recommender, history: dict[int, float], movie_id: int) -> float:
    """The damped bias: mean plus the damped offsets of visitor and movie, clipped to the scale."""
    row = Interactions.newcomer(history, {}, recommender.catalogue)
    movie = recommender.catalogue.positions(np.array([movie_id]))
    bias = recommender.features.extractor(DampedBias).transform(row, np.zeros(1, np.int64), movie)[0, 0]
    return float(np.clip(bias, recommender.stars[0], recommender.stars[-1]))
