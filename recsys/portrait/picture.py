"""The taste portrait as one picture to share: 1080 x 1350 px, in the colours of the user's first genre."""

from __future__ import annotations

from hashlib import sha256
from html import escape

from recsys.portrait.captions import OWN, Captions, description
from recsys.portrait.genre_words import genre_words
from recsys.portrait.lower_part import LowerPart
from recsys.portrait.outlined_text import outlined
from recsys.portrait.taste_portrait import TastePortrait
from recsys.portrait.type_styles import HEADING, LABEL, line
from recsys.tiles import Palette, palette_of
from recsys.tiles.canvas import Canvas
from recsys.tiles.motifs import MOTIFS
from recsys.tiles.movie import one_line
from recsys.tiles.palette import UNKNOWN, channels, row_of
from recsys.tiles.shapes import number, rect

WIDTH, HEIGHT = 1080, 1350
LONGEST_SUMMARY = 2_000  # characters
SPLIT = 742.0  # where the upper part ends
LEFT, RIGHT = 56.0, 1024.0
UNIT = 17.28  # px of a motif's hundredth: its middle is at four fifths of the picture's width
SUBJECT_HEIGHT = 310.0  # px from the top that the motif's subject has, above the words
QUIET = 0.28  # share of the paper's colour in the large shapes, so that words can stand on them

# Drawings whose bright or dark parts would lie behind the words, or that say too little at this size.
UNSUITABLE = frozenset(
    {"lamp_cone", "spotlight", "stairs", "piano_keys", "claw_marks", "crack", "half_discs", "bars", "crescent"}
)


def portrait_svg(portrait: TastePortrait, captions: Captions = OWN) -> str:
    """Draw a portrait.

    Parameters
    ----------
    portrait : TastePortrait
    captions : Captions
        The headings: of the visitor's own picture by default, of a user's by `captions_of_user`.

    Returns
    -------
    str
        A self-contained SVG without script, link or font: text is drawn as paths, unless the fonts lack a character.
        The same portrait gives the same text.
    """
    lead = portrait.characteristic_genres[0].name if portrait.characteristic_genres else ""
    palette = palette_of([lead])
    text, lower = palette.text_on(palette.tone), LowerPart(portrait, captions, palette, LEFT, RIGHT)
    summary = escape(one_line(" ".join(description(portrait, captions)), LONGEST_SUMMARY))
    return outlined(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(captions.title)}</title><desc>{summary}</desc>"
        f"{rect(0, 0, WIDTH, HEIGHT, palette.stock)}{_background(portrait, lead, palette)}"
        f"{line(captions.title, LEFT, 66, 26, HEADING, text)}{line(captions.genres, LEFT, 98, 20, LABEL, text)}"
        f"{genre_words(portrait.characteristic_genres, LEFT, RIGHT, 250, SPLIT - 24, text)}"
        f"{lower.decades(800, 600)}{lower.rulers(800, 670)}{lower.favourites(1080)}{lower.footer(1318)}</svg>"
    )


def _background(portrait: TastePortrait, lead: str, palette: Palette) -> str:
    """The first genre's tone and motif, chosen by the favourites, in quiet colours behind the words."""
    row = row_of(lead) if lead else UNKNOWN
    digest = sha256(",".join(str(movie.movie_id) for movie in portrait.favourites).encode()).digest()
    height, paper = SPLIT / UNIT, _paper(palette)
    quiet = mixed(palette.tone, paper, QUIET)
    canvas = Canvas(height, 0, SUBJECT_HEIGHT / UNIT, palette.tone, quiet, paper, palette.pop, digest)
    motifs = [motif for motif in MOTIFS[row] if motif.__name__ not in UNSUITABLE]
    drawing = motifs[digest[4] % len(motifs)](canvas)
    place = f'width="{number(100 * UNIT)}" height="{number(SPLIT)}" viewBox="0 0 100 {height:.3f}"'
    return rect(0, 0, WIDTH, SPLIT, palette.tone) + f'<svg {place} overflow="hidden">{drawing}</svg>'


def _paper(palette: Palette) -> str:
    """The colour that the words stand out from: pale behind dark words, dark behind pale ones."""
    return palette.ink if palette.text_on(palette.tone) == palette.stock else palette.stock


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a share of another, as `#rrggbb`.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
