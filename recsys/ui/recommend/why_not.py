"""Why a certain movie is not in the list: the answer in words, and a button that brings it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from recsys import validation
from recsys.serving.list_options import ListOptions
from recsys.serving.recommender import Recommender
from recsys.serving.why_not import WhyNot, why_not
from recsys.serving.why_not_sentences import why_not_sentences
from recsys.ui.common import pickers
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import number, percent, plain

LONGEST_SENTENCE = 400  # characters


@st.fragment
def show(
    user: SelectedUser,
    options: Mapping[str, Any],
    apply: Callable[[Mapping[str, Any]], None] | None = None,
    key: str = "why_not",
) -> None:
    """A section that answers why a movie is not in a list. Choosing a movie runs only this fragment again.

    Parameters
    ----------
    user : SelectedUser
        The user whom the list is for.
    options : mapping of str to object
        Valid list options (fields of `LIST_OPTIONS`).
    apply : callable, optional
        Changes some of these options; called by a button that brings the movie in.
    key : str
        Prefix of the widget keys.
    """
    with st.expander("Why isn't a movie in my list?", icon=":material/help:"):
        movie_id = _movie(user.recommender, key)
        if movie_id is None:
            return
        list_options = ListOptions.checked(**options).without(user.excluded_ids)
        answer = why_not(user.recommender, user.ratings, list_options, movie_id)
        labels = pickers.movie_labels(user.recommender, user.recommender.version)
        sentences = why_not_sentences(answer, list_options, labels[movie_id], user.wording)
        st.markdown(" ".join(plain(sentence, LONGEST_SENTENCE) for sentence in sentences))
        st.caption(
            f"Expected {number(answer.expected)} stars, {percent(answer.like, 0)} chance to like it, "
            f"match {percent(answer.match, 0)}."
        )
        if apply and answer.remedies:
            _apply_button(answer, options, apply, set(user.excluded_ids), key)


def _movie(recommender: Recommender, key: str) -> int | None:
    """The movie from a searchable list, or from an id field if there are too many."""
    labels = pickers.movie_labels(recommender, recommender.version)
    if len(labels) <= pickers.MOST_LISTED:
        return st.selectbox(
            "Movie", list(labels), None, labels.__getitem__, key=f"{key}_listed", placeholder="Type a title"
        )
    selection = pickers.parse(st.text_input("Movie id", key=f"{key}_id"), "movie", validation.movie_problem)
    if selection.problem:
        st.warning(plain(selection.problem, LONGEST_SENTENCE))
    elif selection.value is not None and selection.value not in labels:
        st.warning(f"There is no movie {selection.value}.")
        return None
    return selection.value


def _apply_button(
    answer: WhyNot,
    options: Mapping[str, Any],
    apply: Callable[[Mapping[str, Any]], None],
    excluded: set[int],
    key: str,
) -> None:
    """A button for the remedies, or a note if the visitor has set the movie aside, which no list option changes."""
    changes = dict(answer.remedies)
    if "exclude" in changes:
        if excluded - set(changes["exclude"]):
            st.caption("You have hidden it or marked it as seen. You can change that under My movies.")
            return
        changes["exclude"] = [movie for movie in options["exclude"] if movie in changes["exclude"]]
    if st.button("Show it in the list", key=f"{key}_apply", on_click=apply, args=(changes,), icon=":material/add:"):
        st.rerun()  # the whole page, because the list is outside of this fragment
