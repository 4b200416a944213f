"""A group's list with the reasons of all members, and the taste match of two; the session keeps the latest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from recsys.data.interactions import Interactions
from recsys.schema import MOVIE
from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.list_options import ListOptions
from recsys.serving.recommender import Recommender
from recsys.serving.taste_match import TasteMatch, taste_match
from recsys.serving.together import Group, TogetherList
from recsys.ui.common.selected_user import digest_of
from recsys.ui.together.members import Member

KEPT = 4  # lists of a session


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

    Raises InputError as `Group`.
    """
    excluded = {movie for member in members for movie in member.excluded_ids}
    list_options = ListOptions.checked(recommender.catalogue.genre_names, **options).without(excluded)
    histories = [member.ratings for member in members]
    key = (recommender.version, tuple(map(digest_of, histories)), repr(list_options))
    return _explained(recommender, histories, list_options, combination, key)


@st.cache_resource(show_spinner=False, max_entries=KEPT, scope="session")  # an action in a row costs nothing
def _explained(
    _recommender: Recommender,
    _histories: Sequence[Interactions],
    _options: ListOptions,
    combination: str,
    key: tuple[object, ...],
) -> ExplainedGroup:
    group = _group(_recommender, _histories, _options, key)
    top_n = group.top(combination)
    listed = top_n.table[MOVIE].tolist()
    stretches = group.stretches(listed)
    movie_ids = [*listed, *stretches[MOVIE].tolist()]
    of_members = [named_reasons(_recommender, history, movie_ids) for history in _histories]
    reasons = dict(zip(movie_ids, zip(*of_members, strict=True), strict=True))
    match = taste_match(_recommender, *_histories) if len(_histories) == 2 else None
    return ExplainedGroup(top_n, stretches, reasons, match)


@st.cache_resource(show_spinner=False, max_entries=1, scope="session")  # combined in another way, the scores stay
def _group(
    _recommender: Recommender, _histories: Sequence[Interactions], _options: ListOptions, key: tuple[object, ...]
) -> Group:
    return Group.of(_recommender, _histories, _options)
