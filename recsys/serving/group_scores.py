"""Scores of the members of a group, each on their own scale from the median unseen movie to the best, combined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.interactions import Interactions
from recsys.serving.candidate_scores import popularity_adjusted, ranker_scores, relative_scores
from recsys.serving.filters import Filters, candidates
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import StarScores
from recsys.serving.scorer import Scorer


@dataclass(frozen=True)
class MemberScores:
    """One member's scores of all movies, and their predictions.

    Attributes
    ----------
    scores : ndarray of float64, shape (movies,)
        `candidate_scores.relative_scores` over the movies that this member has not seen.
    stars : StarScores
        Expected ratings and probabilities of liking, as far as predicted.
    """

    scores: np.ndarray
    stars: StarScores

    @classmethod
    def of(cls, scorer: Scorer, user_history: Interactions, options: ListOptions) -> Self:
        """From a single row of ratings, by the options' ranker and popularity."""
        seen = user_history.movies
        unseen = candidates(scorer.catalogue, scorer.counts, scorer.titles, seen, Filters()).unseen
        scores = ranker_scores(scorer, user_history, (options.ranker,))[options.ranker][0]
        adjusted = popularity_adjusted(scores, scorer.counts, unseen, options.popularity)
        return cls(relative_scores(adjusted, unseen), StarScores.of(scorer, user_history))

    @property
    def match(self) -> np.ndarray:
        """The scores as `candidate_scores.match_scores`, 0 to 1."""
        return np.clip(self.scores, 0.0, 1.0)


@dataclass(frozen=True)
class GroupStars:
    """The predictions of all members; `LikeScores` of the group, which combine theirs as the list combines scores."""

    members: tuple[StarScores, ...]
    by: str

    @property
    def like(self) -> np.ndarray:
        """The combined probability of liking, float64 (movies,); NaN where not predicted yet."""
        return combined([stars.like for stars in self.members], self.by)

    def predict(self, movies: np.ndarray) -> None:
        """Predict for every member those of some distinct catalogue positions that are not predicted yet."""
        for stars in self.members:
            stars.predict(movies)


def combined(scores: Sequence[np.ndarray], by: str) -> np.ndarray:
    """The group's scores.

    Parameters
    ----------
    scores : sequence of ndarray of float64, shape (movies,)
        Of each member; their order changes nothing.
    by : str
        One of `list_option_table.COMBINATIONS`: "least" is the lowest score of a member, "mean" their mean, and "blend"
        half the one and half the other.

    Returns
    -------
    ndarray of float64, shape (movies,)

    References
    ----------
    Masthoff 2011, Group Recommender Systems: Combining Individual Models, doi 10.1007/978-0-387-85820-3_21.
    """
    ascending = np.sort(np.stack(scores), axis=0)  # so that a sum does not depend on the members' order
    least, mean = ascending[0], ascending.mean(axis=0)
    return {"least": least, "mean": mean, "blend": (least + mean) / 2}[by]
