"""The model as boxes: four shared parts, then one lane for a rating and one for a list. And the parts in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from recsys.ui.how_it_works.model_facts import ModelFacts
from recsys.ui.how_it_works.parts import Part, list_parts, shared_parts, star_parts

RATING_LANE, LIST_LANE = "A rating for one movie", "A list of movies"


def draw(facts: ModelFacts) -> None:
    """The boxes in their order; lists, so that a screen reader counts them."""
    shared, stars, movies = shared_parts(facts), star_parts(facts), list_parts(facts)
    st.html(
        f'<div class="pipeline">{_boxes(shared, 1)}<div class="lanes">'
        f"<section><h2>{RATING_LANE}</h2>{_boxes(stars, len(shared) + 1)}</section>"
        f"<section><h2>{LIST_LANE}</h2>{_boxes(movies, len(shared) + len(stars) + 1)}</section></div></div>"
    )


def part_by_part(facts: ModelFacts) -> None:
    """Each part in a few sentences, with a link to its details."""
    parts = [*shared_parts(facts), *star_parts(facts), *list_parts(facts)]
    grid = st.grid(2, min_column_width=300, gap="medium")
    for number, part in enumerate(parts, 1):
        with grid.container(key=f"how_part_{number}", gap=None):
            st.html(
                f'<div class="how-part"><h3><i>{number}</i> {escape(part.title)}</h3>'
                f"<p>{escape(part.sentences)}</p></div>"
            )
            st.page_link(part.page, label=part.link, query_params=part.query)


def _boxes(parts: Sequence[Part], first: int) -> str:
    boxes = "".join(
        f'<li><i aria-hidden="true">{number}</i><b>{escape(part.title)}</b><span>{escape(part.figure)}</span></li>'
        for number, part in enumerate(parts, first)
    )
    return f'<ol role="list" start="{first}">{boxes}</ol>'
