"""A tile as HTML: art as a background picture, type as text over it. Sizes are relative to the box around it."""

from __future__ import annotations

import base64
from html import escape

from recsys.tiles.canvas import WIDTH
from recsys.tiles.composition import ALL, SAVED, Composition, compose
from recsys.tiles.fitting import FittedText
from recsys.tiles.movie import TileMovie
from recsys.tiles.shapes import number
from recsys.tiles.text_width import OPTICAL_SIZE

SVG = "http://www.w3.org/2000/svg"

# One rule set for every tile of a page. What differs from tile to tile is in its style attributes.
STYLE = """
.movie-tile {
  position: relative; display: block; width: 100%; aspect-ratio: 3 / 4; overflow: hidden; border-radius: 3px;
  container-type: inline-size; font-family: "Source Sans", sans-serif; text-align: start;
  forced-color-adjust: none; print-color-adjust: exact;
}
.movie-tile > * { position: absolute; left: 0; right: 0; margin: 0; box-sizing: border-box; overflow: hidden; }
.movie-tile::after {
  content: ""; position: absolute; inset: 0; border-radius: inherit; pointer-events: none;
  border: 1px solid color-mix(in srgb, currentColor 15%, transparent);
}
.movie-tile i { background-repeat: no-repeat; background-size: 100% 100%; }
.movie-tile div { padding: 0 8cqw; }
.movie-tile .foot { padding-top: 5cqw; }
.movie-tile .head { padding-top: 6.5cqw; }
.movie-tile .label { left: 9cqw; right: 9cqw; padding: 6.5cqw 0; text-align: center; }
.movie-tile .label::after {
  content: ""; position: absolute; inset: 2.2cqw; border: 1px solid currentColor; opacity: 0.75; pointer-events: none;
}
.movie-tile small {
  display: flex; justify-content: space-between; height: 9cqw; direction: ltr;
  font-size: 6cqw; line-height: 7cqw; font-weight: 600; white-space: nowrap;
}
.movie-tile .label small { justify-content: center; gap: 0.5em; }
.movie-tile .label small span + span::before { content: "·"; margin-right: 0.5em; }
.movie-tile p { margin: 0; padding: 0; white-space: pre; }
.movie-tile .serif, .movie-tile .italic { font-family: "Source Serif", serif; font-weight: 650; OPTICAL_SIZE; }
.movie-tile .italic { font-style: italic; }
.movie-tile .sans { font-weight: 900; }
.movie-tile p + p { margin-top: 1.6cqw; font-weight: 500; }
.movie-tile b {
  bottom: 0; padding: 0 8cqw; background: #1a120e; color: #fdf8ee; font-size: 7.4cqw; font-weight: 600;
  white-space: nowrap;
}
.movie-tile b.saved { background: #9e2a3c; }
""".replace("OPTICAL_SIZE", OPTICAL_SIZE)


def tile(movie: TileMovie, detail: str = ALL, dark: bool = False, status: str = "") -> str:
    """The tile of a movie as HTML, as wide as the box around it; the page needs `STYLE` once.

    Parameters
    ----------
    movie
        Its text is escaped here.
    detail
        "art" for 36 to 60 pixels, "title" for 96 to 120, "all" from 150.
    dark
        Whether the page is dark.
    status
        Text of the strip at the foot: "Saved", "Seen · 4 ★". With "art", the strip has no text.

    Returns
    -------
    str
        One element, an image to assistive technology, named after the movie and its status.
    """
    c = compose(movie, detail, dark, status)
    art = f"top:{number(c.art_top)}cqw;height:{number(c.art_height)}cqw;background-image:url({picture(c)})"
    name = escape(", ".join(filter(None, [movie.name, status])))
    return (
        f'<div class="movie-tile" role="img" aria-label="{name}" style="background:{c.ground};color:{c.text}">'
        f'<i style="{art}"></i>{_type(c)}{_strip(c, detail)}</div>'
    )


def picture(c: Composition) -> str:
    """The art as a data URI."""
    svg = (
        f'<svg xmlns="{SVG}" viewBox="0 0 {number(WIDTH)} {number(c.art_height)}" preserveAspectRatio="none">'
        f"{c.motif}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _type(c: Composition) -> str:
    """Slug, title and subtitle, in the box of the layout."""
    if c.title is None:
        return ""
    background = f";background:{c.palette.stock}" if c.layout == "label" else ""
    place = f"top:{number(c.type_top)}cqw;height:{number(c.type_height)}cqw{background}"
    slug = "".join(f"<span>{escape(each)}</span>" for each in c.slug)
    parts = [f"<small>{slug}</small>" if slug else "", _lines(c.title, c.right_to_left)]
    if c.subtitle:
        parts.append(_lines(c.subtitle, c.right_to_left))
    return f'<div class="{c.layout}" style="{place}">{"".join(parts)}</div>'


def _lines(text: FittedText, right_to_left: bool) -> str:
    """A paragraph with the line breaks that were measured."""
    size = f"font-size:{text.size:g}cqw;line-height:{text.leading:g}"
    direction = ' dir="rtl"' if right_to_left else ""
    return f'<p class="{text.face}"{direction} style="{size}">{"<br>".join(map(escape, text.lines))}</p>'


def _strip(c: Composition, detail: str) -> str:
    """The strip of the status at the foot."""
    if not c.status:
        return ""
    saved = ' class="saved"' if c.status == SAVED else ""
    height = number(c.strip)
    text = escape(c.status) if detail == ALL or c.strip > 10 else ""
    return f'<b{saved} style="height:{height}cqw;line-height:{height}cqw">{text}</b>'
