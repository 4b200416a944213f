"""Recommend shows the package's list, keeps its URL in step, and refuses invalid parameters."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

import recsys
from recsys.data import Dataset
from recsys.list_option_table import LIST_OPTIONS, RANKERS
from recsys.registry import Registry
from recsys.serving.explain.sentences import THEY, row_reasons
from recsys.serving.explain.taste_summary import TasteSummary
from recsys.training import jobs
from recsys.ui.recommend import list_controls, list_rows, list_table
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import cards, open_page, recommend, signed, text_of
from tests.pages.test_predict import HOSTILE


def table_of(app: AppTest):
    return app.dataframe[0].value


def assert_shows(app: AppTest, recommender, user: int, **options) -> None:
    """The page's list, funnel and reasons are the package's."""
    top = recommender.top(user, **options)
    table, movies = table_of(app), recommender.movies.set_index("movie_id")
    assert table["Id"].tolist() == top.table["movie_id"].tolist()
    assert table["Title"].tolist() == movies.loc[top.table["movie_id"], "display"].tolist()
    assert table["Stars"].tolist() == pytest.approx(top.table["expected"].tolist(), abs=0.006)
    assert table["Likes it"].tolist() == pytest.approx(top.table["like"].tolist(), abs=0.006)
    assert table["Ratings"].tolist() == movies.loc[top.table["movie_id"], "count"].tolist()
    user_history = recommender.user_history(user)
    assert table["Why"].tolist() == row_reasons(recommender, user_history, top.table["movie_id"], THEY)
    (headline,) = [caption for caption in app.caption if caption.value.endswith(top.headline())]
    assert headline.proto.help.startswith(top.steps())


def test_a_permalink_shows_the_packages_list(served):
    app = recommend(user=3, n=5)
    assert_shows(app, served, 3, n=5)
    seen = len(served.history(3))
    assert f"Chosen from {40 - seen} unseen movies." in text_of(app)
    assert served.top(3, n=5).steps() == f"40 movies → {seen} rated → {40 - seen} left → 5 shown"


@pytest.mark.parametrize("ranker", RANKERS)
def test_the_rankers_can_be_selected(served, ranker):
    app = recommend(user=4)
    app.radio(key="options_ranker").set_value(ranker).run()
    assert_shows(app, served, 4, ranker=ranker)
    assert ranker == "personal" or app.query_params["ranker"] in (ranker, [ranker])


def test_filters_and_sliders_update_list_and_url_and_the_url_opens_the_same_list(served):
    app = recommend(user=3)
    app.multiselect(key="options_genres").set_value(["Drama", "Odd"])
    app.slider(key="options_years").set_value((1955, 1980))
    app.number_input(key="options_min_ratings").set_value(35)
    app.number_input(key="options_n").set_value(7)
    app.slider(key="options_popularity").set_value(-0.5)
    app.slider(key="options_diversity").set_value(0.25).run()
    options = {"genres": ["Drama", "Odd"], "years": (1955, 1980), "min_ratings": 35, "n": 7}
    options |= {"popularity": -0.5, "diversity": 0.25}
    assert_shows(app, served, 3, **options)
    assert "Drama or Odd; years 1955 to 1980; at least 35 ratings" in text_of(app)
    reopened_app = recommend(**app.query_params)
    assert table_of(reopened_app).equals(table_of(app))
    link = reopened_app.code[0].value
    assert "user=3" in link
    assert "genres=Drama&genres=Odd" in link
    assert "years=1955-1980" in link


def test_the_widgets_have_the_bounds_of_the_table(served, monkeypatch):
    changed = {"n": {"highest": 55, "step": 3}, "min_ratings": {"highest": 66, "step": 4}}
    changed |= {"popularity": {"lowest": -2}, "diversity": {"highest": 2, "step": 0.5}, "min_like": {"highest": 2}}
    for name, bounds in changed.items():
        monkeypatch.setitem(LIST_OPTIONS, name, replace(LIST_OPTIONS[name], **bounds))
    app = recommend(user=3)
    for name in ("n", "min_ratings", "popularity", "diversity", "min_like"):
        widget = (app.slider if name in ("popularity", "diversity") else app.number_input)(key=f"options_{name}")
        option, unit = LIST_OPTIONS[name], 100 if name == "min_like" else 1
        assert (widget.min, widget.max, widget.step) == (
            unit * option.lowest,
            unit * option.highest,
            unit * option.step,
        ), name
        assert widget.value == option.default
    assert app.radio(key="options_ranker").options == [list_controls.RANKERS[name][0] for name in RANKERS]


def test_the_minimum_like_probability_is_set_in_percent_and_kept_in_the_url(served):
    app = recommend(user=3)
    assert app.number_input(key="options_min_like").value is None
    app.number_input(key="options_min_like").set_value(70.0).run()
    assert_shows(app, served, 3, min_like=0.7)
    assert "Filters: a chance of at least 70% to be liked." in text_of(app)
    assert app.query_params["min_like"] in ("0.7", ["0.7"])
    assert_shows(recommend(user=3, min_like=0.35), served, 3, min_like=0.35)


def test_an_empty_list_by_like_probability_is_explained(served):
    app = recommend(user=4, min_like=1)
    assert not app.dataframe
    assert "Nothing to recommend" in text_of(app)
    assert "No movie is likely enough to please" in text_of(app)
    assert served.top(4, min_like=1.0).why_short() in text_of(app)


def test_the_visitor_s_movies_limit_the_list_and_every_line_is_reported(served):
    app = recommend(user=3, n=40)
    text = "Movie 8, The (1958)\nthe movie 9\n#10\n12\nMovie 14 (1985)\nNo such thing\n\n99"
    app.text_area(key="options_only_text").set_value(text).run()
    assert_shows(app, served, 3, n=40, only=[8, 9, 10, 12])
    assert "Found 4 movies" in text_of(app)
    for line in ("Line 5, Movie 14 (1985): not found", "Line 6, No such thing: not found", "Line 8, 99: not found"):
        assert line in text_of(app)
    assert "Did you mean #14 Movie 14, The (1964)?" in text_of(app)
    reopened_app = recommend(**app.query_params)
    assert table_of(reopened_app).equals(table_of(app))
    assert "#10 Movie 10, The (1960)" in reopened_app.text_area(key="options_only_text").value


def test_an_empty_list_tells_which_filter_to_relax_and_can_be_cleared(served):
    app = recommend(user=3, genres=["Odd"], years="1951-1953", min_ratings=50)
    assert not app.dataframe
    assert "No movie is left" in text_of(app)
    top = served.top(3, genres=["Odd"], years=(1951, 1953), min_ratings=50)
    assert f"None of {top.funnel.unseen} unseen movies passes the filters." in text_of(app)
    assert top.why_short() in text_of(app)
    (clear,) = [button for button in app.button if button.label.startswith("Clear all")]
    clear.click().run()
    assert_shows(app, served, 3)
    assert "genres" not in app.query_params


def test_a_genre_without_which_movies_are_listed_leaves_the_other_widget(served):
    app = recommend(user=3, genres=["Odd", "Drama"])
    app.multiselect(key="options_exclude_genres").set_value(["Drama"]).run()
    assert app.multiselect(key="options_genres").value == ["Odd"]
    assert_shows(app, served, 3, genres=["Odd"], exclude_genres=["Drama"])
    assert "Filters: Odd; without Drama." in text_of(app)
    assert_shows(recommend(**app.query_params), served, 3, genres=["Odd"], exclude_genres=["Drama"])
    app.multiselect(key="options_genres").set_value(["Odd", "Drama"]).run()
    assert app.multiselect(key="options_exclude_genres").value == []
    assert_shows(app, served, 3, genres=["Odd", "Drama"])


def test_movies_that_the_url_leaves_out_are_counted_and_can_be_shown_again(served):
    first, second = served.recommend(3)["movie_id"].tolist()[:2]
    app = recommend(user=3, exclude=f"{first}-{second}", popularity=0.5)
    assert_shows(app, served, 3, exclude=[first, second], popularity=0.5)
    assert "Filters: 2 movies left out." in text_of(app)
    app.number_input(key="options_n").set_value(7).run()
    assert app.query_params["exclude"] in (f"{first}-{second}", [f"{first}-{second}"])
    app.button(key="options_clear").click().run()
    assert "exclude" not in app.query_params
    assert_shows(app, served, 3, popularity=0.5, n=7)
    assert not [button for button in app.button if button.key == "options_clear"]


def test_a_short_list_is_explained(served):
    app = recommend(user=3, years="1985-")
    top = served.top(3, years=(1985, None))
    assert 0 < len(table_of(app)) < 10
    assert top.why_short() in text_of(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", "0"),
        ("n", "1000000"),
        ("n", "9" * 5000),
        ("n", ["3", "4"]),
        ("genres", "Western"),
        ("years", "1990"),
        ("years", "1980-1960"),
        ("years", "1700-1800"),
        ("years", "1900-1930"),
        ("years", "a-b"),
        ("min_ratings", "-1"),
        ("min_ratings", "1e3"),
        ("only", "1-2-x"),
        ("only", "1-99"),
        ("exclude", "1-99"),
        ("exclude_genres", "Western"),
        ("ranker", "best"),
        ("popularity", "NaN"),
        ("popularity", "2"),
        ("diversity", "-0.5"),
        ("diversity", "<script>"),
        ("min_like", "1.5"),
        ("min_like", "half"),
    ],
)
def test_an_invalid_parameter_is_ignored_and_named(served, name, value):
    app = recommend(user=3, **{name: value})
    (warning,) = app.warning
    assert f"{name.replace('_', chr(92) + '_')}: received" in warning.value
    assert_shows(app, served, 3)


def test_a_value_between_the_sliders_steps_is_kept(served):
    assert_shows(recommend(user=3, popularity=0.3), served, 3, popularity=0.3)


def test_the_browsers_limits_are_the_servers_too(served):
    app = recommend(user=3)
    app.number_input(key="options_n").set_value(1000).run()
    assert app.number_input(key="options_n").value <= 100
    assert_shows(app, served, 3, n=app.number_input(key="options_n").value)


def test_unknown_and_invalid_users_are_answered(served):
    assert "There is no user 61" in text_of(recommend(user=61))
    assert "from 1 to 60" in text_of(recommend(user="abc"))
    app = recommend(user=3)
    app.selectbox(key="user_field").set_value(None).run()
    assert "Pick a user" in text_of(app)


def test_the_taste_of_the_user_is_summarised(served):
    app = recommend(user=4)
    taste = TasteSummary.of(served.catalogue, served.counts, served.user_history(4))
    assert taste.genres[0] in ("Drama", "Even")
    genres = ", ".join(taste.genres)
    assert f"{taste.count} ratings, {taste.mean:.1f} stars on average. Favourite genres: {genres}." in text_of(app)
    titles = served.movies.set_index("movie_id")["display"]
    assert ", ".join(titles[list(taste.favourites)]) in text_of(app)
    stars = served.history(4).set_index("movie_id")["rating"]
    assert set(stars[list(taste.favourites)]) == {5.0}


def test_options_survive_a_visit_to_another_page(served):
    app = recommend(user=3)
    app.radio(key="options_ranker").set_value("gems").run()
    app.switch_page("pages/home.py").run()
    app.query_params.clear()
    app.switch_page("pages/recommend.py").run()
    assert app.query_params == {"user": "3", "ranker": "gems"}
    assert_shows(app, served, 3, ranker="gems")


def test_without_a_model_the_preparation_is_shown(monkeypatch):
    running = jobs.JobStatus("running", "trees", 0.5)
    monkeypatch.setattr(jobs, "ensure_ready", lambda **_: running)
    monkeypatch.setattr(jobs, "status", lambda: running)
    app = recommend(user=3)
    assert "Getting ready" in text_of(app)
    assert not app.dataframe


def trade_off_texts(report, ranker: str, popularity: float = 0, diversity: float = 0) -> list[str]:
    """The measured metrics of a setting as the page formats them."""
    curve = report.trade_off_curve.query("ranker == @ranker and popularity == @popularity and diversity == @diversity")
    value = curve.set_index("metric")["value"]
    return [f"{value['ndcg']:.3f}", f"{100 * value['coverage']:.0f}%", f"{value['popularity_rank']:.0f}"]


@pytest.mark.parametrize("setting", [{"popularity": -0.5}, {"popularity": 1}, {"diversity": 0.25}, {"diversity": 1}])
def test_the_trade_off_of_a_slider_is_beside_that_of_both_at_zero(served, setting):
    app = recommend(user=3, **setting)
    table = app.table[0].value
    assert list(table) == ["Your setting", "Both at 0"]
    assert table["Your setting"].tolist() == trade_off_texts(served.report, "personal", **setting)
    assert table["Both at 0"].tolist() == trade_off_texts(served.report, "personal")
    assert "Measured on held-out ratings" in text_of(app)
    place = {"popularity": 0, "diversity": 0} | setting
    curve = served.report.trade_off_curve.query("ranker == 'personal' and metric == 'ndcg'")
    point = curve.set_index(["popularity", "diversity"]).loc[tuple(place.values())]
    effect = f"{signed(point['difference'])} ({signed(point['low'])} to {signed(point['high'])})"
    chance = ", no more than chance" if point["low"] <= 0 <= point["high"] else ""
    assert f"Your setting: {effect}{chance}." in text_of(app)
    app.slider(key=f"options_{next(iter(setting))}").set_value(0.0).run()
    assert list(app.table[0].value) == ["Both at 0"]


def test_for_an_unmeasured_setting_the_nearest_are_shown(served):
    app = recommend(user=3, popularity=0.6, diversity=0.3)
    table = app.table[0].value
    assert "Your setting was not measured. The nearest measured settings are" in text_of(app)
    assert list(table) == ["Pop. 0.5", "Div. 0.25", "Both at 0"]
    assert table["Pop. 0.5"].tolist() == trade_off_texts(served.report, "personal", popularity=0.5)
    assert table["Div. 0.25"].tolist() == trade_off_texts(served.report, "personal", diversity=0.25)
    app = recommend(user=3, popularity=-0.5, diversity=0.5)  # each is measured, the two together are not
    assert list(app.table[0].value) == ["Pop. -0.5", "Div. 0.5", "Both at 0"]
    app = recommend(user=3, ranker="popular", diversity=0.25)
    assert "Your setting was not measured. With both sliders at 0" in text_of(app)
    assert app.table[0].value["Both at 0"].tolist() == trade_off_texts(served.report, "popular")


def test_without_a_report_trade_offs_are_not_shown(tiny_model):
    Registry().publish(tiny_model)
    assert "was not measured for this model" in text_of(recommend(user=3))


def test_titles_are_text():
    ratings, movies, users = tiny_frames()
    movies.loc[:, "title"] = [f"{HOSTILE} {number}" for number in movies["movie_id"]]
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = recommend(user=3)
    assert table_of(app)["Title"].str.startswith("![x](").all()  # a table shows text as it is
    for kind in ("markdown", "caption", "title", "info", "warning"):
        for element in app.get(kind):
            assert "](http" not in element.value, element.value


def test_the_cards_are_the_rows_of_the_table(served):
    app, rows = open_page("pages/recommend.py", user=3, n=5), served.recommend(3, n=5)
    assert cards(app) == rows["movie_id"].tolist()
    links = [parse_qs(link.proto.query_string) for link in app.get("page_link") if link.proto.page == "movie"]
    assert [link["movie"] for link in links] == [[str(movie)] for movie in rows["movie_id"]]
    assert {*map(str, links[0]["user"])} == {"3"}
    text = text_of(app)
    for row in rows.itertuples():
        assert f"{row.match:.0%} match · {row.expected:.1f} ★" in text
    app.toggle(key="list_as_table").set_value(True).run()
    assert table_of(app)["Id"].tolist() == rows["movie_id"].tolist()


def test_a_long_list_is_drawn_in_parts(served):
    app = open_page("pages/recommend.py", user=3, n=40, min_like=0)
    assert len(cards(app)) == min(list_rows.PAGE, len(served.recommend(3, n=40, min_like=0)))


def test_the_file_has_the_columns_of_the_table(served):
    rows = served.recommend(3, n=4)
    table = list_table.display_table(served, rows, [""] * len(rows))
    assert list(table) == list(table_of(recommend(user=3, n=4)))


def test_a_file_fills_the_movie_filter_and_an_invalid_one_changes_nothing(served):
    app = recommend(user=3, n=40, min_like=0)
    app.file_uploader(key="options_only_file").set_value(
        [("mine.csv", b"Name,Year\nThe Movie 8,1958\nMovie 10,1960", "")]
    )
    app.run()
    assert app.text_area(key="options_only_text").value == "The Movie 8 (1958)\nMovie 10 (1960)"
    assert_shows(app, served, 3, n=40, only=[8, 10], min_like=0.0)
    app.file_uploader(key="options_only_file").set_value([("mine.csv", b"PK\x03\x04", "")]).run()
    assert "not a text table" in text_of(app)
    assert_shows(app, served, 3, n=40, only=[8, 10], min_like=0.0)


def test_movies_with_equal_titles_are_distinguished_by_id():
    ratings, movies, users = tiny_frames()
    movies.loc[[7, 29], "title"] = ["Sabrina (1958)", "Sabrina (1980)"]
    model = recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, manifest={}))
    app = recommend(user=3)
    app.text_area(key="options_only_text").set_value("Sabrina\nSabrina (1980)").run()
    assert "Line 1, Sabrina: matches several movies. Write #8 Sabrina (1958) or #30 Sabrina (1980)." in text_of(app)
    assert "Found 1 movie." in text_of(app)
