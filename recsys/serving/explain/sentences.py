"""Explanations in plain English."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recsys.schema import BASE, star_name
from recsys.serving.explain.shapley import (
    DEMOGRAPHICS,
    GENRE_TASTE,
    GROUPS,
    MOVIE_REPUTATION,
    RATING_HABITS,
    SIMILAR_MOVIES,
)
from recsys.serving.prediction_set import PredictionSet

TINY = 0.05  # stars; a smaller difference is "about the same"
NAMED = 2  # groups that one sentence names


@dataclass(frozen=True)
class Wording:
    """Words for the user: addressed (`YOU`), or spoken of (`THEY`)."""

    possessive: str
    groups: dict[str, str]  # name of each group of features


YOU = Wording(
    "your",
    {
        RATING_HABITS: "your rating habits",
        GENRE_TASTE: "your taste in genres",
        SIMILAR_MOVIES: "movies like those you rated",
        MOVIE_REPUTATION: "this movie's audience",
        DEMOGRAPHICS: "who you are",
    },
)
THEY = Wording(
    "their",
    {
        RATING_HABITS: "their rating habits",
        GENRE_TASTE: "their taste in genres",
        SIMILAR_MOVIES: "movies like those they rated",
        MOVIE_REPUTATION: "this movie's audience",
        DEMOGRAPHICS: "who they are",
    },
)
_PLURAL = (RATING_HABITS, SIMILAR_MOVIES)  # groups with a name in the plural


def reasons(table: pd.DataFrame, wording: Wording = YOU) -> list[str]:
    """One sentence for each row of `Explainer.reasons`."""
    return [reason(row[BASE], {group: row[group] for group in GROUPS}, wording) for row in table.to_dict("records")]


def reason(base: float, contributions: dict[str, float], wording: Wording = YOU) -> str:
    """One sentence about the largest contributions, by group, to the expected rating; `base` and they are in stars."""
    large = [group for group in contributions if abs(contributions[group]) >= TINY]
    large = sorted(large, key=lambda group: -abs(contributions[group]))[:NAMED]
    average = f"the {base:.1f} stars expected of anyone"
    if not large:
        return _small_contributions(sum(contributions.values()), average)
    clauses = [_clause(group, contributions[group], wording) for group in large]
    clauses[0] += f" {'to' if contributions[large[0]] > 0 else 'from'} {average}"
    sentence = ", and ".join(clauses)
    return f"{sentence[0].upper()}{sentence[1:]}."


def loo_influence(expected: float, without: float, rating: float, title: str, wording: Wording = YOU) -> str:
    """One sentence about a rating of the movie `title`: the expected rating with it, and `without` it, in stars."""
    size = "about the same, " if abs(expected - without) < TINY else ""
    return f"Without {wording.possessive} {star_name(rating)} for {title}: {size}{expected:.2f} to {without:.2f}."


def prediction_set(interval: PredictionSet) -> str:
    """One sentence about a prediction set and its coverage."""
    stars = run_of_stars(interval.low, interval.high)
    if interval.coverage is None:
        return f"{stars}; how often that proves right was not measured for this model."
    times, share = f"{interval.coverage * 10:.0f}", f"{interval.coverage:.1%}"
    return f"{stars}, right about {times} times in 10 ({share} of {interval.n:,} held-out ratings)."


def run_of_stars(low: float, high: float) -> str:
    """`3 to 4 stars`, `4 stars`, `1 star`."""
    if low == high:
        return f"{star_name(low)} {'star' if low == 1 else 'stars'}"
    return f"{star_name(low)} to {star_name(high)} stars"


def _small_contributions(total: float, average: str) -> str:
    if abs(total) < TINY:
        return f"About the same as {average}."
    verb = f"add {total:.1f} to" if total > 0 else f"take away {-total:.1f} from"
    return f"Several small things together {verb} {average}."


def _clause(group: str, contribution: float, wording: Wording) -> str:
    verb = "add" if contribution > 0 else "take"
    away = "" if contribution > 0 else " away"
    return f"{wording.groups[group]} {verb}{'' if group in _PLURAL else 's'}{away} {abs(contribution):.1f}"
