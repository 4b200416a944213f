"""One list for several users: what none of them has seen and all of them should like, and what divides them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from recsys.data.interactions import Interactions
from recsys.errors import InputError, Problem, shown
from recsys.list_option_table import COMBINATIONS, GROUP_SIZE
from recsys.schema import CLASH, EXPECTED, LIKE, MATCH, SCORE, SPREAD
from recsys.serving.candidate_scores import ranked_rows, top_k
from recsys.serving.filters import Candidates, candidates
from recsys.serving.group_scores import GroupStars, MemberScores, combined
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import Reranker
from recsys.serving.scorer import Scorer
from recsys.serving.top_n import TopN

CLASH_SHARE = 0.25  # of the scale: expected ratings that differ so much are a clash; 1 star on a scale from 1 to 5
STRETCHES = 4  # movies for which a member would have to stretch
STRETCH_POOL = 60  # best candidates by the mean among which those are


@dataclass(frozen=True)
class TogetherList(TopN):
    """A list for a group: its table has the columns of `Recommender.recommend_together`."""

    liked: ClassVar[str] = "to be liked by all of you"


@dataclass(frozen=True)
class Group:
    """The members of a group with the scores and candidates of their lists.

    Attributes
    ----------
    scorer : Scorer
        The model.
    options : ListOptions
        Length, filters, ranker and re-ranking.
    seen : ndarray of int64
        Catalogue positions of the movies that any member has seen, ascending.
    members : tuple of MemberScores
        In the order of the members.
    """

    scorer: Scorer
    options: ListOptions
    seen: np.ndarray
    members: tuple[MemberScores, ...]

    @classmethod
    def of(cls, scorer: Scorer, histories: Sequence[Interactions], options: ListOptions) -> Self:
        """Score the movies for each member.

        Parameters
        ----------
        scorer : Scorer
            The model.
        histories : sequence of Interactions
            A single row of ratings of each member.
        options : ListOptions
            The options of the list.

        Raises
        ------
        InputError
            There are fewer or more members than `GROUP_SIZE` allows.
        """
        if problem := size_problem(len(histories)):
            raise InputError.of([problem])
        seen = np.unique(np.concatenate([history.movies for history in histories])).astype(np.int64)
        members = tuple(MemberScores.of(scorer, history, options) for history in histories)
        return cls(scorer, options, seen, members)

    def top(self, by: str) -> TogetherList:
        """The group's list.

        A movie's score combines those of the members, each on a scale from their median unseen movie to their best, so
        that nobody's scale counts more. The lowest probability of liking that the options allow applies to the members'
        probabilities, combined in the same way: by "least" to every member, by "mean" to their mean.

        Parameters
        ----------
        by : str
            One of `list_option_table.COMBINATIONS`, see `group_scores.combined`.

        Raises
        ------
        InputError
            There is no such combination.
        UnknownIdError
            A movie id of the filters is not in the catalogue.
        """
        if problem := combination_problem(by):
            raise InputError.of([problem])
        scorer, filters, order, stars = self.scorer, self.options.filters, self.options.order, self._stars(by)
        scores = combined([member.scores for member in self.members], by)
        passing = np.flatnonzero(self._candidates.passing)
        positions, score, unlikely = Reranker(scores, passing, scorer.catalogue.genre_flags, order).chosen(stars)
        short = len(positions) < order.n
        return TogetherList(
            table=self._table(positions, score),
            funnel=self._candidates.funnel.showing(len(positions), unlikely),
            requested=order.n,
            relaxed_counts=self._candidates.relaxed_counts if short else {},
            least_like=order.least_like,
            little_known=filters.little_known,
            has_filters=self._candidates.has_filters,
        )

    def stretches(self, listed: Sequence[int] = (), n: int = STRETCHES) -> pd.DataFrame:
        """Movies that are a stretch for a member: among the best by the mean, yet tastes clash over them.

        Parameters
        ----------
        listed : sequence of int
            Ids of movies to leave out, because the list has them.
        n : int
            Most rows.

        Returns
        -------
        DataFrame
            The columns of `top`, highest mean score first.
        """
        scores = combined([member.scores for member in self.members], "mean")
        passing = self._candidates.passing.copy()
        passing[self.scorer.catalogue.positions(np.array(listed, np.int64))] = False
        pool = top_k(scores, np.flatnonzero(passing), STRETCH_POOL)
        self._predict(pool)
        divisive = pool[self._clashes(pool)][:n]
        return self._table(divisive, scores[divisive])

    @cached_property
    def _candidates(self) -> Candidates:
        """The movies that no member has seen."""
        scorer = self.scorer
        return candidates(scorer.catalogue, scorer.counts, scorer.titles, self.seen, self.options.filters)

    def _stars(self, by: str) -> GroupStars:
        return GroupStars(tuple(member.stars for member in self.members), by)

    def _predict(self, positions: np.ndarray) -> None:
        for member in self.members:
            member.stars.predict(positions)

    def _table(self, positions: np.ndarray, scores: np.ndarray) -> pd.DataFrame:
        self._predict(positions)
        columns = {SCORE: scores, SPREAD: self._spread(positions), CLASH: self._clashes(positions)}
        for number, member in enumerate(self.members, 1):
            figures = (member.match, member.stars.expected, member.stars.like)
            columns |= {name: figure[positions] for name, figure in zip(member_columns(number), figures, strict=True)}
        return ranked_rows(self.scorer.catalogue, positions).assign(**columns)

    def _spread(self, positions: np.ndarray) -> np.ndarray:
        """The difference of the highest and the lowest expected rating of predicted movies, in stars."""
        return np.ptp([member.stars.expected[positions] for member in self.members], axis=0)

    def _clashes(self, positions: np.ndarray) -> np.ndarray:
        return self._spread(positions) >= CLASH_SHARE * np.ptp(self.scorer.stars)


def member_columns(number: int) -> tuple[str, str, str]:
    """Names of the columns of the member with this number, from 1: match, expected rating, probability of liking."""
    return f"{MATCH}_{number}", f"{EXPECTED}_{number}", f"{LIKE}_{number}"


def size_problem(members: int) -> Problem | None:
    """The problem of a group of so many members, or None."""
    low, high = GROUP_SIZE
    if low <= members <= high:
        return None
    return Problem("members", f"{members} members", f"{low} to {high} members", "Add or remove members.")


def combination_problem(by: object) -> Problem | None:
    """The problem of a way of combining, or None."""
    return None if by in COMBINATIONS else Problem("by", shown(by), ", ".join(COMBINATIONS), "Choose one of these.")
