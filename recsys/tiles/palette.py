"""The colours of a tile: one row per genre, in the order in which a genre leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from recsys.tiles.movie import TileMovie

ROOM = "#151110"  # the dark theme's background
ROOM_SHARE = 0.07  # of it in the one bright part of a dark tile
NEUTRAL_DARK, NEUTRAL_LIGHT = "#1a120e", "#fdf8ee"  # text where neither ink nor stock can be read
MIN_CONTRAST = 4.5
MIN_DISTANCE = 100  # between a borrowed bright colour and the others, as a sum over RGB
GROUNDS = ("ink", "stock", "tone", "ink", "tone")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Palette:
    """The colours of one genre, as `#rrggbb`: dark ink, middle tone, pale stock, and a bright one for a small part."""

    ink: str
    tone: str
    stock: str
    pop: str
    dark_tone: str
    dark_stock: str

    def in_theme(self, dark: bool) -> Palette:
        """The same colours as the theme shows them: in the dark, tone and stock are dimmed."""
        if not dark:
            return self
        return Palette(self.ink, self.dark_tone, self.dark_stock, dimmed(self.pop), self.dark_tone, self.dark_stock)

    def text_on(self, ground: str) -> str:
        """The colour of text on one of this palette's colours: at least 4.5:1 (`MIN_CONTRAST`)."""
        if ground == self.ink:
            return self.stock
        choices = (self.ink, self.stock, NEUTRAL_DARK, NEUTRAL_LIGHT)
        return next((each for each in choices if contrast(each, ground) >= MIN_CONTRAST), NEUTRAL_DARK)


_TABLE = """
Film-Noir   1b1816 9b958b e7e2d6 b8323a 8f8980 cdc8bd
Western     68330f dfa650 f6e7c8 b4412a cd994a e3cfa9
Documentary 2b4350 93b6b6 e9ece2 c8492e 88a7a7 cdd4cd
Animation   0f4a57 f0714f f9eed6 f2bb3c dc6849 e8ccb4
Musical     521a4f d58bb4 f6e6ec e3a82f c480a5 e2c9d4
Horror      26100f b3262c e4e2c8 93a03f a52429 ceb7a4
Sci-Fi      15233f 5aa6c4 e3ebec e46a3c 5499b4 c0d2d7
Fantasy     3a2a60 a58ccf ece5f0 e8bd54 9881be d3c9dc
War         393f24 a09a5c ece8d2 b5402a 938e55 d2ceb3
Mystery     1b3540 64a09f e2e9df d9a441 5d9392 c1cfc7
Children's  1c4f80 f3c03f fbf0d2 d8503a dfb03b ead9ae
Crime       25282c b79a45 ebe5d4 a8282c a88e40 d5cbb1
Romance     861f3c efa69c fce9df e9b44c db998f ead0c6
Adventure   16432f d98a2b f0e9cd c4452c c77f29 ddcca8
Thriller    2a1d18 e87a38 f5e5d0 8a1f24 d57134 e3c6ac
Action      5c1512 dd5230 f6e4cf efb036 db5230 e3c0aa
Comedy      7a2c12 efb43f fbedca 1f7a74 dba53b e9d5a9
Drama       5d1b2d d28d7a f5e6da d9a441 c18270 e0cabe
unknown     4a3f38 b5a493 efe6d8 b47b00 a79787 d7cdc0
"""
PALETTES = {
    genre: Palette(*(f"#{colour}" for colour in colours))
    for genre, *colours in (line.split() for line in _TABLE.strip().splitlines())
}
GENRES = tuple(genre for genre in PALETTES if genre != UNKNOWN)
_OTHER_NAMES = {
    "Children": "Children's",
    "Family": "Children's",
    "Kids": "Children's",
    "Music": "Musical",
    "Noir": "Film-Noir",
    "Science Fiction": "Sci-Fi",
    "(no genres listed)": UNKNOWN,
}


def row_of(genre: str) -> str:
    """The row of the table of a genre's name; a name that is not in it always gets the same row.

    >>> row_of("Crime"), row_of("Science Fiction"), row_of(""), row_of("Telenovela") == row_of("Telenovela")
    ('Crime', 'Sci-Fi', 'unknown', True)
    """
    name = _OTHER_NAMES.get(genre, genre)
    if name in PALETTES or not name:
        return name or UNKNOWN
    return GENRES[sha256(name.encode("utf-8", "replace")).digest()[0] % len(GENRES)]


def by_lead(genre_names: Sequence[str]) -> list[tuple[str, str]]:
    """Genre names with their rows, the leading one first; names outside the table come last.

    Returns
    -------
    list of (name, row)
        Never empty: without genres `[("", "unknown")]`.
    """
    rows = [(name, row_of(name)) for name in dict.fromkeys(genre_names) if name]
    order = list(PALETTES)
    known = sorted((each for each in rows if _is_known(each[0])), key=lambda each: order.index(each[1]))
    return [*known, *(each for each in rows if not _is_known(each[0]))] or [("", UNKNOWN)]


def palette_of(genre_names: Sequence[str], dark: bool = False) -> Palette:
    """The colours of a movie, or of anything else with genres: those of the leading genre, in the theme.

    >>> palette_of(["Drama", "Crime"]).tone
    '#b79a45'
    """
    return PALETTES[by_lead(genre_names)[0][1]].in_theme(dark)


def bright_colour(lead: str, second: str, dark: bool = False) -> str:
    """The one bright colour of a tile: of the second genre (a row) if it stands out from the lead's colours."""
    own, other = PALETTES[lead].in_theme(dark), PALETTES[second].in_theme(dark)
    inks = (own.ink, own.tone, own.stock)
    borrowed = (other.tone, other.pop) if second != lead else ()
    return next((each for each in borrowed if min(distance(each, ink) for ink in inks) >= MIN_DISTANCE), own.pop)


def ground_of(movie: TileMovie, lead: str, dark: bool) -> str:
    """Which colour the tile stands on: "ink", "tone" or "stock", by the movie's id and never pale in the dark."""
    ground = "ink" if lead == "Film-Noir" else GROUNDS[movie.digest[0] % len(GROUNDS)]
    return "ink" if dark and ground == "stock" else ground


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def dimmed(colour: str) -> str:
    """A bright colour as the dark theme shows it, with a little of the room."""
    mixed = (
        round(a * (1 - ROOM_SHARE) + b * ROOM_SHARE) for a, b in zip(channels(colour), channels(ROOM), strict=True)
    )
    return "#" + "".join(f"{value:02x}" for value in mixed)


def distance(one: str, other: str) -> int:
    """How far two colours are apart: the sum of the differences of red, green and blue (0 to 765)."""
    return sum(abs(a - b) for a, b in zip(channels(one), channels(other), strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour."""
    linear = [c / 12.92 if c <= 0.04045 else math.pow((c + 0.055) / 1.055, 2.4) for c in _unit(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _unit(colour: str) -> list[float]:
    """Channels from 0 to 1."""
    return [value / 255 for value in channels(colour)]


def _is_known(name: str) -> bool:
    """Whether the name has a row of its own."""
    return _OTHER_NAMES.get(name, name) in PALETTES
