"""Tiles as HTML: whatever a dataset holds, one harmless element of a known shape."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.settings import REPOSITORY
from recsys.tiles import STYLE, TileMovie, tile
from recsys.tiles.fitting import divide
from tests.tiles.tile_samples import ALLOWED_TAGS, HARD_TITLES, Markup, assert_harmless, movies, picture_of

FARGO = TileMovie(100, "Fargo", 1996, "Crime|Drama|Thriller")
PLACE = re.compile(r"top:([\d.]+)cqw;height:([\d.]+)cqw")


@given(movies, st.sampled_from(["art", "title", "all"]), st.booleans(), st.sampled_from(["", "Saved", "<b>Seen"]))
def test_a_tile_is_one_harmless_image(movie, detail, dark, status):
    html = tile(movie, detail, dark, status)
    markup = Markup(html)
    assert markup.open == []
    (tag, attributes), *inner = markup.elements
    assert (tag, attributes["role"]) == ("div", "img")
    assert attributes["aria-label"] == ", ".join(filter(None, [movie.name, status]))
    for name, values in inner:
        assert name in ALLOWED_TAGS
        assert set(values) <= {"style", "class", "dir"}
    assert html.count("url(") - sum(text.count("url(") for text in [*markup.texts, attributes["aria-label"]]) == 1
    assert_harmless(picture_of(html))
    assert len(html) < 14_000


@given(movies, st.sampled_from(["title", "all"]), st.sampled_from(["", "Saved"]))
def test_art_and_text_stay_within_the_tile_and_do_not_meet(movie, detail, status):
    html = tile(movie, detail, status=status)
    (art_top, art_height), (type_top, type_height) = (map(float, each) for each in PLACE.findall(html))
    end = 400 / 3 - (17 if status else 0) + 0.1
    assert min(art_top, type_top) >= 0
    assert max(art_top + art_height, type_top + type_height) <= end
    if 'class="label"' not in html:
        assert art_height + type_height == pytest.approx(end, abs=0.3)
        assert art_height > 20


@pytest.mark.parametrize("title", HARD_TITLES)
def test_the_title_is_shown_or_ends_in_an_ellipsis(title):
    movie = TileMovie(7, title, None, "Drama")
    shown = _letters("".join(Markup(tile(movie, "title")).texts))
    name = _letters("".join(divide(movie.name)))
    assert name == shown or (shown.endswith("…") and len(shown) > 30 and name.startswith(shown[:-1]))


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()


def test_control_and_direction_marks_are_gone():
    html = tile(TileMovie(1, "\u202eFargo\u2066\x00", 1996, "Crime\u202e"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", html)


def test_details():
    art, title, everything = (tile(FARGO, detail) for detail in ("art", "title", "all"))
    assert Markup(art).texts == []
    assert Markup(title).texts == ["FARGO"]
    assert Markup(everything).texts == ["Crime", "1996", "FARGO"]
    with pytest.raises(ValueError, match="detail is one of"):
        tile(FARGO, "small")


def test_the_status_is_a_strip_and_part_of_the_name():
    html = tile(FARGO, status="Seen · 4 ★")
    assert "Seen · 4 ★" in Markup(html).texts
    assert 'aria-label="Fargo, Seen · 4 ★"' in html
    assert 'class="saved"' in tile(FARGO, status="Saved")
    assert "<b" not in tile(FARGO)


def test_without_year_and_genre_there_is_no_line_above():
    assert Markup(tile(TileMovie(267, "unknown"))).texts == ["unknown"]
    assert Markup(tile(TileMovie(1, "Kolya", float("nan"), "Comedy"))).texts == ["Comedy", "Kolya"]


def test_right_to_left_titles_are_set_so():
    assert 'dir="rtl"' in tile(TileMovie(1, "باران", 2001, "Romance"))
    assert 'dir="rtl"' not in tile(FARGO)


def test_the_same_movie_always_has_the_same_tile():
    ids = [1, 50, 100, 267]
    here = [tile(TileMovie(each, "Fargo", 1996, "Crime|Telenovela")) for each in ids]
    assert len(set(here)) == len(ids)
    code = (
        "from recsys.tiles import TileMovie, tile; import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        f"print('\\n'.join(tile(TileMovie(each, 'Fargo', 1996, 'Crime|Telenovela')) for each in {ids}))"
    )
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(REPOSITORY)}
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True, timeout=60)
        assert ran.stdout.decode().splitlines() == here


def test_the_style_loads_nothing():
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert "<" not in STYLE
