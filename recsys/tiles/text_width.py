"""How wide text is, estimated: the widths of Source Serif and Source Sans, in hundredths of the type size.

Source Serif has cuts for small and for large text, of other widths; browsers choose by the size in pixels.
`OPTICAL_SIZE` fixes the cut, so that a tile breaks its lines at the same words at every size.
"""

from __future__ import annotations

import unicodedata

SERIF, ITALIC, SANS = "serif", "italic", "sans"  # Source Serif 650, the same in italic, Source Sans 900

OPTICAL_SIZE = "font-variation-settings:'opsz' 36"  # CSS

# From the space to the tilde.
_ASCII = {
    SERIF: """
21 30 40 56 52 87 70 21 30 30 43 53 26 32 26 25 52 52 52 52 52 52 52 52 52 52 28 28 53 53 53 42
87 66 60 60 66 57 55 66 74 36 36 67 55 86 69 69 57 69 66 51 61 68 65 95 64 62 55 28 25 28 53 52
40 51 58 48 57 50 33 51 59 30 31 56 30 88 59 55 57 55 44 43 34 58 51 77 53 51 45 28 30 28 53""",
    ITALIC: """
21 28 44 57 52 88 70 25 31 31 45 53 26 32 26 28 52 52 52 52 52 52 52 52 52 52 29 29 53 53 53 45
86 66 59 58 65 56 53 64 72 35 34 65 54 87 67 66 55 66 63 48 59 66 61 88 64 58 53 28 28 28 53 52
40 54 51 43 54 43 30 50 55 31 27 49 29 82 57 51 53 51 43 38 33 57 49 76 54 51 47 28 30 28 53""",
    SANS: """
20 36 58 54 54 87 69 32 36 36 47 54 32 34 32 33 54 54 54 54 54 54 54 54 54 54 32 32 54 54 54 48
92 58 61 55 64 56 54 65 68 32 48 63 53 78 67 69 61 69 63 55 56 67 58 82 59 54 53 36 33 36 54 50
56 54 58 45 58 53 34 55 58 29 29 57 30 87 58 56 58 58 42 45 38 58 54 80 54 54 47 36 28 36 54""",
}
_WIDTHS = {
    face: {chr(32 + i): int(width) / 100 for i, width in enumerate(text.split())} for face, text in _ASCII.items()
}
_CAPITAL, _SMALL, _OTHER, _LIGATURE, _WIDE, _EMOJI = 0.68, 0.6, 0.7, 0.88, 1.0, 1.3
_FALLBACK = {"…": 1.0, "—": 0.8, "–": 0.5, "’": 0.32, "‘": 0.32, "“": 0.55, "”": 0.55, "·": 0.32}


def text_width(text: str, face: str) -> float:
    """The width of a line in units of its type size."""
    widths = _WIDTHS[face]
    return sum(widths.get(c) or _other_width(c, widths) for c in text)


def _other_width(character: str, widths: dict[str, float]) -> float:
    """The width of a character beyond ASCII: as its base letter, or typical of its kind."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if character in _FALLBACK:
        return _FALLBACK[character]
    if unicodedata.east_asian_width(character) in "WF":
        return _EMOJI if category == "So" else _WIDE
    base = unicodedata.normalize("NFKD", character)[0]
    if base in widths:
        return widths[base]
    if character in "ÆŒæœ½¼¾":
        return _LIGATURE
    return {"Lu": _CAPITAL, "Ll": _SMALL}.get(category, _OTHER)
