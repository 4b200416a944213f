"""Reasons in plain English: sentences that say a figure's size honestly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from recsys.schema import BASE, star_name
from recsys.serving.explain.shapley import ALIKE, AUDIENCE, GROUPS, HABITS, TASTE_IN_GENRES, WHO

if TYPE_CHECKING:
    from recsys.serving.prediction_set import PredictionSet

TINY = 0.05  # stars; less is about the same
NAMED = 2  # groups that one sentence names


@dataclass(frozen=True)
class Wording:
    """Whom the sentences speak to, or of."""

    possessive: str
    groups: dict[str, str]  # what each group of reasons is called


YOU = Wording(
    "your",
    {
        HABITS: "your rating habits",
        TASTE_IN_GENRES: "your taste in genres",
        ALIKE: "movies like those you rated",
        AUDIENCE: "this movie's audience",
        WHO: "who you are",
    },
)
THEY = Wording(
    "their",
    {
        HABITS: "their rating habits",
        TASTE_IN_GENRES: "their taste in genres",
        ALIKE: "movies like those they rated",
        AUDIENCE: "this movie's audience",
        WHO: "who they are",
    },
)
_MANY = (HABITS, ALIKE)  # groups with a name in the plural


def reasons(table: pd.DataFrame, wording: Wording = YOU) -> list[str]:
    """One sentence for each row of `Explainer.reasons`."""
    return [reason(row[BASE], {group: row[group] for group in GROUPS}, wording) for row in table.to_dict("records")]


def reason(base: float, contributions: dict[str, float], wording: Wording = YOU) -> str:
    """The groups that matter most, in one sentence: contributions and base in stars."""
    telling = [group for group in contributions if abs(contributions[group]) >= TINY]
    telling = sorted(telling, key=lambda group: -abs(contributions[group]))[:NAMED]
    anyone = f"the {base:.1f} stars expected of anyone"
    if not telling:
        return _small(sum(contributions.values()), anyone)
    said = [_moves(group, contributions[group], wording) for group in telling]
    said[0] += f" {'to' if contributions[telling[0]] > 0 else 'from'} {anyone}"
    sentence = ", and ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def loo_influence(expected: float, without: float, rating: float, title: str, wording: Wording = YOU) -> str:
    """What a rating of one's own does to a prediction: expected with it and without it, and the rated movie's title."""
    size = "about the same, " if abs(expected - without) < TINY else ""
    return f"Without {wording.possessive} {star_name(rating)} for {title}: {size}{expected:.2f} to {without:.2f}."


def prediction_set(found: PredictionSet) -> str:
    """Which stars, and how often such a set proved right."""
    if found.coverage is None:
        return f"{run_of_stars(found.low, found.high)}; how often that proves right was not measured for this model."
    times, share = f"{found.coverage * 10:.0f}", f"{found.coverage:.1%}".replace("%", " %")
    stars = run_of_stars(found.low, found.high)
    return f"{stars}, right about {times} times in 10 ({share} of {found.n:,} held-out ratings)."


def run_of_stars(low: float, high: float) -> str:
    """`3 to 4 stars`, `4 stars`, `1 star`."""
    if low == high:
        return f"{star_name(low)} {'star' if low == 1 else 'stars'}"
    return f"{star_name(low)} to {star_name(high)} stars"


def _small(change: float, anyone: str) -> str:
    if abs(change) < TINY:
        return f"About the same as {anyone}."
    moves = f"add {change:.1f} to" if change > 0 else f"take away {-change:.1f} from"
    return f"Several small things together {moves} {anyone}."


def _moves(group: str, contribution: float, wording: Wording) -> str:
    verb = "add" if contribution > 0 else "take"
    away = "" if contribution > 0 else " away"
    return f"{wording.groups[group]} {verb}{'' if group in _MANY else 's'}{away} {abs(contribution):.1f}"
