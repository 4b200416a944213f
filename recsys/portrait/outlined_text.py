"""Text of an SVG as paths: an image lacks the page's fonts, and so does every viewer elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from recsys.portrait.fonts import EM, ITALIC, ROMAN, SANS, Font, font_of
from recsys.tiles import text_width as estimate

SVG = "http://www.w3.org/2000/svg"
LARGE, TEXT, DISPLAY = 40, 20, 60  # type size in px from which on it is large; optical sizes
_OPTICAL_SIZE = re.compile(r"'opsz' (\d+)")
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_TEXT_ONLY = ("x", "y", "text-anchor", "direction", "font-size", "font-family", "font-weight", "font-style", "style")


def outlined(svg: str) -> str:
    """The same SVG with each text element replaced by a path.

    Text with a character that the fonts lack (Chinese, Arabic, pictures) stays text, in one of the viewer's fonts: any
    letter that they have is better than a box.

    Parameters
    ----------
    svg : str
        Well-formed, with text elements that have the attributes x, y, font-size, font-family and font-weight, and may
        have font-style, text-anchor, direction, and an optical size ('opsz') in their style.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    for element in root.iter(f"{{{SVG}}}text"):
        _outline(element)
    return ElementTree.tostring(root, encoding="unicode")


def text_width(text: str, attributes: Mapping[str, str]) -> float:
    """The width of a line in units of the SVG; estimated if the fonts lack a character."""
    size, font = float(attributes["font-size"]), _font(attributes)
    if font is not None and font.has(text):
        return font.positions(text)[-1] * size / EM
    face = {ROMAN: estimate.SERIF, ITALIC: estimate.ITALIC, SANS: estimate.SANS}[_file(attributes)]
    return estimate.text_width(text, face) * size


def _outline(element: ElementTree.Element) -> None:
    """Turn a text element into a path, if the fonts have all of its characters."""
    text, font = element.text or "", _font(element.attrib)
    if font is None or not font.has(text):
        return
    size, start = float(element.attrib["font-size"]), float(element.attrib["x"])
    positions = font.positions(text)
    start -= positions[-1] * size / EM * _ANCHORS[element.attrib.get("text-anchor", "start")]
    pen = SVGPathPen(None, ntos=_number)
    for character, x in zip(text, positions, strict=False):
        placed = TransformPen(pen, (size / EM, 0, 0, -size / EM, start + x * size / EM, float(element.attrib["y"])))
        for command, points in font.glyph(character).outline:
            getattr(placed, command)(*points)
    for name in _TEXT_ONLY:
        element.attrib.pop(name, None)
    element.tag, element.text = f"{{{SVG}}}path", None
    element.attrib["d"] = pen.getCommands()


def _font(attributes: Mapping[str, str]) -> Font | None:
    return font_of(_file(attributes), int(attributes["font-weight"]), _optical_size(attributes))


def _optical_size(attributes: Mapping[str, str]) -> int:
    """The one that the text asks for; if none, display strokes for large type and text strokes for small type."""
    if match := _OPTICAL_SIZE.search(attributes.get("style", "")):
        return int(match[1])
    return DISPLAY if float(attributes["font-size"]) >= LARGE else TEXT


def _file(attributes: Mapping[str, str]) -> str:
    if "Sans" in attributes["font-family"]:
        return SANS
    return ITALIC if attributes.get("font-style") == "italic" else ROMAN


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
