"""The page of a movie shows the package's figures, follows its address, and refuses what is no movie."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import recsys
from recsys.data import Dataset, sources
from recsys.registry import Registry
from recsys.serving.explain.loo_influence import loo_influence
from recsys.serving.movie_match import match_of
from recsys.serving.movie_statistics import movie_statistics
from recsys.ui.common import session_profile
from recsys.ui.common.prediction_card import Prediction
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.movie import audience, band, reasons, view
from recsys.visitor.profile import MovieRef, Profile
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import open_page, selected, text_of
from tests.pages.test_predict import HOSTILE, prediction_of

HISTORY = {2: 5.0, 4: 5.0, 7: 1.0, 9: 2.0}


def movie_page(state: dict[str, object] | None = None, **query: object) -> AppTest:
    """The page, opened by a URL with these parameters."""
    return open_page("pages/movie.py", state, **query)


def html_of(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html") if "<style>" not in element.proto.body)


def words(app: AppTest) -> str:
    """The text of the page's HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html_of(app))).split())


def address_of(app: AppTest) -> str:
    """The movie of the address."""
    value = app.query_params["movie"]
    return value if isinstance(value, str) else "&".join(value)


def links(app: AppTest) -> list[str]:
    """Parameters of the links to movies."""
    return [element.proto.query_string for element in app.get("page_link") if element.proto.page == "movie"]


@pytest.fixture
def visitor_state(served) -> dict[str, object]:
    """Session state of a visitor who has rated `HISTORY`."""
    profile = Profile()
    for movie, stars in HISTORY.items():
        profile = profile.rate(MovieRef.of(served.catalogue, movie), stars)
    return {session_profile.PROFILE: profile, session_profile.MODEL: (served.version, served.stars)}


@pytest.mark.parametrize(("user", "movie"), [(3, 7), (4, 7), (58, 40)])
def test_the_figures_are_the_package_s(served, user, movie):
    app, row = movie_page(movie=movie, user=user), prediction_of(served, user, movie)
    text = words(app)
    assert f"{row['expected']:.1f} expected" in text
    assert f"Why {row['expected']:.1f}?" in text_of(app)
    for star in served.stars:
        share = row[f"p_{star:g}"]
        assert f"{star:g}: {'<1%' if 0 < share < 0.005 else f'{share:.0%}'}" in unescape(html_of(app))
    others = served.history(user)
    others = others[others["movie_id"] != movie]
    history = served.user_history(history=others, profile=served.profile(user))
    assert f"{match_of(served, history, movie):.0%} match" in text
    explanation = served.explain(history=others, profile=served.profile(user), movie_id=movie)
    assert f"An average user would give it {explanation.base:.1f}." in text


def test_each_row_is_a_leave_one_out_prediction(served):
    app = movie_page(movie=40, user=3)
    history = served.user_history(3)
    influences = loo_influence(served, history.keep(history.movies != 39), 40, view.INFLUENCES)
    expected = prediction_of(served, 3, 40)["expected"]
    rows = re.findall(r'aria-label="([\d.]+) without it, ([\d.]+) now"', html_of(app))
    assert rows == [(f"{without:.2f}", f"{expected:.2f}") for without in influences["expected_without"]]
    signs = re.findall(r'<div class="line (adds|takes)">', html_of(app))
    assert signs == ["adds" if without < expected else "takes" for without in influences["expected_without"]]
    low, high = (float(end) for end in re.findall(r'<span class="end[ high]*">([\d.]+)<', html_of(app)))
    assert low < min([expected, *influences["expected_without"]])
    assert high > max([expected, *influences["expected_without"]])


@pytest.mark.parametrize(
    ("without", "sentence", "kinds"),
    [
        ([3.9, 4.3, 4.102], "this is where it would land", ["adds", "takes", ""]),
        ([4.101, 4.099], "No single one of them makes a difference.", []),
        ([], "There are no other ratings to go by yet.", []),
    ],
)
def test_a_rating_that_changes_nothing_neither_adds_nor_takes(served, without, sentence, kinds):
    influences = pd.DataFrame({"movie_id": range(1, 1 + len(without)), "rating": 5.0, "expected_without": without})
    explanation = replace(served.explain(user_id=3, movie_id=40), expected=4.1, loo_influence=influences)
    user = SelectedUser.of(served, 3)
    assert sentence in reasons.sentence(user, explanation)
    if kinds:
        assert reasons.added_stars(explanation).tolist() == [0.2, -0.2, 0.0]
        assert re.findall(r'<div class="line (adds|takes|)">', reasons.rows(user, explanation)) == kinds


@pytest.mark.parametrize(
    ("expected", "words"), [(4.25, "would probably love it"), (4.24, "would probably like it"), (3.0, "might not like")]
)
def test_the_verdict_is_true_to_the_prediction(served, expected, words):
    user = SelectedUser.of(served, 3)
    prediction = replace(Prediction.of(user, user.leave_one_out(40)), expected=expected, user_rating=None)
    assert f"User 3 {words}" in band.verdict(SimpleNamespace(prediction=prediction))
    verdict = band.verdict(SimpleNamespace(prediction=replace(prediction, subject="You")))
    assert verdict.startswith("You’d probably") or verdict.startswith("You might")


def test_a_rated_movie_is_predicted_without_its_rating_and_says_so(served):
    rated = served.history(3).iloc[0]
    text = words(movie_page(movie=int(rated["movie_id"]), user=3))
    assert f"User 3 gave it {rated['rating']:g} ★" in text
    assert "All figures are without their own rating." in text
    assert "Likely" not in text.replace("Likely stars", ""), "no range is likely for what is known"


def test_the_chance_of_a_dislike_is_the_sum_of_its_stars(served):
    movie = min(set(served.movies["movie_id"]) - set(served.history(3)["movie_id"]))
    row = prediction_of(served, 3, movie)
    chance = row["p_1"] + row["p_2"]
    text = unescape(html_of(movie_page(movie=movie, user=3)))
    assert f"Chance of 2 ★ or less</span><b>{'<1%' if 0 < chance < 0.005 else f'{chance:.0%}'}" in text


@pytest.mark.parametrize("movie", [1, 8])
def test_how_people_rated_it(served, movie):
    app, statistics = movie_page(movie=movie, user=3), movie_statistics(served, movie)
    text = words(app)
    assert f"{statistics.mean:.2f} on average, from {statistics.count} ratings." in text
    assert audience.sentence(statistics) in text
    for row in statistics.large_groups.to_dict("records"):
        label = {"F": "Women", "M": "Men"}.get(row["group"], row["group"].replace("-", "–"))
        assert f"{label} {row['mean']:.2f} {row['n']}" in text
    assert f"Left out: {len(statistics.small_groups)} group" in text_of(app)


def test_the_groups_are_named_in_words(served):
    sentence = audience.sentence(movie_statistics(served, 8))
    assert sentence.startswith("Women")
    assert "Men liked it less" in sentence or "men" in sentence


def test_similar_movies_lead_to_their_own_pages(served):
    app, similar = movie_page(movie=8, user=3), served.similar(8, n=6)["movie_id"].tolist()
    assert links(app) == [f"movie={movie}&user=3" for movie in similar]
    rated = dict(zip(*(served.history(3)[name] for name in ("movie_id", "rating")), strict=True))
    captions = [caption.value for caption in app.caption if "★" in caption.value]
    for movie, caption in zip(similar, captions, strict=True):
        expected = f"they gave {rated[movie]:g} ★" if movie in rated else "★ for user 3"
        assert caption.startswith(f"{1950 + movie} · ")
        assert expected in caption


def test_all_probabilities_are_one_click_away(served):
    app = movie_page(movie=8, user=3)
    (link,) = [element.proto for element in app.get("page_link") if element.proto.page == "predict"]
    assert link.query_string == "user=3&movie=8"


def test_without_a_user_it_is_about_everyone(served):
    app, movie = movie_page(movie=8), served.movies_by_id.loc[8]
    text = words(app)
    assert "Everyone’s average The Movie 8 1958 · Even, Drama" in text
    assert f"{movie['mean']:.1f} average {movie['count']} ratings" in text
    assert "expected" not in text
    assert "What would you give it?" in text_of(app)
    assert len(links(app)) == 6
    assert "user=" not in "".join(links(app))
    assert selected(app, "user") == ""


def test_a_visitor_with_ratings_is_the_user(served, visitor_state):
    app = movie_page(visitor_state, movie=8)
    expected = served.predict(movie_ids=[8], history=HISTORY)["expected"][0]
    assert f"{expected:.1f} expected" in words(app)
    assert "You’d" in words(app)
    assert selected(app, "user") == "you"
    assert all(link.endswith("&user=you") for link in links(app))
    assert 8 in app.session_state[session_profile.LISTED]


def test_the_first_rating_makes_the_page_the_visitor_s(served):
    app = movie_page(movie=8)
    app.button(key="movie_rate_8").click().run()
    app.button_group(key="movie_stars_8").set_value(3).run()
    assert "You gave it 5 ★" in words(app)
    assert "There are no other ratings to go by yet." in words(app)


def test_you_without_ratings_is_nobody(served):
    app = movie_page(movie=8, user="you")
    assert "What would you give it?" in text_of(app)
    assert not app.warning


def test_without_a_movie_there_is_a_search_and_well_known_ones(served):
    app = movie_page()
    assert app.title[0].value == "Look up"
    assert len(links(app)) == 12
    app.selectbox(key="movie_search").set_value(12).run()
    assert address_of(app) == "12"
    assert "The Movie 12" in words(app)
    assert app.selectbox(key="movie_search").value is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("41", "There is no movie 41 Movie ids go from 1 to 40."),
        ("0", "There is no movie 0 Movie ids go from 1 to 40."),
        ("abc", "That is not a movie id Received 'abc'. Movie ids go from 1 to 40."),
        ("-8", "That is not a movie id Received -8. Movie ids go from 1 to 40."),
        ("8.5", "That is not a movie id Received '8.5'."),
        ("9" * 30, "That is not a movie id"),
        ("<b>", "Received '<b>'."),
        (["8", "9"], "Received 2 values: '8, 9'."),
    ],
)
def test_what_is_no_movie_is_refused_with_the_range(served, text, message):
    app = movie_page(movie=text)
    assert message in text_of(app)
    assert app.selectbox(key="movie_search").value is None


def test_a_title_in_the_address_leads_to_its_movie(served):
    app = movie_page(movie="The Movie 12", user=3)
    assert links(app)[0] == "movie=12&user=3"
    assert "Did you mean this one?" in text_of(app)


@pytest.mark.parametrize("text", ["8", " 8", "08", "8 "])
def test_every_spelling_of_an_id_becomes_one_address(served, text):
    app = movie_page(movie=text, user=3)
    assert address_of(app) == "8"
    assert "The Movie 8" in words(app)


@pytest.mark.parametrize(
    ("user", "message"), [("abc", "That is not a user id"), ("99", "There is no user 99"), ("0", "There is no user 0")]
)
def test_a_wrong_user_is_refused_and_the_movie_shown_for_everyone(served, user, message):
    app = movie_page(movie=8, user=user)
    assert message in text_of(app)
    assert "Everyone’s average" in words(app)


def test_a_movie_without_ratings(tiny, tiny_report, own_registry):
    ratings, movies, users = tiny_frames()
    dataset = Dataset.from_frames(ratings[ratings["movie_id"] != 8], movies, users)
    model = recsys.train(dataset, preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, report=None, manifest={}))
    assert "Nobody has rated it yet" in words(movie_page(movie=8))
    text = words(movie_page(movie=8, user=3))
    assert "Everyone’s average no ratings" in text
    assert "nan" not in text.lower()


def test_a_hostile_title_stays_text(tiny_report, own_registry):
    ratings, movies, users = tiny_frames()
    movies.loc[6, "title"] = HOSTILE
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, report=None, manifest={}))
    app = movie_page(movie=7, user=3)
    assert "<b>www" not in html_of(app)
    assert "&lt;b&gt;www.evil.test" in html_of(app)
    addresses = [element.proto.url for element in app.get("link_button")]
    assert len(addresses) == 3
    hosts = ("https://www.imdb.com/find/?", "https://letterboxd.com/search/", "https://www.themoviedb.org/search/")
    assert all(address.startswith(host) for address, host in zip(addresses, hosts, strict=True))
    assert not any(mark in address for address in addresses for mark in "<>\"' ")


class TestRatingTimes:
    """Times come from the stored dataset, and only if it is that of the model."""

    def recommender(self, dataset, **data) -> SimpleNamespace:
        manifest = {"data": {"name": sources.NAME, "fingerprint": dataset.fingerprint} | data}
        return SimpleNamespace(manifest=manifest, interactions=SimpleNamespace(movies=np.zeros(len(dataset.ratings))))

    @pytest.fixture(autouse=True)
    def stored(self, tiny, monkeypatch, tmp_path):
        monkeypatch.setattr(sources, "stored", lambda: tmp_path)
        monkeypatch.setattr(view, "load_dataset", lambda path: tiny)

    def test_they_are_those_of_the_ratings(self, tiny):
        times = view.rating_times(self.recommender(tiny), "a")
        assert times.tolist() == tiny.ratings["timestamp"].tolist()

    @pytest.mark.parametrize("data", [{"name": "mine"}, {"fingerprint": "0"}])
    def test_another_dataset_has_none(self, tiny, data):
        assert view.rating_times(self.recommender(tiny, **data), "b") is None

    def test_a_dataset_that_is_not_stored_is_not_fetched(self, tiny, monkeypatch):
        monkeypatch.setattr(sources, "stored", lambda: None)
        assert view.rating_times(self.recommender(tiny), "c") is None


def test_ratings_over_time_are_shown_where_the_times_are_known(served, tiny, monkeypatch):
    assert "Ratings over time" not in html_of(movie_page(movie=8))
    monkeypatch.setattr(view, "rating_times", lambda *_: tiny.ratings["timestamp"].to_numpy())
    count = int(pd.Series(tiny.ratings["movie_id"] == 8).sum())
    assert f"Ratings over time. Jul 1998: {count} ratings" in html_of(movie_page(movie=8))
