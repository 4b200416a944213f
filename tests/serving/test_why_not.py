"""Why not: the ranks are those of the lists, the reasons are what really excludes, and the remedies really help."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.errors import InputError, UnknownIdError
from recsys.list_option_table import LEAST_LIKE, RANKERS
from recsys.serving.why_not import BELOW, FILTER_REASONS, LITTLE_KNOWN, SAME_TITLE, SEEN, UNLIKELY

GENRES = ("Drama", "Even", "Odd")
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(1, 30),
        "ranker": st.sampled_from(RANKERS),
        "years": st.sampled_from([(None, None), (1960, None), (None, 1975), (1955, 1970)]),
        "min_ratings": st.integers(30, 50),
        "only": st.none() | st.lists(st.integers(1, 40), max_size=20),
        "exclude": st.lists(st.integers(1, 40), max_size=20),
        "popularity": st.sampled_from([-1.0, 0.0, 0.5]),
        "diversity": st.sampled_from([0.0, 0.0, 0.25, 1.0]),
        "min_like": st.sampled_from([None, 0.0, 0.5, 0.9, 1.0]),
    },
)
GENRE_OPTIONS = st.lists(st.sampled_from([None, "genres", "exclude_genres"]), min_size=3, max_size=3)


def with_genres(options, use):
    by_option = {name: [genre for genre, each in zip(GENRES, use, strict=True) if each == name] for name in set(use)}
    return options | {name: genres for name, genres in by_option.items() if name}


@settings(max_examples=150, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(1, 40), options=OPTIONS, genre_use=GENRE_OPTIONS)
def test_with_all_remedies_the_movie_is_at_the_promised_rank(tiny_model, user, movie, options, genre_use):
    options = with_genres(options, genre_use)
    answer = tiny_model.why_not(user, movie_id=movie, **options)
    table = tiny_model.recommend(user, **options)
    ranks = dict(zip(table["movie_id"], table["rank"], strict=True))
    assert answer.listed_rank == ranks.get(movie)
    assert bool(answer.reasons) == (answer.listed_rank is None)
    if answer.listed_rank:
        row = table[table["movie_id"] == movie].iloc[0]
        figures = (answer.expected, answer.like, answer.match)
        assert figures == pytest.approx((row["expected"], row["like"], row["match"]), abs=1e-5)
    if not answer.remedies:
        assert answer.remedied_rank is None
        # Nothing brings in what was seen, what a ranker never shows, and nothing else: forty movies fit into any list.
        assert answer.listed_rank or set(answer.reasons) & {SEEN, LITTLE_KNOWN} or options.get("diversity")
        return
    relaxed = tiny_model.recommend(user, **{**options, **answer.remedies})
    ranks = dict(zip(relaxed["movie_id"], relaxed["rank"], strict=True))
    assert ranks[movie] == answer.remedied_rank
    for name in answer.remedies:  # and each of them is needed
        others = {key: value for key, value in answer.remedies.items() if key != name}
        if name != "n" or not options.get("diversity"):
            assert movie not in set(tiny_model.recommend(user, **{**options, **others})["movie_id"]), name


@settings(max_examples=60, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(1, 40), options=OPTIONS, genre_use=GENRE_OPTIONS)
def test_each_reason_excludes_the_movie_by_itself(tiny_model, user, movie, options, genre_use):
    options = with_genres(options, genre_use)
    answer = tiny_model.why_not(user, movie_id=movie, **options)
    reasons, ranker = set(answer.reasons), options.get("ranker", "personal")
    anything = {"n": 100, "min_like": 0.0}
    assert (SEEN in reasons) == (movie in set(tiny_model.history(user)["movie_id"]))
    if SEEN in reasons:
        return
    for name in FILTER_REASONS:
        alone = tiny_model.recommend(user, **anything, **{key: options[key] for key in (name,) if key in options})
        assert (movie not in set(alone["movie_id"])) == (name in reasons) or answer.listed_rank
    listed = set(tiny_model.recommend(user, **anything, ranker=ranker)["movie_id"])
    assert (LITTLE_KNOWN in reasons) == (movie not in listed)
    least_like = options.get("min_like")
    assert answer.least_like == (LEAST_LIKE[ranker] if least_like is None else least_like)
    assert (UNLIKELY in reasons) == (answer.like < answer.least_like)


@pytest.mark.parametrize("popularity", [0.0, 0.5])
def test_ranks_are_those_of_the_lists_of_everything(tiny_model, popularity):
    options = {"ranker": "expected", "min_like": 0.0, "popularity": popularity}
    everything = tiny_model.recommend(7, n=100, **options)
    odd = tiny_model.recommend(7, n=100, genres=["Odd"], **options)
    for row in everything.to_dict("records"):
        answer = tiny_model.why_not(7, movie_id=row["movie_id"], n=1, genres=["Odd"], **options)
        assert (answer.rank, answer.unseen) == (row["rank"], len(everything))
        filtered = odd["rank"][odd["movie_id"] == row["movie_id"]].tolist()
        assert ([answer.filtered_rank] if answer.filtered_rank else [], answer.filtered) == (filtered, len(odd))
        if filtered and filtered != [1]:
            assert (answer.reasons, answer.remedies) == ((BELOW,), {"n": filtered[0]})


def test_a_seen_movie_is_judged_without_its_rating(tiny_model):
    history = tiny_model.history(6)
    movie, stars = int(history["movie_id"].iloc[3]), float(history["rating"].iloc[3])
    answer = tiny_model.why_not(6, movie_id=movie, years=(1990, None))
    without = {"history": history[history["movie_id"] != movie], "profile": tiny_model.profile(6)}
    assert (answer.reasons, answer.rated, answer.remedies) == ((SEEN,), stars, {})
    assert (answer.rank, answer.filtered_rank, answer.unseen) == (None, None, 40 - len(history))
    assert answer.expected == pytest.approx(tiny_model.predict(movie_ids=[movie], **without)["expected"].item())
    unrated = tiny_model.why_not(movie_id=movie, **without, n=100, min_like=0)
    assert (answer.like, answer.match) == pytest.approx((unrated.like, unrated.match))


def test_entries_of_one_title_count_as_one(twins):
    listed = twins.recommend(history={2: 5}, n=100, min_like=0)
    (principal,) = set(listed["movie_id"]) & {38, 40}
    other, anything = 78 - principal, {"history": {2: 5}, "n": 100, "min_like": 0}
    answer = twins.why_not(movie_id=other, **anything)
    assert (answer.movie_id, answer.same_as, answer.reasons) == (other, principal, (SAME_TITLE,))
    assert answer.listed_rank == listed["rank"][listed["movie_id"] == principal].item()
    excluded = twins.why_not(movie_id=principal, **anything, exclude=[3, other, 4, principal])
    assert (excluded.reasons, excluded.remedies["exclude"]) == (("exclude",), (3, 4))
    assert excluded.remedied_rank == answer.listed_rank - sum(
        rank < answer.listed_rank for rank in listed["rank"][listed["movie_id"].isin([3, 4])]
    )
    seen = twins.why_not(movie_id=principal, history={other: 4, 2: 5})
    assert (seen.reasons, seen.rated, seen.same_as) == ((SEEN, SAME_TITLE), 4.0, other)
    unrated = twins.why_not(movie_id=principal, history={2: 5}, min_like=0)
    assert seen.expected == pytest.approx(unrated.expected)


def test_beyond_the_longest_list_nothing_is_promised(tiny_model, monkeypatch):
    from dataclasses import replace

    from recsys.list_option_table import LIST_OPTIONS

    monkeypatch.setitem(LIST_OPTIONS, "n", replace(LIST_OPTIONS["n"], highest=5))
    table = tiny_model.recommend(history={2: 5}, n=5, min_like=0)
    last = tiny_model.why_not(movie_id=int(table["movie_id"].iloc[-1]), history={2: 5}, n=1, min_like=0)
    assert (last.remedies, last.remedied_rank) == ({"n": 5}, 5)
    beyond = (set(range(1, 41)) - {2, *table["movie_id"]}).pop()
    answer = tiny_model.why_not(movie_id=beyond, history={2: 5}, n=1, min_like=0, exclude=[beyond])
    assert (answer.reasons, answer.remedies) == (("exclude", BELOW), {})


def test_wrong_questions_are_refused(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 40"):
        tiny_model.why_not(3, movie_id=41)
    with pytest.raises(InputError, match="movie_id"):
        tiny_model.why_not(3, movie_id=True)
    with pytest.raises(InputError, match="diversity"):
        tiny_model.why_not(3, movie_id=4, diversity=2)
    with pytest.raises(InputError, match="not both"):
        tiny_model.why_not(3, movie_id=4, history={})
    assert tiny_model.why_not(np.int64(3), movie_id=np.int64(4)).movie_id == 4
