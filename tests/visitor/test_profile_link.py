"""A profile in a link is read as it was written, stays short, and any other text is refused with a sentence."""

from __future__ import annotations

import base64
import string
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data.catalogue import Catalogue
from recsys.errors import InputError
from recsys.visitor import profile_link
from recsys.visitor.profile import MovieRef, PriorPrediction, Profile, UserRating
from recsys.visitor.profile_link import (
    DAMAGED,
    LONGEST_TEXT,
    MOST_RATINGS,
    OTHER_CATALOGUE,
    OTHER_VERSION,
    TOO_LONG,
    decode,
    encode,
    omitted_count,
)

STARS, HALF_STARS = (1.0, 2.0, 4.0, 5.0), tuple(half / 2 for half in range(1, 11))
ALPHABET = string.ascii_letters + string.digits + "-_"


def catalogue_of(movie_ids: list[int]) -> Catalogue:
    titles = tuple(f"Movie {movie} (1950)" for movie in movie_ids)
    empty = ("",) * len(titles)
    return Catalogue(np.array(movie_ids, np.int64), titles, np.full(len(titles), 1950.0), empty, empty)


def profile_of(catalogue: Catalogue, rated: dict[int, float]) -> Profile:
    return Profile(tuple(UserRating(MovieRef.of(catalogue, movie), stars) for movie, stars in rated.items()))


SMALL = catalogue_of([1, 2, 5, 100, 3_000_000, 2**31 - 1])
LARGE = catalogue_of(list(range(1, 100_001)))
TEXT = encode(profile_of(SMALL, {100: 4.5, 1: 0.5, 3_000_000: 5.0}), SMALL, HALF_STARS)


def refusal(text: str, catalogue: Catalogue = SMALL, stars: tuple[float, ...] = HALF_STARS) -> str:
    with pytest.raises(InputError) as caught:
        decode(text, catalogue, stars)
    assert [problem.field for problem in caught.value.problems] == ["profile"]
    return str(caught.value)


def with_checksum(content: bytes) -> str:
    data = content + zlib.crc32(content).to_bytes(4, "big")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(rated=st.dictionaries(st.sampled_from(SMALL.movie_ids.tolist()), st.sampled_from(HALF_STARS)))
def test_ratings_are_read_as_they_were_written(rated):
    text = encode(profile_of(SMALL, rated), SMALL, HALF_STARS)
    assert set(text) <= set(ALPHABET)
    profile = decode(text, SMALL, HALF_STARS)
    assert profile == profile_of(SMALL, dict(sorted(rated.items())))
    assert encode(profile, SMALL, HALF_STARS) == text


@settings(max_examples=20)
@given(movies=st.lists(st.integers(1, 100_000), unique=True, max_size=40), star=st.sampled_from(STARS))
def test_movies_far_apart_are_read_as_they_were_written(movies, star):
    profile = profile_of(LARGE, dict.fromkeys(movies, star))
    assert decode(encode(profile, LARGE, STARS), LARGE, STARS).history == profile.history


def test_only_movies_and_stars_are_in_it():
    ratings = (UserRating(MovieRef.of(SMALL, 5), 4.0, PriorPrediction(3.0, 3.5)),)
    profile = Profile(ratings, who={"gender": "F", "age": 30}).put("saved", MovieRef.of(SMALL, 1))
    text = encode(profile, SMALL, STARS)
    assert text == encode(profile_of(SMALL, {5: 4.0}), SMALL, STARS)
    assert decode(text, SMALL, STARS) == profile_of(SMALL, {5: 4.0})


def test_the_latest_ratings_are_kept_and_the_link_is_short():
    step = len(LARGE) // (MOST_RATINGS + 20)
    movies = list(range(step, len(LARGE), step))[: MOST_RATINGS + 20][::-1]
    profile = profile_of(LARGE, dict.fromkeys(movies, 5.0))
    text = encode(profile, LARGE, HALF_STARS)
    assert len(text) < LONGEST_TEXT - 300  # room for the rest of the link
    assert omitted_count(profile) == 20
    assert list(decode(text, LARGE, HALF_STARS).history) == sorted(movies[-MOST_RATINGS:])
    assert omitted_count(profile_of(LARGE, dict.fromkeys(movies[:MOST_RATINGS], 5.0))) == 0


def test_a_rating_takes_a_byte_or_two_in_a_catalogue_of_usual_size():
    usual = catalogue_of(list(range(1, 1683)))
    rated = dict.fromkeys(range(3, 1500, 3), 4.0)
    assert len(encode(profile_of(usual, rated), usual, (1.0, 2.0, 3.0, 4.0, 5.0))) * 6 / 8 < 1.1 * len(rated) + 10


@pytest.mark.parametrize("position", range(len(TEXT)))
def test_a_changed_missing_or_added_character_is_noticed(position):
    before, after = TEXT[:position], TEXT[position + 1 :]
    changed = [before + letter + after for letter in ALPHABET + "=+/ é\n" if letter != TEXT[position]]
    added = [before + letter + TEXT[position:] for letter in ALPHABET] + [TEXT + ALPHABET[position]]
    for text in (before + after, TEXT[:position], TEXT[position + 1 :], *changed, *added):
        assert refusal(text) == DAMAGED


@given(text=st.text() | st.text(ALPHABET, max_size=60) | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_other_text_is_refused(text):
    assert refusal(text) == DAMAGED


@given(content=st.binary(max_size=30))
def test_forged_ratings_are_refused_or_valid(content):
    start = bytes([profile_link.VERSION]) + base64.urlsafe_b64decode(TEXT + "=" * (-len(TEXT) % 4))[1:5]
    text = with_checksum(start + content)
    try:
        profile = decode(text, SMALL, HALF_STARS)
    except InputError as error:
        assert str(error) == DAMAGED
    else:
        assert set(profile.history) <= set(SMALL.movie_ids.tolist())
        assert set(profile.history.values()) <= set(HALF_STARS)


def test_another_version_catalogue_or_scale_is_refused_with_a_sentence():
    content = base64.urlsafe_b64decode(TEXT + "=" * (-len(TEXT) % 4))[:-4]
    assert refusal(with_checksum(bytes([9]) + content[1:])) == OTHER_VERSION
    assert refusal(with_checksum(bytes([0]) + content[1:])) == OTHER_VERSION
    other_titles = Catalogue(SMALL.movie_ids, SMALL.titles[::-1], SMALL.years, SMALL.release_dates, SMALL.genres)
    for catalogue, stars in ((LARGE, HALF_STARS), (other_titles, HALF_STARS), (SMALL, HALF_STARS[1:])):
        assert refusal(TEXT, catalogue, stars) == OTHER_CATALOGUE


def test_a_huge_text_is_refused_before_it_is_read():
    start = time.perf_counter()
    assert refusal("A" * 50_000_000) == TOO_LONG
    assert refusal("A" * (LONGEST_TEXT + 1)) == TOO_LONG
    assert refusal("A" * LONGEST_TEXT) == DAMAGED
    assert time.perf_counter() - start < 1


def test_an_empty_profile_is_an_empty_one_again():
    assert decode(encode(Profile(), SMALL, STARS), SMALL, STARS) == Profile()
