"""The controls of a list: their widgets, and the page's address, which is read when it changes and written on change.

What comes in an address is other people's text: `common.query_params` reads it, and a value that cannot be used
becomes a sentence instead of a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from recsys.errors import Problem
from recsys.requests.recommend_request import DEFAULTS
from recsys.serving.list_options import LEAST_LIKE
from recsys.serving.recommender import Recommender
from recsys.ui.common import query_params
from recsys.ui.common.widget_values import drawn, restore, set_value
from recsys.ui.recommend import id_filter
from recsys.validation import MAX_LISTED
from recsys.visitor.matching import Matcher
from recsys.visitor.watchlist import Watchlist, read_watchlist

RANKERS = {
    "personal": ("Personal", "What they would choose and like, learned from who rated what, and how."),
    "expected": ("Highest expected", "The highest expected stars, however unlikely they are to choose it."),
    "popular": ("Popular", "What most people rated, but for what they have seen and would hardly like."),
    "gems": ("Hidden gems", "Movies outside the most rated fifth that they will probably like."),
}
PERCENT = 100.0
POPULARITY, DIVERSITY = (-1.0, 1.0, 0.5), (0.0, 1.0, 0.25)  # from, to, step: the settings whose price is measured


@dataclass(frozen=True)
class Controls:
    """The widgets of a wish for a list; each one's key is `wish_` and the name of its field."""

    recommender: Recommender
    matcher: Matcher

    def sync(self) -> list[Problem]:
        """Bring the widgets in line with the address, and say what in it could not be used."""
        state, raw = st.session_state, _raw()
        opens = _key("n") not in state
        if opens:  # what an address without parameters stands for until the page is left
            state["wish_bare"] = state.get("wish_last", {})
        if opens or state.get("wish_seen") != raw:
            self._follow(raw)
        return state["list_problems"]

    def draw(self) -> None:
        """Everything but the ranker, to be put where there is room."""
        low, high = self._span
        st.number_input("How many", 1, MAX_LISTED, step=5, key=_key("n"), on_change=self._changed)
        st.multiselect(
            "Genres",
            self.recommender.catalogue.genre_names,
            key=_key("genres"),
            on_change=self._changed,
            placeholder="Any",
            help="A movie of at least one of these.",
        )
        if low < high:
            st.slider(
                "Years",
                low,
                high,
                key=_key("years"),
                on_change=self._changed,
                help="The year in the title; where it has none, the year of the release date.",
            )
        st.number_input(
            "Rated by at least", 0, step=10, key=_key("min_ratings"), on_change=self._changed, help="People, of all."
        )
        st.number_input(
            "Chance to like it, at least %",
            0.0,
            100.0,
            step=10.0,
            format="%g",
            key=_key("min_like"),
            on_change=self._changed,
            placeholder="Automatic",
            help="Movies with a lower chance of at least four of five stars are left out. Empty: "
            + ", ".join(f"{least:.0%} for {RANKERS[ranker][0].lower()}" for ranker, least in LEAST_LIKE.items())
            + ".",
        )
        id_filter.draw(self.recommender, self.watchlist, self._changed)
        drawn(*map(_key, ("n", "genres", "years", "min_ratings", "min_like")), id_filter.TEXT)

    def draw_order(self) -> None:
        """The two sliders that bend the order."""
        st.slider(
            "Popularity",
            *POPULARITY[:2],
            step=POPULARITY[2],
            format="%g",
            key=_key("popularity"),
            on_change=self._changed,
            help="Left: little-known movies first. Right: well-known ones first.",
        )
        st.slider(
            "Diversity",
            *DIVERSITY[:2],
            step=DIVERSITY[2],
            format="%g",
            key=_key("diversity"),
            on_change=self._changed,
            help="Further right, each movie differs more in genres from those above it.",
        )
        drawn(_key("popularity"), _key("diversity"))

    def draw_ranker(self) -> None:
        """The four ways to rank, side by side, and what the chosen one does."""
        chosen = st.radio(
            "Rank by",
            list(RANKERS),
            format_func=lambda name: RANKERS[name][0],
            horizontal=True,
            key=_key("ranker"),
            on_change=self._changed,
        )
        drawn(_key("ranker"))
        st.caption(RANKERS[chosen][1])

    def options(self) -> dict[str, Any]:
        """The fields of `DEFAULTS` that the widgets say; checked by whoever fulfils it."""
        state, (low, high) = st.session_state, self._span
        found = {name: state[_key(name)] for name in DEFAULTS if _key(name) in state}
        first, last = found.get("years", (low, high))
        found["years"] = (None if first <= low else first, None if last >= high else last)
        if found.get("min_like") is not None:
            found["min_like"] /= PERCENT
        watchlist = self.watchlist()
        return found | {"only": watchlist.movie_ids if watchlist else None}

    def watchlist(self) -> Watchlist | None:
        """The list of one's own as it was understood, None where none is given."""
        text = id_filter.text()
        return read_watchlist(text, self.matcher, self.recommender.has_movie) if text.strip() else None

    def summary(self, options: Mapping[str, Any]) -> str:
        """The filters in use, in words that may hold names from the data."""
        parts = []
        if options["genres"]:
            parts.append(" or ".join(options["genres"]))
        if options["years"] != DEFAULTS["years"]:
            parts.append(
                "{} to {}".format(*(year or end for year, end in zip(options["years"], self._span, strict=True)))
            )
        if options["min_ratings"]:
            parts.append(f"rated by at least {options['min_ratings']:,}")
        if options["min_like"] is not None:
            parts.append(f"at least {options['min_like']:.0%} likely to be liked")
        if options["only"] is not None:
            parts.append(f"from a list of {len(options['only']):,}")
        return f"Filters: {'; '.join(parts)}." if parts else "No filters. They are in the side panel."

    def clear(self) -> None:
        """Back to the defaults."""
        self._show({})
        self._changed()

    @property
    def _span(self) -> tuple[int, int]:
        years = self.recommender.catalogue.years
        known = years[np.isfinite(years)]
        return (int(known.min()), int(known.max())) if len(known) else (0, 0)

    def _follow(self, raw: Mapping[str, list[str]]) -> None:
        """Show and remember what an address says; one that says nothing gets what the page opened with."""
        genres, has_movie = self.recommender.catalogue.genre_names, self.recommender.has_movie
        options, problems = query_params.from_query(raw, genres, self._span, has_movie)
        if not raw:
            options = st.session_state["wish_bare"]
            _write(options)
        self._show(options)
        _remember(options, problems)

    def _changed(self) -> None:
        """Remember what the widgets say, and write it to the address."""
        restore(*map(_key, DEFAULTS), id_filter.TEXT)
        options = self.options()
        _write(options)
        _remember(options, [])

    def _show(self, options: Mapping[str, Any]) -> None:
        """Set the widgets to a checked wish."""
        low, high = self._span
        first, last = options.get("years", (None, None))
        values = {
            name: options.get(name, default) for name, default in DEFAULTS.items() if name not in ("years", "only")
        }
        values["genres"] = list(values["genres"])
        values["years"] = (max(low, first or low), min(high, last or high))
        values["min_like"] = None if values["min_like"] is None else PERCENT * values["min_like"]
        for name, value in values.items():
            set_value(_key(name), value)
        id_filter.write(self.recommender, options.get("only"))


def _key(name: str) -> str:
    return f"wish_{name}"


def _write(options: Mapping[str, Any]) -> None:
    """Put a wish into the address, in place of the one before."""
    query, before = query_params.to_query(options), _raw()
    if query or before:
        kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in DEFAULTS}
        st.query_params.from_dict({**kept, **query})


def _remember(options: Mapping[str, Any], problems: list[Problem]) -> None:
    state = st.session_state
    state["wish_last"], state["wish_seen"], state["list_problems"] = options, _raw(), problems


def _raw() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in DEFAULTS if name in st.query_params}
