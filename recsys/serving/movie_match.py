"""How well one movie matches a user, on the scale of their lists."""

from __future__ import annotations

from recsys.data.interactions import Interactions
from recsys.list_option_table import RANKERS
from recsys.serving.candidate_scores import match_scores, ranker_scores
from recsys.serving.filters import Filters, candidates
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions


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
    ranker = RANKERS[0]
    scores = ranker_scores(scorer, user_history, (ranker,))[ranker][0]
    unseen = candidates(scorer.catalogue, scorer.counts, scorer.titles, user_history.movies, Filters()).unseen
    return float(match_scores(scores, unseen)[position])
