"""Choosing a user and a movie: by name in a searchable list, by id in a field, or by the page's address.

The address is the truth. It is read when it changes (first visit, link, back button) and written when
somebody chooses; list and field follow each other. Values in an address are other people's text: each goes
through recsys.validation, and a refused one becomes a sentence instead of a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from recsys.errors import Problem, shown
from recsys.recommender import Recommender
from recsys.schema import MAX_ID, MIN_ID, MOVIE, RATING, YEAR
from recsys.ui.text import clean, number

MOST_LISTED = 5000  # a longer list is slow in the browser; then the id is the way
_INTEGER = re.compile(r"-?[0-9]{1,40}")


@dataclass(frozen=True)
class Choice:
    """What somebody chose: a valid id, or the problem with what came instead, or neither yet."""

    value: int | None
    problem: Problem | None = None


@dataclass(frozen=True)
class Picker:
    """One thing to choose. `name` is its parameter in the address and the stem of its widgets' keys."""

    name: str
    title: str
    labels: dict[int, str]
    check: Callable[..., Problem | None]
    example: int | None

    def sync(self) -> None:
        """Bring list and field in line with the address, when the address changed or the page was left."""
        state, raw = st.session_state, tuple(st.query_params.get_all(self.name))
        if state.get(f"{self.name}_seen") == raw and f"{self.name}_id" in state:
            return
        remembered = state.get(f"{self.name}_last", self.example)
        choice = parse(raw, self.name, self.check) if raw else Choice(remembered)
        self._show(choice.value)
        state[f"{self.name}_problem"], state[f"{self.name}_seen"] = choice.problem, raw

    def draw(self) -> Choice:
        """The two widgets side by side, and what they say; checked again here, not only in the browser."""
        left, right = st.columns([3, 1.25], wrap=False, gap="xsmall")
        if self.labels and len(self.labels) <= MOST_LISTED:
            left.selectbox(
                self.title,
                list(self.labels),
                format_func=lambda key: self.labels.get(key, str(key)),
                key=f"{self.name}_listed",
                placeholder="Type to search",
                on_change=self._chosen,
                args=("listed",),
            )
        right.number_input(
            f"{self.title} id",
            min_value=MIN_ID,
            max_value=MAX_ID,
            value=None,
            step=1,
            key=f"{self.name}_id",
            on_change=self._chosen,
            args=("id",),
        )
        value = st.session_state.get(f"{self.name}_id")
        problem = st.session_state.get(f"{self.name}_problem")
        if value is not None and problem is None:
            problem = self.check(value, field=self.name)
        return Choice(None if problem else value, problem)

    def _chosen(self, source: str) -> None:
        value = st.session_state.get(f"{self.name}_{source}")
        self._show(value)
        state = st.session_state
        state[f"{self.name}_problem"], state[f"{self.name}_last"] = None, value
        if value is None:
            st.query_params.pop(self.name, None)
        else:
            st.query_params[self.name] = str(value)
        state[f"{self.name}_seen"] = tuple(st.query_params.get_all(self.name))

    def _show(self, value: int | None) -> None:
        st.session_state[f"{self.name}_id"] = value
        st.session_state[f"{self.name}_listed"] = value if value in self.labels else None


def parse(raw: tuple[str, ...], name: str, check: Callable[..., Problem | None]) -> Choice:
    """One id out of the values an address gives for a parameter."""
    if len(raw) > 1:
        received = f"{len(raw)} values: {shown(', '.join(raw))}"
        return Choice(None, Problem(name, received, "one id", f"Keep one {name}= in the address."))
    text = raw[0].strip()
    value = int(text) if _INTEGER.fullmatch(text) else text
    problem = check(value, field=name)
    return Choice(None, problem) if problem else Choice(value)


@st.cache_resource(show_spinner=False, max_entries=2)
def movie_labels(_recommender: Recommender, version: str) -> dict[int, str]:
    """Movie id to `The Godfather (1972)`, by title; where two are alike, the id tells them apart."""
    movies = _recommender.movies
    names = [_with_year(t, y) for t, y in zip(movies["display"], movies[YEAR], strict=True)]
    twice = {name for name in names if names.count(name) > 1} if len(names) <= MOST_LISTED else set()
    labels = {
        int(key): f"{name} · id {key}" if name in twice else name
        for key, name in zip(movies[MOVIE], names, strict=True)
    }
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


def _with_year(title: str, year: float) -> str:
    return clean(title) if year != year else f"{clean(title)} ({year:.0f})"
