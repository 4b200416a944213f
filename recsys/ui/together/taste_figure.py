"""The taste match of two members: a figure, and how sure it is, in words."""

from __future__ import annotations

from html import escape

import streamlit as st

from recsys.serving.taste_match import MIN_RATINGS, TOO_FEW, TasteMatch
from recsys.ui.common.text import clean, percent
from recsys.ui.together.members import Member

CHANCE = 0.5  # the share of any two people, on average
_CIRCLES = '<i class="right"></i><i class="left"><i class="both"></i></i>'


def draw(match: TasteMatch, first: Member, second: Member) -> None:
    """Draw the taste match of two members."""
    if match.share is None:
        st.caption(_unknown(match))
        return
    share = percent(match.share, 0)
    label = f"Taste match of {escape(clean(first.name))} and {escape(clean(second.name))}: {share}"
    figure = f'<div class="circles" role="img" aria-label="{label}">{_CIRCLES}<b>{share}</b></div>'
    st.html(f'<div class="taste">{figure}<p>{certainty(match)}</p></div>')


def certainty(match: TasteMatch) -> str:
    """A known match in words: how sure it is, and what it rests on."""
    low, high = (percent(bound, 0) for bound in (match.low or 0.0, match.high or 0.0))
    if (match.low or 0) > CHANCE:
        verdict = "more alike than most"
    elif (match.high or 1) < CHANCE:
        verdict = "less alike than most"
    else:
        verdict = "about as alike as any two people, as far as the ratings tell"
    both = f"{match.both_rated:,} {'movie' if match.both_rated == 1 else 'movies'}"
    return (
        f"<b>Taste match</b>: {verdict}. It is between {low} and {high} with 95% certainty; two strangers have 50%. "
        f"{both} rated by both."
    )


def _unknown(match: TasteMatch) -> str:
    if match.why_not == TOO_FEW:
        return f"Taste match: too few ratings to tell. It takes at least {MIN_RATINGS} from each of you."
    return "Taste match: the current model does not compare tastes."
