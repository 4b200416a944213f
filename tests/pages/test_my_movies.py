"""My movies shows each movie of the profile in its section; every action changes the profile, and can be undone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

import recsys
from recsys.data import Dataset
from recsys.registry import Registry
from recsys.ui.common import session_profile, undo
from recsys.ui.my_movies import sections
from recsys.visitor import profile_link
from recsys.visitor.letterboxd_csv import ratings_csv
from recsys.visitor.profile import MovieRef, PriorPrediction, Profile, UserRating
from recsys.visitor.profile_file import from_bytes, to_bytes
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import open_page, text_of
from tests.pages.test_predict import HOSTILE
from tests.pages.test_rate import STARS, choose_mode, press, rate, rate_movie, stars_of, upload

SECTIONS = ("rated", "saved", "seen", "hidden")


def ref(movie_id: int) -> MovieRef:
    return MovieRef(movie_id, f"Movie {movie_id}, The ({1950 + movie_id})", 1950 + movie_id)


RATINGS = (UserRating(ref(1), 5.0, PriorPrediction(3.456, 3.0)), UserRating(ref(2), 1.0), UserRating(ref(3), 4.0))
FULL = Profile(RATINGS, who={"age": 30}).put("saved", ref(4), ref(5), ref(3)).put("seen", ref(6)).put("hidden", ref(7))


def my_movies(profile: Profile = FULL) -> AppTest:
    app = open_page("pages/my_movies.py")
    return store(app, profile)


def store(app: AppTest, profile: Profile) -> AppTest:
    app.session_state[session_profile.PROFILE] = profile
    app.run()
    assert not app.exception, app.exception
    return app


def profile_of(app: AppTest) -> Profile:
    return app.session_state[session_profile.PROFILE]


def ids(profile: Profile, movie_set: str) -> list[int]:
    return [movie_ref.movie_id for movie_ref in getattr(profile, movie_set)]


def section_control(app: AppTest):
    return next(group for group in app.button_group if group.key == sections.SECTION)


def choose(app: AppTest, section: str) -> AppTest:
    section_control(app).set_value(section).run()
    assert not app.exception, app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def titles(app: AppTest) -> list[int]:
    """Ids of the movies shown, in their order."""
    bodies = " ".join(element.proto.body for element in app.get("html"))
    return [int(movie) for movie in re.findall(r"<h3>The Movie (\d+) ", bodies)]


@pytest.mark.parametrize(
    ("section", "shown"), [("rated", [3, 2, 1]), ("saved", [3, 5, 4]), ("seen", [6]), ("hidden", [7])]
)
def test_each_section_lists_its_movies_latest_first(served, section, shown):
    app = choose(my_movies(), section)
    assert titles(app) == shown
    assert section_control(app).options == ["Rated (3)", "Saved (3)", "Seen (1)", "Hidden (1)"]


def test_a_rated_movie_shows_its_stars_and_what_was_expected(served):
    app = my_movies()
    assert "Odd · the app had guessed 3.5" in text_of(app)
    assert "Even, Drama" in text_of(app)
    assert stars_of(app, "my_movies_rated_1_stars").value == STARS.index(5.0)


ACTIONS = {  # section, widget, the profile after it, the sentence
    "remove a rating": ("rated", "1_remove", FULL.skip(ref(1)), "Removed your rating of The Movie 1 (1951)."),
    "remove a rating of a saved movie": (
        "rated",
        "3_remove",
        FULL.skip(ref(3)).put("saved", ref(3)),
        "Removed your rating of The Movie 3 (1953).",
    ),
    "mark as seen": ("saved", "4_seen", FULL.put("seen", ref(4)), "Marked The Movie 4 (1954) as seen."),
    "mark a rated movie as seen": (
        "saved",
        "3_seen",
        replace(FULL, saved=(ref(4), ref(5))),
        "Marked The Movie 3 (1953) as seen.",
    ),
    "remove a saved movie": (
        "saved",
        "3_remove",
        replace(FULL, saved=(ref(4), ref(5))),
        "Removed The Movie 3 (1953) from saved.",
    ),
    "remove a seen movie": ("seen", "6_remove", replace(FULL, seen=()), "Removed The Movie 6 (1956) from seen."),
    "bring back": ("hidden", "7_remove", replace(FULL, hidden=()), "Brought back The Movie 7 (1957)."),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_changes_the_profile_and_can_be_undone(served, action):
    section, widget, after, sentence = ACTIONS[action]
    app = click(choose(my_movies(), section), f"my_movies_{section}_{widget}")
    assert profile_of(app) == after
    assert sentence in text_of(app)
    click(app, "undo_button")
    assert profile_of(app) == FULL
    assert sentence not in text_of(app)
    assert app.session_state[sections.CHOSEN] == section


@pytest.mark.parametrize(("section", "movie"), [("rated", 2), ("saved", 4), ("seen", 6)])
def test_a_movie_is_rated_where_it_stands_and_the_rating_can_be_undone(served, section, movie):
    app = choose(my_movies(), section)
    stars_of(app, f"my_movies_{section}_{movie}_stars").set_value(STARS.index(4.0)).run()
    assert profile_of(app).history == FULL.history | {movie: 4.0}
    assert movie not in [*ids(profile_of(app), "saved"), *ids(profile_of(app), "seen")]
    assert f"You gave The Movie {movie} ({1950 + movie}) 4 stars." in text_of(app)
    click(app, "undo_button")
    assert profile_of(app) == FULL


def test_only_the_last_change_can_be_undone_and_not_over_later_ones(served):
    app = click(my_movies(), "my_movies_rated_1_remove")
    click(app, "my_movies_rated_2_remove")
    assert "Movie 1 (1951)" not in text_of(app)
    later = store(app, profile_of(app).put("saved", ref(9)))  # as another page would
    assert not [button for button in later.button if button.key == "undo_button"]
    click(later, "my_movies_rated_3_remove")
    click(later, "undo_close")
    assert not [button for button in later.button if button.key == "undo_button"]
    assert profile_of(later).history == {}


def test_the_step_stays_on_its_page(served):
    def page(path):
        from recsys.ui.common import undo

        undo.forget_on_another_page(path)

    app = AppTest.from_function(page, args=("rate",)).run()
    app.session_state[undo.STEP] = "the last change"
    assert undo.STEP in app.run().session_state
    app.args = ("recommend",)
    assert undo.STEP not in app.run().session_state


def test_the_section_stays_when_its_count_changes(served):
    app = choose(my_movies(), "saved")
    click(app, "my_movies_saved_4_remove")
    click(app, "my_movies_saved_5_remove")
    assert titles(app) == [3]


def test_a_long_list_is_shown_in_parts_and_can_be_searched(served, monkeypatch):
    monkeypatch.setattr(sections, "PAGE", 15)
    app = my_movies(Profile().put("saved", *map(ref, range(1, 41))))
    assert titles(app) == list(range(40, 25, -1))
    click(app, "my_movies_more")
    assert titles(app) == list(range(40, 10, -1))
    app.text_input(key=sections.SEARCH).set_value("the MOVIE 1").run()
    assert titles(app) == [*range(19, 9, -1), 1]
    app.text_input(key=sections.SEARCH).set_value("godfather").run()
    assert "None of these movies" in text_of(app)
    app.text_input(key=sections.SEARCH).set_value("!!").run()
    assert len(titles(app)) == 30


def test_without_movies_the_page_leads_to_rate_and_to_loading_a_file(served):
    app = my_movies(Profile(skipped=(ref(1),)))
    assert "No movies of yours yet" in text_of(app)
    assert not [group for group in app.button_group if group.key == sections.SECTION]
    click(app, "my_movies_to_rate")
    assert app.title[0].value == "Rate"
    app = click(my_movies(Profile()), "my_movies_empty_load")
    assert app.title[0].value == "Rate"
    assert app.file_uploader


@pytest.mark.parametrize("section", SECTIONS)
def test_an_empty_section_says_what_it_is_for(served, section):
    other = Profile().put("saved", ref(1)) if section == "hidden" else Profile().put("hidden", ref(1))
    app = choose(my_movies(other), section)
    assert sections.EMPTY[section] in text_of(app)
    assert app.button(key="my_movies_to_rate")


def test_the_link_holds_the_ratings(served):
    app = my_movies()
    url = app.code[0].value
    assert "together?profile=" in url
    shared = profile_link.decode(url.partition("profile=")[2], served.catalogue, served.stars)
    assert shared.history == FULL.history
    assert "Anyone with this link can see your ratings" in text_of(app)


def test_a_link_that_is_too_long_says_what_it_leaves_out(served, monkeypatch):
    monkeypatch.setattr(profile_link, "MOST_RATINGS", 2)
    app = my_movies()
    assert "The 1 oldest do not fit" in text_of(app)
    shared = profile_link.decode(app.code[0].value.partition("profile=")[2], served.catalogue, served.stars)
    assert list(shared.history) == [2, 3]


def test_everything_is_forgotten_after_a_confirmation(served):
    app = click(my_movies(), "my_movies_rated_1_remove")
    click(app, "my_movies_forget_all")
    assert profile_of(app) == Profile()
    assert not [button for button in app.button if button.key == "undo_button"]
    assert "No movies of yours yet" in text_of(app)
    assert undo.STEP not in app.session_state


def test_titles_are_text(served):
    hostile = MovieRef(1, HOSTILE, 1951)
    app = click(choose(my_movies(Profile().put("hidden", hostile)), "hidden"), "my_movies_hidden_1_remove")
    for mark in ("](", ":red[", "<b>", "$y$", "http://"):
        assert not [element for element in app.markdown if mark in element.value], mark


@pytest.fixture(scope="module")
def half_star_model():
    """The tiny world, rated in half stars."""
    ratings, movies, users = tiny_frames()
    halves = ratings.assign(rating=ratings["rating"] - 0.5 * (ratings["movie_id"] % 3 > 0))
    dataset = Dataset.from_frames(halves, movies, users)
    return recsys.train(dataset, preset="quick", **TINY_SETTINGS)


def test_half_stars_are_kept_by_rating_import_file_link_and_export(half_star_model):
    Registry().publish(half_star_model)
    stars = half_star_model.stars
    assert stars == (0.5, 1.0, 1.5, 2.0, 3.5, 4.0, 4.5, 5.0)
    app = choose_mode(rate(), "Search")
    app.selectbox(key="rate_searched").set_value(12).run()
    stars_of(app, "rate_search").set_value(stars.index(3.5)).run()
    upload(app, b"Name,Year,Rating\nThe Movie 7,1957,4.5\nThe Movie 8,1958,0.5\n")
    press(app, "Add 2 ratings")
    profile = profile_of(app)
    assert profile.history == {12: 3.5, 7: 4.5, 8: 0.5}
    assert from_bytes(to_bytes(profile, stars)).profile == profile
    text = profile_link.encode(profile, half_star_model.catalogue, stars)
    assert profile_link.decode(text, half_star_model.catalogue, stars).history == profile.history
    assert ratings_csv(profile, stars).decode().splitlines()[1:] == [
        "The Movie 12,1962,3.5",
        "The Movie 7,1957,4.5",
        "The Movie 8,1958,0.5",
    ]
    app.switch_page("pages/my_movies.py").run()
    assert "the app had guessed" in text_of(app)
    rate_key = "my_movies_rated_12_stars"
    assert stars_of(app, rate_key).value == stars.index(3.5)
    stars_of(app, rate_key).set_value(stars.index(1.5)).run()
    assert profile_of(app).history[12] == 1.5


def test_ratings_of_rate_are_here(served):
    app = rate_movie(rate(), 5.0)
    app.switch_page("pages/my_movies.py").run()
    assert titles(app) == list(profile_of(app).history)
