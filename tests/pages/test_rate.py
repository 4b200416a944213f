"""Rate shows the package's predictions only after each rating, keeps sessions apart, and refuses invalid files."""

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
from tests.pages.conftest import cards, metrics, open_page, text_of
from tests.pages.test_predict import HOSTILE
from tests.visitor.test_service_exports import zipped

STARS = (1.0, 2.0, 4.0, 5.0)
LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n"
    "2024-01-01,The Movie 7,1957,u,4.5\n2024-01-02,Movie 8,1958,u,2\n2024-01-03,Muvie 9,1959,u,5\n"
    "2024-01-04,Elsewhere,2010,u,3\n2024-01-05,Movie 10,1960,u,9\n"
    "2024-01-06,=1+1,,u,3\n"
)
WATCHLIST = b"Date,Name,Year,Letterboxd URI\n2024-01-01,Movie 6,1956,u\n2024-01-02,Movie 7,1957,u\n"
ZIP = zipped(
    {
        "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n"
        "2024-01-01,Movie 1,1951,u,5\n2024-01-02,Movie 2,1952,u,1\n",
        "watched.csv": "Date,Name,Year,Letterboxd URI\n"
        + "".join(f"2024-01-0{n},Movie {n},{1950 + n},u\n" for n in (1, 2, 3)),
        "watchlist.csv": WATCHLIST,
    }
)


def rate() -> AppTest:
    return open_page("pages/rate.py", {"rate_list_as_table": True})


def profile(app: AppTest) -> Profile:
    return app.session_state[session_profile.PROFILE] if session_profile.PROFILE in app.session_state else Profile()


def asked_movie(app: AppTest) -> int:
    """Id of the movie that the page asks about, from the title it shows."""
    (question,) = [element.proto.body for element in app.get("html") if "movie-question" in element.proto.body]
    return int(re.search(r"<h3>The Movie (\d+)", question).group(1))


def rate_movie(app: AppTest, stars: float, key: str = "rate_question") -> AppTest:
    stars_of(app, key).set_value(STARS.index(stars)).run()
    assert not app.exception, app.exception
    return app


def stars_of(app: AppTest, prefix: str):
    """The star widget whose key starts with this prefix; the movie id follows."""
    return next(group for group in app.button_group if group.key and re.fullmatch(rf"{prefix}_\d+", group.key))


def choose_mode(app: AppTest, mode: str) -> AppTest:
    app.radio(key=import_file.MODE).set_value(mode).run()
    assert not app.exception, app.exception
    return app


def listed_ids(app: AppTest) -> list[int]:
    return app.dataframe[0].value["Id"].tolist()


def upload(app: AppTest, data: bytes, name: str = "anything.csv") -> AppTest:
    choose_mode(app, "Load a file")
    app.file_uploader[0].set_value((name, data, "text/csv")).run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if label in button.label).click().run()
    assert not app.exception, app.exception
    return app


def test_the_first_visit_asks_about_a_movie(served):
    app = rate()
    assert asked_movie(app)
    assert "Your list appears here with your first rating" in text_of(app)
    assert "Your ratings stay in your browser" in text_of(app)
    assert "match ·" not in text_of(app)


def test_before_the_first_rating_the_most_rated_movies_are_shown_without_a_prediction(served):
    app = rate()
    movies = served.movies[served.movies["movie_id"] != asked_movie(app)]
    most_rated = movies.sort_values(["count", "movie_id"], ascending=[False, True]).head(10)
    assert cards(app, "well_known") == most_rated["movie_id"].tolist()
    assert "match" not in text_of(app)


def test_after_a_rating_the_prediction_made_before_it_is_shown(served):
    app = rate()
    history: dict[int, float] = {}
    for stars in (5.0, 1.0, 4.0):
        movie = asked_movie(app)
        prior = served.predict(movie_ids=[movie], history=history)["expected"].item()
        assert f"{prior:.2f}" not in text_of(app)
        rate_movie(app, stars)
        assert f"The app had guessed {prior:.1f}" in text_of(app)
        history[movie] = stars
        assert profile(app).history == history
        assert asked_movie(app) not in history


def test_the_list_updates_with_every_rating(served):
    app = rate()
    for stars in (5.0, 1.0):
        rate_movie(app, stars)
        expected_list = served.recommend(history=profile(app).history, profile={}, n=10)
        assert listed_ids(app) == expected_list["movie_id"].tolist()
        assert app.dataframe[0].value["Stars"].tolist() == expected_list["expected"].round(2).tolist()


def test_a_listed_movie_is_not_asked_about_and_its_rating_has_no_prior(served):
    app = rate_movie(rate(), 5.0)
    for _ in range(6):
        assert asked_movie(app) not in listed_ids(app)
        press(app, "Haven't seen it")
    movie = listed_ids(app)[0]
    choose_mode(app, "Search")
    app.selectbox(key="rate_searched").set_value(movie).run()
    rate_movie(app, 4.0, "rate_search")
    assert profile(app).rating(movie).prior is None
    assert "You had seen a prediction for this movie" in text_of(app)


def test_skipping_asks_about_another_movie(served):
    app = rate()
    first = asked_movie(app)
    press(app, "Haven't seen it")
    assert asked_movie(app) != first
    assert [movie_ref.movie_id for movie_ref in profile(app).skipped] == [first]
    assert not profile(app).ratings


def test_the_prequential_error_is_shown_from_five_ratings_on(served):
    app = rate()
    for turn in range(6):
        assert ("not enough ratings yet" in text_of(app)) == (0 < turn < 5)
        assert ("So far the app is" in text_of(app)) == (turn >= 5)
        rate_movie(app, (5.0, 1.0)[turn % 2])
    ratings = profile(app).ratings
    history: dict[int, float] = {}
    for rating in ratings:
        expected = served.predict(movie_ids=[rating.movie_ref.movie_id], history=history)["expected"].item()
        assert rating.prior.expected == pytest.approx(expected, abs=1e-9)
        history[rating.movie_ref.movie_id] = rating.stars
    error = score(ratings)
    assert f"{error.model:.2f} stars off for you on average (simple averages: {error.baseline:.2f})" in text_of(app)
    assert "over 6 movies predicted before you rated them" in text_of(app)


def test_a_movie_found_by_search_is_rated_changed_and_removed(served):
    app = choose_mode(rate(), "Search")
    app.selectbox(key="rate_searched").set_value(12).run()
    rate_movie(app, 4.0, "rate_search")
    assert profile(app).history == {12: 4}
    assert profile(app).rating(12).prior == predict_before_rating(served, Profile(), 12)
    assert stars_of(app, "rate_search").value == STARS.index(4.0)
    rate_movie(app, 1.0, "rate_search")
    assert profile(app).history == {12: 1}
    assert profile(app).rating(12).prior is None
    stars_of(app, "rate_search").set_value(None).run()  # the same star pressed again
    assert profile(app).history == {12: 1}
    press(app, "Remove")
    assert (profile(app).history, [movie_ref.movie_id for movie_ref in profile(app).skipped]) == ({}, [12])


def test_the_profile_is_saved_and_loaded_in_another_session(served):
    app = press(rate_movie(rate_movie(rate(), 5.0), 2.0), "Haven't seen it")
    other_app = upload(rate(), to_bytes(profile(app), STARS))
    assert not profile(other_app).ratings
    assert "2 ratings, 1 skipped" in text_of(other_app)
    press(other_app, "Load this profile")
    assert profile(other_app) == profile(app)
    assert listed_ids(other_app) == listed_ids(app)


def test_sessions_are_separate(served):
    first, second = rate_movie(rate(), 5.0), rate()
    assert not profile(second).ratings
    rate_movie(second, 1.0)
    first.run()
    assert [rating.stars for rating in profile(first).ratings] == [5.0]
    assert [rating.stars for rating in profile(second).ratings] == [1.0]


def test_the_profile_survives_a_visit_to_another_page(served):
    app = rate_movie(rate(), 5.0)
    profile_before = profile(app)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/rate.py").run()
    assert profile(app) == profile_before
    assert listed_ids(app)


def test_an_export_is_reviewed_row_by_row_matched_and_added(served):
    app = upload(rate(), LETTERBOXD.encode())
    assert metrics(app) == {"Rows": "6", "Found": "2", "More than one": "0", "Not found": "3"}
    report = app.dataframe[0].value
    assert report["Status"].tolist() == ["Found", "Found", "Not found", "Not found", "Not usable", "Not found"]
    assert report["Stars"].tolist()[:4] == [5, 2, 5, 4]
    assert report["Title"].tolist()[::5] == ["The Movie 7 (1957)", "=1+1"]
    assert "4.5 → 5 ★" in text_of(app)
    assert "halfway goes up" in text_of(app)
    assert app.selectbox(key="rate_match_2").value == 9
    press(app, "Use this match")
    assert app.dataframe[0].value["Status"].tolist()[2] == "Chosen by you"
    app.radio(key="rate_statuses").set_value("unknown").run()
    assert app.dataframe[0].value["Line"].tolist() == [5, 7]
    press(app, "Add 3 ratings")
    assert profile(app).history == {7: 5, 8: 2, 9: 5}
    assert listed_ids(app) == served.recommend(history={7: 5, 8: 2, 9: 5}, n=10)["movie_id"].tolist()
    assert profile(app).ratings[1].prior == predict_before_rating(served, Profile(profile(app).ratings[:1]), 8)


def test_a_zip_adds_ratings_seen_movies_and_a_watchlist(served):
    app = upload(rate(), ZIP)
    report = app.dataframe[0].value
    assert report["As"].tolist() == ["Rating", "Rating", "Seen", "Seen", "Seen", "To watch", "To watch"]
    assert report["File"].tolist()[::3] == ["ratings.csv", "watched.csv", "watchlist.csv"]
    press(app, "Add 2 ratings, 1 seen, 2 to watch")
    added = profile(app)
    assert added.history == {1: 5, 2: 1}
    assert [[movie_ref.movie_id for movie_ref in movies] for movies in (added.seen, added.saved)] == [[3], [6, 7]]


def test_the_visitor_says_what_a_list_without_a_name_is(served):
    app = upload(rate(), WATCHLIST, "6f0c-41.csv")
    button = next(button for button in app.button if button.label == "Add the movies")
    assert button.disabled
    assert list(app.dataframe[0].value.columns) == ["Line", "Title", "Status", "Meaning"]
    role = next(radio for radio in app.radio if radio.label == "These are movies I")
    assert role.value is None
    role.set_value("seen").run()
    assert any(button.label == "Add 2 seen" for button in app.button)
    next(radio for radio in app.radio if radio.label == "These are movies I").set_value("saved").run()
    press(app, "Add 2 to watch")
    assert [movie_ref.movie_id for movie_ref in profile(app).saved] == [6, 7]
    upload(app, WATCHLIST, "watchlist.csv")
    assert not [radio for radio in app.radio if radio.label == "These are movies I"]
    assert any(button.label == "Add nothing" and button.disabled for button in app.button)


def test_ratings_of_the_page_take_precedence_over_an_export(served):
    app = choose_mode(rate(), "Search")
    app.selectbox(key="rate_searched").set_value(7).run()
    rate_movie(app, 1.0, "rate_search")
    upload(app, LETTERBOXD.encode())
    assert "1 movie you have rated here already" in text_of(app)
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
def test_an_invalid_file_is_refused(served, data, words):
    app = upload(rate_movie(rate(), 5.0), data)
    assert "This file cannot be used" in text_of(app)
    assert words in text_of(app)
    assert len(profile(app).ratings) == 1
    assert not [button for button in app.button if button.label.startswith(("Add", "Load"))]


def test_demographics_change_the_list(served):
    app = rate_movie(rate(), 5.0)
    app.selectbox(key="about_me_gender").set_value("F").run()
    app.number_input(key="about_me_age").set_value(30).run()
    assert profile(app).who == {"gender": "F", "age": 30}
    expected_list = served.recommend(history=profile(app).history, profile=profile(app).who, n=10)
    assert listed_ids(app) == expected_list["movie_id"].tolist()
    app.selectbox(key="about_me_gender").set_value(None).run()
    assert profile(app).who == {"age": 30}


def test_the_profile_is_converted_to_another_model(served, measured_model, tiny):
    app = rate_movie(rate(), 5.0)
    movie_ref = profile(app).ratings[0].movie_ref
    Registry().publish(measured_model)
    app.run()
    assert not app.exception
    assert profile(app).history == {movie_ref.movie_id: 5}
    assert Matcher.of(served.catalogue, served.titles).is_movie(movie_ref.movie_id, movie_ref.title, movie_ref.year)


def test_titles_of_a_file_are_text(served):
    unmatched_profile = Profile((UserRating(MovieRef(9999, HOSTILE, 1990), 4.0),), (MovieRef(9998, HOSTILE, 1991),))
    app = upload(rate(), to_bytes(unmatched_profile, STARS))
    assert "2 of its movies are not in this catalogue" in text_of(app)
    assert HOSTILE[:40] in text_of(app)
    for mark in ("](", ":red[", "<b>", "$y$", "http://"):
        assert mark not in app.warning[0].value, mark


def test_each_movie_has_its_own_star_widget(served):
    """With a shared widget that keeps the focus, a second press of Enter would rate the next movie."""
    app = open_page("pages/rate.py")
    first, key = asked_movie(app), stars_of(app, "rate_question").key
    rate_movie(app, 4.0)
    assert asked_movie(app) != first
    assert stars_of(app, "rate_question").key != key
    assert stars_of(app, "rate_question").value is None
