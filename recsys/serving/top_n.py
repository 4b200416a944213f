"""A top-N list, how it came about, and why it is short."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED, LIKE, SCORE
from recsys.serving.candidate_scores import listed, scores_of
from recsys.serving.filters import Filters, Funnel, candidates, relaxed_counts
from recsys.serving.list_options import ListOptions
from recsys.serving.rerank import Reranker, StarScores
from recsys.serving.scorer import Scorer

FILTER_NAMES = {
    "genres": "the genres",
    "years": "the years",
    "min_ratings": "the minimum of ratings",
    "only": "the list of your own",
}


@dataclass(frozen=True)
class TopN:
    """A list (columns of `Recommender.recommend`) and how many movies were left at each step towards it."""

    table: pd.DataFrame
    funnel: Funnel
    asked: int  # rows wanted
    relaxed_counts: dict[str, int]  # for a list that is too short: movies left without each filter in use
    least_like: float = 0.0  # the floor on the probability of liking
    little_known: bool = False  # whether well-known movies were left out
    filtered: bool = False  # whether filters were in use

    def steps(self) -> str:
        """The funnel as a sentence."""
        kind = "little known and after filters" if self.filtered else "little known"
        return self.funnel.sentence(kind if self.little_known else "")

    def why_short(self) -> str:
        """Why the list has fewer rows than were asked for, and what to loosen; empty when it has them all."""
        if self.funnel.shown >= self.asked:
            return ""
        if self.funnel.unlikely:
            return self._too_unlikely()
        if not self.relaxed_counts:
            known = "little-known " if self.little_known else ""
            return f"Fewer than the {self.asked} asked for, because no other {known}movie is unseen."
        there = f"; there would be {ways}" if (ways := self._ways()) else "; no single one of them is the reason"
        if not self.funnel.shown:
            return f"The filters leave nothing{there}."
        return f"Fewer than the {self.asked} asked for, because the filters leave no more{there}."

    def _too_unlikely(self) -> str:
        """Why few or none are shown where the floor passes over all others."""
        shown, others, kind = self.funnel.shown, self.funnel.unlikely, "little-known " if self.little_known else ""
        ways = f" There would be {ways} to choose from." if (ways := self._ways()) else ""
        chance = f"{others:,} {kind}movies left have a chance below {self.least_like:.0%} to be liked"
        if not shown:
            return f"Nothing here is likely to please: the {chance}.{ways}"
        return f"Only {shown:,}: the other {chance}.{ways}"

    def _ways(self) -> str:
        """How many movies would be left without each filter that leaves fewer, most first; empty without any."""
        better = {name: left for name, left in self.relaxed_counts.items() if left > self.funnel.filtered}
        names = sorted(better, key=lambda name: -better[name])
        return ", ".join(f"{better[name]:,} without {FILTER_NAMES[name]}" for name in names)


def top(scorer: Scorer, user_history: Interactions, wanted: ListOptions) -> TopN:
    """The list of one person (a single row of ratings)."""
    catalogue, counts = scorer.catalogue, scorer.counts
    left = candidates(catalogue, counts, scorer.titles, user_history.movies, wanted.filters)
    scores = scores_of(scorer, user_history, (wanted.ranker,))[wanted.ranker][0]
    order, stars = wanted.order, StarScores.of(scorer, user_history)
    chosen, score, unlikely = Reranker.of(scorer, scores, left, order).chosen(stars)
    stars.predict(chosen)
    more = {EXPECTED: stars.expected[chosen], LIKE: stars.like[chosen], SCORE: score}
    table = listed(catalogue, chosen).assign(**more)
    short = len(table) < wanted.n
    loosened = relaxed_counts(catalogue, counts, scorer.titles, user_history.movies, wanted.filters) if short else {}
    funnel, little = left.funnel.showing(len(table), unlikely), wanted.filters.little_known
    filtered = wanted.filters != Filters(little_known=little)
    return TopN(table, funnel, wanted.n, loosened, order.least_like, little, filtered)
