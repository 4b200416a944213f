"""What a tile is drawn from: title, year, genres and id, as any dataset has them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

LONGEST_TITLE = 120  # characters of a title that are looked at
LONGEST_GENRE = 40
_TOO_MANY_MARKS = re.compile(r"(?<=[\u0300-\u036f]{3})[\u0300-\u036f]+")  # they would grow over the lines around
_JOINERS = "\u200c\u200d"  # invisible, but they shape letters in Persian and Indic scripts


@dataclass(frozen=True)
class TileMovie:
    """One movie as its tile sees it. All text is untrusted.

    Attributes
    ----------
    movie_id
        Decides ground, layout and details of the drawing.
    title
        Without the year.
    year
        None or NaN if unknown.
    genres
        Names separated by `|`; may be empty, or names that no table knows.
    """

    movie_id: int
    title: str
    year: float | None = None
    genres: str = ""

    @cached_property
    def digest(self) -> bytes:
        """32 bytes that only the id decides: every choice of the drawing is made from them."""
        return sha256(str(self.movie_id).encode()).digest()

    @cached_property
    def name(self) -> str:
        """The title on one line, without control and direction marks; "Untitled" if nothing is left."""
        return one_line(self.title, LONGEST_TITLE) or "Untitled"

    @property
    def year_text(self) -> str:
        """The year as text, or nothing."""
        known = self.year is not None and self.year == self.year and abs(self.year) < 1e4
        return f"{self.year:.0f}" if known else ""

    @property
    def genre_names(self) -> list[str]:
        """The genres' names, in the order of the data."""
        names = (one_line(name, LONGEST_GENRE) for name in str(self.genres or "").split("|"))
        return [name for name in names if name]


def one_line(text: object, limit: int) -> str:
    """Text as one line of printable characters, at most `limit` of them.

    >>> one_line("  The\\u202e\\tThird\\x00 Man ", 20), one_line("A very long title", 10)
    ('The Third Man', 'A very lo…')
    """
    printable = (c if unicodedata.category(c)[0] != "C" or c in _JOINERS else " " for c in str(text)[: limit * 4])
    line = " ".join(_TOO_MANY_MARKS.sub("", "".join(printable)).split()).strip(_JOINERS)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
