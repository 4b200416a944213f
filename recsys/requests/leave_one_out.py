"""Leave-one-out: a user's rating of a movie is left out of the history before that movie is predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from recsys.schema import MOVIE, RATING, USER

if TYPE_CHECKING:
    from recsys.serving.explain.shapley import Explanation
    from recsys.serving.recommender import Recommender


@dataclass(frozen=True)
class LeaveOneOut:
    """One user and one movie, without the user's own rating of it."""

    movie_id: int
    rated: float | None  # the rating that is left out, in stars; None if they have not rated the movie
    user: Mapping[str, Any]  # as `Recommender.explain` takes it: user_id, or the other ratings as history and a profile

    @classmethod
    def of_user(cls, recommender: Recommender, user_id: int, movie_id: int) -> Self:
        """A known user without their rating of the movie. Raises UnknownIdError for a user that the data lacks."""
        ratings = recommender.history(user_id)
        same_movie = ratings[MOVIE] == movie_id
        if not same_movie.any():
            return cls(movie_id, None, {USER: user_id})
        others = ratings[~same_movie]
        history = dict(zip(others[MOVIE].tolist(), others[RATING].tolist(), strict=True))
        profile = recommender.profile(user_id)
        return cls(movie_id, float(ratings[RATING][same_movie].iloc[0]), {"history": history, "profile": profile})

    @classmethod
    def of_newcomer(cls, history: Mapping[int, float], movie_id: int, profile: Mapping[str, Any] | None = None) -> Self:
        """A newcomer with a history and perhaps a profile, without their rating of the movie."""
        others = {movie: stars for movie, stars in history.items() if movie != movie_id}
        return cls(movie_id, history.get(movie_id), {"history": others, "profile": profile or {}})

    def explained(self, explanation: Explanation) -> Explanation:
        """Without a likely range where the movie is rated: its coverage is measured on movies without a rating."""
        return explanation if self.rated is None else replace(explanation, prediction_set=None)

    def columns(self, recommender: Recommender) -> dict[str, np.ndarray]:
        """The columns of `Recommender.predict`, arrays of one row. Raises UnknownIdError for an unknown movie."""
        if USER in self.user:
            return recommender.columns_for_users([self.user[USER]], [self.movie_id])
        return recommender.columns_for_newcomer([self.movie_id], **self.user)
