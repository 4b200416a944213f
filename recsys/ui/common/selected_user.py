"""The user whom a page is about: a user of the data, or the visitor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from recsys.data.interactions import Interactions
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.serving.explain.sentences import THEY, YOU, Wording
from recsys.serving.explain.shapley import Explainer
from recsys.serving.recommender import Recommender
from recsys.ui.common import pickers
from recsys.ui.common.session_profile import Visitor


def digest_of(ratings: Interactions) -> str:
    """A text that is the same for the same ratings and demographics: a key for what is computed from them."""
    columns = (ratings.movies, ratings.stars, ratings.gender, ratings.age, ratings.occupation)
    return hashlib.sha256(repr([column.tolist() for column in columns]).encode()).hexdigest()


@dataclass(frozen=True)
class SelectedUser:
    """A user of the data, or the visitor, for whom `user_id` is None and `visitor` is set."""

    recommender: Recommender
    ratings: Interactions  # of one user
    user_id: int | None = None
    visitor: Visitor | None = None

    @classmethod
    def of(cls, recommender: Recommender, selected: int) -> Self:
        """From the value of a user picker: a known id, or `pickers.YOU`."""
        if selected == pickers.YOU:
            return cls.of_visitor(Visitor.of(recommender))
        return cls(recommender, recommender.user_history(selected), selected)

    @classmethod
    def of_visitor(cls, visitor: Visitor) -> Self:
        """The visitor with their ratings so far."""
        profile = visitor.profile
        ratings = visitor.recommender.user_history(history=profile.history, profile=profile.who)
        return cls(visitor.recommender, ratings, None, visitor)

    @property
    def excluded_ids(self) -> tuple[int, ...]:
        """Movies that no list for this user shows, beside the rated ones: those that the visitor saw or hid."""
        return self.visitor.profile.excluded_ids if self.visitor else ()

    @property
    def profile(self) -> Mapping[str, Any]:
        """The visitor's gender, age and occupation, as far as given; empty for a user of the data."""
        return self.visitor.profile.who if self.visitor else {}

    @property
    def query(self) -> str:
        """The user as a URL parameter."""
        return pickers.YOU_TEXT if self.user_id is None else str(self.user_id)

    @property
    def wording(self) -> Wording:
        """Second person for the visitor, third person for a user of the data."""
        return YOU if self.user_id is None else THEY

    @property
    def explainer(self) -> Explainer:
        """The explainer of this user's predictions."""
        return Explainer(self.recommender, self.ratings, self.recommender.thresholds)

    def leave_one_out(self, movie_id: int) -> LeaveOneOut:
        """This user without their own rating of a movie."""
        if self.visitor is None and self.user_id is not None:
            return LeaveOneOut.of_user(self.recommender, self.user_id, movie_id)
        history = self.visitor.profile.history if self.visitor else {}
        return LeaveOneOut.of_newcomer(history, movie_id, self.profile)
