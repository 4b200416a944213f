"""Who is in the group: the visitor, users of the data, and guests with a profile of their own.

The URL holds what it can: `people=you-196-405`, the text of a guest's link as `profile`, and `by`. It is read when it
changes and written on each change. A guest from a file, and every name, stay in the session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from recsys.data.interactions import Interactions
from recsys.errors import InputError, Problem
from recsys.list_option_table import COMBINATIONS, GROUP_SIZE
from recsys.serving.recommender import Recommender
from recsys.ui.common import query_params
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean
from recsys.ui.common.widget_values import mark_drawn, restore, set_value
from recsys.ui.together.member_parameter import YOU, YOU_NAME, read_members
from recsys.visitor import profile_link
from recsys.visitor.profile import Profile
from recsys.visitor.profile_file import SavedProfile

MEMBERS, BY, PROFILE = PARAMETERS = ("people", "by", "profile")  # of the URL
KEYS, GUESTS, LAST, SEEN, PROBLEMS = (f"together_{name}" for name in ("keys", "guests", "last", "seen", "problems"))
COMBINATION = "together_by"  # the widget
LONGEST_NAME = 30  # characters


@dataclass(frozen=True)
class Guest:
    """Somebody whose profile came from a file or a link."""

    name: str  # untrusted text
    saved: SavedProfile
    link: str = ""  # the text of the link; empty for a file


@dataclass(frozen=True)
class Member:
    """A member of the group with their ratings."""

    key: str  # `YOU`, a user's id, or a guest's key
    name: str  # untrusted text
    ratings: Interactions  # a single row
    excluded_ids: tuple[int, ...] = ()  # movies that they have seen or do not want


@dataclass(frozen=True)
class GroupMembers:
    """The group of this session."""

    visitor: Visitor

    @property
    def recommender(self) -> Recommender:
        """The model in use."""
        return self.visitor.recommender

    @property
    def keys(self) -> tuple[str, ...]:
        """The members' keys, in the order in which they came."""
        return st.session_state.get(KEYS, ())

    @property
    def guests(self) -> dict[str, Guest]:
        """The guests by their keys, also those who left."""
        return st.session_state.setdefault(GUESTS, {})

    @property
    def combination(self) -> str:
        """How the members' scores are combined: one of `COMBINATIONS`."""
        return st.session_state.get(COMBINATION) or COMBINATIONS[0]

    @property
    def is_full(self) -> bool:
        """Whether nobody can be added."""
        return len(self.keys) >= GROUP_SIZE[1]

    def sync(self) -> list[Problem]:
        """Update the group from the URL, and return the problems of what it could not use."""
        state, parameters = st.session_state, _url_parameters()
        opened = COMBINATION not in state
        if opened or state.get(SEEN) != parameters:
            self._follow_url(parameters, opened)
        return state[PROBLEMS]

    def draw_combination(self, labels: Mapping[str, str]) -> None:
        """Draw the ways of combining side by side."""
        st.segmented_control(
            "Rank by",
            list(COMBINATIONS),
            required=True,
            wrap=True,
            format_func=labels.__getitem__,
            key=COMBINATION,
            on_change=self._on_combination,
        )
        mark_drawn(COMBINATION)

    def members(self) -> list[Member]:
        """The members; without the visitor as long as they have no ratings."""
        return [member for key in self.keys if (member := self._member(key))]

    def add(self, key: str) -> None:
        """Add the visitor, a user of the data or a guest; nothing changes if they are in, or the group is full."""
        if key not in self.keys and not self.is_full:
            self._set((*self.keys, key))

    def add_guest(self, saved: SavedProfile, link: str = "", name: str = "") -> None:
        """Add somebody by their profile."""
        self.add(self._remember_guest(saved, link, name))

    def remove(self, key: str) -> None:
        """Remove a member."""
        self._set(tuple(other for other in self.keys if other != key))

    def rename(self, key: str, name: str) -> None:
        """Name a guest; an empty name changes nothing."""
        if name := clean(name, LONGEST_NAME):
            self.guests[key] = replace(self.guests[key], name=name)

    def query(self) -> dict[str, Any]:
        """The URL parameters of the group, as far as a URL can hold it."""
        shared = [key for key in self.keys if key not in self.guests]
        links = [self.guests[key].link for key in self.keys if key in self.guests and self.guests[key].link]
        by = "" if self.combination == COMBINATIONS[0] else self.combination
        values = {MEMBERS: query_params.SEPARATOR.join(shared), BY: by, PROFILE: links}
        return {name: value for name, value in values.items() if value}

    def _on_combination(self) -> None:
        restore(COMBINATION)
        self._set(self.keys)

    def _set(self, keys: tuple[str, ...]) -> None:
        """Remember the members and write them to the URL."""
        st.session_state[KEYS] = keys
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in PARAMETERS}
        st.query_params.from_dict({**others, **self.query()})
        self._remember([])

    def _remember(self, problems: list[Problem]) -> None:
        state = st.session_state
        state[LAST], state[SEEN], state[PROBLEMS] = (self.keys, self.combination), _url_parameters(), problems

    def _follow_url(self, parameters: Mapping[str, list[str]], opened: bool) -> None:
        """Take the group from a URL; without one, the group of the last visit, or the visitor alone."""
        state = st.session_state
        if parameters:
            keys, combination, problems = self._read(parameters)
            files = (
                () if opened else tuple(key for key in self.keys if key in self.guests and not self.guests[key].link)
            )
            state[KEYS] = tuple(dict.fromkeys((*keys, *files)))[: GROUP_SIZE[1]]
            set_value(COMBINATION, combination)
            self._remember(problems)
        elif LAST in state:
            state[KEYS], combination = state[LAST]
            set_value(COMBINATION, combination)
            self._set(self.keys)
        else:
            state[KEYS], state[SEEN], state[PROBLEMS] = self._alone(), {}, []
            set_value(COMBINATION, COMBINATIONS[0])

    def _read(self, parameters: Mapping[str, list[str]]) -> tuple[tuple[str, ...], str, list[Problem]]:
        """The members' keys and the combination in URL parameters, and the problems of what was left out."""
        keys, problems = self._alone(), []
        if texts := parameters.get(MEMBERS):
            keys, problems = read_members(texts, self.recommender)
        by = parameters.get(BY, [])
        if by_problems := query_params.option_problems(BY, by, COMBINATIONS) if by else []:
            problems, by = [*problems, *by_problems], []
        for text in parameters.get(PROFILE, [])[: GROUP_SIZE[1]]:
            try:
                profile = profile_link.decode(text, self.recommender.catalogue, self.recommender.stars)
            except InputError as error:
                problems += error.problems
            else:
                keys = (*keys, self._remember_guest(SavedProfile(profile, self.recommender.stars), text))
        return keys, by[0] if by else COMBINATIONS[0], problems

    def _alone(self) -> tuple[str, ...]:
        return (YOU,) if self.visitor.profile.ratings else ()

    def _remember_guest(self, saved: SavedProfile, link: str = "", name: str = "") -> str:
        """The key of a guest, the same for the same profile."""
        key = "guest" + hashlib.sha256(repr((saved.profile.history, link)).encode()).hexdigest()[:12]
        names = {guest.name for guest in self.guests.values()}
        numbered = next(name for number in range(1, 1000) if (name := f"Guest {number}") not in names)
        self.guests.setdefault(key, Guest(clean(name, LONGEST_NAME) or numbered, saved, link))
        return key

    def _member(self, key: str) -> Member | None:
        """The member of this key; None for a visitor without ratings, or a user whom this model does not have."""
        if key == YOU:
            return self._from_profile(key, YOU_NAME, self.visitor.profile) if self.visitor.profile.ratings else None
        if guest := self.guests.get(key):
            return self._from_profile(key, guest.name, self.visitor.settled(guest.saved).profile)
        user_id = int(key)
        if not self.recommender.has_user(user_id):
            return None
        return Member(key, f"User {user_id}", self.recommender.user_history(user_id))

    def _from_profile(self, key: str, name: str, profile: Profile) -> Member:
        ratings = self.recommender.user_history(history=profile.history, profile=profile.who)
        return Member(key, name, ratings, profile.excluded_ids)


def _url_parameters() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in PARAMETERS if name in st.query_params}
