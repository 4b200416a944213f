"""Why a user is expected to give so many stars: what each of their ratings adds or takes away."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from recsys.schema import EXPECTED_WITHOUT, MOVIE, RATING, star_name
from recsys.serving.explain.shapley import Explanation
from recsys.ui.common import explanation as shapley
from recsys.ui.common import movie_tile
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, number
from recsys.ui.movie.view import UserView

AXIS_STEP, MARGIN = 0.1, 0.12  # stars, and share of the shown range on both sides


def draw(user: SelectedUser, view: UserView) -> None:
    """Draw the section, with the contributions of kinds of knowledge in an expander."""
    explanation = view.explanation
    st.header(f"Why {number(explanation.expected, 1)}?", anchor=False)
    st.html(f'<div class="movie-part lead">{escape(sentence(user, explanation))}</div>')
    if (added_stars(explanation) != 0).any():
        st.html(rows(user, explanation))
    details = st.expander("What the model knows, and what each part adds", on_change="rerun", key="movie_shapley")
    if details.open:
        with details:
            for line in shapley.section_sentences(user.recommender, explanation, user.wording):
                st.markdown(line)
            shapley.contributions(explanation, user.wording)


def sentence(user: SelectedUser, explanation: Explanation) -> str:
    """The step from an average user to this one, and what the rows below it mean."""
    base, expected = number(explanation.base, 1), number(explanation.expected, 1)
    start = f"An average user would give it {base}."
    ratings = f"{user.wording.possessive.capitalize()} ratings"
    if not len(explanation.loo_influence):
        return f"{start} There are no other ratings to go by yet."
    step = f"{ratings} leave it there." if base == expected else f"{ratings} move it to {expected}."
    if not (added_stars(explanation) != 0).any():
        return f"{start} {step} No single one of them makes a difference."
    return f"{start} {step} Take one of them away, and this is where it would land:"


def added_stars(explanation: Explanation) -> np.ndarray:
    """What each rating adds, float64 (ratings,): the difference of the shown figures, so that they add up."""
    return np.round(round(explanation.expected, 2) - explanation.loo_influence[EXPECTED_WITHOUT].to_numpy().round(2), 2)


def axis_of(explanation: Explanation) -> tuple[float, float]:
    """The ends of the axis: all expected ratings with a margin, rounded outwards."""
    values = [explanation.expected, *explanation.loo_influence[EXPECTED_WITHOUT]]
    margin = max(MARGIN * (max(values) - min(values)), AXIS_STEP / 4)
    low, high = math.floor((min(values) - margin) / AXIS_STEP), math.ceil((max(values) + margin) / AXIS_STEP)
    return round(low * AXIS_STEP, 1), round(high * AXIS_STEP, 1)


def rows(user: SelectedUser, explanation: Explanation) -> str:
    """The rows as HTML: thumbnail, title, stars given, the change on the axis, and figures."""
    low, high = axis_of(explanation)
    now = 100 * (explanation.expected - low) / (high - low)
    head = (
        f'<div class="line head quiet"><span>{user.wording.possessive.capitalize()} rating</span>'
        f'<div class="axis"><span class="end">{low:.1f}</span><span class="end high">{high:.1f}</span>'
        f'<span class="now-label" style="left:{min(max(now, 16), 84):.1f}%">'
        f'{number(explanation.expected)} now</span></div><span class="figure">Adds</span></div>'
    )
    influences = explanation.loo_influence.assign(added=added_stars(explanation))
    lines = [_row(user, row, explanation.expected, (low, high)) for row in influences.to_dict("records")]
    return f'<div class="movie-part reasons">{head}{"".join(lines)}</div>'


def _row(user: SelectedUser, row: dict[Any, Any], expected: float, ends: tuple[float, float]) -> str:
    low, high = ends
    movie_id, without = int(row[MOVIE]), float(row[EXPECTED_WITHOUT])
    ring, now = (100 * (value - low) / (high - low) for value in (without, expected))
    added = float(row["added"])
    title = escape(clean(user.recommender.display_title(movie_id)))
    label = f"{number(without)} without it, {number(expected)} now"
    kind = "adds" if added > 0 else "takes" if added < 0 else ""
    return (
        f'<div class="line {kind}"><div class="thumbnail">{movie_tile.html(user.recommender, movie_id, "art")}</div>'
        f'<div><p class="title" dir="auto">{title}</p><p class="small quiet">'
        f'{user.wording.subject.capitalize()} gave {star_name(row[RATING])} <span class="star">★</span></p></div>'
        f'<div class="axis" role="img" aria-label="{label}">'
        f'<i class="change" style="left:{min(ring, now):.1f}%;width:{abs(ring - now):.1f}%"></i>'
        f'<i class="now" style="left:{now:.1f}%"></i><i class="ring" style="left:{ring:.1f}%"></i></div>'
        f'<div class="figure"><b>{signed(added)}</b><p class="small quiet">{number(without)} without it</p></div></div>'
    )


def signed(stars: float) -> str:
    """`+0.18`, `−0.07` or `0.00`."""
    if abs(stars) < 0.005 or pd.isna(stars):
        return number(abs(stars))
    return f"{'+' if stars > 0 else '−'}{number(abs(stars))}"
