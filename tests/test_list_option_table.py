"""Each place that reads a list option follows the table: bounds that are changed there are changed everywhere.

The widgets of the page are compared in `tests/pages/test_recommend.py`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace

import pytest

from recsys.api.schemas import schemas
from recsys.cli import recommend as recommend_command
from recsys.cli import similar as similar_command
from recsys.cli import why_not as why_not_command
from recsys.errors import InputError
from recsys.list_option_table import DEFAULTS, LEAST_LIKE, LIST_OPTIONS, RANKERS, Kind, ListOption
from recsys.requests.recommend_request import RecommendRequest, check_similar, recommend_response
from recsys.serving.list_options import ListOptions
from recsys.training import trade_off_curve
from recsys.ui.common.query_params import from_query
from recsys.ui.recommend import list_controls
from recsys.visitor.watchlist import read_watchlist

CHANGES = {
    "n": {"lowest": 2, "highest": 170, "default": 12, "step": 3},
    "years": {"lowest": 1850, "highest": 2050},
    "min_ratings": {"lowest": 1, "highest": 30, "default": 2, "step": 4},
    "only": {"most_items": 3},
    "exclude": {"most_items": 2},
    "ranker": {"choices": ("popular", "personal"), "default": "popular"},
    "popularity": {"lowest": -3, "highest": 2, "step": 0.125},
    "diversity": {"lowest": -1, "highest": 3, "step": 0.5},
    "min_like": {"lowest": -2, "highest": 4, "step": 0.05},
}
CHANGED = {name: replace(LIST_OPTIONS[name], **changes) for name, changes in CHANGES.items()}
NUMBERS = [option for option in CHANGED.values() if option.kind in (Kind.WHOLE, Kind.NUMBER)]
VALID = [{option.name: value} for option in NUMBERS for value in (option.lowest, option.highest)]
VALID += [{"years": [1850, 2050]}, {"only": [1, 2, 3]}, {"exclude": [1, 2]}, {"ranker": "popular"}]
INVALID = [{option.name: value} for option in NUMBERS for value in (option.lowest - 1, option.highest + 1)]
INVALID += [{"years": [1849, None]}, {"years": [None, 2051]}, {"only": [1, 2, 3, 4]}]
INVALID += [{"exclude": [1, 2, 3]}, {"ranker": "gems"}]


@pytest.fixture
def changed(monkeypatch):
    """Other bounds, defaults, steps and choices in the table."""
    for name, option in CHANGED.items():
        monkeypatch.setitem(LIST_OPTIONS, name, option)


def query_problems(options):
    """Problems of options as URL parameters."""
    query = {
        name: ["-".join(map(str, value)) if isinstance(value, list) else str(value)] for name, value in options.items()
    }
    query = {name: [text.replace("None", "") for text in texts] for name, texts in query.items()}
    return from_query(query, (), (1800, 2200), lambda movie: True)[1]


@pytest.mark.parametrize("options", VALID, ids=str)
def test_values_up_to_the_bounds_are_valid_everywhere(changed, options):
    assert ListOptions.checked(**options)
    assert RecommendRequest.checked({"user_id": 1, **options}, None)
    assert query_problems(options) == []


@pytest.mark.parametrize("options", INVALID, ids=str)
def test_values_beyond_the_bounds_are_refused_everywhere(changed, options):
    (name,) = options
    for check in (
        lambda: ListOptions.checked(**options),
        lambda: RecommendRequest.checked({"user_id": 1, **options}, None),
    ):
        with pytest.raises(InputError) as error:
            check()
        assert [problem.field for problem in error.value.problems] == [name]
    assert [problem.field for problem in query_problems(options)] == [name]


def test_similar_movies_have_the_bounds_of_n(changed, tiny_model):
    assert check_similar({"movie_id": 1, "n": 170})["n"] == 170
    assert len(tiny_model.similar(8, 170)) == 39
    for refused in (lambda: check_similar({"movie_id": 1, "n": 171}), lambda: tiny_model.similar(8, 1)):
        with pytest.raises(InputError, match="from 2 to 170"):
            refused()


def test_the_schemas_have_the_bounds_and_defaults(changed):
    described = schemas(None)
    for form in described["RecommendRequest"]["oneOf"]:
        properties = form["properties"]
        for option in NUMBERS:
            schema = properties[option.name]
            assert (schema["minimum"], schema["maximum"]) == (option.lowest, option.highest)
        year = properties["years"]["items"]
        assert (year["minimum"], year["maximum"]) == (1850, 2050)
        assert [properties[name]["maxItems"] for name in ("only", "exclude")] == [3, 2]
        assert properties["ranker"]["enum"] == ["popular", "personal"]
        assert [properties[name]["default"] for name in ("n", "min_ratings", "ranker")] == [12, 2, "popular"]
    n = described["LikeQuestion"]["properties"]["n"]
    assert (n["minimum"], n["maximum"], n["default"]) == (2, 170, 12)


def command_options(command) -> dict[str, argparse.Action]:
    parser = argparse.ArgumentParser()
    command.options(parser)
    return {action.dest: action for action in parser._actions}


def test_the_command_line_describes_the_bounds_and_defaults(changed):
    options = command_options(recommend_command)
    assert options["n"].help == "how many movies, 2 to 170 (default 12)"
    assert options["ranker"].help == "popular, personal (default popular)"
    assert options["popularity"].help.startswith("-3 little known, 2 well known")
    metavars = {name: options[name].metavar for name in ("popularity", "diversity", "min_like")}
    assert metavars == {"popularity": "-3..2", "diversity": "-1..3", "min_like": "-2..4"}
    similar = command_options(similar_command)["n"]
    assert (similar.help, similar.default) == (options["n"].help, 12)


def test_a_list_of_your_own_has_the_same_limit(changed):
    class NoTitles:
        def match(self, queries):
            return [None for _ in queries]

    assert read_watchlist("7\n" * 5, NoTitles(), lambda movie: True).unread == 2


def test_every_place_has_all_options_and_rankers():
    assert [*LIST_OPTIONS] == [*DEFAULTS]
    assert {name: option.default for name, option in LIST_OPTIONS.items()} == DEFAULTS
    for command in (recommend_command, why_not_command):
        assert set(command_options(command)) >= set(LIST_OPTIONS)
    assert ListOptions.checked() == ListOptions() == ListOptions.checked(**DEFAULTS)
    assert tuple(list_controls.RANKERS) == tuple(LEAST_LIKE) == RANKERS == LIST_OPTIONS["ranker"].choices
    with pytest.raises(TypeError, match="There is no list option genre; "):
        ListOptions.checked(genre=("Odd",))


def test_each_step_of_the_sliders_is_measured():
    popularity, diversity = LIST_OPTIONS["popularity"], LIST_OPTIONS["diversity"]
    for option, measured in ((popularity, trade_off_curve.POPULARITIES), (diversity, trade_off_curve.DIVERSITIES)):
        steps = {option.lowest + option.step * index for index in range(20)}
        assert {value for value in steps if value <= option.highest} == {0.0, *measured}


def test_an_option_is_validated_once_between_request_and_ranker(tiny_model, monkeypatch):
    validated, problem = Counter(), ListOption.problem
    monkeypatch.setattr(
        ListOption, "problem", lambda self, value: validated.update([self.name]) or problem(self, value)
    )
    options = {"genres": ["Odd"], "years": [1955, 1985], "only": [3, 5, 7], "n": 2}
    request = RecommendRequest.checked({"user_id": 3, **options}, tiny_model.stars, tiny_model.catalogue.genre_names)
    response = recommend_response(tiny_model, request)
    assert validated == Counter(options.keys())
    assert [row["movie_id"] for row in response["movies"]] == tiny_model.recommend(3, **options)["movie_id"].tolist()
    assert validated == Counter(2 * list(options))
