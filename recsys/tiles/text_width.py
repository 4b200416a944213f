"""How wide text is, estimated: the widths of Source Serif and Source Sans, in hundredths of the type size."""

from __future__ import annotations

import unicodedata

SERIF, ITALIC, SANS = "serif", "italic", "sans"  # Source Serif 650, the same in italic, Source Sans 900

# From the space to the tilde.
_ASCII = {
    SERIF: """
20 26 37 56 50 86 68 20 35 35 42 51 26 30 26 33 50 50 50 50 50 50 50 50 50 50 26 26 51 51 51 38
86 62 56 57 64 53 51 61 69 33 34 63 51 81 64 64 54 64 63 49 58 64 61 89 62 59 51 33 33 33 50 49
40 48 55 45 54 47 33 50 56 28 27 53 28 84 56 52 55 53 42 40 33 55 48 72 49 48 43 33 28 33 51""",
    ITALIC: """
20 26 39 56 50 86 66 20 35 35 42 51 26 31 26 33 50 50 50 50 50 50 50 50 50 50 26 26 51 51 51 43
85 60 55 56 61 53 50 60 67 32 32 63 51 80 62 62 52 62 61 46 56 61 60 86 60 58 52 33 33 33 50 50
40 52 49 41 52 41 31 49 53 29 27 48 28 78 54 47 50 50 41 37 31 54 46 72 51 48 44 33 29 33 51""",
    SANS: """
20 36 58 54 54 87 69 32 36 36 47 54 32 34 32 33 54 54 54 54 54 54 54 54 54 54 32 32 54 54 54 48
92 58 61 59 64 56 54 65 68 32 52 63 53 78 67 69 61 69 63 56 56 67 57 82 59 54 54 36 33 36 54 50
56 54 58 47 58 53 36 55 58 29 29 57 30 87 58 56 58 58 42 45 40 58 54 80 54 54 47 36 28 36 54""",
}
_WIDTHS = {
    face: {chr(32 + i): int(width) / 100 for i, width in enumerate(text.split())} for face, text in _ASCII.items()
}
_CAPITAL, _SMALL, _OTHER, _LIGATURE, _WIDE, _EMOJI = 0.68, 0.6, 0.7, 0.88, 1.0, 1.3
_MARGIN = 1.02  # estimates err to the wide side
_FALLBACK = {"…": 1.0, "—": 0.8, "–": 0.5, "’": 0.32, "‘": 0.32, "“": 0.58, "”": 0.58, "·": 0.32}


def text_width(text: str, face: str) -> float:
    """The width of a line in units of its type size."""
    widths = _WIDTHS[face]
    return _MARGIN * sum(widths.get(c) or _other_width(c, widths) for c in text)


def _other_width(character: str, widths: dict[str, float]) -> float:
    """The width of a character beyond ASCII: as its base letter, or typical of its kind."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if character in _FALLBACK:
        return _FALLBACK[character]
    if unicodedata.east_asian_width(character) in "WF":
        return _EMOJI if category == "So" else _WIDE
    base = unicodedata.normalize("NFD", character)[0]
    if base in widths:
        return widths[base]
    if character in "ÆŒæœ½¼¾":
        return _LIGATURE
    return {"Lu": _CAPITAL, "Ll": _SMALL}.get(category, _OTHER)
