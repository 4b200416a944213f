"""A top-N list, its funnel, and the reason if it is short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from recsys.data.interactions import Interactions
from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import EXPECTED, LIKE, MATCH, SCORE
from recsys.serving.candidate_scores import match_scores, ranked_rows, ranker_scores
from recsys.serving.filters import Funnel, candidates
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import Reranker, StarScores
from recsys.serving.scorer import Scorer


@dataclass(frozen=True)
class TopN:
    """A top-N list.

    Attributes
    ----------
    table : DataFrame
        The columns of `Recommender.recommend`.
    funnel : Funnel
        How many movies remained at each step.
    requested : int
        Requested length of the list.
    relaxed_counts : dict of str to int
        For a list shorter than that: candidates without each filter in use (`Candidates.relaxed_counts`).
    least_like : float
        Lowest probability of liking that the list allowed.
    little_known : bool
        Whether well-known movies were excluded.
    has_filters : bool
        Whether other filters were in use, beside excluded movies.
    """

    table: pd.DataFrame
    funnel: Funnel
    requested: int
    relaxed_counts: dict[str, int]
    least_like: float = 0.0
    little_known: bool = False
    has_filters: bool = False
    liked: ClassVar[str] = "to be liked"

    def steps(self) -> str:
        """The funnel in words."""
        kind = "little known and after filters" if self.has_filters else "little known"
        return self.funnel.sentence(kind if self.little_known else "")

    def headline(self) -> str:
        """One sentence on how many movies the list was chosen from; `steps` has the details."""
        count, kind = self.funnel.filtered, "little-known " if self.little_known else ""
        if not count:
            return f"None of {self.funnel.unseen - self.funnel.excluded:,} unseen movies passes the filters."
        passing = " that pass the filters" if self.has_filters else ""
        return f"Chosen from {count:,} unseen {kind}{'movie' if count == 1 else 'movies'}{passing}."

    def why_short(self) -> str:
        """Why the list is shorter than requested, and which filter to remove; empty for a list of full length."""
        if self.funnel.shown >= self.requested:
            return ""
        if self.funnel.unlikely:
            return self._too_unlikely()
        count = f"Only {self.funnel.shown:,} of {self.requested:,}"
        if not self.relaxed_counts:
            kind = "little-known " if self.little_known else ""
            return f"{count}: there are no more unseen {kind}movies."
        reason = f"{count}: no other movie passes" if self.funnel.shown else "No movie passes"
        if relaxed := self._relaxed_words():
            return f"{reason} the filters. To see more, remove a filter: {relaxed}."
        return f"{reason} the filters, and removing a single one does not help."

    def _too_unlikely(self) -> str:
        """The reason if all other candidates have too low a probability of liking."""
        shown, others, kind = self.funnel.shown, self.funnel.unlikely, "little-known " if self.little_known else ""
        relaxed = self._relaxed_words()
        remedy = f" To choose from more, remove a filter: {relaxed}." if relaxed else ""
        movies = "movie has" if others == 1 else "movies have"
        chance = f"{others:,} {kind}{movies} a chance below {self.least_like:.0%} {self.liked}"
        if not shown:
            return f"No movie is likely enough to please: the {chance}.{remedy}"
        return f"Only {shown:,} of {self.requested:,}: the other {chance}.{remedy}"

    def _relaxed_words(self) -> str:
        """The relaxed counts that exceed the candidates, largest first; empty without any."""
        larger = {name: count for name, count in self.relaxed_counts.items() if count > self.funnel.filtered}
        names = sorted(larger, key=lambda name: -larger[name])
        return ", ".join(
            f"“{LIST_OPTIONS[name].label}” ({larger[name]:,} {'movie' if larger[name] == 1 else 'movies'})"
            for name in names
        )


def top(scorer: Scorer, user_history: Interactions, options: ListOptions) -> TopN:
    """The top-N list of one user.

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    options : ListOptions
        Length, filters, ranker and re-ranking.

    Raises
    ------
    UnknownIdError
        A movie id of the filters is not in the catalogue.
    """
    catalogue, filters = scorer.catalogue, options.filters
    candidate_movies = candidates(catalogue, scorer.counts, scorer.titles, user_history.movies, filters)
    scores = ranker_scores(scorer, user_history, (options.ranker,))[options.ranker][0]
    star_scores = StarScores.of(scorer, user_history)
    reranker = Reranker.of(scorer, scores, candidate_movies, options.order)
    positions, score, unlikely = reranker.chosen(star_scores)
    star_scores.predict(positions)
    columns = {
        EXPECTED: star_scores.expected[positions],
        LIKE: star_scores.like[positions],
        MATCH: match_scores(reranker.scores, candidate_movies.unseen)[positions],
        SCORE: score,
    }
    short = len(positions) < options.n
    return TopN(
        table=ranked_rows(catalogue, positions).assign(**columns),
        funnel=candidate_movies.funnel.showing(len(positions), unlikely),
        requested=options.n,
        relaxed_counts=candidate_movies.relaxed_counts if short else {},
        least_like=options.order.least_like,
        little_known=filters.little_known,
        has_filters=candidate_movies.has_filters,
    )
