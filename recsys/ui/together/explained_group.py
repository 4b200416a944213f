"""A group's list with the reasons of all members, and the taste match of two; the session keeps the latest ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from recsys.schema import MOVIE
from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.list_options import ListOptions
from recsys.serving.recommender import Recommender
from recsys.serving.taste_match import TasteMatch, taste_match
from recsys.serving.together import Group, TogetherList
from recsys.ui.together.members import Member

EXPLAINED, KEPT = "explained_groups", 4  # session key


@dataclass(frozen=True)
class ExplainedGroup:
    """What the page shows of a group.

    Attributes
    ----------
    top_n : TogetherList
        The list.
    stretches : DataFrame
        See `Group.stretches`.
    reasons : dict of int to tuple of NamedReason
        By the id of each movie of both; one reason for each member.
    match : TasteMatch or None
        The taste match of two members; None for more.
    """

    top_n: TogetherList
    stretches: pd.DataFrame
    reasons: dict[int, tuple[NamedReason, ...]]
    match: TasteMatch | None


def explained_group(
    recommender: Recommender, members: Sequence[Member], options: Mapping[str, Any], combination: str
) -> ExplainedGroup:
    """The list of at least two members for options (fields of `LIST_OPTIONS`) and one of `COMBINATIONS`.

    The session keeps the latest `KEPT` of them, so that an action in a row costs nothing. Raises InputError as `Group`.
    """
    excluded = {movie for member in members for movie in member.excluded_ids}
    list_options = ListOptions.checked(recommender.catalogue.genre_names, **options).without(excluded)
    identity = (recommender.version, [_identity(member) for member in members], list_options, combination)
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()
    kept = st.session_state.get(EXPLAINED, {})
    if digest not in kept:
        explained = _explain(recommender, members, list_options, combination)
        kept = dict([*kept.items(), (digest, explained)][-KEPT:])
        st.session_state[EXPLAINED] = kept
    return kept[digest]


def _explain(
    recommender: Recommender, members: Sequence[Member], options: ListOptions, combination: str
) -> ExplainedGroup:
    histories = [member.ratings for member in members]
    group = Group.of(recommender, histories, options)
    top_n = group.top(combination)
    listed = top_n.table[MOVIE].tolist()
    stretches = group.stretches(listed)
    movie_ids = [*listed, *stretches[MOVIE].tolist()]
    of_members = [named_reasons(recommender, history, movie_ids) for history in histories]
    reasons = dict(zip(movie_ids, zip(*of_members, strict=True), strict=True))
    match = taste_match(recommender, *histories) if len(histories) == 2 else None
    return ExplainedGroup(top_n, stretches, reasons, match)


def _identity(member: Member) -> tuple[Any, ...]:
    """What the figures of a member follow from."""
    ratings = member.ratings
    return tuple(values.tobytes() for values in (ratings.movies, ratings.stars, ratings.age)) + tuple(
        values.tolist()[0] for values in (ratings.gender, ratings.occupation)
    )
