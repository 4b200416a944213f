"""The movies of a list for several: the first as a feature, the others as cards, all as on Recommendations.

Each says what puts it where it stands, what each member would give it, and why; the card leads to the movie's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from recsys.schema import CLASH, MOVIE, SCORE
from recsys.serving.together import member_columns
from recsys.ui.common import movie_card
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean, percent
from recsys.ui.together import group_reasons, marks
from recsys.ui.together.explained_group import ExplainedGroup
from recsys.ui.together.member_parameter import YOU, YOU_NAME
from recsys.ui.together.members import Member

CARD_WIDTH = 340  # pixels, at least
UNRANKED = "unranked"  # class of a movie outside the list
KEY = "together"  # prefix of the widget keys


@dataclass(frozen=True)
class MovieRows:
    """Draws the movies of one group.

    Attributes
    ----------
    visitor : Visitor
        Whose movies the actions change.
    members : sequence of Member
        The group; their names are untrusted text.
    explained : ExplainedGroup
        The reasons.
    combination : str
        What the list is ranked by, of `COMBINATIONS`.
    """

    visitor: Visitor
    members: Sequence[Member]
    explained: ExplainedGroup
    combination: str

    def feature(self, row: dict[Any, Any], kicker: str) -> None:
        """Draw the first movie of the list large; `kicker` is the line above its title, as plain text."""
        movie_id = int(row[MOVIE])
        named = group_reasons.named_movie(self.explained.reasons[movie_id], self._names)
        lines = self._lines(row, self.combination, movie_card.thumbnail(self.visitor.recommender, named))
        with st.container(key="feature_list", gap=None).container(key=f"card_{KEY}_{movie_id}", gap=None):
            st.html(movie_card.feature_html(self.visitor, row, lines, kicker, "group-movie"))
            self._link_and_actions(movie_id, "feature_actions")

    def cards(self, table: pd.DataFrame) -> None:
        """Draw rows of the list as cards."""
        self._cards(table, self.combination, "")

    def stretches(self, table: pd.DataFrame) -> None:
        """Draw the movies that are a stretch for a member as cards without a rank."""
        self._cards(table, "mean", UNRANKED)

    def _cards(self, table: pd.DataFrame, combination: str, style: str) -> None:
        grid = st.grid(2, min_column_width=CARD_WIDTH, gap="medium")
        for row in table.to_dict("records"):
            movie_id = int(row[MOVIE])
            with grid.container(key=f"card_{KEY}_{movie_id}", gap=None, height="stretch"):
                lines, is_ranked = self._lines(row, combination), style != UNRANKED
                st.html(movie_card.card_html(self.visitor, row, lines, f"group-movie {style}", is_ranked))
                self._link_and_actions(movie_id)

    @property
    def _names(self) -> list[str]:
        return [member.name for member in self.members]

    def _title(self, movie_id: int) -> str:
        return movie_card.title_of(self.visitor.recommender, movie_id)

    def _link_and_actions(self, movie_id: int, prefix: str = "actions") -> None:
        """The link to the movie's page for the visitor or the first user of the data, and what the visitor can do."""
        keys = [member.key for member in self.members]
        user = YOU if YOU in keys else next(filter(str.isdecimal, keys), YOU)
        movie_card.link_and_actions(self.visitor, movie_id, KEY, user, YOU in keys, prefix)

    def _lines(self, row: dict[Any, Any], combination: str, thumbnail: str = "") -> str:
        """Figures and reason of a movie as HTML, with all untrusted text escaped."""
        names, movie_id = self._names, int(row[MOVIE])
        columns = [member_columns(place) for place in range(1, len(names) + 1)]
        matches, expected = ([float(row[figures[index]]) for figures in columns] for index in (0, 1))
        reason = group_reasons.sentence(self.explained.reasons[movie_id], names, self._title)
        parts = [
            f'<p class="figures"><span>{_score(float(row[SCORE]), matches, names, combination)}</span></p>',
            marks.given(names, expected),
            marks.line(names, expected, self.visitor.recommender.stars, row[CLASH]),
            movie_card.reason_html(reason, thumbnail),
            _clash(names, expected) if row[CLASH] else "",
        ]
        return "".join(parts)


def _score(score: float, matches: Sequence[float], names: Sequence[str], combination: str) -> str:
    """What a movie is ranked by: `64% match for Ben, the lowest`."""
    match = f"<b>{percent(max(score, 0.0), 0)}</b> match"
    if combination == "least":
        lowest = names[int(np.argmin(matches))]
        return f"{match} for {'you' if lowest == YOU_NAME else escape(clean(lowest))}, the lowest"
    return f"{match}, {'the average' if combination == 'mean' else 'half average, half lowest'}"


def _clash(names: Sequence[str], expected: Sequence[float]) -> str:
    """A sentence on who would like it much less than another."""
    least, most = (escape(clean(names[place])) for place in (int(np.argmin(expected)), int(np.argmax(expected))))
    most = "you" if most == YOU_NAME else most
    return f'<p class="differ">Tastes differ: {least} would like it much less than {most}.</p>'
