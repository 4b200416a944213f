"""A profile saved and loaded is the same, can be loaded with another catalogue, and any other file is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data.catalogue import Catalogue
from recsys.errors import InputError
from recsys.serving.filters import Titles
from recsys.visitor.matching import Matcher
from recsys.visitor.profile import MOVIE_SETS, MovieRef, PriorPrediction, Profile, UserRating
from recsys.visitor.profile_file import MatchedProfile, SavedProfile, from_bytes, match_profile, to_bytes

STARS = (1.0, 2.0, 4.0, 5.0)


@pytest.fixture(scope="module")
def matcher(tiny_model) -> Matcher:
    return Matcher.of(tiny_model.catalogue, tiny_model.titles)


def movie_ref(number: int) -> MovieRef:
    return MovieRef(number, f"Movie {number}, The ({1950 + number})", 1950 + number)


PRIOR_PREDICTIONS = st.builds(PriorPrediction, st.floats(1, 5), st.floats(1, 5))
WORDS = st.text(min_size=1).filter(str.strip)
PROFILE_VALUES = {"gender": st.sampled_from("FM"), "age": st.integers(1, 120), "occupation": WORDS}
WHO = st.fixed_dictionaries({}, optional=PROFILE_VALUES)
ACTIONS = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["remove", *MOVIE_SETS, *STARS])), max_size=12)


@st.composite
def profiles(draw) -> Profile:
    movies = draw(st.lists(st.integers(1, 40), unique=True, max_size=40))
    cut = draw(st.integers(0, len(movies)))
    ratings = [
        UserRating(movie_ref(movie), draw(st.sampled_from(STARS)), draw(st.none() | PRIOR_PREDICTIONS))
        for movie in movies[:cut]
    ]
    profile = Profile(tuple(ratings), who=draw(WHO))
    for movie in movies[cut:]:
        profile = profile.put(draw(st.sampled_from(MOVIE_SETS)), movie_ref(movie))
    return profile


@settings(max_examples=60, deadline=None)
@given(profile=profiles())
def test_saved_and_loaded_is_the_same(matcher, profile):
    saved = from_bytes(to_bytes(profile, STARS))
    assert saved == SavedProfile(profile, STARS)
    assert match_profile(saved, matcher, STARS) == MatchedProfile(profile)


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), actions=ACTIONS)
def test_a_movie_is_in_one_set_and_only_a_saved_one_may_be_rated(profile, actions):
    for movie, action in actions:
        before = profile.rating(movie)
        if action in STARS:
            untouched = movie not in {ref.movie_id for ref in profile.movie_refs}
            profile = profile.rate(movie_ref(movie), action, PriorPrediction(3, 3))
            assert profile.rating(movie).stars == action
            assert profile.rating(movie).prior or not untouched
            assert not any(ref.movie_id == movie for _, ref in profile.set_members)
        elif action == "remove":
            profile = profile.skip(movie_ref(movie))
            assert profile.rating(movie) is None
            assert profile.skipped[-1] == movie_ref(movie)
        else:
            profile = profile.put(action, movie_ref(movie))
            assert profile.rating(movie) == before, "a rating was lost"
            assert (getattr(profile, action)[-1:] == (movie_ref(movie),)) == (action == "saved" or before is None)
        members = [ref.movie_id for _, ref in profile.set_members]
        assert len(members) == len(set(members))
        assert not (set(members) - {ref.movie_id for ref in profile.saved}) & set(profile.history)
        assert set(profile.excluded_ids) == {ref.movie_id for ref in (*profile.seen, *profile.hidden)}
    assert not any(ref.movie_id == 7 for ref in profile.without(7).movie_refs)


def test_files_of_the_first_version_are_still_read(matcher):
    first = {name: value for name, value in content(version=1).items() if name not in ("saved", "seen", "hidden")}
    profile = from_bytes(json.dumps(first).encode()).profile
    assert profile == replace(from_bytes(json.dumps(content()).encode()).profile, saved=())


def test_a_changed_rating_loses_its_prior_prediction():
    profile = Profile().rate(movie_ref(1), 4, PriorPrediction(3, 3)).rate(movie_ref(2), 4, PriorPrediction(3, 3))
    assert profile.rate(movie_ref(1), 4) == profile  # the same again is no change
    assert profile.ratings[0].prior == PriorPrediction(3, 3)
    assert profile.rate(movie_ref(1), 5, PriorPrediction(3, 3)).ratings[0] == UserRating(movie_ref(1), 5)
    assert profile.skip(movie_ref(1)).rate(movie_ref(1), 5, PriorPrediction(3, 3)).ratings[-1] == UserRating(
        movie_ref(1), 5
    )


def test_another_catalogue_is_searched_by_title_and_year(tiny):
    profile = Profile(
        (UserRating(movie_ref(1), 4, PriorPrediction(3, 2)), UserRating(movie_ref(2), 5), UserRating(movie_ref(3), 1)),
        (movie_ref(4), movie_ref(5)),
    )
    movies = tiny.movies[tiny.movies["movie_id"].isin([2, 3, 4])].assign(movie_id=[30, 10, 4])  # 3 moved to 10
    movies.loc[movies["movie_id"] == 10, "title"] = "Movie 3, The (1954)"  # a year later
    catalogue = Catalogue.from_frame(movies)
    matcher = Matcher.of(catalogue, Titles.of(catalogue, catalogue.movie_ids))
    matched = match_profile(from_bytes(to_bytes(profile, STARS)), matcher, STARS)
    assert matched.profile.history == {30: 5, 10: 1}
    assert matched.profile.skipped == (movie_ref(4),)
    assert matched.unmatched == (movie_ref(1), movie_ref(5))


def test_the_year_in_the_title_counts_in_new_and_in_older_profile_files(matcher):
    rerelease = MovieRef(7, "Return of the Jedi (1983)", 1997)
    assert from_bytes(to_bytes(Profile((UserRating(rerelease, 4),)), STARS)).profile.ratings[0].movie_ref.year == 1983
    saved = SavedProfile(Profile((UserRating(replace(movie_ref(7), year=1997), 4),)), STARS)
    assert match_profile(saved, matcher, STARS).profile.ratings[0].movie_ref == movie_ref(7)


def test_another_scale_gets_the_nearest_stars_and_no_prior_predictions(matcher):
    profile = Profile(
        (UserRating(movie_ref(1), 4, PriorPrediction(3, 2)), UserRating(movie_ref(2), 1), UserRating(movie_ref(3), 5))
    )
    half_stars = tuple(half / 2 for half in range(1, 21))
    matched = match_profile(SavedProfile(profile, STARS), matcher, half_stars).profile
    assert [(rating.stars, rating.prior) for rating in matched.ratings] == [(8, None), (2, None), (10, None)]


def content(**changes) -> dict:
    profile = Profile(
        (UserRating(movie_ref(1), 4, PriorPrediction(3, 2)), UserRating(movie_ref(2), 5)),
        (movie_ref(3),),
        saved=(movie_ref(4),),
        who={"gender": "F"},
    )
    return json.loads(to_bytes(profile, STARS)) | changes


def row(**changes) -> list:
    return [content()["ratings"][0] | changes]


BAD = {
    "empty": (b"", "an empty file"),
    "no json": (b"a,b\n1,2\n", "file: received"),
    "cut short": (json.dumps(content()).encode()[:-5], "file: received"),
    "not utf-8": (b"\xff\xfe{", "not UTF-8"),
    "nul": (b'{"format": "\0"}', "file: received"),
    "twice": (b'{"format": 1, "format": 2}', "twice"),
    "nan": (json.dumps(content(scale=[float("nan")])).encode(), "NaN"),
    "deep": (b"[" * 100_000, "levels of nesting"),
    "large": (b" " * (8 * 2**20 + 1), "at most 8,388,608 bytes"),
    "array": ([1, 2], "an object of the format"),
    "other format": (content(format="tasteometer"), "an object of the format"),
    "newer": (content(version=3), "version: received 3; allowed: 2. Load it with the newer app"),
    "true": (content(version=True), "version: received True"),
    "extra": (content(extra=1), "extra: received an unknown field"),
    "lacking": ({key: value for key, value in content().items() if key != "who"}, "who: received nothing"),
    "scale text": (content(scale="1 to 5"), "scale: received"),
    "scale descending": (content(scale=[5, 4]), "scale: received"),
    "scale with booleans": (content(scale=[True, 2]), "scale: received"),
    "ratings object": (content(ratings={}), "ratings: received"),
    "too many": (content(ratings=[1] * 20_001), "at most 20,000 movies"),
    "row": (content(ratings=[5]), r"ratings\[0\]: received 5"),
    "row lacks": (content(ratings=[{"movie_id": 1}]), r"ratings\[0\].title: received nothing"),
    "row extra": (content(ratings=row(more=1)), r"ratings\[0\].more: received an unknown field"),
    "id": (content(ratings=row(movie_id=-1)), r"ratings\[0\].movie_id: received -1"),
    "id text": (content(ratings=row(movie_id="1")), r"ratings\[0\].movie_id: received"),
    "off the scale": (content(ratings=row(rating=3)), r"ratings\[0\].rating: received 3; allowed: one of 1, 2, 4, 5"),
    "expected": (content(ratings=row(expected=99)), r"ratings\[0\].expected: received 99"),
    "no title": (content(ratings=row(title="  ")), r"ratings\[0\].title: received"),
    "half a character": (content(ratings=row(title="\ud800")), r"ratings\[0\].title: received"),
    "long title": (content(ratings=row(title="a" * 1001)), r"ratings\[0\].title: received"),
    "year": (content(ratings=row(year=1995.5)), r"ratings\[0\].year: received 1995.5"),
    "again": (content(ratings=row() + row()), r"ratings\[1\].movie_id: received 1 again"),
    "skipped": (content(skipped=[{"movie_id": 1, "title": "a", "year": None, "rating": 4}]), "skipped.*unknown field"),
    "who": (content(who=[]), "who: received"),
    "who extra": (content(who={"zip": "1"}), "who.zip: received an unknown field"),
    "gender": (content(who={"gender": 1}), "who.gender: received 1"),
    "age": (content(who={"age": 0}), "who.age: received 0"),
}


@pytest.mark.parametrize("kind", BAD)
def test_everything_but_a_profile_is_refused_with_a_message(kind):
    bad, message = BAD[kind]
    with pytest.raises(InputError, match=message) as caught:
        from_bytes(bad if isinstance(bad, bytes) else json.dumps(bad).encode())
    assert caught.value.problems


def test_a_byte_order_mark_from_an_editor_does_no_harm():
    assert from_bytes(b"\xef\xbb\xbf" + json.dumps(content()).encode()).profile.history == {1: 4, 2: 5}


def test_of_many_wrong_rows_ten_are_listed():
    rows = [content()["ratings"][0] | {"movie_id": -number} for number in range(1, 3000)]
    with pytest.raises(InputError) as caught:
        from_bytes(json.dumps(content(ratings=rows)).encode())
    assert len(caught.value.problems) == 10


def test_the_unchanged_sample_is_valid():
    assert from_bytes(json.dumps(content()).encode()).profile.who == {"gender": "F"}
    assert replace(Profile(), who={}) == Profile()
