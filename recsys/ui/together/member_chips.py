"""Who is in, one button each, and the ways to add somebody: yourself, a user of the data, a link, a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

import streamlit as st

from recsys.errors import RecsysError
from recsys.ui.common import pickers
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.ui.common.widget_values import mark_drawn, restore, set_value
from recsys.ui.together.member_parameter import YOU
from recsys.ui.together.members import LONGEST_NAME, GroupMembers, Member
from recsys.visitor import profile_link
from recsys.visitor.profile_file import SIZE_LIMIT, SavedProfile, from_bytes

USER, USER_ID, LINK, FILE = (f"together_add_{name}" for name in ("user", "id", "link", "file"))  # widget keys
MESSAGE, UPLOADS = "together_message", "together_uploads"  # session keys
_PROFILE = re.compile(r"[?&]profile=([^&#\s]+)")


def draw(group: GroupMembers, members: Sequence[Member]) -> None:
    """Draw the members and the ways to add somebody."""
    with st.container(horizontal=True, key="together_members"):
        for number, member in enumerate(members, 1):
            _chip(group, member, number)
        if not group.is_full:
            with st.popover("Add someone", icon=":material/person_add:", key="together_add"):
                _add(group)


def count_text(member: Member) -> str:
    """How many ratings a member has, in words."""
    count = len(member.ratings.movies)
    return f"{count:,} {'rating' if count == 1 else 'ratings'}"


def _chip(group: GroupMembers, member: Member, number: int) -> None:
    """A button that opens what can be done with a member."""
    with st.popover(plain(f"{member.name}, {count_text(member)}"), key=f"together_mark_{number}"):
        if member.key in group.guests:
            name_key = f"together_name_{member.key}"
            st.text_input(
                "Name",
                clean(member.name),
                max_chars=LONGEST_NAME,
                key=name_key,
                on_change=lambda: group.rename(member.key, st.session_state.get(name_key) or ""),
            )
        st.button(
            plain(f"Remove {member.name}") if member.key != YOU else "Remove me",
            key=f"together_remove_{member.key}",
            icon=":material/person_remove:",
            on_click=group.remove,
            args=(member.key,),
        )


def _add(group: GroupMembers) -> None:
    """The ways to add somebody."""
    if YOU not in group.keys and group.visitor.profile.ratings:
        st.button("Add me", icon=":material/person:", on_click=group.add, args=(YOU,))
    elif not group.visitor.profile.ratings:
        st.page_link("pages/rate.py", label="Rate a few movies to join", icon=":material/thumbs_up_down:")
    st.text_input(
        "A friend's link",
        key=LINK,
        placeholder="https://…/together?profile=…",
        on_change=_on_link,
        args=(group,),
        help="Your friend makes it on this page, under Share.",
    )
    st.file_uploader(
        "Or a friend's profile file",
        "json",
        key=_file_key(),
        max_upload_size=SIZE_LIMIT // 2**20,
        on_change=_on_file,
        args=(group,),
        help="Your friend saves it on the page Rate. It is read in memory, for this session only.",
    )
    _user_field(group)
    mark_drawn(LINK, USER, USER_ID)
    if message := st.session_state.get(MESSAGE):
        st.warning(plain(message, LONGEST_REASON), icon=":material/help:")


def _user_field(group: GroupMembers) -> None:
    """A user of the data, from a list or by id if there are too many to list."""
    labels, members = pickers.user_labels(group.recommender, group.recommender.version), set(group.keys)
    if labels:
        st.selectbox(
            "Or a MovieLens user",
            [user_id for user_id in labels if str(user_id) not in members],
            index=None,
            format_func=lambda user_id: labels.get(user_id, str(user_id)),
            key=USER,
            placeholder="Type to search",
            on_change=_on_user,
            args=(group, USER),
        )
    else:
        st.text_input("Or the id of a MovieLens user", key=USER_ID, on_change=_on_user, args=(group, USER_ID))


def _on_user(group: GroupMembers, key: str) -> None:
    text = str(st.session_state.get(key) or "").strip()
    if restore(key) or not text:
        return
    if text.isdecimal() and len(text) <= 10 and group.recommender.has_user(int(text)):
        group.add(str(int(text)))
        _say("")
        set_value(key, None if key == USER else "")
    else:
        _say(f"There is no user {clean(text, 20)} in the data.")


def _on_link(group: GroupMembers) -> None:
    text = (st.session_state.get(LINK) or "").strip()
    if restore(LINK) or not text:
        return
    match = _PROFILE.search(text)
    link = unquote(match[1]) if match else text
    try:
        profile = profile_link.decode(link, group.recommender.catalogue, group.recommender.stars)
        _add_guest(group, SavedProfile(profile, group.recommender.stars), link)
        set_value(LINK, "")
    except RecsysError as error:
        _say(str(error))


def _on_file(group: GroupMembers) -> None:
    upload = st.session_state.get(_file_key())
    if upload is None:
        return
    try:
        _add_guest(group, from_bytes(upload.getvalue()))
        st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1  # an empty field for the next file
    except RecsysError as error:
        _say(str(error))


def _add_guest(group: GroupMembers, saved: SavedProfile, link: str = "") -> None:
    if saved.profile.ratings:
        group.add_guest(saved, link)
    _say("" if saved.profile.ratings else "This profile has no ratings yet, so there is nothing to go by.")


def _file_key() -> str:
    return f"{FILE}_{st.session_state.get(UPLOADS, 0)}"


def _say(message: str) -> None:
    st.session_state[MESSAGE] = message
