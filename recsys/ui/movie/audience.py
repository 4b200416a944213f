"""How people rated a movie: the stars, over time, and who likes it more or less than the others."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from recsys.charts.predict import percent
from recsys.charts.ratings import describe
from recsys.glossary import group_label, group_words, grouping_name
from recsys.schema import AGE, GENDER, OCCUPATION
from recsys.serving.movie_statistics import SMALL_GROUP, MovieStatistics
from recsys.ui.common.text import count_text, number
from recsys.ui.movie import bars
from recsys.ui.movie.reasons import signed

SIDES = ((GENDER, AGE), (OCCUPATION,))  # of the groups, side by side where there is room
MANY_GROUPS = 10  # of which one may well stand out by chance
LEAST_RANGE = 0.5  # stars on both sides of the average


def draw_stars(statistics: MovieStatistics) -> None:
    """The distribution of the stars."""
    stars = statistics.stars
    columns = bars.columns(
        stars["label"].tolist(),
        stars["share"].tolist(),
        [percent(share) for share in stars["share"]],
        describe(stars, "Ratings by star", "ratings"),
    )
    average = f"{number(statistics.mean)} on average, from {count_text(statistics.count, 'rating')}."
    st.html(f'<div class="movie-part lead">{average}</div><div class="movie-part">{columns}</div>')


def draw_periods(periods: pd.DataFrame) -> None:
    """Number and mean of the ratings over time."""
    means = ["" if pd.isna(mean) else number(mean, 1) for mean in periods["mean"]]
    alt = ", ".join(
        f"{label}: {count_text(count, 'rating')}" + (f", {mean} on average" if mean else "")
        for label, count, mean in zip(periods["label"], periods["count"], means, strict=True)
    )
    columns = bars.columns(periods["label"].tolist(), periods["count"].tolist(), means, f"Ratings over time. {alt}")
    lead = f"From {periods['label'].iloc[0]} to {periods['label'].iloc[-1]}." if len(periods) > 1 else ""
    st.html(
        f'<div class="movie-part lead">{escape(lead or "All in " + periods["label"].iloc[0])}</div>'
        f'<div class="movie-part">{columns}</div>'
    )
    st.caption("Height: number of ratings. Above: their average.")


def draw_groups(statistics: MovieStatistics) -> None:
    """Means by gender, age and occupation with their intervals."""
    large = statistics.large_groups
    st.html(f'<div class="movie-part lead">{escape(sentence(statistics))}</div>')
    if len(large):
        reach = max(LEAST_RANGE, float(large[["low", "high"]].abs().to_numpy().max()))
        sides = ["".join(_slice(large[large["slice"] == name], name, reach) for name in side) for side in SIDES]
        parts = "".join(f'<div class="side">{side}</div>' for side in sides if side)
        st.html(f'<div class="movie-part groups">{parts}</div>')
    st.caption(_reading(statistics))


def sentence(statistics: MovieStatistics) -> str:
    """The groups whose interval leaves out the movie's average, or that there is none."""
    large = statistics.large_groups
    if not len(large):
        return f"Too few ratings to compare groups: each needs {SMALL_GROUP}."
    average = f"everyone’s {number(statistics.mean)}"
    more, less = (_names(large[mask]) for mask in (large["low"] > 0, large["high"] < 0))
    if not more and not less:
        return f"No group differs clearly from {average}."
    clauses = [f"{names} liked it {how}" for names, how in ((more, "more"), (less, "less")) if names]
    clauses[0] += f" than {average}"
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses)


def _names(groups: pd.DataFrame) -> str:
    """The groups in words: `women, users aged 18 to 24 and people with the occupation student or writer`."""
    is_job = groups["slice"] == OCCUPATION
    names = [group_words(row["slice"], row["group"]) for row in groups[~is_job].to_dict("records")]
    jobs = groups.loc[is_job, "group"].tolist()
    return _joined([*names, *([f"people with the occupation {_joined(jobs, 'or')}"] if jobs else [])], "and")


def _joined(words: list[str], last: str) -> str:
    """`a, b and c`."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _reading(statistics: MovieStatistics) -> str:
    """How to read the rows, what is left out, and what chance does."""
    small, large = statistics.small_groups, statistics.large_groups
    parts = []
    if len(large):
        parts.append("Dot: the group’s difference from everyone’s average, in stars. Bar: its 95% interval.")
    if len(large) >= MANY_GROUPS:
        parts.append(f"Of {len(large)} groups, about one in twenty stands out by chance.")
    if len(small):
        parts.append(f"Left out: {count_text(len(small), 'group')} with fewer than {SMALL_GROUP} ratings.")
    return " ".join(parts)


def _slice(groups: pd.DataFrame, name: str, reach: float) -> str:
    """One way to group the raters."""
    if not len(groups):
        return ""
    if name == OCCUPATION:
        groups = groups.sort_values("difference", ascending=False, kind="stable")
    rows = "".join(_group(row, reach) for row in groups.to_dict("records"))
    return f"<section><h3>{escape(grouping_name(name))}</h3>{rows}</section>"


def _group(row: dict[Any, Any], reach: float) -> str:
    low, mean, high = (50 + 50 * row[name] / reach for name in ("low", "difference", "high"))
    kind = "more" if row["low"] > 0 else "less" if row["high"] < 0 else ""
    label = escape(group_label(row["slice"], row["group"]).replace("-", "–"))
    figures = f"{signed(row['difference'])}, 95% interval {signed(row['low'])} to {signed(row['high'])}"
    return (
        f'<div class="group {kind}"><span>{label}</span>'
        f'<div class="axis" role="img" aria-label="{figures}" title="{figures}"><i class="all" style="left:50%"></i>'
        f'<i class="span" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
        f'<i class="mean" style="left:{mean:.1f}%"></i></div>'
        f'<b class="number">{number(row["mean"])}</b><span class="number quiet">{row["n"]:,}</span></div>'
    )
