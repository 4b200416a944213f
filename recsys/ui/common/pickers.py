"""Choosing a user and a movie: by name in a searchable list, by id in a field, or by the page's address.

The address is the truth. It is read when it changes (first visit, link, back button) and written when somebody
chooses, or when a page opens without it and something was chosen before; list and field follow each other. What comes
in an address or a field is other people's text: it goes through recsys.validation, and a refused value becomes a
sentence instead of a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from recsys.errors import Problem, shown
from recsys.schema import MOVIE, RATING, YEAR, with_year
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean, number
from recsys.ui.common.widget_values import drawn, restore, set_value

MOST_LISTED = 5000  # a longer list is slow in the browser; then the id is the way
_INTEGER = re.compile(r"-?[0-9]{1,40}")


@dataclass(frozen=True)
class Choice:
    """What somebody chose: a valid id, or the problem with what came instead, or neither yet."""

    value: int | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class Picker:
    """One thing to choose. `name` is its parameter in the address and the stem of its widgets' keys.

    `page` tells pages with the same picker apart: what a widget held is lost on the way from one to the other.
    """

    name: str
    labels: dict[int, str]
    check: Callable[..., Problem | None]
    example: int
    page: str = ""

    @property
    def listed(self) -> list[int]:
        """The ids in the list, in the order of their labels; none when there are too many."""
        return list(self.labels) if len(self.labels) <= MOST_LISTED else []

    def sync(self) -> None:
        """Bring list and field in line with the address, when that changed or the page was left meanwhile."""
        state, raw = st.session_state, tuple(st.query_params.get_all(self.name))
        same_page = state.get(f"{self.name}_page") == self.page and f"{self.name}_id" in state
        if same_page and state.get(f"{self.name}_seen") == raw:
            return
        if not same_page:  # what an address without this parameter stands for until the page is left
            state[f"{self.name}_page"], state[f"{self.name}_bare"] = self.page, state.get(f"{self.name}_last", "")
        if not raw and (remembered := state[f"{self.name}_bare"]):
            st.query_params[self.name] = remembered
            raw = (remembered,)
        state[f"{self.name}_seen"] = raw
        state[f"{self.name}_repeated"] = repeated(raw, self.name)
        text = raw[0] if len(raw) == 1 else ""
        self._remember(text)
        self._show(text if raw else str(self.example))

    def draw(self) -> Choice:
        """The two widgets side by side, and what they say; checked here, not only in the browser."""
        title = self.name.capitalize()
        left, right = st.columns([4, 1], wrap=False, gap="xsmall")
        left.selectbox(
            title,
            self.listed,
            index=None,
            format_func=lambda key: self.labels.get(key, str(key)),
            key=f"{self.name}_listed",
            placeholder="Type to search" if self.listed else "Too many to list: give the id",
            on_change=self._from_list,
        )
        right.text_input(f"{title} id", key=f"{self.name}_id", on_change=self._from_field)
        drawn(f"{self.name}_listed", f"{self.name}_id")
        if problem := st.session_state.get(f"{self.name}_repeated"):
            return Choice(None, problem)
        return parse(st.session_state.get(f"{self.name}_id") or "", self.name, self.check)

    def _from_list(self) -> None:
        if restore(f"{self.name}_listed"):
            return
        value = st.session_state.get(f"{self.name}_listed")
        self._chosen("" if value is None else str(value))

    def _from_field(self) -> None:
        if not restore(f"{self.name}_id"):
            self._chosen(st.session_state.get(f"{self.name}_id") or "")

    def _chosen(self, text: str) -> None:
        choice = parse(text, self.name, self.check)
        self._show(text)
        if choice.value is None:
            st.query_params.pop(self.name, None)
        else:
            st.query_params[self.name] = str(choice.value)
        self._remember(text)
        st.session_state[f"{self.name}_repeated"] = None
        st.session_state[f"{self.name}_seen"] = tuple(st.query_params.get_all(self.name))

    def _remember(self, text: str) -> None:
        """For other pages: the id, or nothing where nothing was chosen; what is refused changes neither."""
        choice = parse(text, self.name, self.check)
        if choice.problem is None:
            st.session_state[f"{self.name}_last"] = "" if choice.value is None else str(choice.value)

    def _show(self, text: str) -> None:
        value = parse(text, self.name, self.check).value
        set_value(f"{self.name}_id", clean(text))
        set_value(f"{self.name}_listed", value if value in self.listed else None)


def parse(text: str, name: str, check: Callable[..., Problem | None]) -> Choice:
    """The id that a text gives, or what is wrong with it; an empty text chooses nothing."""
    text = text.strip()
    if not text:
        return Choice()
    value = int(text) if _INTEGER.fullmatch(text) else text
    problem = check(value, field=name)
    if problem is None:
        return Choice(int(value))
    return Choice(None, replace(problem, remedy="Type one of these, or search in the list."))


def repeated(raw: tuple[str, ...], name: str) -> Problem | None:
    """The problem of a parameter that an address gives more than once."""
    if len(raw) < 2:
        return None
    received = f"{len(raw)} values: {shown(', '.join(raw[:5]))}"
    return Problem(name, received, "one id", f"Keep one {name}= in the address, or choose below.")


def example(recommender: Recommender) -> tuple[int, int]:
    """The user and the movie of a first visit: 196, else the first user, and the best-known movie not rated by them.

    For somebody who has rated every movie it is the best-known one.
    """
    user = 196 if recommender.has_user(196) else int(recommender.user_ids[0])
    ranked = recommender.counts.copy()
    ranked[recommender.user_history(user).movies] -= ranked.max() + 1  # after all that they have not rated
    return user, int(recommender.catalogue.movie_ids[np.argmax(ranked)])


@st.cache_resource(show_spinner=False, max_entries=2)
def movie_labels(_recommender: Recommender, version: str) -> dict[int, str]:
    """Movie id to `The Godfather (1972)`, by title; where two are alike, the id tells them apart."""
    movies = _recommender.movies
    names = [with_year(clean(title), year) for title, year in zip(movies["display"], movies[YEAR], strict=True)]
    seen: set[str] = set()
    twice = {name for name in names if name in seen or seen.add(name)}
    pairs = zip(movies[MOVIE], names, strict=True)
    labels = {int(key): f"{name} · id {key}" if name in twice else name for key, name in pairs}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))


@st.cache_resource(show_spinner=False, max_entries=2)
def user_labels(_recommender: Recommender, version: str) -> dict[int, str]:
    """User id to `User 196 · 49, writer, 39 ratings, mean 3.6`: users have no names."""
    ids = _recommender.user_ids
    return {int(key): user_label(_recommender, int(key)) for key in ids} if len(ids) <= MOST_LISTED else {}


def user_label(recommender: Recommender, user_id: int) -> str:
    """One user in a line: the id, then what is known of them."""
    profile, ratings = recommender.profile(user_id), recommender.history(user_id)[RATING]
    age, occupation = profile.get("age"), profile.get("occupation")
    known = [f"{age:.0f}" if age is not None else "", clean(occupation or "")]
    known.append(f"{len(ratings)} {'rating' if len(ratings) == 1 else 'ratings'}")
    known.append(f"mean {number(ratings.mean(), 1)}" if len(ratings) else "")
    return f"User {user_id} · {', '.join(filter(None, known))}"
