"""A whole tile, or only the drawing of a genre, as SVG: to stand alone, or to be nested in a larger picture."""

from __future__ import annotations

from html import escape

from recsys.tiles import composition as layout
from recsys.tiles.canvas import HEIGHT, WIDTH, Canvas
from recsys.tiles.composition import ALL, Composition, compose
from recsys.tiles.fitting import FittedText
from recsys.tiles.markup import SVG
from recsys.tiles.motifs import MOTIFS
from recsys.tiles.movie import TileMovie
from recsys.tiles.palette import PALETTES, row_of
from recsys.tiles.shapes import number, rect
from recsys.tiles.text_width import ITALIC, OPTICAL_SIZE, SANS, SERIF

SANS_FAMILY = "'Source Sans','Source Sans 3','Source Sans Pro',sans-serif"
SERIF_FAMILY = "'Source Serif','Source Serif 4','Source Serif Pro',Georgia,serif"
_FONT = {
    SERIF: f'font-family="{SERIF_FAMILY}" font-weight="650" style="{OPTICAL_SIZE}"',
    ITALIC: f'font-family="{SERIF_FAMILY}" font-weight="650" font-style="italic" style="{OPTICAL_SIZE}"',
    SANS: f'font-family="{SANS_FAMILY}" font-weight="900"',
}
_SLUG_FONT = f'font-family="{SANS_FAMILY}" font-weight="600"'
_BASELINE = 0.35  # below the middle of a line, in units of the type size: as browsers place it for these fonts


def tile_svg(
    movie: TileMovie, dark: bool = False, detail: str = ALL, x: float = 0, y: float = 0, width: float = WIDTH
) -> str:
    """The whole tile as an SVG with text elements; `x`, `y` and `width` place it in an SVG around it.

    The fonts are named, not carried: a picture that leaves the page needs them embedded.
    """
    c = compose(movie, detail, dark)
    place = _place(x, y, width, width * HEIGHT / WIDTH)
    box = f'{_place(0, c.art_top, WIDTH, c.art_height)} viewBox="0 0 100 {number(c.art_height)}" overflow="hidden"'
    art = f"<svg {box}>{c.motif}</svg>"
    return (
        f'<svg xmlns="{SVG}" {place} viewBox="0 0 100 {number(HEIGHT)}" overflow="hidden" role="img" '
        f'aria-label="{escape(movie.name)}">{rect(0, 0, WIDTH, HEIGHT, c.ground)}{art}{_type(c)}</svg>'
    )


def motif_svg(
    genre: str,
    seed: int = 0,
    dark: bool = False,
    ground: str = "ink",
    height: float = HEIGHT,
    x: float = 0,
    y: float = 0,
    width: float = WIDTH,
    colours: tuple[str, str, str] | None = None,
) -> str:
    """The drawing of a genre as an SVG, without text.

    Parameters
    ----------
    genre
        Any name: one that no row has gets a row by its hash.
    seed
        As a movie's id: chooses among the genre's drawings, and their details.
    ground
        "ink", "tone" or "stock": the colour behind it.
    height
        Of the drawing, if its width is 100: `100 * height / width` of the place that it fills.
    x, y, width
        Its place in an SVG around it.
    colours
        Others than the palette's for its two inks and the bright part.
    """
    row = row_of(genre)
    palette, digest = PALETTES[row].in_theme(dark), TileMovie(seed, "").digest
    behind = getattr(palette, ground)
    first, second, pop = colours or (*layout.inks(palette, ground), palette.pop)
    drawing = MOTIFS[row][digest[4] % len(MOTIFS[row])]
    shapes = drawing(Canvas(height, 0, height, behind, first, second, pop, digest))
    place = _place(x, y, width, width * height / WIDTH)
    return (
        f'<svg xmlns="{SVG}" {place} viewBox="0 0 100 {number(height)}" overflow="hidden">'
        f"{rect(0, 0, WIDTH, height, behind)}{shapes}</svg>"
    )


def _place(x: float, y: float, width: float, height: float) -> str:
    """Attributes of a nested SVG."""
    return f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'


def _type(c: Composition) -> str:
    """The text, and the label that it stands on."""
    if c.title is None:
        return ""
    on_label = c.layout == "label"
    top = c.type_top + (layout.ART_GAP if c.layout == "foot" else layout.EDGE)
    parts = [_label(c) if on_label else "", _slug(c, top)]
    top += layout.SLUG_HEIGHT if c.slug else 0
    parts.append(_lines(c, c.title, top))
    if c.subtitle:
        parts.append(_lines(c, c.subtitle, top + c.title.height + layout.SUBTITLE_GAP))
    return f'<g fill="{c.text}">{"".join(parts)}</g>'


def _label(c: Composition) -> str:
    """The label's paper and its inner rule."""
    left, inset = (WIDTH - layout.LABEL_WIDTH) / 2, 2.2
    rule = _place(left + inset, c.type_top + inset, layout.LABEL_WIDTH - 2 * inset, c.type_height - 2 * inset)
    paper = rect(left, c.type_top, layout.LABEL_WIDTH, c.type_height, c.palette.stock)
    return f'{paper}<rect {rule} fill="none" stroke="{c.text}" stroke-width="0.6" stroke-opacity="0.75"/>'


def _slug(c: Composition, top: float) -> str:
    """Genre and year: at both ends of a line, or in the middle of a label."""
    size, y = layout.SLUG_SIZE, top + 3.5 + layout.SLUG_SIZE * _BASELINE
    if c.layout == "label":
        return _text(" · ".join(c.slug), 50, y, size, _SLUG_FONT, "middle") if c.slug else ""
    ends = ((layout.MARGIN, "start"), (WIDTH - layout.MARGIN, "end"))
    return "".join(_text(text, x, y, size, _SLUG_FONT, anchor) for text, (x, anchor) in zip(c.slug, ends, strict=False))


def _lines(c: Composition, text: FittedText, top: float) -> str:
    """A title or subtitle, one text element per line."""
    rtl = c.right_to_left
    if c.layout == "label":
        x, anchor = WIDTH / 2, "middle"
    else:
        x, anchor = (WIDTH - layout.MARGIN if rtl else layout.MARGIN), "start"
    font = _FONT[text.face] + (' direction="rtl"' if rtl else "")
    step = text.size * text.leading
    return "".join(
        _text(line, x, top + step * (i + 0.5) + text.size * _BASELINE, text.size, font, anchor)
        for i, line in enumerate(text.lines)
    )


def _text(text: str, x: float, y: float, size: float, font: str, anchor: str) -> str:
    """One line of text."""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {place} {font}>{escape(text)}</text>"
