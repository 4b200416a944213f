"""Where everything on a tile is: chosen by the movie's id, measured in hundredths of the tile's width."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.tiles.canvas import HEIGHT, Canvas
from recsys.tiles.fitting import FittedText, divide, fit, fit_subtitle, is_latin, is_right_to_left, shortened
from recsys.tiles.motifs import MOTIFS, Motif
from recsys.tiles.movie import TileMovie
from recsys.tiles.palette import UNKNOWN, Palette, bright_colour, by_lead, ground_of, palette_of
from recsys.tiles.text_width import ITALIC, SANS, SERIF

ART, TITLE, ALL = "art", "title", "all"  # how much a tile shows
DETAILS = (ART, TITLE, ALL)
LAYOUTS = ("foot", "head", "label", "foot", "head")  # where the type stands
FACES = {
    **dict.fromkeys(("Action", "Thriller", "Crime", "Sci-Fi", "Horror", "Film-Noir", "Western", "War"), SANS),
    **dict.fromkeys(("Romance", "Fantasy", "Musical"), ITALIC),
}
MARGIN, TITLE_WIDTH, TITLE_HEIGHT = 8.0, 82.0, 52.0
LABEL_WIDTH, LABEL_TITLE_WIDTH, LABEL_TITLE_HEIGHT, LABEL_INSET = 82.0, 69.0, 46.0, 8.0
SLUG_SIZE, SLUG_HEIGHT = 6.0, 9.0
SUBTITLE_GAP, ART_GAP, EDGE = 1.6, 5.0, 6.5
STRIP_HEIGHT, THIN_STRIP_HEIGHT = 17.0, 9.0  # of the status; thin where it is too small to read
SAVED = "Saved"


@dataclass(frozen=True)
class Composition:
    """All that the markup needs. `type_top` and `type_height` are those of the box of the text: type or label."""

    movie: TileMovie
    layout: str
    ground: str
    text: str
    palette: Palette
    motif: str
    art_top: float
    art_height: float
    type_top: float = 0.0
    type_height: float = 0.0
    title: FittedText | None = None
    subtitle: FittedText | None = None
    slug: tuple[str, ...] = ()
    strip: float = 0.0
    status: str = ""

    @property
    def right_to_left(self) -> bool:
        """Whether the title is written from right to left."""
        return is_right_to_left(self.movie.name)


@dataclass(frozen=True)
class _Type:
    """The text of a tile and the height that it needs."""

    title: FittedText
    subtitle: FittedText | None
    slug: tuple[str, ...]

    @property
    def height(self) -> float:
        gap = SUBTITLE_GAP + self.subtitle.height if self.subtitle else 0.0
        return (SLUG_HEIGHT if self.slug else 0.0) + self.title.height + gap


def compose(movie: TileMovie, detail: str = ALL, dark: bool = False, status: str = "") -> Composition:
    """Choose colours, layout and motif of a movie, and place its text.

    Raises
    ------
    ValueError
        If `detail` is none of `DETAILS`.
    """
    if detail not in DETAILS:
        raise ValueError(f"detail is one of {', '.join(DETAILS)}, not {detail!r}")
    strip = (THIN_STRIP_HEIGHT if detail == ART else STRIP_HEIGHT) if status else 0.0
    height = HEIGHT - strip
    layout = ART if detail == ART else LAYOUTS[movie.digest[1] % len(LAYOUTS)]
    words = None if layout == ART else _type_of(movie, layout == "label", detail == ALL)
    free_top, free_bottom, art_top, art_height, type_top, type_height = _places(movie, layout, words, height)
    palette, ground = palette_of(movie.genre_names, dark), _ground(movie, dark)
    colour = getattr(palette, ground)
    canvas = Canvas(
        art_height, free_top, free_bottom, colour, *inks(palette, ground), _bright(movie, dark), movie.digest
    )
    return Composition(
        movie,
        layout,
        colour,
        palette.ink if layout == "label" else palette.text_on(colour),
        palette,
        motif_of(movie)(canvas),
        art_top,
        art_height,
        type_top,
        type_height,
        *((words.title, words.subtitle, words.slug) if words else (None, None, ())),
        strip=strip,
        status=status,
    )


def _places(movie: TileMovie, layout: str, words: _Type | None, height: float) -> tuple[float, ...]:
    """Free part of the art (top, bottom), the art's box and the text's box (top, height each)."""
    if words is None:
        return 0.0, height, 0.0, height, 0.0, 0.0
    if layout == "foot":
        box = words.height + EDGE + ART_GAP
        return 0.0, height - box, 0.0, height - box, height - box, box
    if layout == "head":
        box = words.height + EDGE + ART_GAP
        return 0.0, height - box, box, height - box, 0.0, box
    box = words.height + 2 * EDGE
    if movie.digest[2] % 2:
        return 0.0, height - LABEL_INSET - box, 0.0, height, height - LABEL_INSET - box, box
    return LABEL_INSET + box, height, 0.0, height, LABEL_INSET, box


def _type_of(movie: TileMovie, on_label: bool, with_slug: bool) -> _Type:
    """Title, subtitle and the line above, set for the tile or for its narrower label."""
    lead_name, lead = by_lead(movie.genre_names)[0]
    name, subtitle = divide(movie.name)
    face = FACES.get(lead, SERIF) if is_latin(name) else SERIF
    width, height = (LABEL_TITLE_WIDTH, LABEL_TITLE_HEIGHT) if on_label else (TITLE_WIDTH, TITLE_HEIGHT)
    fitted_subtitle = None
    if subtitle:
        fitted_subtitle = fit_subtitle(subtitle, ITALIC if is_latin(subtitle) else SERIF, width)
        height -= SUBTITLE_GAP + fitted_subtitle.height
    genre = "" if lead == UNKNOWN else shortened(lead_name, SANS, 50 / SLUG_SIZE)
    slug = tuple(filter(None, (genre, movie.year_text))) if with_slug else ()
    return _Type(fit(name, face, width, height), fitted_subtitle, slug)


def _ground(movie: TileMovie, dark: bool) -> str:
    return ground_of(movie, by_lead(movie.genre_names)[0][1], dark)


def inks(palette: Palette, ground: str) -> tuple[str, str]:
    """The two colours of the art on a ground."""
    return {
        "ink": (palette.tone, palette.stock),
        "stock": (palette.ink, palette.tone),
        "tone": (palette.ink, palette.stock),
    }[ground]


def _bright(movie: TileMovie, dark: bool) -> str:
    """The bright colour, of the second genre if it has one."""
    rows = [row for _, row in by_lead(movie.genre_names)]
    return bright_colour(rows[0], rows[1] if len(rows) > 1 else rows[0], dark)


def motif_of(movie: TileMovie) -> Motif:
    """The drawing of the leading genre, or of the second."""
    rows = [row for _, row in by_lead(movie.genre_names)]
    row = rows[1] if len(rows) > 1 and movie.digest[3] % 5 < 2 else rows[0]
    return MOTIFS[row][movie.digest[4] % len(MOTIFS[row])]
