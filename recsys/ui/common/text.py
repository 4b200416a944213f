"""Words from data, made safe and readable: titles are other people's text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from recsys.schema import GENRES, RELEASED, star_name

LONGEST = 120  # characters of a title that are shown
LONGEST_REASON = 600  # of an error, or of why something was refused
GLYPHS = 10  # the longest scale that is drawn as a row of stars
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Shortcodes, arrows and bare addresses are recognised after escapes are resolved, so these are split by an
# invisible joiner instead: `:smile:`, `->`, `www.`, `name@host`.
_JOINER = "\u2060"
_SPLIT = re.compile(r"(?<=:)(?=[\w/+-])|(?<=[-<>=~])(?=[-<>=])|(?<=\bwww)(?=\.)|(?=@)", re.IGNORECASE)


def clean(text: object, limit: int = LONGEST) -> str:
    """One line without control or direction marks, at most `limit` characters: for plain-text elements."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text)[: limit * 4])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain(text: object, limit: int = LONGEST) -> str:
    """The same, escaped for elements that render Markdown: no link, image, formula or colour survives."""
    return _PUNCTUATION.sub(r"\\\1", _SPLIT.sub(_JOINER, clean(text, limit)))


def bullets(sentences: Sequence[str]) -> str:
    """Sentences as the lines of a Markdown list, escaped."""
    return "".join(f"\n- {plain(sentence, LONGEST_REASON)}" for sentence in sentences)


def movie_facts(movie: Mapping[str, Any]) -> str:
    """The genres of a movie and its release date, which may be that of a re-release: so it says where it is from."""
    genres, released = movie[GENRES].split("|"), movie[RELEASED]
    day = date.fromisoformat(released) if released else None
    return " · ".join(filter(None, [*genres, f"Release date in the data: {day.day} {day:%B %Y}" if day else ""]))


def star_row(stars: float, top: float) -> str:
    """Stars as coloured glyphs, `★★★★` gold and the rest grey; empty when the scale is too long to draw."""
    if top > GLYPHS:
        return ""
    whole = math.floor(stars)
    half = "½" if stars - whole >= 0.5 else ""
    rest = max(0, math.floor(top) - whole - len(half))
    lit = f":orange[{'★' * whole}{half}]" if whole or half else ""
    return lit + (f":gray[{'☆' * rest}]" if rest else "")


def stars_text(stars: float) -> str:
    """A rating as words: `4 stars`, `1 star`, `3.5 stars`."""
    return f"{star_name(stars)} {'star' if stars == 1 else 'stars'}"


def number(value: float, digits: int = 2) -> str:
    """A figure with fixed digits; a dash where it is undefined."""
    return "–" if value is None or math.isnan(value) else f"{value:,.{digits}f}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash where it is undefined."""
    return "–" if share is None or math.isnan(share) else f"{100 * share:.{digits}f} %"


def duration(seconds: float) -> str:
    """A time span as people say it: `8 s`, `2 min 05 s`."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
