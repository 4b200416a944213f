"""The figures of a portrait, against pandas on the raw ratings, and on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.errors import InputError, UnknownIdError
from recsys.portrait.taste_portrait import FEW_RATINGS, Share, characteristic
from recsys.portrait.user_statistics import DAMPING
from tests.portrait.conftest import World

TINY_USERS = (1, 2, 7, 30)


def rated(world: World) -> pd.DataFrame:
    """Each rating with its movie, and with what all others gave that movie."""
    rows = world.ratings.merge(world.movies[["movie_id", "title", "year", "genres"]], on="movie_id")
    by_movie = rows.groupby("movie_id")["rating"]
    rows["by_others"] = by_movie.transform("count") - 1
    others_sum = by_movie.transform("sum") - rows["rating"]
    damped = (others_sum + DAMPING * rows["rating"].mean()) / (rows["by_others"] + DAMPING)
    return rows.assign(surplus=rows["rating"] - damped, log_audience=np.log2(1 + rows["by_others"]))


def percentile(values: pd.Series, user_id: int) -> float:
    """Share of the other users above this one, by counting."""
    others = values.drop(user_id)
    return ((others > values[user_id]).sum() + 0.5 * (others == values[user_id]).sum()) / len(others)


def check_user(world: World, user_id: int) -> None:
    portrait, rows = world.of_user(user_id), rated(world)
    enough = rows.groupby("user_id")["rating"].transform("count") >= 5
    users = rows[enough].groupby("user_id")
    own = rows[rows["user_id"] == user_id]
    assert (portrait.count, portrait.top_count) == (len(own), (own["rating"] == 5).sum())
    assert portrait.others == users.ngroups - 1
    assert portrait.stricter_than == pytest.approx(percentile(users["surplus"].mean(), user_id))
    assert portrait.rarer_than == pytest.approx(percentile(users["log_audience"].mean(), user_id))
    surplus = users["surplus"].mean()
    assert portrait.surplus == pytest.approx(surplus[user_id] - surplus.drop(user_id).median())
    assert portrait.typical_audience == pytest.approx(2 ** own["log_audience"].mean() - 1)
    for genre in portrait.genres:
        has_genre = rows["genres"].map(lambda text, name=genre.name: name in text.split("|"))
        shares = has_genre[enough].groupby(rows["user_id"]).mean()
        assert genre.share == pytest.approx(shares[user_id])
        assert genre.others == pytest.approx(shares.drop(user_id).mean())
    dated = rows[enough & rows["year"].notna()]
    for decade in portrait.decades:
        shares = (dated["year"] // 10 * 10 == int(decade.name)).groupby(dated["user_id"]).mean()
        assert decade.share == pytest.approx(shares[user_id])
        assert decade.others == pytest.approx(shares.reindex(users.groups, fill_value=0).drop(user_id).mean())
    assert sum(decade.share for decade in portrait.decades) == pytest.approx(1)
    best = own["rating"].sort_values(ascending=False).head(6).tolist()
    stars = own.set_index("movie_id")["rating"]
    assert [stars[movie.movie_id] for movie in portrait.favourites] == best


@pytest.mark.parametrize("user_id", TINY_USERS)
def test_the_figures_are_those_of_the_raw_ratings(tiny_world, user_id):
    check_user(tiny_world, user_id)


@pytest.mark.real_data
@pytest.mark.parametrize("user_id", [1, 13, 196, 405])
def test_the_figures_are_those_of_the_raw_ratings_of_movielens(ml_100k, user_id):
    check_user(World(ml_100k), user_id)


def test_a_newcomer_with_the_same_ratings_has_the_same_portrait_but_for_their_own_share_in_the_averages(tiny_world):
    known = tiny_world.of_user(2)
    own = tiny_world.ratings[tiny_world.ratings["user_id"] == 2]
    newcomer = tiny_world.of_newcomer(dict(zip(own["movie_id"], own["rating"].astype(float), strict=True)))
    assert [each.share for each in newcomer.genres] == [each.share for each in known.genres]
    assert newcomer.favourites == known.favourites
    assert newcomer.others == known.others + 1
    assert newcomer.typical_audience > known.typical_audience  # they are one of the "others" now


def test_choosing_good_movies_is_not_generous_and_choosing_bad_ones_is_not_strict(tiny_world):
    means = tiny_world.ratings.groupby("movie_id")["rating"].mean()
    best, worst = means.nlargest(6), means.nsmallest(6)
    fond = {int(movie): 5.0 for movie in worst.index}
    stern = {int(movie): 3.0 for movie in best.index}
    assert tiny_world.of_newcomer(fond).stricter_than < 0.05
    assert tiny_world.of_newcomer(stern).stricter_than > tiny_world.of_newcomer(fond).stricter_than
    lowest = {int(movie): 1.0 for movie in best.index}
    assert tiny_world.of_newcomer(lowest).stricter_than > 0.95


def test_the_genres_are_those_chosen_more_often_than_others_do_largest_share_first():
    genres = [Share("Drama", 0.4, 0.42), Share("War", 0.3, 0.1), Share("Comedy", 0.5, 0.3), Share("Horror", 0.05, 0.01)]
    assert [each.name for each in characteristic(genres, 100)] == ["Comedy", "War", "Horror"]
    assert [each.name for each in characteristic(genres, 20)] == ["Comedy", "War"], "one horror movie is no habit"
    assert [each.name for each in characteristic(genres[:1], 20)] == ["Drama"], "nothing stands out: the largest"
    assert characteristic([], 20) == ()


def test_of_equal_stars_the_named_genres_take_turns_and_the_best_known_comes_first(tiny_world):
    history = {2: 5.0, 4: 5.0, 6: 5.0, 1: 5.0, 3: 4.0, 5: 4.0, 7: 4.0}
    portrait = tiny_world.of_newcomer(history)
    counts = tiny_world.ratings.groupby("movie_id").size()
    assert portrait.favourites[0].movie_id in (2, 4, 6, 1)
    assert {movie.movie_id for movie in portrait.favourites[:4]} == {1, 2, 4, 6}, "5 ★ before 4 ★"
    evens = [movie.movie_id for movie in portrait.favourites[:4] if movie.movie_id != 1]
    assert evens == sorted(evens, key=lambda movie: -counts[movie])
    assert len(portrait.favourites) == 6
    assert portrait.favourites[0].title == f"The Movie {portrait.favourites[0].movie_id}"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_fewer_than_five_ratings_make_no_portrait(tiny_world, count):
    with pytest.raises(InputError, match=rf"received {count} rating.*at least 5 ratings.*Rate {5 - count} more"):
        tiny_world.of_newcomer(dict.fromkeys(range(1, count + 1), 4.0))


def test_few_ratings_are_marked_as_such(tiny_world):
    def portrait(count: int):
        return tiny_world.of_newcomer(dict.fromkeys(range(1, count + 1), 4.0))

    assert portrait(FEW_RATINGS - 1).from_few_ratings
    assert not portrait(FEW_RATINGS).from_few_ratings


def test_the_order_of_the_ratings_changes_nothing(tiny_world):
    history = {movie: float(1 + movie % 5) for movie in range(1, 15)}
    assert tiny_world.of_newcomer(history) == tiny_world.of_newcomer(dict(reversed(history.items())))


def test_the_facade_makes_the_same_portrait(tiny_model, tiny_world):
    assert tiny_model.taste_portrait(2) == tiny_world.of_user(2)
    history = dict.fromkeys(range(1, 8), 4.0)
    assert tiny_model.taste_portrait(history=history) == tiny_world.of_newcomer(history)
    with pytest.raises(UnknownIdError):
        tiny_model.taste_portrait(999)
    with pytest.raises(InputError, match="not both"):
        tiny_model.taste_portrait(2, history=history)
