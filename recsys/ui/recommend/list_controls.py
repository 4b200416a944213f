"""Controls of a list: their widgets, and the page's URL, which is read when it changes and written on each change.

A URL holds untrusted text: `common.query_params` reads it, and a value that cannot be used becomes a problem that the
page shows instead of a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from recsys.errors import Problem
from recsys.list_option_table import DEFAULTS, FILTERS, LEAST_LIKE, LIST_OPTIONS
from recsys.serving.filter_phrases import filter_phrases
from recsys.serving.recommender import Recommender
from recsys.ui.common import query_params
from recsys.ui.common.text import plain
from recsys.ui.common.widget_values import mark_drawn, resend, restore, set_value
from recsys.ui.recommend import id_filter
from recsys.visitor.matching import Matcher
from recsys.visitor.watchlist import Watchlist, read_watchlist

RANKERS = {
    "personal": ("Personal", "Movies that people with this taste chose and liked."),
    "expected": ("Highest expected", "The highest expected ratings, of well-known movies or not."),
    "popular": ("Popular", "The most rated unseen movies, without those that would hardly please."),
    "gems": ("Hidden gems", "Little-known movies that will probably please."),
}
PERCENT = 100.0


@dataclass(frozen=True)
class ListControls:
    """The widgets of the list options; the key of each is `options_` and the name of the option."""

    recommender: Recommender
    matcher: Matcher

    def sync(self) -> list[Problem]:
        """Update the widgets from the URL, and return the problems of what it could not use."""
        state, parameters = st.session_state, _url_parameters()
        page_opened = _key("n") not in state
        if page_opened:  # the options that a URL without parameters stands for until the page is left
            state["options_bare"] = state.get("options_last", {})
        if page_opened or state.get("options_seen") != parameters:
            self._follow_url(parameters)
        resend(*map(_key, LIST_OPTIONS), id_filter.TEXT)
        return state["options_problems"]

    def draw(self) -> None:
        """Draw the number of movies and the filters."""
        self._number("n")
        self._genres("genres", "exclude_genres", "Any", "A movie has at least one of these.")
        self._genres("exclude_genres", "genres", "None", "No movie of any of these is listed.")
        low, high = self._year_range
        if low < high:
            st.slider(
                LIST_OPTIONS["years"].label,
                low,
                high,
                key=_key("years"),
                on_change=self._on_change,
                help="The year in the title, or that of the release date if the title has none.",
            )
        self._number("min_ratings", help="How many users have rated the movie.")
        st.number_input(
            f"{LIST_OPTIONS['min_like'].label} (%)",
            *_bounds("min_like", PERCENT),
            step=_step("min_like", PERCENT),
            format="%g",
            key=_key("min_like"),
            on_change=self._on_change,
            placeholder="Automatic",
            help=_min_like_help(),
        )
        id_filter.draw(self.recommender, self.watchlist, self._on_change)
        mark_drawn(*map(_key, ("n", "genres", "exclude_genres", "years", "min_ratings", "min_like")), id_filter.TEXT)

    def draw_order(self) -> None:
        """Draw the sliders for popularity and diversity."""
        st.slider(
            LIST_OPTIONS["popularity"].label,
            *_bounds("popularity"),
            step=_step("popularity"),
            format="%g",
            key=_key("popularity"),
            on_change=self._on_change,
            help="Left: little-known movies first. Right: well-known movies first.",
        )
        st.slider(
            LIST_OPTIONS["diversity"].label,
            *_bounds("diversity"),
            step=_step("diversity"),
            format="%g",
            key=_key("diversity"),
            on_change=self._on_change,
            help="Further right, each movie differs more in genres from the ones above it.",
        )
        mark_drawn(_key("popularity"), _key("diversity"))

    def draw_ranker(self) -> None:
        """Draw the four rankers side by side, and describe the selected one."""
        ranker = st.radio(
            LIST_OPTIONS["ranker"].label,
            list(RANKERS),
            format_func=lambda name: RANKERS[name][0],
            horizontal=True,
            key=_key("ranker"),
            on_change=self._on_change,
        )
        mark_drawn(_key("ranker"))
        st.caption(RANKERS[ranker][1])

    def options(self) -> dict[str, Any]:
        """The list options (fields of `LIST_OPTIONS`) from the widgets, not yet validated."""
        state, (low, high) = st.session_state, self._year_range
        options = {name: state[_key(name)] for name in LIST_OPTIONS if _key(name) in state}
        first, last = options.get("years", (low, high))
        options["years"] = (None if first <= low else first, None if last >= high else last)
        if options.get("min_like") is not None:
            options["min_like"] /= PERCENT
        watchlist = self.watchlist()
        return options | {"only": watchlist.movie_ids if watchlist else None}

    def watchlist(self) -> Watchlist | None:
        """The visitor's own movies, matched to the catalogue; None if there are none."""
        text = id_filter.text()
        return read_watchlist(text, self.matcher, self.recommender.has_movie) if text.strip() else None

    def filters_label(self, options: Mapping[str, Any]) -> str:
        """The words of a button that opens the filters: `Filters`, or with the number of those in use."""
        count = len(filter_phrases(options))
        return f"Filters **{count}**" if count else "Filters"

    def draw_summary(self, options: Mapping[str, Any]) -> None:
        """The filters in use as a sentence, and a button that removes them; nothing without any."""
        phrases = filter_phrases(options).values()
        if phrases:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(plain(f"Filters: {'; '.join(phrases)}.", 300), width="content")
                st.button("Clear all", key="options_clear", on_click=self.clear, type="tertiary")

    def clear(self) -> None:
        """Remove all filters; length, ranker and order stay."""
        self.apply({name: DEFAULTS[name] for name in FILTERS})

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Set some options to valid values."""
        self._set_widgets({**self.options(), **changes})
        if "only" in changes:
            id_filter.write(self.recommender, changes["only"])
        self._on_change()

    def _number(self, name: str, help: str | None = None) -> None:
        """Draw the widget of a whole number."""
        label, step = LIST_OPTIONS[name].label, int(_step(name))
        st.number_input(label, *_whole_bounds(name), step=step, key=_key(name), on_change=self._on_change, help=help)

    def _genres(self, name: str, opposite: str, placeholder: str, help: str) -> None:
        """Draw one of the two widgets of genres; a genre that is added to it leaves the opposite one."""

        def on_change() -> None:
            restore(_key(name), _key(opposite))
            genres, others = st.session_state[_key(name)], st.session_state[_key(opposite)]
            if set(genres) & set(others):
                set_value(_key(opposite), [genre for genre in others if genre not in genres])
            self._on_change()

        label, genre_names = LIST_OPTIONS[name].label, self.recommender.catalogue.genre_names
        st.multiselect(label, genre_names, key=_key(name), on_change=on_change, placeholder=placeholder, help=help)

    @property
    def _year_range(self) -> tuple[int, int]:
        years = self.recommender.catalogue.years
        known_years = years[np.isfinite(years)]
        return (int(known_years.min()), int(known_years.max())) if len(known_years) else (0, 0)

    def _follow_url(self, parameters: Mapping[str, list[str]]) -> None:
        """Show and remember the options of a URL; without any, those that the page opened with."""
        genres, has_movie = self.recommender.catalogue.genre_names, self.recommender.has_movie
        options, problems = query_params.from_query(parameters, genres, self._year_range, has_movie)
        if not parameters:
            options = st.session_state["options_bare"]
            _write_url(options)
        self._set_widgets(options)
        id_filter.write(self.recommender, options.get("only"))
        _remember(options, problems)

    def _on_change(self) -> None:
        """Remember the options of the widgets, and write them to the URL."""
        restore(*map(_key, LIST_OPTIONS), id_filter.TEXT)
        options = self.options()
        _write_url(options)
        _remember(options, [])

    def _set_widgets(self, options: Mapping[str, Any]) -> None:
        """Set the widgets to validated options."""
        low, high = self._year_range
        first, last = options.get("years", (None, None))
        values = {
            name: options.get(name, default) for name, default in DEFAULTS.items() if name not in ("years", "only")
        }
        values |= {name: list(values[name]) for name in ("genres", "exclude_genres", "exclude")}
        values["years"] = (max(low, first or low), min(high, last or high))
        values["min_like"] = None if values["min_like"] is None else round(PERCENT * values["min_like"], 9)
        for name, value in values.items():
            set_value(_key(name), value)
        mark_drawn(_key("exclude"))  # it has no widget


def _key(name: str) -> str:
    return f"options_{name}"


def _min_like_help() -> str:
    defaults = ", ".join(f"{least_like:.0%} for {RANKERS[name][0].lower()}" for name, least_like in LEAST_LIKE.items())
    return f"How probable it is that they give at least four of five stars. If empty: {defaults}."


def _whole_bounds(name: str) -> tuple[int, int]:
    return LIST_OPTIONS[name].lowest, LIST_OPTIONS[name].highest


def _bounds(name: str, unit: float = 1.0) -> tuple[float, float]:
    return unit * LIST_OPTIONS[name].lowest, unit * LIST_OPTIONS[name].highest


def _step(name: str, unit: float = 1.0) -> float:
    return unit * LIST_OPTIONS[name].step


def _write_url(options: Mapping[str, Any]) -> None:
    """Write the options to the URL, in place of the previous ones."""
    query, previous = query_params.to_query(options), _url_parameters()
    if query or previous:
        other_parameters = {name: st.query_params.get_all(name) for name in st.query_params if name not in LIST_OPTIONS}
        st.query_params.from_dict({**other_parameters, **query})


def _remember(options: Mapping[str, Any], problems: list[Problem]) -> None:
    state = st.session_state
    state["options_last"], state["options_seen"], state["options_problems"] = options, _url_parameters(), problems


def _url_parameters() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in LIST_OPTIONS if name in st.query_params}
