"""Covers drawn from title, year, genres and id alone: the same movie always has the same cover."""

from recsys.tiles.markup import STYLE, tile
from recsys.tiles.movie import TileMovie
from recsys.tiles.palette import Palette, palette_of
from recsys.tiles.vector import motif_svg, tile_svg

__all__ = ["STYLE", "Palette", "TileMovie", "motif_svg", "palette_of", "tile", "tile_svg"]
