"""List options survive the round trip through URL parameters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recsys.list_option_table import DEFAULTS, RANKERS
from recsys.ui.common.query_params import from_query, to_query

GENRES, YEAR_RANGE = ("Comedy", "Film-Noir", "Sci-Fi & more"), (1922, 1998)
YEAR = st.none() | st.integers(*YEAR_RANGE)
LIST_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(1, 100),
        "genres": st.lists(st.sampled_from(GENRES), unique=True),
        "exclude": st.lists(st.integers(1, 1682), max_size=30),
        "years": st.tuples(YEAR, YEAR).filter(lambda years: None in years or years[0] <= years[1]),
        "min_ratings": st.integers(0, 2**31 - 1),
        "only": st.none() | st.lists(st.integers(1, 1682), max_size=30),
        "ranker": st.sampled_from(RANKERS),
        "popularity": st.sampled_from([-1.0, -0.25, 0.0, 0.3, 1.0]),
        "diversity": st.sampled_from([0.0, 0.25, 0.125, 1.0]),
    },
)


def with_lists(options):
    return {name: list(value) if isinstance(value, tuple | list) else value for name, value in options.items()}


@given(LIST_OPTIONS, st.lists(st.sampled_from(GENRES), unique=True))
def test_list_options_survive_the_round_trip(options, exclude_genres):
    options["exclude_genres"] = [genre for genre in exclude_genres if genre not in options.get("genres", ())]
    query = to_query(options)
    parameters = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    parsed, problems = from_query(parameters, GENRES, YEAR_RANGE, lambda movie: movie <= 1682)
    assert problems == []
    assert with_lists({**DEFAULTS, **parsed}) == with_lists({**DEFAULTS, **options})


@given(st.dictionaries(st.sampled_from(list(DEFAULTS)), st.lists(st.text(max_size=20), max_size=3)))
def test_any_url_gives_valid_options_or_a_problem(given):
    parsed, problems = from_query(given, GENRES, YEAR_RANGE, lambda movie: movie <= 1682)
    assert from_query({name: given[name] for name in parsed}, GENRES, YEAR_RANGE, lambda movie: movie <= 1682) == (
        parsed,
        [],
    )
    assert {problem.field for problem in problems} | set(parsed) == {name for name in given if given[name]}


def test_a_genre_cannot_be_wanted_and_unwanted():
    parameters = {"genres": ["Comedy", "Film-Noir"], "exclude_genres": ["Film-Noir"], "n": ["7"]}
    parsed, (problem,) = from_query(parameters, GENRES, YEAR_RANGE, lambda movie: True)
    assert parsed == {"n": 7, "genres": ["Comedy", "Film-Noir"]}
    assert (problem.field, problem.received) == ("exclude_genres", "['Film-Noir']")
