"""Pickers for a user and a movie: one field with a searchable list, which takes a typed id too, or the page's URL.

The URL is the source of truth. It is read when it changes (first visit, link, back button) and written when a visitor
selects something, or when a page opens without the parameter and something was selected before. A URL or a field holds
untrusted text: it goes through recsys.validation, and a refused value becomes a problem that the page shows instead of
a guess. The session keeps the text of the selection, and every drawing sends it to the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from recsys.data.interactions import Interactions
from recsys.data.title_years import with_year
from recsys.errors import Problem, shown
from recsys.schema import MOVIE, YEAR
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean, number
from recsys.ui.common.widget_values import mark_drawn, restore, set_value

MOST_LISTED = 5000  # a longer list is slow in the browser, so only ids can be typed
# The visitor among the users: no id, its text in the URL, and the start of its label.
YOU, YOU_TEXT, YOU_LABEL = -1, "you", "You"
NOBODY = -2  # the example of a picker that starts empty
USER_PARAMETER = "user"
_INTEGER = re.compile(r"-?[0-9]{1,40}")
_LABELLED = re.compile(r"(?:user )?(-?[0-9]{1,40})(?: · .*)?", re.IGNORECASE)  # also a label from before a rating


@dataclass(frozen=True)
class Selection:
    """A selected id (`YOU` for the visitor), or the problem with the received text, or neither yet."""

    value: int | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class Picker:
    """A field for one URL parameter. `name` is the parameter and the prefix of the session keys.

    `page` tells pages with the same picker apart: Streamlit drops a widget's value when the page changes.
    """

    name: str
    labels: dict[int, str]
    check: Callable[..., Problem | None]
    example: int
    page: str = ""

    @property
    def listed_ids(self) -> list[int]:
        """The ids in the list, in the order of their labels; only the visitor if there are more than `MOST_LISTED`."""
        return list(self.labels) if len(self.labels) <= MOST_LISTED else [key for key in self.labels if key == YOU]

    @property
    def text(self) -> str:
        """The selection as the URL has it: an id, `you`, refused text, or empty."""
        return st.session_state.get(self._key("text"), "")

    def sync(self) -> None:
        """Update the field from the URL if it changed or the page was left meanwhile."""
        state, raw = st.session_state, tuple(st.query_params.get_all(self.name))
        same_page = state.get(self._key("page")) == self.page and self._key("field") in state
        if same_page and state.get(self._key("seen")) == raw:
            return
        if not same_page:  # the selection that a URL without this parameter stands for until the page is left
            state[self._key("page")], state[self._key("bare")] = self.page, state.get(self._key("last"), "")
        if not raw and (bare := state[self._key("bare")]):
            st.query_params[self.name] = bare
            raw = (bare,)
        state[self._key("seen")] = raw
        state[self._key("repeated")] = repeated_problem(raw, self.name)
        text = raw[0] if len(raw) == 1 else ""
        self._remember(text)
        self._show(text if raw else id_text(self.example))

    def draw(self) -> Selection:
        """Draw the field and return the selection, validated on the server."""
        field = self._key("field")
        st.session_state[field] = self._field_value(self.text)
        st.selectbox(
            self.name.capitalize(),
            self.listed_ids,
            index=None,
            format_func=lambda key: self.labels.get(key, str(key)),
            key=field,
            placeholder="Type to search, or an id" if self.listed_ids else "Too many to list: type an id",
            on_change=self._on_change,
            accept_new_options=True,
        )
        mark_drawn(field)
        if problem := st.session_state.get(self._key("repeated")):
            return Selection(None, problem)
        return parse(self.text, self.name, self.check)

    def _on_change(self) -> None:
        if not restore(self._key("field")):
            self._select(self._typed(st.session_state.get(self._key("field"))))

    def _typed(self, value: int | str | None) -> str:
        """The text of a selection, from a listed id or from what was typed: an id, part of a title, an older label."""
        if not isinstance(value, str):
            return "" if value is None else id_text(value)
        text = value.strip()
        if self.name == USER_PARAMETER:
            match = _LABELLED.fullmatch(text)
            older_label = YOU in self.labels and text.startswith(f"{YOU_LABEL} (")
            return match[1] if match else YOU_TEXT if older_label else text
        if not text or (_INTEGER.fullmatch(text) and int(text) in self.labels):
            return text
        words = text.casefold().split()
        labels = ((key, label.casefold()) for key, label in self.labels.items())
        return next((id_text(key) for key, label in labels if all(word in label for word in words)), text)

    def _select(self, text: str) -> None:
        selection = parse(text, self.name, self.check)
        self._show(text)
        if selection.value is None:
            st.query_params.pop(self.name, None)
        else:
            st.query_params[self.name] = id_text(selection.value)
        self._remember(text)
        st.session_state[self._key("repeated")] = None
        st.session_state[self._key("seen")] = tuple(st.query_params.get_all(self.name))

    def _remember(self, text: str) -> None:
        """Remember the selection for other pages; a refused text changes nothing."""
        selection = parse(text, self.name, self.check)
        if selection.problem is None:
            st.session_state[self._key("last")] = "" if selection.value is None else id_text(selection.value)

    def _show(self, text: str) -> None:
        st.session_state[self._key("text")] = clean(text)
        set_value(self._key("field"), self._field_value(clean(text)))

    def _field_value(self, text: str) -> int | str | None:
        """The field's value: a listed id, or text that stands for none of them."""
        value = parse(text, self.name, self.check).value
        return value if value in self.listed_ids else text.strip() or None

    def _key(self, what: str) -> str:
        return f"{self.name}_{what}"


def id_text(value: int) -> str:
    """An id, or the visitor, as the URL has it; empty for `NOBODY`."""
    return {YOU: YOU_TEXT, NOBODY: ""}.get(value, str(value))


def parse(text: str, name: str, check: Callable[..., Problem | None]) -> Selection:
    """The id in a text, or the problem with it; an empty text selects nothing."""
    text = text.strip()
    if not text:
        return Selection()
    if name == USER_PARAMETER and text.casefold() == YOU_TEXT:
        return Selection(YOU)
    value = int(text) if _INTEGER.fullmatch(text) else text
    problem = check(value, field=name)
    if problem is None:
        return Selection(int(value))
    return Selection(None, replace(problem, remedy="Type one of these, or search in the list."))


def repeated_problem(values: tuple[str, ...], name: str) -> Problem | None:
    """The problem with a URL parameter that occurs more than once; None otherwise."""
    if len(values) < 2:
        return None
    received = f"{len(values)} values: {shown(', '.join(values[:5]))}"
    return Problem(name, received, "one id", f"Keep one {name}= in the address, or choose below.")


def example_user(recommender: Recommender) -> int:
    """The user of a first visit: user 196, or the first user."""
    return 196 if recommender.has_user(196) else int(recommender.user_ids[0])


def example_movie(recommender: Recommender, user_history: Interactions) -> int:
    """The movie of a first visit: the most rated one that a user has not rated; of all, if there is none."""
    ranked = recommender.counts.copy()
    ranked[user_history.movies] -= ranked.max() + 1  # below every unrated movie
    return int(recommender.catalogue.movie_ids[np.argmax(ranked)])


@st.cache_resource(show_spinner=False, max_entries=2)
def movie_labels(_recommender: Recommender, version: str) -> dict[int, str]:
    """Movie id to `The Godfather (1972)`, sorted by title; equal labels get the id appended."""
    movies = _recommender.movies
    names = [with_year(clean(title), year) for title, year in zip(movies["display"], movies[YEAR], strict=True)]
    seen: set[str] = set()
    duplicates = {name for name in names if name in seen or seen.add(name)}
    pairs = zip(movies[MOVIE], names, strict=True)
    labels = {int(key): f"{name} · id {key}" if name in duplicates else name for key, name in pairs}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))


@st.cache_resource(show_spinner=False, max_entries=2)
def user_labels(_recommender: Recommender, version: str) -> dict[int, str]:
    """User id to `User 196 · age 49, writer, 39 ratings, mean 3.6`: users have no names."""
    ids = _recommender.user_ids
    return {int(key): user_label(_recommender, int(key)) for key in ids} if len(ids) <= MOST_LISTED else {}


def user_label(recommender: Recommender, user_id: int) -> str:
    """Label of one user: the id, then demographics, number of ratings and mean."""
    profile, stars = recommender.profile(user_id), recommender.user_history(user_id).stars
    age, occupation = profile.get("age"), profile.get("occupation")
    facts = [f"age {age:.0f}" if age is not None else "", clean(occupation or "")]
    facts.append(f"{len(stars)} {'rating' if len(stars) == 1 else 'ratings'}")
    facts.append(f"mean {number(stars.mean(dtype=float), 1)}" if len(stars) else "")
    return f"User {user_id} · {', '.join(filter(None, facts))}"
