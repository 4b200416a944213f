"""Taste portrait: the page shows the package's picture and figures, for a user and for the visitor."""

from __future__ import annotations

import base64
import html

import pytest

from recsys.portrait.captions import OWN, captions_of_user, description
from recsys.portrait.picture import portrait_svg
from recsys.ui.common import session_profile
from recsys.visitor.profile import MovieRef, Profile
from tests.pages.conftest import open_page, text_of

HISTORY = {2: 5.0, 4: 5.0, 7: 1.0, 9: 2.0, 12: 4.0, 15: 1.0}


def visitor_state(served, history: dict[int, float]) -> dict[str, object]:
    """Session state of a visitor with these ratings."""
    profile = Profile()
    for movie, stars in history.items():
        profile = profile.rate(MovieRef.of(served.catalogue, movie), stars)
    return {session_profile.PROFILE: profile, session_profile.MODEL: (served.version, served.stars)}


def picture(app) -> tuple[str, str]:
    """The SVG on the page, and its text alternative."""
    (image,) = [image for images in app.get("image") for image in images.proto.imgs]
    kind, _, data = image.url.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode(), image.alt


def download(app):
    (button,) = app.get("download_button")
    return button.proto


def test_a_users_picture_and_figures_are_the_packages(served):
    app, portrait = open_page("pages/portrait.py", user="4"), served.taste_portrait(4)
    captions = captions_of_user(4)
    svg, alt = picture(app)
    assert svg == portrait_svg(portrait, captions)
    for sentence in description(portrait, captions):
        assert sentence in alt
        assert all(part in text_of(app) for part in sentence.split(": "))
    assert download(app).label == "Download SVG"


def test_your_picture_speaks_of_you(served):
    app = open_page("pages/portrait.py", visitor_state(served, HISTORY), user="you")
    portrait = served.taste_portrait(history=HISTORY)
    svg, alt = picture(app)
    assert svg == portrait_svg(portrait, OWN)
    assert html.escape("My taste in movies") in svg
    assert alt.startswith("My taste in movies. Your genres: ")
    assert "6 ratings make a first sketch" in text_of(app)


@pytest.mark.parametrize(("count", "missing"), [(1, "4 more movies"), (4, "1 more movie")])
def test_with_few_ratings_you_are_asked_for_the_missing_ones(served, count, missing):
    history = dict(list(HISTORY.items())[:count])
    app = open_page("pages/portrait.py", visitor_state(served, history), user="you")
    assert f"Rate {missing}." in text_of(app)
    assert "rate" in [link.proto.page for link in app.get("page_link")]
    assert not app.get("image")


def test_without_ratings_you_are_asked_to_rate(served):
    app = open_page("pages/portrait.py", user="you")
    assert "You have not rated a movie yet" in text_of(app)
    assert not app.get("image")


def test_the_picker_changes_the_portrait_and_the_address(served):
    app = open_page("pages/portrait.py", user="4")
    app.selectbox(key="user_field").set_value("7").run()
    assert not app.exception
    assert app.query_params["user"] == "7"
    assert picture(app)[0] == portrait_svg(served.taste_portrait(7), captions_of_user(7))


@pytest.mark.parametrize("text", ["999", "<script>", "-1"])
def test_an_unknown_user_is_refused_without_a_picture(served, text):
    app = open_page("pages/portrait.py", user=text)
    assert app.warning
    assert not app.get("image")
