"""The tiles of a whole catalogue on one page, to look at: `python -m benchmarks.contact_sheet`.

    python -m benchmarks.contact_sheet --out tiles.html
    python -m benchmarks.contact_sheet --genre Crime --detail title --theme dark

Writes one HTML file, movies grouped by the leading genre, and prints how long a tile takes and how large it is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import recsys
from recsys import tiles
from recsys.data import Dataset
from recsys.data.title_years import display_title
from recsys.schema import GENRES, MOVIE, TITLE, YEAR
from recsys.tiles.composition import DETAILS
from recsys.tiles.palette import PALETTES, by_lead

WIDTHS = {"art": 44, "title": 110, "all": 160}  # pixels
BACKGROUNDS = {"light": "#fbf8f3", "dark": "#151110"}
FONTS = (
    ("Source Serif", "normal", "SourceSerifVariable-Roman"),
    ("Source Serif", "italic", "SourceSerifVariable-Italic"),
)
FONTS += (("Source Sans", "normal", "SourceSansVF-Upright"),)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sheet and print the figures; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", default="ml-100k", help="name of a dataset, or path of a folder or zip")
    parser.add_argument("--genre", choices=list(PALETTES), help="only movies that this genre leads")
    parser.add_argument("--detail", choices=DETAILS, default="all")
    parser.add_argument("--theme", choices=list(BACKGROUNDS), help="only one theme (default both)")
    parser.add_argument("--out", type=Path, default=Path("tiles.html"), help="output file")
    options = parser.parse_args(arguments)
    movies = [each for each in tile_movies(recsys.load_dataset(options.data)) if options.genre in (None, lead(each))]
    themes = [options.theme] if options.theme else list(BACKGROUNDS)
    options.out.write_text(page(movies, options.detail, themes), "utf-8")
    milliseconds, sizes = measured(movies, options.detail)
    sys.stdout.write(
        f"{options.out}: {len(movies):,} movies. A tile takes {np.median(milliseconds):.2f} ms (99% within "
        f"{np.quantile(milliseconds, 0.99):.2f}) and {np.mean(sizes) / 1e3:.1f} KB ({max(sizes) / 1e3:.1f} at most).\n"
    )
    return 0


def tile_movies(dataset: Dataset) -> list[tiles.TileMovie]:
    """The movies of a dataset as their tiles see them."""
    columns = (dataset.movies[each] for each in (MOVIE, TITLE, YEAR, GENRES))
    return [
        tiles.TileMovie(int(movie), display_title(title), year, genres)
        for movie, title, year, genres in zip(*columns, strict=True)
    ]


def lead(movie: tiles.TileMovie) -> str:
    """The row of the table of a movie's leading genre."""
    return by_lead(movie.genre_names)[0][1]


def measured(movies: Sequence[tiles.TileMovie], detail: str) -> tuple[list[float], list[int]]:
    """Milliseconds and bytes of each tile."""
    milliseconds, sizes = [], []
    for movie in movies:
        start = time.perf_counter()
        markup = tiles.tile(tiles.TileMovie(movie.movie_id, movie.title, movie.year, movie.genres), detail)
        milliseconds.append(1e3 * (time.perf_counter() - start))
        sizes.append(len(markup.encode()))
    return milliseconds, sizes


def page(movies: Sequence[tiles.TileMovie], detail: str, themes: Sequence[str]) -> str:
    """The sheet: a section per theme and genre."""
    sections = []
    for theme in themes:
        for genre in PALETTES:
            group = [each for each in movies if lead(each) == genre]
            if group:
                sections.append(_section(genre, group, detail, theme))
    style = f"{_font_faces()}{tiles.STYLE}section{{padding:24px}}h2{{font:600 27px 'Source Serif'}}"
    style += (
        f"ul{{display:grid;grid-template-columns:repeat(auto-fill,{WIDTHS[detail]}px);gap:12px;margin:0;padding:0}}"
    )
    style += "body{margin:0}li{display:block}"
    return f'<!doctype html><meta charset="utf-8"><title>Tiles</title><style>{style}</style>{"".join(sections)}'


def _section(genre: str, group: Sequence[tiles.TileMovie], detail: str, theme: str) -> str:
    """The tiles of one genre in one theme."""
    items = "".join(f"<li>{tiles.tile(each, detail, theme == 'dark')}</li>" for each in group)
    style = f"background:{BACKGROUNDS[theme]};color:{BACKGROUNDS['dark' if theme == 'light' else 'light']}"
    return f'<section style="{style}"><h2>{escape(genre)}, {len(group)}</h2><ul>{items}</ul></section>'


def _font_faces() -> str:
    """The fonts as the app serves them, from the installed Streamlit."""
    spec = find_spec("streamlit")
    folder = Path((spec and spec.origin) or "").parent / "static" / "static" / "media"
    return "".join(
        f"@font-face{{font-family:'{family}';font-style:{style};font-weight:200 900;src:url('{file.as_uri()}')}}"
        for family, style, name in FONTS
        for file in folder.glob(f"{name}*.woff2")
    )


if __name__ == "__main__":
    sys.exit(main())
