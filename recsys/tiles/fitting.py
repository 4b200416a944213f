"""A title set in lines: as large as fits its box, never broken within a word unless nothing else helps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from recsys.data.title_years import display_title
from recsys.tiles.text_width import ITALIC, SANS, SERIF, text_width

SIZES = (27, 24, 21, 18, 15.5, 13.5, 11.8, 10.2, 9)  # of type, in hundredths of the tile's width
LEADING = {SERIF: 1.05, ITALIC: 1.05, SANS: 1.0}
TALL_LEADING = 1.24  # of scripts with marks above and below
SUBTITLE_SIZE, SUBTITLE_LEADING, SUBTITLE_LINES = 6.9, 1.12, 3
LONGEST_UNDIVIDED, MOST_LINES = 22, 6
_SUBTITLE = re.compile(r"^(?P<title>.*\S)\s+\((?P<subtitle>[^()]+)\)$")
_DIVISION = re.compile(r"^(?P<title>.{2,}?)(?::\s+(?P<after>\S.*)|,?\s+(?P<alternative>or:\s.*))$", re.IGNORECASE)
_BREAK = re.compile(r"(?<=\w{4}[-–/])(?=\w{4})")
_NO_BREAK = re.compile(r" (?=[-–—] )|(?<=^\w) (?=\w)|(?<=\w{8}) (?=\S{1,2}$)")  # a dash, `A Farewell`, `Terminator 2`
_TALL = ("ARABIC", "DEVANAGARI", "THAI", "BENGALI", "TAMIL", "TELUGU", "KHMER", "MYANMAR", "TIBETAN")


@dataclass(frozen=True)
class FittedText:
    """Lines of one size and face; `leading` is the height of a line in units of the size."""

    lines: tuple[str, ...]
    size: float
    face: str
    leading: float

    @property
    def height(self) -> float:
        """Of all lines, in hundredths of the tile's width."""
        return len(self.lines) * self.size * self.leading


@dataclass(frozen=True)
class _Piece:
    """Text that stays on one line, its width in units of the size, and whether a space precedes it."""

    text: str
    width: float
    spaced: bool


def divide(name: str) -> tuple[str, str]:
    """A title and its subtitle: a final parenthesis, and of a long title what follows a colon or starts with "or:".

    >>> divide("Metisse (Café au Lait)"), divide("Three Colors: Blue")
    (('Metisse', 'Café au Lait'), ('Three Colors: Blue', ''))
    """
    if match := _SUBTITLE.match(name):
        return match["title"], display_title(match["subtitle"].strip())
    if len(name) > LONGEST_UNDIVIDED and (match := _DIVISION.match(name)):
        return match["title"], match["after"] or match["alternative"]
    return name, ""


def fit(name: str, face: str, width: float, height: float) -> FittedText:
    """The title in the largest size whose lines fit the box; then in the narrower serif; then in six small lines."""
    leading = _leading(name)
    for each in dict.fromkeys((face, SERIF)):
        pieces = list(_pieces(name.upper() if each == SANS else name, each))
        for size in SIZES:
            count, line_height = _line_count(pieces, width / size, each), leading or LEADING[each]
            if count and count * size * line_height <= height:
                return FittedText(_balanced(pieces, width / size, each), size, each, line_height)
    lines = _within(name, SERIF, width / SIZES[-1], MOST_LINES)
    return FittedText(lines, SIZES[-1], SERIF, leading or LEADING[SERIF])


def fit_subtitle(subtitle: str, face: str, width: float) -> FittedText:
    """A subtitle in at most three lines of its one size; what is longer ends in an ellipsis."""
    leading = max(SUBTITLE_LEADING, _leading(subtitle))
    lines = _within(subtitle, face, width / SUBTITLE_SIZE, SUBTITLE_LINES)
    return FittedText(lines, SUBTITLE_SIZE, face, leading)


def is_latin(text: str) -> bool:
    """Whether all its letters are Latin: others are set in the upright serif."""
    return all(c.isascii() or not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in text)


def is_right_to_left(text: str) -> bool:
    """Whether its first letter with a direction is written from right to left."""
    directions = (unicodedata.bidirectional(c) for c in text)
    return next((each in ("R", "AL") for each in directions if each in ("L", "R", "AL")), False)


def shortened(text: str, face: str, width: float) -> str:
    """The text, or as much as fits the width (in units of its size) and an ellipsis."""
    return _broken(text, face, width, 1)[0]


def _within(text: str, face: str, width: float, most: int) -> tuple[str, ...]:
    """At most so many lines: broken between words if they fit the width, and ending in an ellipsis if more is left."""
    pieces = list(_pieces(text, face))
    count = _line_count(pieces, width, face)
    if not count:
        return _broken(text, face, width, most)
    if count <= most:
        return _balanced(pieces, width, face)
    lines = _greedy(pieces, width, face)
    return (*lines[: most - 1], shortened(f"{lines[most - 1]} {lines[most]}", face, width))


def _leading(text: str) -> float:
    """The height of lines of a script with tall marks; 0 for others."""
    beyond = next((unicodedata.name(c, "") for c in text if c.isalpha() and not c.isascii()), "")
    return TALL_LEADING if beyond.startswith(_TALL) else 0.0


def _pieces(text: str, face: str) -> Iterator[_Piece]:
    """Words, parts of words with hyphens, and single characters of scripts that break anywhere."""
    for word in _NO_BREAK.sub("\u00a0", text).split(" "):
        spaced = True
        for part in _BREAK.split(word):
            for piece in _wide_characters(part):
                yield _Piece(piece, text_width(piece, face), spaced)
                spaced = False


def _wide_characters(word: str) -> Iterator[str]:
    """A word; or its characters if it is Chinese, Japanese or Korean, marks and closing signs with the one before."""
    if not any(unicodedata.east_asian_width(c) == "W" for c in word):
        yield word
        return
    group = ""
    for c in word:
        starts = unicodedata.east_asian_width(c) == "W" and unicodedata.category(c) in ("Lo", "So")
        if group and starts and unicodedata.category(group[-1]) not in ("Ps", "Pi"):
            yield group
            group = ""
        group += c
    yield group


def _line_count(pieces: list[_Piece], width: float, face: str) -> int:
    """How many lines the pieces need; 0 if one is wider than a line."""
    return 0 if any(piece.width > width for piece in pieces) else len(_greedy(pieces, width, face))


def _balanced(pieces: list[_Piece], width: float, face: str) -> tuple[str, ...]:
    """As few lines as fit the width, of similar length."""
    lines = _greedy(pieces, width, face)
    low, high = max(piece.width for piece in pieces), width
    while high - low > 0.05:
        middle = (low + high) / 2
        narrower = _greedy(pieces, middle, face)
        if len(narrower) == len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return tuple(lines)


def _greedy(pieces: list[_Piece], width: float, face: str) -> list[str]:
    """Lines filled one after the other."""
    space = text_width(" ", face)
    lines, used = [pieces[0].text], pieces[0].width
    for piece in pieces[1:]:
        added = piece.width + (space if piece.spaced else 0)
        if used + added <= width + 1e-9:
            lines[-1] += (" " if piece.spaced else "") + piece.text
            used += added
        else:
            lines.append(piece.text)
            used = piece.width
    return lines


def _broken(text: str, face: str, width: float, most: int) -> tuple[str, ...]:
    """Lines that may end within a word; the last ends in an ellipsis if something is left."""
    lines, used = [""], 0.0
    ellipsis = text_width("…", face)
    for i, c in enumerate(text):
        added = text_width(c, face)
        last = len(lines) == most
        rest = last and text_width(text[i:], face) + used > width
        if used + added > (width - ellipsis if rest else width) and lines[-1]:
            if last:
                return (*lines[:-1], lines[-1].rstrip() + "…")
            lines.append("")
            used = 0.0
        lines[-1] += c
        used += added
    return tuple(line.strip() for line in lines)
