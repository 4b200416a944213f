"""The list of a group on the page: its words, the best movie, the others, and what is a stretch for somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.list_option_table import GROUP_SIZE
from recsys.serving.together import TogetherList
from recsys.ui.common import movie_card, query_params, undo
from recsys.ui.common.links import link
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.together.explained_group import ExplainedGroup
from recsys.ui.together.member_parameter import YOU
from recsys.ui.together.members import PROFILE, GroupMembers, Member
from recsys.ui.together.movie_rows import MovieRows
from recsys.visitor import profile_link

COMBINATION_LABELS = {"least": "Good for everyone", "mean": "Best on average", "blend": "A bit of both"}
COMBINATION_WORDS = {
    "least": "Ranked by the lowest match of anyone, so nobody sits through it for the others' sake.",
    "mean": "Ranked by the average match, even if one of you likes it less.",
    "blend": "Ranked half by the average match, half by the lowest.",
}
MATCH_HELP = (
    "Match says how well a movie fits one of you: 100% is the best of all movies that they have not seen, 0% an "
    "average one. The stars are what the app expects."
)
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
    explained: ExplainedGroup,
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
    explained : ExplainedGroup
        Their list.
    combination : str
        What it is ranked by, of `COMBINATIONS`.
    clear : callable
        Removes all filters; called by a button if they leave no movie.
    """
    undo.notice(visitor)
    listed, stretches, rows = (
        explained.top_n.table,
        explained.stretches,
        MovieRows(visitor, members, explained, combination),
    )
    everyone = f"{'both' if len(members) == 2 else 'all'} of {_pronoun(members)}"
    if len(listed):
        rows.feature(listed.iloc[0].to_dict(), f"First choice for {everyone}")
    if len(listed) > 1:
        movie_card.programme_heading(f"Also good for {everyone}", "together")
        rows.cards(listed.iloc[1:])
    _notes(explained.top_n, combination, clear)
    if len(stretches):
        movie_card.programme_heading(f"A stretch for one of {_pronoun(members)}", "stretches")
        st.caption("Good on average, but tastes differ widely.")
        rows.stretches(stretches)


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
    st.caption(plain(top_n.headline(), 300), help=top_n.steps())


def _pronoun(members: Sequence[Member]) -> str:
    return "you" if any(member.key == YOU for member in members) else "them"
