"""The upper part of the picture: the characteristic genres, each in its typeface and as large as its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsys.portrait.captions import others_text, percent
from recsys.portrait.outlined_text import text_width
from recsys.portrait.taste_portrait import Share
from recsys.portrait.type_styles import NAMES, OTHERS, SENTENCE, Style, line
from recsys.tiles.composition import FACES
from recsys.tiles.fitting import is_latin, shortened
from recsys.tiles.movie import one_line
from recsys.tiles.palette import row_of
from recsys.tiles.text_width import SANS, SERIF

LARGEST, SMALLEST = 240.0, 44.0  # px of type: of the largest share, and of the smallest that is still a headline
CAPITALS = 0.86  # capitals at the same size look larger than lower case
ASCENT, DESCENT, FIGURES_DESCENT = 0.74, 0.25, 32.0  # of serif type as shares of its size; px below the baseline
FIGURE_SIZE, OTHERS_SIZE, FIGURE_GAP, OTHERS_DROP = 33.0, 20.0, 18.0, 27.0
WORD_GAP, ROW_GAP = 44.0, 16.0
SHARED_ROW = 1.9  # words share a row if the first is at most so many times as large as the next
SHRINK = 0.96
LONGEST_NAME, WIDEST_NAME = 60, 17.0  # characters; units of the type size, so that it fits at the smallest


@dataclass(frozen=True)
class GenreWord:
    """One genre's name, set."""

    share: Share
    text: str
    style: Style
    size: float

    @property
    def name_width(self) -> float:
        """Of the name alone."""
        return text_width(self.text, {**self.style, "font-size": str(self.size)})

    @property
    def width(self) -> float:
        """Of the name and its figures."""
        others = text_width(others_text(self.share), {**OTHERS, "font-size": str(OTHERS_SIZE)})
        figure = text_width(percent(self.share.share), {**SENTENCE, "font-size": str(FIGURE_SIZE)})
        return self.name_width + FIGURE_GAP + max(others, figure)

    @property
    def ascent(self) -> float:
        """Height above the baseline."""
        return ASCENT * self.size

    @property
    def descent(self) -> float:
        """Depth below the baseline, of the name or of its figures."""
        return max(DESCENT * self.size if set(self.text) & set("gjpqyQç") else 0.0, FIGURES_DESCENT)

    def markup(self, x: float, y: float, fill: str) -> str:
        """The name at a baseline, with its figures to the right."""
        right = x + self.name_width + FIGURE_GAP
        return (
            line(self.text, x, y, self.size, self.style, fill)
            + line(percent(self.share.share), right, y, FIGURE_SIZE, SENTENCE, fill)
            + line(others_text(self.share), right, y + OTHERS_DROP, OTHERS_SIZE, OTHERS, fill)
        )


def genre_words(genres: Sequence[Share], left: float, right: float, top: float, bottom: float, fill: str) -> str:
    """The names of genres between four edges: as large as fits, standing on the lower one.

    Parameters
    ----------
    genres : sequence of Share
        The largest share first.
    left, right, top, bottom : float
        The box in px.
    fill : str
        Colour.
    """
    if not genres:
        return ""
    largest = LARGEST
    rows = _rows(genres, largest, right - left)
    while largest > SMALLEST and not _fits(rows, right - left, bottom - top):
        largest *= SHRINK
        rows = _rows(genres, largest, right - left)
    parts: list[str] = []
    baseline = bottom
    for row in reversed(rows):
        baseline -= max(word.descent for word in row)
        x = left
        for word in row:
            parts.append(word.markup(x, baseline, fill))
            x += word.width + WORD_GAP
        baseline -= max(word.ascent for word in row) + ROW_GAP
    return "".join(reversed(parts))


def _rows(genres: Sequence[Share], largest: float, width: float) -> list[list[GenreWord]]:
    """Words in rows; a small word joins the row of the one before it if there is space."""
    rows: list[list[GenreWord]] = []
    for genre in genres:
        word = _word(genre, largest * genre.share / genres[0].share)
        joins = bool(rows) and rows[-1][0].size <= SHARED_ROW * SMALLEST and _row_width([*rows[-1], word]) <= width
        if joins:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _word(genre: Share, size: float) -> GenreWord:
    """A name in the typeface of its genre's tiles."""
    face = FACES.get(row_of(genre.name), SERIF) if is_latin(genre.name) else SERIF
    name = shortened(one_line(genre.name, LONGEST_NAME), face, WIDEST_NAME)
    text = name.upper() if face == SANS else name
    return GenreWord(genre, text, NAMES[face], max(SMALLEST, size) * (CAPITALS if face == SANS else 1.0))


def _row_width(row: Sequence[GenreWord]) -> float:
    return sum(word.width for word in row) + WORD_GAP * (len(row) - 1)


def _fits(rows: Sequence[Sequence[GenreWord]], width: float, height: float) -> bool:
    heights = [max(word.ascent for word in row) + max(word.descent for word in row) for row in rows]
    return max(map(_row_width, rows)) <= width and sum(heights) + ROW_GAP * (len(rows) - 1) <= height
