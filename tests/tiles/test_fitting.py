"""Titles in lines: as large as fits, broken between words, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.tiles.fitting import SIZES, divide, fit, fit_subtitle, is_latin, is_right_to_left
from recsys.tiles.movie import one_line
from recsys.tiles.text_width import ITALIC, SANS, SERIF, text_width

LONG = "Don't Be a Menace to South Central While Drinking Your Juice in the Hood"


@given(st.text(min_size=1, max_size=150), st.sampled_from([SERIF, ITALIC, SANS]), st.sampled_from([(82, 52), (69, 46)]))
def test_no_line_is_wider_than_the_box(text, face, box):
    name = one_line(text, 120) or "Untitled"
    fitted = fit(name, face, *box)
    assert fitted.size in SIZES
    assert 1 <= len(fitted.lines) <= 6
    widest_character = max(text_width(c, fitted.face) for c in fitted.lines[0] + "…")
    assert max(text_width(line, fitted.face) for line in fitted.lines) * fitted.size <= box[0] + widest_character * 9
    assert fitted.height <= box[1] or fitted.size == SIZES[-1]


@given(st.lists(st.text("abcdefghijklnopqrstuvxyz", min_size=1, max_size=12), min_size=1, max_size=6))
def test_words_stay_whole_and_in_order(words):
    fitted = fit(" ".join(words), SERIF, 82, 52)
    assert " ".join(fitted.lines).split() == words


def test_short_titles_are_large_and_long_ones_small():
    assert fit("Fargo", SERIF, 82, 52).size == 27
    assert fit("Star Wars", SANS, 82, 52).lines == ("STAR", "WARS")
    long_title = fit(LONG, SERIF, 82, 52)
    assert long_title.size < 12
    assert " ".join(long_title.lines) == LONG


def test_capitals_give_way_to_the_narrower_serif():
    wide = fit("Kommunikationswissenschaft", SANS, 82, 52)
    assert wide.face == SERIF
    assert wide.lines == ("Kommunikationswissenschaft",) or len(wide.lines) == 2


def test_words_too_long_for_a_line_are_broken_and_endless_ones_end():
    assert (
        "".join(fit("Donaudampfschifffahrtsgesellschaft", SERIF, 82, 52).lines) == "Donaudampfschifffahrtsgesellschaft"
    )
    endless = fit("x" * 500, SERIF, 82, 52)
    assert len(endless.lines) == 6
    assert endless.lines[-1].endswith("…")
    assert fit_subtitle("word " * 60, ITALIC, 82).lines[-1].endswith("…")


def test_chinese_and_japanese_break_between_characters_but_not_before_a_sign():
    lines = fit("千と千尋の神隠し、もう一度。", SERIF, 82, 52).lines
    assert len(lines) > 1
    assert "".join(lines) == "千と千尋の神隠し、もう一度。"
    assert not any(line[0] in "、。" for line in lines)


def test_single_letters_and_dashes_do_not_stand_alone():
    assert fit("A Clockwork Orange", SANS, 82, 52).lines == ("A\u00a0CLOCKWORK", "ORANGE")
    assert fit("Terminator 2", SANS, 82, 52).lines == ("TERMINATOR\u00a02",)
    assert fit("Alien 3", SANS, 69, 46).lines == ("ALIEN", "3")
    assert not any(line.startswith("-") for line in fit("Pink Floyd - The Wall", ITALIC, 69, 46).lines)
    assert fit("Ben-Hur", SERIF, 82, 52).lines == ("Ben-Hur",)


@pytest.mark.parametrize(
    ("name", "title", "subtitle"),
    [
        ("Metisse (Café au Lait)", "Metisse", "Café au Lait"),
        ("La Cité (City of Lost Children, The)", "La Cité", "The City of Lost Children"),
        ("Star Trek VI: The Undiscovered Country", "Star Trek VI", "The Undiscovered Country"),
        ("Three Colors: Blue", "Three Colors: Blue", ""),
        ("Dr. Strangelove or: How I Learned", "Dr. Strangelove", "or: How I Learned"),
        ("(500) Days of Summer", "(500) Days of Summer", ""),
        ("(Untitled)", "(Untitled)", ""),
    ],
)
def test_subtitles(name, title, subtitle):
    assert divide(name) == (title, subtitle)


def test_scripts():
    assert is_latin("Les Misérables & Łódź 2")
    assert not is_latin("Сталкер")
    assert is_right_to_left("12 باران")
    assert not is_right_to_left("Fargo باران")
    assert fit("باران", SERIF, 82, 52).leading > fit("Fargo", SERIF, 82, 52).leading


def test_widths_of_characters():
    assert text_width("é", SERIF) == text_width("e", SERIF)
    assert text_width("e\u0301", SERIF) == text_width("e", SERIF)
    assert text_width("漢", SERIF) > text_width("a", SERIF)
    assert text_width("W", SANS) > text_width("I", SANS)
