"""The user whom a list is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recsys.data.interactions import Interactions
from recsys.serving.explain.sentences import THEY, YOU, Wording
from recsys.serving.explain.shapley import Explainer
from recsys.serving.recommender import Recommender


@dataclass(frozen=True)
class ListUser:
    """The user whom a list is for: a user of the data, or a newcomer with a history and perhaps a profile."""

    recommender: Recommender
    ratings: Interactions  # of one user
    user_id: int | None = None

    @classmethod
    def of(cls, recommender: Recommender, user_id: int | None = None, **newcomer: Any) -> ListUser:
        """From a known user's id, or a newcomer's `history` and `profile`, as `Recommender.top` takes them."""
        return cls(recommender, recommender.user_history(user_id, **newcomer), user_id)

    @property
    def wording(self) -> Wording:
        """Second person for a newcomer, third person for a user of the data."""
        return YOU if self.user_id is None else THEY

    @property
    def explainer(self) -> Explainer:
        """The explainer of this user's predictions."""
        return Explainer(self.recommender, self.ratings)
