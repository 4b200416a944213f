"""One user's lists under different options, from scores and predictions that are made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.data.interactions import Interactions
from recsys.serving.candidate_scores import POOL, match_scores, ranker_scores, top_k
from recsys.serving.filters import Candidates, candidates
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import Reranker, StarScores
from recsys.serving.scorer import Scorer


@dataclass(frozen=True)
class UserLists:
    """One user's lists by one ranker.

    Attributes
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    ranker : str
        A name of `list_option_table.RANKERS`; all options are for this ranker.
    """

    scorer: Scorer
    user_history: Interactions
    ranker: str

    @cached_property
    def stars(self) -> StarScores:
        """The predictions made so far."""
        return StarScores.of(self.scorer, self.user_history)

    def predict(self, position: int, options: ListOptions) -> None:
        """Predict a movie, together with those that lists with these options, or fewer filters, will need.

        A single call costs little more than the one movie.
        """
        reranker, candidate_movies = self.reranker(options), self.candidates(options)
        movies = (np.flatnonzero(mask) for mask in (candidate_movies.unseen, candidate_movies.passing))
        likely_needed = [top_k(reranker.scores, each, POOL) for each in movies] if options.order.least_like else []
        self.stars.predict(np.unique(np.concatenate([[position], *likely_needed])))

    def candidates(self, options: ListOptions) -> Candidates:
        """The movies that the list with these options may show."""
        scorer = self.scorer
        return candidates(scorer.catalogue, scorer.counts, scorer.titles, self.user_history.movies, options.filters)

    def reranker(self, options: ListOptions) -> Reranker:
        """The scores and candidates of the list with these options."""
        return Reranker.of(self.scorer, self._scores, self.candidates(options), options.order)

    def matches(self, options: ListOptions) -> np.ndarray:
        """`match_scores` of every movie, as the list with these options shows them, float64 (movies,)."""
        return match_scores(self.reranker(options).scores, self.candidates(options).unseen)

    def rank(self, options: ListOptions, position: int) -> int | None:
        """The rank of a catalogue position in the list with these options; None if it is not there."""
        positions = self.reranker(options).chosen(self.stars)[0]
        ranks = np.flatnonzero(positions == position) + 1
        return int(ranks[0]) if len(ranks) else None

    @cached_property
    def _scores(self) -> np.ndarray:
        return ranker_scores(self.scorer, self.user_history, (self.ranker,))[self.ranker][0]
