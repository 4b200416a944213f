"""The taste portrait of a user: a part of the public facade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from recsys.portrait.population import Population
from recsys.portrait.taste_portrait import TastePortrait
from recsys.serving.group_recommender import GroupRecommender
from recsys.serving.user_input import History


@dataclass(frozen=True)
class PortraitRecommender(GroupRecommender):
    """Compares the taste of a user with everyone's."""

    @cached_property
    def population(self) -> Population:
        """Everyone whom a user is compared with; learned once."""
        return Population.of(self.interactions, self.catalogue)

    def taste_portrait(self, user_id: int | None = None, *, history: History | None = None) -> TastePortrait:
        """The figures of a user's taste beside everyone's: genres, decades, strictness, popularity, favourites.

        They come from the ratings alone: no model is asked. `recsys.portrait.picture.portrait_svg` draws them.

        Parameters
        ----------
        user_id : int, optional
            A user of the data.
        history : mapping or DataFrame, optional
            A newcomer's ratings, as in `recommend`; only without `user_id`.

        Returns
        -------
        TastePortrait
            The figures.

        Raises
        ------
        InputError
            There are fewer than 5 ratings, an id is none, a rating is not allowed, or both a user and a newcomer are
            given.
        UnknownIdError
            The data does not have this user, or the catalogue a movie of the history.
        """
        user = self.user_history(user_id, history)
        return TastePortrait.of(user, self.population, self.catalogue, self.stars[-1], user_id)
