"""Movies as other people's data might have them, and what a tile's markup consists of."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import strategies as st

from recsys.tiles import TileMovie
from recsys.tiles.palette import GENRES

HARD_TITLES = (
    "",
    " ",
    "x" * 1000,
    "Сталкер",
    "Η Αιωνιότητα και μια μέρα",
    "باران",
    "שירת הסירנה (The Siren's Song)",
    "千と千尋の神隠し",
    "기생충",
    "La Double vie de Véronique (Double Life of Veronique, The)",
    "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</text></svg><script>1</script>",
    "]]>&lt;!--",
    "javascript:alert(1)",
    "url(https://evil.test/x.png)",
    "\u202eevil\u202c\u2066 \u200f\x00\ufffe\ud800",
    "Za" + "\u0301" * 200,
    "a" * 30 + " " + "b" * 30,
    "Donaudampfschifffahrtsgesellschaft",
    "👩‍👩‍👧 🎬",
)
titles = st.sampled_from(HARD_TITLES) | st.text(max_size=200)
genre_names = st.sampled_from(GENRES) | st.text(max_size=30) | st.sampled_from(HARD_TITLES)
movies = st.builds(
    TileMovie,
    movie_id=st.integers(0, 2**31 - 1),
    title=titles,
    year=st.none() | st.floats() | st.integers(1870, 2100),
    genres=st.lists(genre_names, max_size=4).map("|".join),
)
ALLOWED_SHAPES = {"svg", "g", "circle", "ellipse", "rect", "path", "text"}
ALLOWED_TAGS = {"div", "i", "p", "br", "small", "span", "b"}
_PICTURE = re.compile(r"url\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)")


class Markup(HTMLParser):
    """Elements, attributes and text of an HTML fragment, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


def picture_of(html: str) -> str:
    """The SVG behind a tile's text."""
    return base64.b64decode(_PICTURE.findall(html)[0]).decode()


def shapes_of(svg: str) -> list[tuple[str, dict[str, str]]]:
    """Elements and attributes of an SVG, without namespaces."""
    return [(each.tag.rpartition("}")[2], dict(each.attrib)) for each in ElementTree.fromstring(svg).iter()]


def assert_harmless(svg: str) -> None:
    """Only shapes, no reference to anything, all numbers finite."""
    for tag, attributes in shapes_of(svg):
        assert tag in ALLOWED_SHAPES
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert "href" not in name
            if name != "aria-label":
                assert not re.search(
                    r"url|script|nan|inf|e[-+]?\d", re.sub(r"#[0-9a-f]{6}|[Ss]erif|Sans", "", value)
                ), value
