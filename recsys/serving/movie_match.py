"""How well one movie matches a user, on the scale of their lists."""

from __future__ import annotations

from recsys.data.interactions import Interactions
from recsys.serving.list_options import ListOptions
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions
from recsys.serving.user_lists import UserLists


def match_of(scorer: Scorer, user_history: Interactions, movie_id: int) -> float:
    """The match of a movie, as a list of `top` with default options shows it.

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    movie_id : int
        A movie of the catalogue.

    Returns
    -------
    float
        From 0, the median unseen movie, to 1, the best one: see `match_scores`.

    Raises
    ------
    UnknownIdError
        The movie is not in the catalogue.
    """
    position = int(known_positions(scorer.catalogue, [movie_id])[0])
    options = ListOptions()
    return float(UserLists(scorer, user_history, options.ranker).matches(options)[position])
