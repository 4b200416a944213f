"""The picture: well-formed, self-contained, the same each time, and never harmed by a title."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.portrait import fonts
from recsys.portrait.captions import OWN, captions_of_user, description
from recsys.portrait.genre_words import genre_words
from recsys.portrait.lower_part import decade_discs
from recsys.portrait.outlined_text import SVG, outlined, text_width
from recsys.portrait.picture import UNSUITABLE, portrait_svg
from recsys.portrait.taste_portrait import Share
from recsys.portrait.type_styles import FIGURE, HEADING, NAMES, SENTENCE, line
from recsys.tiles.motifs import MOTIFS
from tests.portrait.conftest import made_portrait

HARMLESS = {"svg", "g", "path", "rect", "circle", "ellipse", "polygon", "line", "text", "title", "desc"}
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><image href=x onerror=alert(1)>",
    "]]>&amp;&lt;",
    "\x00\x0b\ud800\ufffe",
    "",
]
FOREIGN = ["七人の侍", "باران", "기생충", "🎬 🎥", "ירושלים", "प्यासा"]


def parsed(svg: str) -> ElementTree.Element:
    """The picture, after a look at each of its elements."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(f"{{{SVG}}}") in HARMLESS
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value
    return root


def texts(root: ElementTree.Element) -> list[str]:
    """What is text and not a path."""
    return [element.text or "" for element in root.iter(f"{{{SVG}}}text")]


def test_all_latin_greek_and_cyrillic_text_is_drawn_as_paths():
    titles = ("La Double vie de Véronique", "Сталкер", "Η Αιωνιότητα και μια μέρα", "Čuvaj se", "★ 5", "Đorđe")
    svg = portrait_svg(made_portrait(titles))
    assert texts(parsed(svg)) == []
    assert "font" not in svg


def test_the_fonts_are_where_this_release_of_streamlit_has_them():
    assert all(fonts.font_of(file, 600, 20) for file in (fonts.ROMAN, fonts.ITALIC, fonts.SANS))


@pytest.mark.parametrize("title", FOREIGN)
def test_a_script_that_the_fonts_lack_stays_text_for_the_viewers_own_fonts(title):
    root = parsed(portrait_svg(made_portrait((title,), (title, "Drama"))))
    assert title in " ".join(texts(root))
    assert set("".join(texts(root))) <= set(title + " "), "everything else is a path"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_and_genres_are_text_and_nothing_else(text):
    portrait = made_portrait((text, text), (text, "Drama"))
    root = parsed(portrait_svg(portrait))
    assert (root.attrib["width"], root.attrib["height"]) == ("1080", "1350")
    printable = text.replace("\x00", "").replace("\x0b", "").replace("\ud800", "").replace("\ufffe", "")
    assert printable in (root.findtext(f"{{{SVG}}}desc") or "")


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6), st.lists(st.text(max_size=80), max_size=4, unique=True))
@settings(max_examples=60)
def test_any_titles_and_genres_make_a_well_formed_harmless_picture(titles, genres):
    parsed(portrait_svg(made_portrait(tuple(titles), tuple(genres))))


def test_the_same_portrait_is_the_same_picture_in_any_thread():
    portrait = made_portrait(("Alien", "Fargo"))
    expected = portrait_svg(portrait)
    fonts._font.cache_clear()
    fonts._tables.cache_clear()  # so that all threads find the files unread
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda _: portrait_svg(portrait), range(8))) == {expected}
    finally:
        sys.setswitchinterval(interval)


def spans(markup: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each path of a piece of the picture."""
    bounds = []
    for element in ElementTree.fromstring(outlined(f'<svg xmlns="{SVG}">{markup}</svg>')):
        pen = BoundsPen(None)
        parse_path(element.attrib["d"], pen)
        bounds.append(pen.bounds)
    return bounds


@pytest.mark.parametrize("name", ["Donaudampfschifffahrtsgesellschaftskapitän" * 2, "W" * 60, "Documentary", "War"])
@pytest.mark.parametrize("shares", [(0.9, 0.9, 0.9, 0.9), (1.0, 0.02, 0.01, 0.01), (0.5, 0.4, 0.3, 0.2)])
def test_words_stay_in_their_box_and_apart(name, shares):
    genres = [Share(each, share, 0.1) for each, share in zip((name, "Drama", "Comedy", "Sci-Fi"), shares, strict=True)]
    boxes = spans(genre_words(genres, 56, 1024, 250, 718, "#000000"))
    assert min(box[0] for box in boxes) > 50
    assert min(box[1] for box in boxes) > 240
    assert max(box[2] for box in boxes) < 1026
    assert max(box[3] for box in boxes) < 724
    for one, other in combinations(boxes, 2):
        is_apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert is_apart, (one, other)


def test_a_larger_share_is_a_larger_word():
    genres = [Share("Comedy", 0.5, 0.1), Share("Drama", 0.25, 0.1)]
    comedy, drama = spans(genre_words(genres, 56, 1024, 0, 900, "#000000"))[::3]  # between them are the figures
    assert comedy[3] - comedy[1] > 1.5 * (drama[3] - drama[1])


def test_more_decades_than_there_is_room_for_are_joined_at_the_early_end():
    decades = [Share(str(year), 0.1, 0.05) for year in range(1930, 2020, 10)]
    discs = decade_discs(decades)
    assert [disc.name for disc in discs] == ["to 1960s", "1970s", "1980s", "1990s", "2000s", "2010s"]
    assert discs[0].share == pytest.approx(0.4)
    assert sum(disc.others for disc in discs) == pytest.approx(0.45)
    assert [disc.name for disc in decade_discs(decades[:6])] == ["30s", "40s", "50s", "60s", "70s", "80s"]


def test_the_words_say_what_the_picture_shows():
    portrait = made_portrait(("Alien",), stricter_than=0.732, rarer_than=0.2, others=1)
    sentences = description(portrait, OWN)
    assert sentences[0] == "Your genres: Comedy 60% (others 10%), Horror 30% (others 10%)."
    assert (
        "Stricter than 73% of others: On average 0.20 stars fewer than most people give the same movies." in sentences
    )
    assert any(sentence.startswith("More popular choices than 80% of others: ") for sentence in sentences)
    assert sentences[-2:] == ("Your favourites: Alien.", "60 movies rated, 12 of them 5 ★.")
    assert description(portrait, captions_of_user(7))[0].startswith("Their genres: ")


@pytest.mark.parametrize(
    ("share", "claim"), [(1.0, "Stricter than all others"), (0.999, "Stricter than 99% of others")]
)
def test_only_who_is_beyond_all_others_is_beyond_all(share, claim):
    assert any(sentence.startswith(claim) for sentence in description(made_portrait(stricter_than=share), OWN))


def test_without_anybody_to_compare_with_nothing_is_compared():
    nan = float("nan")
    alone, nineties = (Share("Comedy", 0.5, nan), Share("Drama", 0.5, nan)), (Share("1990", 1.0, nan),)
    compared = made_portrait(others=0, stricter_than=nan, rarer_than=nan, characteristic_genres=alone)
    portrait = replace(compared, decades=nineties)
    parsed(portrait_svg(portrait))
    assert "others" not in " ".join(description(portrait, OWN))
    assert "nan" not in portrait_svg(portrait)


def test_a_dataset_without_genres_and_years_still_has_a_picture():
    parsed(portrait_svg(made_portrait(genres=(), decades=())))


def test_the_drawings_that_are_left_out_exist_and_no_genre_is_left_without_one():
    names = {motif.__name__ for motifs in MOTIFS.values() for motif in motifs}
    assert names >= UNSUITABLE
    assert all(any(motif.__name__ not in UNSUITABLE for motif in motifs) for motifs in MOTIFS.values())


def test_text_is_as_wide_as_its_paths_and_kerned():
    style = {**FIGURE, "font-size": "100"}
    assert text_width("AV", style) < text_width("A", style) + text_width("V", style)
    left, _, right, _ = spans(line("HH", 10, 100, 100, FIGURE, "#000000"))[0]
    assert 10 < left < 20
    assert right < 10 + text_width("HH", style)


def test_the_optical_size_that_a_text_asks_for_is_used():
    text = {**FIGURE, "font-size": "27"}
    fine = text_width("Wide", {**text, "style": "font-variation-settings:'opsz' 60"})
    assert (
        text_width("Wide", text) == text_width("Wide", {**text, "style": "font-variation-settings:'opsz' 20"}) != fine
    )


def test_text_starts_ends_or_is_centred_where_its_anchor_says():
    anchors = ("start", "middle", "end")
    start, middle, end = (spans(line("HH", 500, 100, 40, HEADING, "#000000", anchor))[0] for anchor in anchors)
    assert (middle[0] + middle[2]) / 2 == pytest.approx(500, abs=0.5)
    assert end[2] <= 500 <= start[0]


def test_without_the_fonts_the_picture_keeps_its_text(monkeypatch):
    monkeypatch.setattr("recsys.portrait.outlined_text.font_of", lambda *_: None)
    root = parsed(portrait_svg(made_portrait(("Alien",))))
    assert {"Comedy", "ALIEN", "My taste in movies"} <= set(texts(root))


def test_every_typeface_of_the_picture_is_one_that_is_read():
    for style in (HEADING, FIGURE, SENTENCE, *NAMES.values()):
        assert text_width("Word", {**style, "font-size": "20"}) > 20
