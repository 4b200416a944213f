"""The list of a group on the page: its words, the best movie, the others, and what is a stretch for somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.list_option_table import GROUP_SIZE
from recsys.schema import MOVIE
from recsys.serving.list_options import ListOptions
from recsys.serving.together import Group, TogetherList
from recsys.ui.common import query_params, undo
from recsys.ui.common.links import link
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.together import movie_rows
from recsys.ui.together.member_parameter import YOU
from recsys.ui.together.members import PROFILE, GroupMembers, Member
from recsys.visitor import profile_link

COMBINATION_LABELS = {"least": "Good for everyone", "mean": "Best on average", "blend": "A bit of both"}
COMBINATION_WORDS = {
    "least": "Ranked by the lowest match of anyone, so nobody sits through it for the others' sake.",
    "mean": "Ranked by the average match, even if somebody likes it less.",
    "blend": "Ranked half by the average match, half by the lowest.",
}
NUMBER_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight")


def title(members: Sequence[Member]) -> str:
    """The page's title."""
    if len(members) < GROUP_SIZE[0]:
        return "Together"
    return f"A movie for the {NUMBER_WORDS[len(members)]} of {_pronoun(members)}"


def empty(group: GroupMembers, members: Sequence[Member]) -> None:
    """What to do with fewer than two members."""
    has_ratings = bool(group.visitor.profile.ratings)
    if members and not has_ratings and members[0].key in group.guests and group.guests[members[0].key].link:
        text = "Rate a few movies, and this page shows what you would both like."
        st.info(text, title="A friend wants to find a movie for the two of you", icon=":material/group:")
    else:
        missing = "one more person" if members else "at least two people"
        hint = "" if has_ratings else " Rate a few movies first, and you are in too."
        st.info(
            f"Add {missing}: a friend by their link or profile file, or a MovieLens user.{hint}",
            title="One list that everyone will enjoy",
            icon=":material/group:",
        )
    if not has_ratings:
        st.page_link("pages/rate.py", label="Rate a few movies", icon=":material/star:")


def show(
    visitor: Visitor,
    members: Sequence[Member],
    options: Mapping[str, Any],
    combination: str,
    clear: Callable[[], None],
) -> None:
    """Show the list of a group, and what is a stretch for one of its members.

    Parameters
    ----------
    visitor : Visitor
        Whose movies the actions in the rows change.
    members : sequence of Member
        At least two.
    options : mapping
        Fields of `LIST_OPTIONS`.
    combination : str
        One of `COMBINATIONS`.
    clear : callable
        Removes all filters; called by a button if they leave no movie.
    """
    recommender = visitor.recommender
    checked = ListOptions.checked(recommender.catalogue.genre_names, **options)
    excluded = {movie for member in members for movie in member.excluded_ids}
    group = Group.of(recommender, [member.ratings for member in members], checked.without(excluded))
    top_n = group.top(combination)
    undo.notice(visitor)
    names, listed = [member.name for member in members], top_n.table
    if len(listed):
        movie_rows.draw(listed.head(1), names, recommender.stars, visitor, movie_rows.FIRST)
        if len(listed) > 1:
            st.header(f"Also good for {'both' if len(members) == 2 else 'all'} of {_pronoun(members)}", anchor=False)
            movie_rows.draw(listed.iloc[1:], names, recommender.stars, visitor)
    _notes(top_n, combination, clear)
    stretches = group.stretches(listed[MOVIE].tolist())
    if len(stretches):
        st.header(f"A stretch for one of {_pronoun(members)}", anchor=False)
        st.caption("Good on average, but tastes differ widely.")
        movie_rows.draw(stretches, names, recommender.stars, visitor, movie_rows.UNRANKED)


def share(group: GroupMembers, options: Mapping[str, Any]) -> None:
    """Links to this group, and one with the visitor's ratings for a friend."""
    profile, recommender = group.visitor.profile, group.recommender
    with st.popover("Share", icon=":material/link:"):
        if profile.ratings:
            st.caption("Invite a friend (the link includes your ratings)")
            text = profile_link.encode(profile, recommender.catalogue, recommender.stars)
            st.code(link("together", current_page="together", **{PROFILE: text}), language=None, wrap_lines=True)
        st.caption("A link to this group" + (" (whoever opens it takes your place)" if YOU in group.keys else ""))
        query = {**group.query(), **query_params.to_query(options)}
        st.code(link("together", current_page="together", **query), language=None, wrap_lines=True)
        if any(not group.guests[key].link for key in group.keys if key in group.guests):
            st.caption("Guests from a file are not part of it.")


def _notes(top_n: TogetherList, combination: str, clear: Callable[[], None]) -> None:
    """Where the list comes from, and why it is short."""
    if short := top_n.why_short():
        hint = " “Best on average” asks for less." if combination == "least" and top_n.funnel.unlikely else ""
        if len(top_n.table):
            st.caption(short + hint)
        else:
            st.info(short + hint, title="No movie for all of you", icon=":material/filter_alt_off:")
        if top_n.relaxed_counts:
            st.button("Clear all filters", on_click=clear, icon=":material/restart_alt:")
    st.caption(
        f"Match: 100% is somebody's best unseen movie, 0% their average one. {plain(top_n.headline(), 300)}",
        help=top_n.steps(),
    )


def _pronoun(members: Sequence[Member]) -> str:
    return "you" if any(member.key == YOU for member in members) else "them"
