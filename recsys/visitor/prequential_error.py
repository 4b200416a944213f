"""How well the app does on one visitor: predictions made before each rating was known, beside the simplest guess."""

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

ENOUGH = 5  # ratings, under which a mean says nothing
REPLAYED = 50  # latest imported ratings that are predicted in turn


@dataclass(frozen=True)
class Score:
    """Mean absolute errors in stars over the ratings that were foreseen; NaN over none."""

    n: int
    model: float
    baseline: float

    @property
    def enough(self) -> bool:
        """Whether there are enough ratings to tell anything."""
        return self.n >= ENOUGH


def predict_before_rating(recommender: Recommender, profile: Profile, movie_id: int) -> PriorPrediction:
    """What is expected of a movie from the visitor's other ratings; its own rating, if there is one, is not used."""
    history = {movie: stars for movie, stars in profile.history.items() if movie != movie_id}
    said = recommender.columns_for_newcomer([movie_id], history, profile.who)
    return PriorPrediction(float(said[EXPECTED][0]), _baseline(recommender, history, movie_id))


def score(ratings: Iterable[UserRating]) -> Score:
    """The errors of what was foreseen, over the ratings that have it."""
    prior = [(given.stars, given.prior) for given in ratings if given.prior]
    if not prior:
        return Score(0, float("nan"), float("nan"))
    model = [abs(stars - said.expected) for stars, said in prior]
    baseline = [abs(stars - said.baseline) for stars, said in prior]
    return Score(len(prior), fmean(model), fmean(baseline))


def in_turn(recommender: Recommender, profile: Profile, new: Sequence[UserRating]) -> Profile:
    """The profile with ratings that come all at once, the last ones foreseen each from those before it.

    Movies rated before keep their rating.
    """
    new = [given for given in new if profile.rating(given.movie_ref.movie_id) is None]
    for place, given in enumerate(new):
        late = place >= len(new) - REPLAYED
        prior = predict_before_rating(recommender, profile, given.movie_ref.movie_id) if late else None
        profile = profile.rate(given.movie_ref, given.stars, prior)
    return profile


def _baseline(recommender: Recommender, history: dict[int, float], movie_id: int) -> float:
    """The damped bias: the mean, corrected for a generous visitor and a well-liked movie, kept on the scale."""
    row = Interactions.newcomer(history, {}, recommender.catalogue)
    movie = recommender.catalogue.positions(np.array([movie_id]))
    said = recommender.features.extractor(DampedBias).transform(row, np.zeros(1, np.int64), movie)[0, 0]
    return float(np.clip(said, recommender.stars[0], recommender.stars[-1]))
