"""A wish survives the way through an address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recsys.requests.recommend_request import DEFAULTS
from recsys.ui.common.query_params import from_query, to_query
from recsys.validation import RANKERS

GENRES, SPAN = ("Comedy", "Film-Noir", "Sci-Fi & more"), (1922, 1998)
YEAR = st.none() | st.integers(*SPAN)
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(1, 100),
        "genres": st.lists(st.sampled_from(GENRES), unique=True),
        "years": st.tuples(YEAR, YEAR).filter(lambda years: None in years or years[0] <= years[1]),
        "min_ratings": st.integers(0, 2**31 - 1),
        "only": st.none() | st.lists(st.integers(1, 1682), max_size=30),
        "ranker": st.sampled_from(RANKERS),
        "popularity": st.sampled_from([-1.0, -0.25, 0.0, 0.3, 1.0]),
        "diversity": st.sampled_from([0.0, 0.25, 0.125, 1.0]),
    },
)


def plain(options):
    return {name: list(value) if isinstance(value, tuple | list) else value for name, value in options.items()}


@given(WISHES)
def test_a_wish_survives(options):
    query = to_query(options)
    given = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    found, problems = from_query(given, GENRES, SPAN, lambda movie: movie <= 1682)
    assert problems == []
    assert plain({**DEFAULTS, **found}) == plain({**DEFAULTS, **options})


@given(st.dictionaries(st.sampled_from(list(DEFAULTS)), st.lists(st.text(max_size=20), max_size=3)))
def test_whatever_an_address_says_the_wish_is_right_or_the_problem_named(given):
    found, problems = from_query(given, GENRES, SPAN, lambda movie: movie <= 1682)
    assert from_query({name: given[name] for name in found}, GENRES, SPAN, lambda movie: movie <= 1682) == (found, [])
    assert {problem.field for problem in problems} | set(found) == {name for name in given if given[name]}
