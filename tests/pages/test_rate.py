"""Rate shows what the package answers, reveals it only after, keeps each visitor to themselves, and refuses kindly."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from recsys.registry import Registry
from recsys.ui.common import session_profile
from recsys.ui.rate import import_file
from recsys.visitor.matching import Matcher
from recsys.visitor.prequential_error import predict_before_rating, score
from recsys.visitor.profile import MovieRef, Profile, UserRating
from recsys.visitor.profile_file import to_bytes
from tests.pages.conftest import metrics, opened, said
from tests.pages.test_predict import HOSTILE

STARS = (1.0, 2.0, 4.0, 5.0)
LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n"
    "2024-01-01,The Movie 7,1957,u,4.5\n2024-01-02,Movie 8,1958,u,2\n2024-01-03,Muvie 9,1959,u,5\n"
    "2024-01-04,Elsewhere,2010,u,3\n2024-01-05,Movie 10,1960,u,9\n"
    "2024-01-06,=1+1,,u,3\n"
)


def rate() -> AppTest:
    return opened("pages/rate.py")


def profile(app: AppTest) -> Profile:
    return app.session_state[session_profile.PROFILE] if session_profile.PROFILE in app.session_state else Profile()


def asked(app: AppTest) -> int:
    """The movie that the page asks about, by the title it shows."""
    return int(re.search(r"The Movie (\d+)", app.subheader[0].value).group(1))


def give(app: AppTest, stars: float, key: str = "rate_asked") -> AppTest:
    stars_of(app, key).set_value(STARS.index(stars)).run()
    assert not app.exception, app.exception
    return app


def stars_of(app: AppTest, place: str):
    """The stars at a place of the page; their key names the movie too."""
    return next(group for group in app.button_group if group.key and re.fullmatch(rf"{place}_\d+", group.key))


def choose_way(app: AppTest, way: str) -> AppTest:
    app.radio(key=import_file.WAY).set_value(way).run()
    assert not app.exception, app.exception
    return app


def listed(app: AppTest) -> list[int]:
    return app.dataframe[0].value["Id"].tolist()


def bring(app: AppTest, data: bytes) -> AppTest:
    choose_way(app, "Load a file")
    app.file_uploader[0].set_value(("anything.csv", data, "text/csv")).run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if label in button.label).click().run()
    assert not app.exception, app.exception
    return app


def test_the_first_visit_asks_and_promises_a_list(served):
    app = rate()
    assert asked(app)
    assert "Your list appears here with your first rating" in said(app)
    assert "nothing is stored or shared" in said(app)
    assert "expected" not in said(app)


def test_before_the_first_rating_the_best_known_movies_are_shown_without_a_prediction(served):
    shown = rate().dataframe[0].value
    known = served.movies.sort_values(["count", "movie_id"], ascending=[False, True]).head(len(shown))
    assert shown["Ratings"].tolist() == known["count"].tolist()
    assert list(shown.columns) == ["#", "Title", "Year", "Genres", "Ratings"]


def test_what_is_revealed_after_a_rating_is_what_was_predicted_before_it(served):
    app = rate()
    history: dict[int, float] = {}
    for stars in (5.0, 1.0, 4.0):
        movie = asked(app)
        before = served.predict(movie_ids=[movie], history=history)["expected"].item()
        assert f"{before:.2f}" not in said(app)
        give(app, stars)
        assert f"The app had expected {before:.2f} before it knew" in said(app)
        history[movie] = stars
        assert profile(app).history == history
        assert asked(app) not in history


def test_the_list_follows_every_rating(served):
    app = rate()
    for stars in (5.0, 1.0):
        give(app, stars)
        wanted = served.recommend(history=profile(app).history, profile={}, n=10)
        assert listed(app) == wanted["movie_id"].tolist()
        assert app.dataframe[0].value["Stars"].tolist() == wanted["expected"].round(2).tolist()


def test_a_movie_of_the_list_is_not_asked_and_its_rating_tests_nothing(served):
    app = give(rate(), 5.0)
    for _ in range(6):
        assert asked(app) not in listed(app)
        press(app, "Haven't seen it")
    movie = listed(app)[0]
    choose_way(app, "Search")
    app.selectbox(key="rate_sought").set_value(movie).run()
    give(app, 4.0, "rate_found")
    assert profile(app).rating(movie).prior is None
    assert "seen a prediction for this movie before" in said(app)


def test_skipping_asks_another_and_changes_nothing_else(served):
    app = rate()
    first = asked(app)
    press(app, "Haven't seen it")
    assert asked(app) != first
    assert [movie_ref.movie_id for movie_ref in profile(app).skipped] == [first]
    assert not profile(app).ratings


def test_the_running_score_is_told_from_five_on(served):
    app = rate()
    for turn in range(6):
        assert ("too few to tell" in said(app)) == (0 < turn < 5)
        assert bool(metrics(app)) == (turn >= 5)
        give(app, (5.0, 1.0)[turn % 2])
    ratings = profile(app).ratings
    history: dict[int, float] = {}
    for given in ratings:
        said_before = served.predict(movie_ids=[given.movie_ref.movie_id], history=history)["expected"].item()
        assert given.prior.expected == pytest.approx(said_before, abs=1e-9)
        history[given.movie_ref.movie_id] = given.stars
    found = score(ratings)
    assert metrics(app)["Misses you by"] == f"{found.model:.2f}"
    assert metrics(app)["Simplest guess"] == f"{found.baseline:.2f}"
    assert "Over 6 ratings" in said(app)


def test_a_searched_movie_is_rated_changed_and_removed(served):
    app = choose_way(rate(), "Search")
    app.selectbox(key="rate_sought").set_value(12).run()
    give(app, 4.0, "rate_found")
    assert profile(app).history == {12: 4}
    assert profile(app).rating(12).prior == predict_before_rating(served, Profile(), 12)
    assert stars_of(app, "rate_found").value == STARS.index(4.0)
    give(app, 1.0, "rate_found")
    assert profile(app).history == {12: 1}
    assert profile(app).rating(12).prior is None
    stars_of(app, "rate_found").set_value(None).run()  # the same star once more
    assert profile(app).history == {12: 1}
    press(app, "Remove")
    assert (profile(app).history, [movie_ref.movie_id for movie_ref in profile(app).skipped]) == ({}, [12])


def test_ratings_are_shown_latest_first_and_can_be_changed(served):
    app = give(give(rate(), 5.0), 2.0)
    table = app.dataframe[1].value
    latest = profile(app).ratings[::-1]
    assert table["You gave"].tolist() == [2, 5]
    assert table["Expected"].tolist() == [given.prior.expected for given in latest]
    first = latest[-1].movie_ref.movie_id
    app.selectbox(key="mine_changed").set_value(first).run()
    give(app, 1.0, "mine_stars")
    assert profile(app).history[first] == 1
    next(button for button in app.button if button.key == "mine_stars_remove").click().run()
    assert first not in profile(app).history


def test_the_profile_is_saved_and_loaded_in_another_session(served):
    app = press(give(give(rate(), 5.0), 2.0), "Haven't seen it")
    other = bring(rate(), to_bytes(profile(app), STARS))
    assert not profile(other).ratings
    assert "2 ratings and 1 movie set aside" in said(other)
    press(other, "Load this profile")
    assert profile(other) == profile(app)
    assert listed(other) == listed(app)


def test_two_visitors_do_not_see_each_other(served):
    one, other = give(rate(), 5.0), rate()
    assert not profile(other).ratings
    give(other, 1.0)
    one.run()
    assert [given.stars for given in profile(one).ratings] == [5.0]
    assert [given.stars for given in profile(other).ratings] == [1.0]


def test_the_visit_survives_another_page(served):
    app = give(rate(), 5.0)
    before = profile(app)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/rate.py").run()
    assert profile(app) == before
    assert listed(app)


def test_an_export_is_reported_row_by_row_fixed_and_added(served):
    app = bring(rate(), LETTERBOXD.encode())
    assert metrics(app) == {"Rows": "6", "Found": "2", "More than one": "0", "Not found": "3"}
    report = app.dataframe[0].value
    assert report["Status"].tolist() == ["Found", "Found", "Not found", "Not found", "Not usable", "Not found"]
    assert report["Stars"].tolist()[:4] == [5, 2, 5, 4]
    assert report["Title"].tolist()[::5] == ["The Movie 7 (1957)", "=1+1"]
    assert "4.5 → 5 ★" in said(app)
    assert "halfway goes up" in said(app)
    assert app.selectbox(key="rate_meant_4").value == 9
    press(app, "That is it")
    assert app.dataframe[0].value["Status"].tolist()[2] == "Chosen by you"
    app.radio(key="rate_statuses").set_value("unknown").run()
    assert app.dataframe[0].value["Line"].tolist() == [5, 7]
    press(app, "Add 3 ratings")
    assert profile(app).history == {7: 5, 8: 2, 9: 5}
    assert listed(app) == served.recommend(history={7: 5, 8: 2, 9: 5}, n=10)["movie_id"].tolist()
    assert profile(app).ratings[1].prior == predict_before_rating(served, Profile(profile(app).ratings[:1]), 8)


def test_ratings_of_the_page_stay_when_an_export_has_them_too(served):
    app = choose_way(rate(), "Search")
    app.selectbox(key="rate_sought").set_value(7).run()
    give(app, 1.0, "rate_found")
    bring(app, LETTERBOXD.encode())
    assert "1 movie you have rated here already" in said(app)
    press(app, "Add 1 rating")
    assert profile(app).history == {7: 1, 8: 2}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<html></html>", "HTML or JSON"),
        (b"\x89PNG\r\n", "a picture"),
        (b"userId,movieId\n1,2\n", "expected the columns Name"),
        (b'{"format": "x"}', "Load a profile that this page saved"),
        (b'{"format": "movie-recommender profile", "version": 9}', "newer app"),
        (b"{", "file: received"),
    ],
)
def test_what_cannot_be_used_is_refused_kindly(served, data, words):
    app = bring(give(rate(), 5.0), data)
    assert "This file cannot be used" in said(app)
    assert words in said(app)
    assert len(profile(app).ratings) == 1
    assert not [button for button in app.button if button.label.startswith(("Add", "Load"))]


def test_what_visitors_tell_of_themselves_counts(served):
    app = give(rate(), 5.0)
    app.selectbox(key="mine_gender").set_value("F").run()
    app.number_input(key="mine_age").set_value(30).run()
    assert profile(app).who == {"gender": "F", "age": 30}
    wanted = served.recommend(history=profile(app).history, profile=profile(app).who, n=10)
    assert listed(app) == wanted["movie_id"].tolist()
    app.selectbox(key="mine_gender").set_value(None).run()
    assert profile(app).who == {"age": 30}


def test_another_model_takes_the_visitor_over(served, reported, tiny):
    app = give(rate(), 5.0)
    movie = profile(app).ratings[0].movie_ref
    Registry().publish(reported)
    app.run()
    assert not app.exception
    assert profile(app).history == {movie.movie_id: 5}
    assert Matcher.of(served.catalogue, served.titles).is_movie(movie.movie_id, movie.title, movie.year)


def test_titles_of_a_file_are_text(served):
    lost = Profile((UserRating(MovieRef(9999, HOSTILE, 1990), 4.0),), (MovieRef(9998, HOSTILE, 1991),))
    app = bring(rate(), to_bytes(lost, STARS))
    assert "2 of its movies are not in this catalogue" in said(app)
    assert HOSTILE[:40] in said(app)
    for mark in ("](", ":red[", "<b>", "$y$", "http://"):
        assert mark not in app.warning[0].value, mark


def test_home_leads_newcomers_here(served):
    app = opened("pages/home.py")
    press(app, "New here?")
    assert "Rate a few movies" in app.title[0].value


def test_each_movie_has_stars_of_its_own(served):
    """A widget that stayed would keep the focus, and a second press of Enter would rate the next movie."""
    app = opened("pages/rate.py")
    first, key = asked(app), stars_of(app, "rate_asked").key
    give(app, 4.0)
    assert asked(app) != first
    assert stars_of(app, "rate_asked").key != key
    assert stars_of(app, "rate_asked").value is None
