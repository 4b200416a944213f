"""Why a movie is not in a user's list: what leaves it out, its rank, and the options that would bring it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Any

import numpy as np

from recsys.data.interactions import Interactions
from recsys.list_option_table import DEFAULTS, LIST_OPTIONS
from recsys.schema import EXPECTED, LIKE, MATCH
from recsys.serving.filters import LITTLE_KNOWN, Candidates
from recsys.serving.list_options import ListOptions
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions
from recsys.serving.user_lists import UserLists

SEEN, SAME_TITLE, UNLIKELY, BELOW = "seen", "same_title", "unlikely", "below"
FILTER_REASONS = ("genres", "exclude_genres", "years", "min_ratings", "only", "exclude")
REASONS = (SEEN, SAME_TITLE, LITTLE_KNOWN, *FILTER_REASONS, UNLIKELY, BELOW)
MARGIN = 1e-3  # percent: a lowered minimum holds however the prediction is rounded


@dataclass(frozen=True)
class WhyNot:
    """Why a movie is not in a list.

    Attributes
    ----------
    movie_id : int
        The movie.
    expected : float
        Its expected rating in stars; without the user's own rating, if they have rated it.
    like : float
        Its probability of a liked rating.
    match : float
        Its score on the scale of `match_scores`.
    rank : int or None
        Its rank among all unseen movies by the ranker's score, adjusted for popularity; None if it was seen.
    unseen : int
        How many unseen movies there are.
    filtered_rank : int or None
        The same among the movies that pass all filters; None if a filter leaves it out.
    filtered : int
        How many of them there are.
    listed_rank : int or None
        Its rank in the list; None if it is not there.
    reasons : tuple of str
        Codes of `REASONS`; empty if it is in the list:

        - seen: the user has rated the title (`rated`);
        - same_title: they have rated it by another entry, or the list shows it by another entry (`same_as`), whose
          figures these are;
        - little_known: it is among the most rated fifth, which the ranker leaves out;
        - genres, exclude_genres, years, min_ratings, only, exclude: this filter alone leaves it out;
        - unlikely: `like` is below `least_like`;
        - below: others come before it.
    remedies : dict of str to object
        List options that together bring it in; empty if none do.
    remedied_rank : int or None
        Its rank in the list with these options.
    rated : float or None
        The user's rating of the title, in stars.
    same_as : int or None
        The other entry of the title.
    least_like : float
        Lowest probability of liking that the list allows.
    """

    movie_id: int
    expected: float
    like: float
    match: float
    rank: int | None
    unseen: int
    filtered_rank: int | None
    filtered: int
    listed_rank: int | None = None
    reasons: tuple[str, ...] = ()
    remedies: dict[str, Any] = field(default_factory=dict)
    remedied_rank: int | None = None
    rated: float | None = None
    same_as: int | None = None
    least_like: float = 0.0


def why_not(scorer: Scorer, user_history: Interactions, options: ListOptions, movie_id: int) -> WhyNot:
    """Why a movie is not in the list of `top`.

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    options : ListOptions
        Length, filters, ranker and re-ranking of the list.
    movie_id : int
        A movie of the catalogue.

    Returns
    -------
    WhyNot
        Its ranks, figures, reasons and remedies. The ranks are those of real lists: with the remedies, the list has the
        movie at `remedied_rank`.

    Raises
    ------
    InputError
        `movie_id` is no id.
    UnknownIdError
        The catalogue lacks the movie, or one of the filters.
    """
    position = int(known_positions(scorer.catalogue, [movie_id])[0])
    same_title = scorer.titles.principal[user_history.movies] == scorer.titles.principal[position]
    if same_title.any():
        return _seen(scorer, user_history, options, position, same_title)
    return _unseen(UserLists(scorer, user_history, options.ranker), options, position)


def _seen(
    scorer: Scorer, user_history: Interactions, options: ListOptions, position: int, same_title: np.ndarray
) -> WhyNot:
    """A movie whose title the user has rated: its figures without these ratings, and neither rank nor remedy."""
    funnel = UserLists(scorer, user_history, options.ranker).candidates(options).funnel
    lists = UserLists(scorer, user_history.keep(~same_title), options.ranker)
    stars = dict(zip(user_history.movies[same_title].tolist(), user_history.stars[same_title].tolist(), strict=True))
    rated_position = position if position in stars else next(iter(stars))
    is_other = rated_position != position
    return WhyNot(
        movie_id=_movie_id(scorer, position),
        **_figures(lists, options, position),
        rank=None,
        unseen=funnel.unseen,
        filtered_rank=None,
        filtered=funnel.filtered,
        reasons=(SEEN, SAME_TITLE) if is_other else (SEEN,),
        rated=stars[rated_position],
        same_as=_movie_id(scorer, rated_position) if is_other else None,
    )


def _unseen(lists: UserLists, options: ListOptions, position: int) -> WhyNot:
    """A movie whose title the user has not rated: the list shows it by its principal entry, if at all."""
    scorer, candidate_movies, scores = lists.scorer, lists.candidates(options), lists.reranker(options).scores
    entry = int(scorer.titles.principal[position])
    is_other = entry != position
    figures, listed_rank = _figures(lists, options, entry), lists.rank(options, entry)
    reasons = [] if listed_rank else _reasons(candidate_movies, options, entry, figures[LIKE])
    remedies, remedied_rank = ({}, None) if listed_rank else _remedies(lists, options, entry, reasons, figures[LIKE])
    is_below = not listed_rank and ("n" in remedies or not (remedies or LITTLE_KNOWN in reasons))
    return WhyNot(
        movie_id=_movie_id(scorer, position),
        **figures,
        rank=_rank_by_score(scores, candidate_movies.unseen, entry),
        unseen=candidate_movies.funnel.unseen,
        filtered_rank=_rank_by_score(scores, candidate_movies.passing, entry),
        filtered=candidate_movies.funnel.filtered,
        listed_rank=listed_rank,
        reasons=(*((SAME_TITLE,) if is_other else ()), *reasons, *((BELOW,) if is_below else ())),
        remedies=remedies,
        remedied_rank=remedied_rank,
        same_as=_movie_id(scorer, entry) if is_other else None,
    )


def _figures(lists: UserLists, options: ListOptions, position: int) -> dict[str, Any]:
    """Expected rating, probability of liking and match of a movie, and the lowest probability that the list allows."""
    lists.predict(position, options)
    return {
        EXPECTED: float(lists.stars.expected[position]),
        LIKE: float(lists.stars.like[position]),
        MATCH: float(lists.matches(options)[position]),
        "least_like": options.order.least_like,
    }


def _reasons(candidate_movies: Candidates, options: ListOptions, entry: int, like: float) -> list[str]:
    """What leaves an unlisted movie out by itself: filters, and a too low probability of liking."""
    masks = candidate_movies.filter_masks
    reasons = [name for name in REASONS if name in masks and not masks[name][entry]]
    return [*reasons, UNLIKELY] if like < options.order.least_like else reasons


def _remedies(
    lists: UserLists, options: ListOptions, entry: int, reasons: Sequence[str], like: float
) -> tuple[dict[str, Any], int | None]:
    """The options that bring an unlisted movie in, and its rank with them, found by making the lists."""
    if LITTLE_KNOWN in reasons:
        return {}, None
    changes = {name: DEFAULTS[name] for name in reasons if name in LIST_OPTIONS}
    if "exclude" in changes:
        changes["exclude"] = _other_titles(lists.scorer, options.filters.exclude, entry)
    if UNLIKELY in reasons:
        changes["min_like"] = max(floor(100 * like - MARGIN), 0) / 100
    relaxed, longest = options.replace(**changes), LIST_OPTIONS["n"].highest
    if rank := lists.rank(relaxed, entry):
        return changes, rank
    # With diversity a longer list may have another order, so the list of the last length tried is the one promised.
    last = lists.rank(relaxed.replace(n=longest), entry)
    for n in () if last is None else (max(last, options.n + 1), longest):
        if rank := lists.rank(relaxed.replace(n=n), entry):
            return {**changes, "n": n}, rank
    return {}, None


def _other_titles(scorer: Scorer, movie_ids: tuple[int, ...], entry: int) -> tuple[int, ...]:
    """The movie ids that are not entries of the same title."""
    principal = scorer.titles.principal[scorer.catalogue.positions(np.array(movie_ids, np.int64))]
    return tuple(np.array(movie_ids)[principal != entry].tolist())


def _rank_by_score(scores: np.ndarray, movies: np.ndarray, position: int) -> int | None:
    """The rank of a movie among those of a mask, ties by position as in `top_k`; None if it is not one of them."""
    if not movies[position]:
        return None
    ties_before = movies[:position] & (scores[:position] == scores[position])
    return 1 + int((movies & (scores > scores[position])).sum() + ties_before.sum())


def _movie_id(scorer: Scorer, position: int) -> int:
    return int(scorer.catalogue.movie_ids[position])
