"""Colours: every text can be read, in both themes; genres lead in the order of the table."""

from __future__ import annotations

import pytest

from recsys.tiles import TileMovie, palette_of
from recsys.tiles.composition import compose
from recsys.tiles.motifs import MOTIFS
from recsys.tiles.palette import GENRES, PALETTES, bright_colour, by_lead, contrast, distance, ground_of, row_of


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("genre", PALETTES)
def test_text_has_contrast_on_every_ground(genre, dark):
    palette = PALETTES[genre].in_theme(dark)
    for ground in (palette.ink, palette.tone, palette.stock):
        assert contrast(palette.text_on(ground), ground) >= 4.5
    assert contrast(palette.ink, palette.stock) >= 4.5  # a label's


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("genre", PALETTES)
def test_tiles_use_these_colours(genre, dark):
    for movie_id in range(60):
        c = compose(TileMovie(movie_id, "Fargo", 1996, genre), dark=dark)
        ground = c.palette.stock if c.layout == "label" else c.ground
        assert contrast(c.text, ground) >= 4.5
        assert not dark or c.ground != c.palette.stock


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_first_genre_of_the_table_leads():
    assert by_lead(["Drama", "Romance", "Film-Noir"])[0] == ("Film-Noir", "Film-Noir")
    assert by_lead(["Drama", "Telenovela"])[0] == ("Drama", "Drama")
    assert by_lead([]) == [("", "unknown")]
    assert by_lead(["(no genres listed)"])[0][1] == "unknown"
    assert palette_of(["Comedy", "Crime"]) == PALETTES["Crime"]


def test_any_name_has_a_row():
    rows = {row_of(f"Genre {i}") for i in range(200)}
    assert rows <= set(GENRES)
    assert len(rows) > 10
    assert set(MOTIFS) == set(PALETTES)


def test_the_bright_colour_stands_out_if_borrowed():
    for lead in PALETTES:
        own = PALETTES[lead]
        for second in PALETTES:
            bright = bright_colour(lead, second)
            assert bright == own.pop or min(distance(bright, ink) for ink in (own.ink, own.tone, own.stock)) >= 100


def test_film_noir_is_always_dark():
    assert {ground_of(TileMovie(i, ""), "Film-Noir", False) for i in range(40)} == {"ink"}
    assert {ground_of(TileMovie(i, ""), "Drama", False) for i in range(40)} == {"ink", "tone", "stock"}
