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
from recsys.list_option_table import DEFAULTS, LEAST_LIKE, LIST_OPTIONS
from recsys.serving.recommender import Recommender
from recsys.ui.common import query_params
from recsys.ui.common.widget_values import mark_drawn, restore, set_value
from recsys.ui.recommend import id_filter
from recsys.visitor.matching import Matcher
from recsys.visitor.watchlist import Watchlist, read_watchlist

RANKERS = {
    "personal": ("Personal", "What they would choose and like, learned from who rated what, and how."),
    "expected": ("Highest expected", "The highest expected stars, however unlikely they are to choose it."),
    "popular": ("Popular", "What most people rated, but for what they have seen and would hardly like."),
    "gems": ("Hidden gems", "Movies outside the most rated fifth that they will probably like."),
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
        return state["options_problems"]

    def draw(self) -> None:
        """Draw the number of movies and the filters."""
        low, high = self._year_range
        st.number_input("How many", *_whole_bounds("n"), step=int(_step("n")), key=_key("n"), on_change=self._on_change)
        st.multiselect(
            "Genres",
            self.recommender.catalogue.genre_names,
            key=_key("genres"),
            on_change=self._on_change,
            placeholder="Any",
            help="A movie of at least one of these.",
        )
        if low < high:
            st.slider(
                "Years",
                low,
                high,
                key=_key("years"),
                on_change=self._on_change,
                help="The year in the title; where it has none, the year of the release date.",
            )
        st.number_input(
            "Rated by at least",
            *_whole_bounds("min_ratings"),
            step=int(_step("min_ratings")),
            key=_key("min_ratings"),
            on_change=self._on_change,
            help="People, of all.",
        )
        st.number_input(
            "Chance to like it, at least %",
            *_bounds("min_like", PERCENT),
            step=_step("min_like", PERCENT),
            format="%g",
            key=_key("min_like"),
            on_change=self._on_change,
            placeholder="Automatic",
            help=_min_like_help(),
        )
        id_filter.draw(self.recommender, self.watchlist, self._on_change)
        mark_drawn(*map(_key, ("n", "genres", "years", "min_ratings", "min_like")), id_filter.TEXT)

    def draw_order(self) -> None:
        """Draw the sliders for popularity and diversity."""
        st.slider(
            "Popularity",
            *_bounds("popularity"),
            step=_step("popularity"),
            format="%g",
            key=_key("popularity"),
            on_change=self._on_change,
            help="Left: little-known movies first. Right: well-known ones first.",
        )
        st.slider(
            "Diversity",
            *_bounds("diversity"),
            step=_step("diversity"),
            format="%g",
            key=_key("diversity"),
            on_change=self._on_change,
            help="Further right, each movie differs more in genres from those above it.",
        )
        mark_drawn(_key("popularity"), _key("diversity"))

    def draw_ranker(self) -> None:
        """Draw the four rankers side by side, and describe the selected one."""
        ranker = st.radio(
            "Rank by",
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

    def summary(self, options: Mapping[str, Any]) -> str:
        """The active filters as a sentence, which may contain names from the data."""
        filters = []
        if options["genres"]:
            filters.append(" or ".join(options["genres"]))
        if options["years"] != DEFAULTS["years"]:
            filters.append(
                "{} to {}".format(
                    *(year or bound for year, bound in zip(options["years"], self._year_range, strict=True))
                )
            )
        if options["min_ratings"]:
            filters.append(f"rated by at least {options['min_ratings']:,}")
        if options["min_like"] is not None:
            filters.append(f"at least {options['min_like']:.0%} likely to be liked")
        if options["only"] is not None:
            filters.append(f"from a list of {len(options['only']):,}")
        return f"Filters: {'; '.join(filters)}." if filters else "No filters. They are in the side panel."

    def clear(self) -> None:
        """Reset all options to the defaults."""
        self._set_widgets({})
        self._on_change()

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
        values["genres"] = list(values["genres"])
        values["years"] = (max(low, first or low), min(high, last or high))
        values["min_like"] = None if values["min_like"] is None else PERCENT * values["min_like"]
        for name, value in values.items():
            set_value(_key(name), value)
        id_filter.write(self.recommender, options.get("only"))


def _key(name: str) -> str:
    return f"options_{name}"


def _min_like_help() -> str:
    defaults = ", ".join(f"{least_like:.0%} for {RANKERS[name][0].lower()}" for name, least_like in LEAST_LIKE.items())
    return f"Movies with a lower chance of at least four of five stars are left out. Empty: {defaults}."


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
