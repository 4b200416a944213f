"""The lower part of the picture: decades as discs, two rulers, six favourites as tiles, and the counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from recsys.portrait.captions import Captions, counts, rarity, strictness
from recsys.portrait.outlined_text import text_width
from recsys.portrait.taste_portrait import Share, TastePortrait
from recsys.portrait.type_styles import FIGURE, HEADING, LABEL, SENTENCE, line
from recsys.tiles import Palette, TileMovie, tile_svg
from recsys.tiles.shapes import circle, number, rect

HEADING_SIZE, LABEL_SIZE, FIGURE_SIZE, SENTENCE_SIZE = 22.0, 20.0, 23.0, 25.0
DISC_RADIUS, SMALLEST_RADIUS = 57.0, 4.0  # of a decade with all movies; of the smallest that can be seen
MOST_DISCS, DISC_COLUMN, MOST_DISC_GAP = 6, 58.0, 40.0
CENTURY = "2000"  # from this decade on, names have four digits
OTHERS_SIZE, OTHERS_COLUMN = 18.0, 68.0
TICK, MARK, RULER = 12.0, 15.0, 4.0
TILES, TILE_GAP = 6, 15.0
FAINT = 0.3  # opacity of rulers


@dataclass(frozen=True)
class _Ruler:
    """A user's place between two ends, 0 to 1."""

    sentence: str
    share: float
    low: str
    high: str


@dataclass(frozen=True)
class LowerPart:
    """What the drawings of the lower part have in common."""

    portrait: TastePortrait
    captions: Captions
    palette: Palette
    left: float
    right: float

    def decades(self, top: float, right: float) -> str:
        """A disc per decade, by area, over its share and that of the others."""
        discs, ink = decade_discs(self.portrait.decades), self.palette.ink
        parts = [line(self.captions.decades, self.left, top, HEADING_SIZE, HEADING, ink)]
        if not discs:
            return "".join([*parts, line("No years are known", self.left, top + 50, SENTENCE_SIZE, SENTENCE, ink)])
        floor, x = top + 136, self.left
        if self.portrait.others:
            parts.append(line("others", x, floor + 90, OTHERS_SIZE, LABEL, ink))
            x += OTHERS_COLUMN
        columns = [max(DISC_COLUMN, 2 * _radius(each.share)) for each in discs]
        gap = min(MOST_DISC_GAP, (right - x - sum(columns)) / max(len(columns) - 1, 1))
        largest = max(discs, key=lambda each: each.share)
        for each, column in zip(discs, columns, strict=True):
            fill = self.palette.pop if each is largest else ink
            parts.append(self._disc(each, x + column / 2, floor, fill))
            x += column + gap
        return "".join(parts)

    def rulers(self, top: float, left: float) -> str:
        """How strict the stars are, and how popular the choices, each among all users."""
        portrait, ink = self.portrait, self.palette.ink
        heading = line(self.captions.comparison, left, top, HEADING_SIZE, HEADING, ink)
        if not portrait.others:
            return heading + line("Nobody to compare with", left, top + 50, SENTENCE_SIZE, SENTENCE, ink)
        strict = _Ruler(strictness(portrait), portrait.stricter_than, "generous", "strict")
        rare = _Ruler(rarity(portrait), portrait.rarer_than, "popular", "rare")
        return heading + self._ruler(strict, left, top + 48) + self._ruler(rare, left, top + 168)

    def favourites(self, top: float) -> str:
        """The favourites side by side."""
        width = (self.right - self.left - (TILES - 1) * TILE_GAP) / TILES
        places = ((movie, self.left + i * (width + TILE_GAP)) for i, movie in enumerate(self.portrait.favourites))
        return "".join(self._tile(movie, x, top, width) for movie, x in places)

    def footer(self, baseline: float) -> str:
        """The counts, and where the picture comes from."""
        ink = self.palette.ink
        own = line(counts(self.portrait), self.left, baseline, LABEL_SIZE, HEADING, ink)
        return own + line("★ Movie recommender", self.right, baseline, LABEL_SIZE, HEADING, ink, "end")

    def _disc(self, share: Share, x: float, floor: float, fill: str) -> str:
        """A decade's disc on the floor, and its figures below."""
        ink, radius = self.palette.ink, _radius(share.share)
        others = "" if math.isnan(share.others) else short_percent(share.others)
        return (
            circle(x, floor - radius, radius, fill)
            + line(short_percent(share.share), x, floor + 32, FIGURE_SIZE, FIGURE, ink, "middle")
            + line(share.name, x, floor + 59, LABEL_SIZE, LABEL, ink, "middle")
            + line(others, x, floor + 90, OTHERS_SIZE, LABEL, ink, "middle")
        )

    def _ruler(self, ruler: _Ruler, left: float, top: float) -> str:
        """A sentence over a line with its middle and the user's place marked."""
        ink, y, width, middle = self.palette.ink, top + 32, self.right - left, (left + self.right) / 2
        written = text_width(ruler.sentence, {**SENTENCE, "font-size": str(SENTENCE_SIZE)})
        place = min(max(left + ruler.share * width, left + MARK), self.right - MARK)
        return "".join(
            [
                line(ruler.sentence, left, top, SENTENCE_SIZE * min(1, width / written), SENTENCE, ink),
                f'<g opacity="{FAINT}">{rect(left, y - RULER / 2, width, RULER, ink, RULER / 2)}</g>',
                f'<g opacity="{2 * FAINT}">{rect(middle - 2, y - TICK, 4, 2 * TICK, ink)}</g>',
                circle(place, y, MARK, ink),
                line(ruler.low, left, y + 42, LABEL_SIZE, LABEL, ink),
                line(ruler.high, self.right, y + 42, LABEL_SIZE, LABEL, ink, "end"),
            ]
        )

    def _tile(self, movie: TileMovie, x: float, y: float, width: float) -> str:
        """A tile with a hairline, so that a pale one ends somewhere."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(width * 4 / 3)}"'
        edge = f'<rect {place} fill="none" stroke="{self.palette.ink}" stroke-opacity="0.25"/>'
        return tile_svg(movie, detail="title", x=x, y=y, width=width) + edge


def decade_discs(decades: Sequence[Share]) -> tuple[Share, ...]:
    """The decades as they are drawn and named: at most `MOST_DISCS`, the earliest of more being one.

    >>> [disc.name for disc in decade_discs([Share("1980", 0.4, 0.5), Share("1990", 0.6, 0.5)])]
    ['80s', '90s']
    """
    with_century = any(each.name >= CENTURY for each in decades)
    named = [replace(each, name=f"{each.name if with_century else each.name[2:]}s") for each in decades]
    early = named[: len(named) - MOST_DISCS + 1] if len(named) > MOST_DISCS else []
    if early:
        shares = sum(each.share for each in early), sum(each.others for each in early)
        early = [Share(f"to {early[-1].name}", *shares)]
    return (*early, *named[len(named) - MOST_DISCS + 1 :]) if early else tuple(named)


def short_percent(share: float) -> str:
    """A share in whole percent, at least 1%, where there is no room for "under"."""
    return f"{max(1, round(100 * share))}%" if share else "0%"


def _radius(share: float) -> float:
    """Radius of the disc whose area is a share."""
    return max(SMALLEST_RADIUS, DISC_RADIUS * math.sqrt(share))
