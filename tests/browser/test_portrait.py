"""The taste portrait is saved by the browser: the SVG as it was made, the PNG as the browser draws it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from PIL import Image

from recsys.portrait.captions import captions_of_user
from recsys.portrait.picture import portrait_svg
from recsys.tiles import palette_of
from tests.browser.app import settled

pytestmark = pytest.mark.browser


def test_both_files_are_the_picture_on_the_page(browser, tiny_app):
    recommender, address = tiny_app
    portrait = recommender.taste_portrait(4)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{address}/portrait?user=4")
    settled(page)
    svg = _download(page, "Download SVG", "taste-portrait-4.svg").decode()
    assert svg == portrait_svg(portrait, captions_of_user(4))
    png = Image.open(io.BytesIO(_download(page, "Download PNG", "taste-portrait-4.png"))).convert("RGB")
    assert png.size == (1080, 1350)
    stock = palette_of([portrait.characteristic_genres[0].name]).stock
    assert "#" + "".join(f"{value:02x}" for value in png.getpixel((20, 1340))) == stock
    assert len(png.getcolors(1 << 21) or []) > 50, "words and tiles are drawn, too"


def _download(page, label: str, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()
