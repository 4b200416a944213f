"""The visitor is a user like any other: first in every picker, the default, and their actions change their list."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recsys.registry import Registry
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.ui.common import browser_storage, session_profile
from recsys.visitor.profile import MovieRef, Profile
from recsys.visitor.profile_file import to_bytes
from tests.pages.conftest import cards, metrics, open_page, predict, selected, text_of
from tests.pages.test_rate import STARS, press, profile

HISTORY = {2: 5.0, 4: 5.0, 7: 1.0, 9: 2.0}


@pytest.fixture
def visitor_state(served) -> dict[str, object]:
    """Session state of a visitor who has rated `HISTORY`."""
    visitor_profile = Profile()
    for movie, stars in HISTORY.items():
        visitor_profile = visitor_profile.rate(MovieRef.of(served.catalogue, movie), stars)
    return {session_profile.PROFILE: visitor_profile, session_profile.MODEL: (served.version, served.stars)}


def action(app: AppTest, name: str, movie: int) -> AppTest:
    app.button(key=f"list_{name}_{movie}").click().run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("page", ["recommend", "predict", "evaluate", "models"])
def test_you_are_first_in_every_picker_once_you_have_rated(served, measured_model, visitor_state, page):
    Registry().publish(measured_model)  # so that two can be compared
    query = {"evaluate": {"section": "By group"}, "models": {"section": "Compare"}}.get(page, {})
    before = open_page(f"pages/{page}.py", **query)
    assert not before.selectbox(key="user_field").options[0].startswith("You")
    app = open_page(f"pages/{page}.py", visitor_state, **query)
    assert app.selectbox(key="user_field").options[0] == "You (4 ratings)"
    assert selected(app, "user") == "you"


def test_your_list_is_the_packages_for_your_ratings(served, visitor_state):
    app, rows = open_page("pages/recommend.py", visitor_state), served.recommend(history=HISTORY, profile={})
    assert cards(app) == rows["movie_id"].tolist()
    assert "user=you" in app.code[0].value
    app.radio(key="options_ranker").set_value("expected").run()
    assert cards(app) == served.recommend(history=HISTORY, profile={}, ranker="expected")["movie_id"].tolist()


def test_your_prediction_leaves_your_own_rating_out(served, visitor_state):
    app = open_page("pages/predict.py", visitor_state, movie=2)
    expected = LeaveOneOut.of_newcomer(HISTORY, 2).columns(served)["expected"][0]
    assert f"expected rating {expected:.2f}" in text_of(app)
    assert "You gave 5" in text_of(app)
    assert metrics(app)["Your rating"] == "5 ★"
    assert metrics(app)["Your average"] == f"{sum(HISTORY.values()) / 4:.2f}"


def test_you_without_ratings_are_asked_to_rate(served):
    for app in (open_page("pages/recommend.py", user="you"), predict(user="you", movie=3)):
        assert "You have not rated a movie yet" in text_of(app)
        assert not cards(app)


@pytest.mark.parametrize(("name", "movie_set"), [("seen", "seen"), ("not", "hidden")])
def test_a_movie_seen_or_hidden_leaves_the_list_at_once_and_comes_back_by_undo(served, visitor_state, name, movie_set):
    app = open_page("pages/recommend.py", visitor_state, n=5)
    before = cards(app)
    action(app, name, before[1])
    assert [ref.movie_id for ref in getattr(profile(app), movie_set)] == [before[1]]
    assert before[1] not in cards(app)
    assert len(cards(app)) == 5, "the list refills"
    assert cards(app)[:4] == [before[0], *before[2:5]]
    assert "Undo" in [button.label for button in app.button]
    press(app, "Undo")
    assert cards(app) == before
    assert profile(app) == visitor_state[session_profile.PROFILE]
    assert "Undo" not in [button.label for button in app.button]


def test_a_rating_in_a_row_refills_the_list_and_saving_keeps_the_row(served, visitor_state):
    app = open_page("pages/recommend.py", visitor_state, n=5)
    before = cards(app)
    action(app, "save", before[0])
    assert cards(app) == before
    assert [ref.movie_id for ref in profile(app).saved] == [before[0]]
    action(app, "save", before[0])
    assert not profile(app).saved
    action(app, "rate", before[2])
    assert cards(app) == before
    stars = next(group for group in app.button_group if group.key == f"list_stars_{before[2]}")
    stars.set_value(STARS.index(5.0)).run()
    assert profile(app).history[before[2]] == 5.0
    assert cards(app) == served.recommend(history={**HISTORY, before[2]: 5.0}, profile={}, n=5)["movie_id"].tolist()


def test_a_list_for_somebody_else_can_be_saved_from_but_hides_nothing(served, visitor_state):
    app = open_page("pages/recommend.py", visitor_state, user=3)
    movie = cards(app)[0]
    assert not [button for button in app.button if (button.key or "").startswith("list_not")]
    action(app, "save", movie)
    assert [ref.movie_id for ref in profile(app).saved] == [movie]
    assert cards(app) == served.recommend(3)["movie_id"].tolist()


def receive(app: AppTest, text: str) -> AppTest:
    """A run in which the browser has sent what it kept."""

    def script(text: str) -> None:
        from recsys.ui.common import browser_storage

        browser_storage.receive(text)

    helper = AppTest.from_function(script, args=(text,)).run()
    assert not helper.exception, helper.exception
    for name in (session_profile.RECEIVED, session_profile.INCOMPLETE, browser_storage.RECEIVED):
        app.session_state[name] = helper.session_state[name]
    return app.run()


def test_what_the_browser_kept_is_you_again_and_anything_else_is_nobody(served, visitor_state):
    kept = to_bytes(visitor_state[session_profile.PROFILE], STARS).decode()
    app = receive(open_page("pages/recommend.py"), kept)
    assert profile(app) == visitor_state[session_profile.PROFILE]
    assert app.selectbox(key="user_field").options[0] == "You (4 ratings)"
    for foreign in ("{}", "a" * 100, kept[:-9], kept.replace('"rating": 5.0', '"rating": 9.0')):
        app = receive(open_page("pages/recommend.py"), foreign)
        assert profile(app) == Profile()
        assert session_profile.INCOMPLETE in app.session_state
        assert app.session_state[session_profile.INCOMPLETE], "the browser is told to keep a copy"
