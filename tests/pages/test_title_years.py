"""One year for a movie everywhere: that of its title; the release date stays as it is."""

from __future__ import annotations

import json

import pytest

import recsys
from recsys.__main__ import main
from recsys.data import Dataset
from recsys.registry import Registry
from recsys.requests.recommend_request import RecommendRequest, recommend_response
from recsys.serving.list_options import ListOptions
from recsys.ui.common import pickers
from recsys.ui.common.text import movie_facts
from recsys.ui.recommend import list_table
from recsys.visitor.import_review import ImportReview
from recsys.visitor.matching import MATCHED, UNKNOWN, Matcher
from recsys.visitor.profile import MovieRef
from recsys.visitor.service_exports import read_export
from tests.conftest import TINY_SETTINGS, tiny_frames
from tests.pages.conftest import predict, text_of

RE_RELEASED = "14-Feb-1997"  # all movies of the tiny world, which are of 1951 to 1990


@pytest.fixture(scope="module")
def model():
    ratings, movies, users = tiny_frames()
    movies = movies.drop(columns="year").assign(release_date=RE_RELEASED)
    return recsys.train(Dataset.from_frames(ratings, movies, users), preset="quick", **TINY_SETTINGS)


def test_lists_filters_and_responses_have_the_title_s_year(model):
    table = model.recommend(3, years=(1955, 1960), n=20)
    assert (table["year"] == 1950 + table["movie_id"]).all()
    assert table["year"].between(1955, 1960).all()
    assert len(model.recommend(3, years=(1997, 1997))) == 0
    movies = recommend_response(model, RecommendRequest(3, (), ListOptions(n=5)))["movies"]
    assert [row["year"] for row in movies] == [1950 + row["movie_id"] for row in movies]
    formatted = list_table.display_table(model, table, [""] * len(table))
    assert formatted["Year"].tolist() == table["year"].astype(int).tolist()


def test_labels_and_profiles_have_the_title_s_year(model):
    assert pickers.movie_labels(model, "re-released")[7] == "The Movie 7 (1957)"
    movie_ref = MovieRef.of(model.catalogue, 7)
    assert (movie_ref.title, movie_ref.year, movie_ref.display_title) == (
        "Movie 7, The (1957)",
        1957,
        "The Movie 7 (1957)",
    )


def test_exports_match_the_title_s_year(model):
    matcher = Matcher.of(model.catalogue, model.titles)
    export = read_export(b"Name,Year,Rating\nThe Movie 7,1957,4\nThe Movie 8,1997,4\n")
    review = ImportReview.of(export, matcher, model.stars)
    assert [line.status for line in review.lines] == [MATCHED, UNKNOWN]


def test_the_command_line_lists_the_title_s_year(model, capsys):
    Registry().publish(model)
    assert main(["recommend", "--user", "3", "-n", "40"]) == 0
    printed = capsys.readouterr().out
    assert "(1997)" not in printed
    assert main(["similar", "--movie", "7", "-n", "1", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["movies"][0]
    assert row["year"] == 1950 + row["movie_id"]


def test_the_date_of_a_re_release_is_not_shown(model):
    Registry().publish(model)
    app = predict(user=3, movie=7)
    assert app.header[0].value.replace("\\", "") == "The Movie 7 (1957)"
    assert "1997" not in text_of(app), "the release date is that of a re-release"


@pytest.mark.parametrize(
    ("genres", "released", "words"),
    [
        ("Crime|Drama", "1996-02-06", "Crime · Drama · released 6 February 1996"),
        ("", "1996-02-16", "released 16 February 1996"),
        ("Crime", "", "Crime"),
        ("", "", ""),
    ],
)
def test_movie_facts_omit_missing_values(genres, released, words):
    assert movie_facts({"genres": genres, "release_date": released}) == words
