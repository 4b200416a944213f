"""Lists for several users, and how alike two users' tastes are: a part of the public facade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recsys.list_option_table import COMBINATIONS
from recsys.serving.group_members import member_histories
from recsys.serving.list_options import ListOptions
from recsys.serving.served_model import ServedModel
from recsys.serving.taste_match import TasteMatch, taste_match
from recsys.serving.together import Group


@dataclass(frozen=True)
class GroupRecommender(ServedModel):
    """Recommends movies to several users at once."""

    def recommend_together(
        self, members: Sequence[int | Mapping[str, Any]], *, by: str = COMBINATIONS[0], **options: Any
    ) -> pd.DataFrame:
        """Recommend movies that no member of a group has seen.

        Parameters
        ----------
        members : sequence
            2 to 8 of them: ids of known users, and newcomers as mappings with a `history` and perhaps a `profile`.
        by : str
            How the members' scores are combined: "least" (the lowest), "mean", or "blend" (half the one, half the
            other).
        **options
            As in `recommend`. The least probability of liking applies to every member.

        Returns
        -------
        DataFrame
            At most n rows, best first: rank, movie_id, title, year, genres, score (combined; never rises with rank),
            spread (of the members' expected ratings, in stars), clash (whether the spread is large: at least 1 star of
            5), and for each member, numbered from 1, match_1, expected_1 and like_1, as in `recommend`.

        Raises
        ------
        InputError, UnknownIdError
            As in `recommend`; the fields of a member begin with `members[0]`.
        """
        histories = member_histories(self.user_history, members)
        return Group.of(self, histories, ListOptions.checked(self.catalogue.genre_names, **options)).top(by).table

    def taste_match(self, first: int | Mapping[str, Any], second: int | Mapping[str, Any]) -> TasteMatch:
        """How well the tastes of two users match, and how sure that is; both as members of `recommend_together`.

        Raises InputError and UnknownIdError as `recommend_together`.
        """
        return taste_match(self, *member_histories(self.user_history, (first, second)))
