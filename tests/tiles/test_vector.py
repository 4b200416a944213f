"""Tiles and motifs as SVG: well-formed, clipped, harmless, placed where a larger picture wants them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.tiles import TileMovie, motif_svg, tile, tile_svg
from recsys.tiles.palette import PALETTES
from tests.tiles.tile_samples import Markup, assert_harmless, movies, shapes_of


@given(movies, st.booleans(), st.sampled_from(["art", "title", "all"]))
def test_a_tile_is_a_clipped_and_harmless_picture(movie, dark, detail):
    svg = tile_svg(movie, dark, detail)
    assert_harmless(svg)
    pictures = [attributes for tag, attributes in shapes_of(svg) if tag == "svg"]
    assert [each["overflow"] for each in pictures] == ["hidden", "hidden"]
    assert pictures[0]["viewBox"] == "0 0 100 133.3"
    assert pictures[0]["aria-label"] == movie.name


@given(movies)
def test_both_kinds_of_tile_have_the_same_lines(movie):
    texts = "".join(ElementTree.fromstring(tile_svg(movie)).itertext())
    without_dot = "".join(texts.replace(" · ", "").split())
    assert without_dot == "".join("".join(Markup(tile(movie)).texts).replace(" · ", "").split())


def test_a_tile_can_stand_anywhere_in_a_larger_picture():
    root = ElementTree.fromstring(tile_svg(TileMovie(100, "Fargo", 1996, "Crime"), x=51, y=976, width=149))
    assert {name: root.get(name) for name in ("x", "y", "width", "height")} == {
        "x": "51",
        "y": "976",
        "width": "149",
        "height": "198.7",
    }


@pytest.mark.parametrize("genre", [*PALETTES, "Telenovela"])
def test_motifs(genre):
    for seed in range(12):
        for ground in ("ink", "tone", "stock"):
            svg = motif_svg(genre, seed, dark=seed % 2 == 0, ground=ground, height=(62, 133)[seed % 2])
            assert_harmless(svg)
            assert 'overflow="hidden"' in svg
            assert len(shapes_of(svg)) > 3


def test_a_motif_takes_other_colours():
    colours = ("#010203", "#040506", "#070809")
    svg = motif_svg("Comedy", 3, ground="tone", colours=colours)
    fills = {attributes.get("fill") for _, attributes in shapes_of(svg)} - {None, "none"}
    assert fills <= {*colours, PALETTES["Comedy"].tone}
    assert len(fills & set(colours)) >= 2
