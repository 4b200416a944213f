"""Text from data made safe and readable: titles are untrusted text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from recsys.schema import GENRES, RELEASED, YEAR, star_name

LONGEST = 120  # characters of a title that are shown
LONGEST_REASON = 600  # characters of an error or a refusal
MAX_GLYPHS = 10  # a longer scale is not drawn as a row of stars
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Shortcodes, arrows and bare addresses are recognised after escapes are resolved, so these are split by an
# invisible joiner instead: `:smile:`, `->`, `www.`, `name@host`.
_JOINER = "\u2060"
_SPLIT = re.compile(r"(?<=:)(?=[\w/+-])|(?<=[-<>=~])(?=[-<>=])|(?<=\bwww)(?=\.)|(?=@)", re.IGNORECASE)


def clean(text: object, limit: int = LONGEST) -> str:
    """One line without control or direction marks, at most `limit` characters: for plain-text elements."""
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text)[: limit * 4])
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain(text: object, limit: int = LONGEST) -> str:
    """The same, escaped for elements that render Markdown: no link, image, formula or colour survives."""
    return _PUNCTUATION.sub(r"\\\1", _SPLIT.sub(_JOINER, clean(text, limit)))


def bullets(sentences: Sequence[str]) -> str:
    """Sentences as the lines of a Markdown list, escaped."""
    return "".join(f"\n- {plain(sentence, LONGEST_REASON)}" for sentence in sentences)


def movie_facts(movie: Mapping[str, Any] | pd.Series) -> str:
    """Genres and release date of a movie; without a date of another year than the title's, which is a re-release."""
    genres, released = movie[GENRES].split("|"), movie[RELEASED]
    release_date = date.fromisoformat(released) if released else None
    if release_date and movie.get(YEAR) and release_date.year != movie[YEAR]:  # a re-release
        release_date = None
    return " · ".join(
        filter(
            None,
            [*genres, f"released {release_date.day} {release_date:%B %Y}" if release_date else ""],
        )
    )


def star_row(stars: float, top: float) -> str:
    """Stars as coloured glyphs, `★★★★` gold and the rest grey; empty when the scale is too long to draw."""
    if top > MAX_GLYPHS:
        return ""
    full = math.floor(stars)
    half = "½" if stars - full >= 0.5 else ""
    empty = max(0, math.floor(top) - full - len(half))
    filled = f":orange[{'★' * full}{half}]" if full or half else ""
    return filled + (f":gray[{'☆' * empty}]" if empty else "")


def stars_text(stars: float) -> str:
    """A rating as words: `4 stars`, `1 star`, `3.5 stars`."""
    return f"{star_name(stars)} {'star' if stars == 1 else 'stars'}"


def count_text(count: int, noun: str) -> str:
    """A count with its noun: `1 rating`, `1,200 ratings`."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def number(value: float, digits: int = 2) -> str:
    """A number with fixed digits; a dash if it is undefined."""
    return "–" if value is None or math.isnan(value) else f"{value:,.{digits}f}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash if it is undefined."""
    return "–" if share is None or math.isnan(share) else f"{100 * share:.{digits}f}%"


def duration(seconds: float) -> str:
    """A time span in words: `8 s`, `2 min 05 s`."""
    total = max(0, int(seconds))
    return f"{total} s" if total < 60 else f"{total // 60} min {total % 60:02d} s"
