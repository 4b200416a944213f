"""Source Serif and Source Sans as outlines, read from the files that Streamlit serves to browsers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from threading import RLock
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from recsys.portrait.kerning import Kerning
from recsys.tiles.shapes import around

EM = 1000.0  # units of both families
FOLDER = "static/static/media"  # in Streamlit's package
ROMAN, ITALIC, SANS = "SourceSerifVariable-Roman", "SourceSerifVariable-Italic", "SourceSansVF-Upright"
STAR, STAR_RADIUS, STAR_INNER, STAR_WIDTH = "★", 400.0, 0.45, 820.0  # neither family has one

_reading = RLock()  # tables are read from the file when they are needed, whichever visitor comes first

Outline = list[tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True)
class Glyph:
    """A character of a font: its name there, its width in units, and its pen commands with y upwards."""

    name: str
    width: float
    outline: Outline


@dataclass(frozen=True)
class Font:
    """A font at one weight and optical size; made by `font_of`."""

    names: dict[int, str]  # of the glyphs, by code point
    glyphs: Any  # fontTools' glyph set at this weight and size
    kerning: Kerning
    cache: dict[str, Glyph] = field(default_factory=dict)

    def has(self, text: str) -> bool:
        """Whether the font can draw every character."""
        return all(character == STAR or ord(character) in self.names for character in text)

    def glyph(self, character: str) -> Glyph:
        """A character that the font has; drawn once, because that takes half a millisecond."""
        with _reading:
            if character not in self.cache:
                self.cache[character] = _star() if character == STAR else self._drawn(self.names[ord(character)])
            return self.cache[character]

    def positions(self, text: str) -> list[float]:
        """Where each character of a line begins, and where the line ends, in units: one more than characters."""
        glyphs = [self.glyph(character) for character in text]
        widths = [glyph.width for glyph in glyphs]
        with _reading:
            kerning = [self.kerning.between(left.name, right.name) for left, right in pairwise(glyphs)]
        steps = [width + closer for width, closer in zip(widths, [*kerning, 0.0], strict=True)] if glyphs else []
        return list(accumulate(steps, initial=0.0))

    def _drawn(self, name: str) -> Glyph:
        pen = DecomposingRecordingPen(self.glyphs)
        self.glyphs[name].draw(pen)
        return Glyph(name, float(self.glyphs[name].width), pen.value)


def font_of(file: str, weight: int, optical_size: int) -> Font | None:
    """A font; None if this release of Streamlit does not have the file.

    Parameters
    ----------
    file : str
        `ROMAN`, `ITALIC` or `SANS`.
    weight : int
        200 to 900.
    optical_size : int
        8 to 60: the larger, the finer the strokes. Source Sans has only one.
    """
    with _reading:
        return _font(file, weight, optical_size)


@cache
def _font(file: str, weight: int, optical_size: int) -> Font | None:
    tables = _tables(file)
    if tables is None:
        return None
    return Font(
        tables.getBestCmap() or {},
        tables.getGlyphSet(location={"wght": weight, "opsz": optical_size}),
        Kerning.of(tables),
    )


@cache
def _tables(file: str) -> TTFont | None:
    """A font's tables; the file's name ends in a digest that changes with its content."""
    package = find_spec("streamlit")
    folders = (package.submodule_search_locations if package else None) or ()
    paths = [path for folder in folders for path in sorted(Path(folder, FOLDER).glob(f"{file}.*.woff2"))]
    return TTFont(paths[0], lazy=True) if paths else None


def _star() -> Glyph:
    """The star of ratings, as high as capitals."""
    radii = (STAR_RADIUS, STAR_RADIUS * STAR_INNER)
    middle = (STAR_WIDTH / 2, 330.0)
    points = [around(*middle, radii[i % 2], 90 + 36 * i) for i in range(10)]
    lines = [("lineTo", (point,)) for point in points[1:]]
    return Glyph(STAR, STAR_WIDTH, [("moveTo", (points[0],)), *lines, ("closePath", ())])
