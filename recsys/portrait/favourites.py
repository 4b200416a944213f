"""Six favourites of a user that stand for their taste."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.title_years import display_title
from recsys.tiles import TileMovie

MOST_FAVOURITES = 6


def favourites(
    user: Interactions, counts: np.ndarray, catalogue: Catalogue, genres: Sequence[str]
) -> tuple[TileMovie, ...]:
    """The movies with a user's highest stars; of equal stars, those that stand for their taste.

    Stars leave most of it open: many users have dozens of 5 ★. Of equal stars the user's characteristic genres take
    turns, and each gives the movie that most people have rated, so that the six show the taste that the genres claim
    and friends recognise them. The movies that others like least would say more, and be the oddest of the user's.

    Parameters
    ----------
    user : Interactions
        One row.
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie of the catalogue.
    catalogue : Catalogue
    genres : sequence of str
        The characteristic genres, the first one first in turn.

    Returns
    -------
    tuple of TileMovie
        At most `MOST_FAVOURITES` movies; the highest stars first.
    """
    chosen: list[int] = []
    columns = [catalogue.genre_names.index(genre) for genre in genres]
    for stars in np.unique(user.stars)[::-1]:
        tied = user.movies[user.stars == stars]
        tied = tied[np.lexsort((tied, -counts[tied]))]
        chosen += _in_turn(tied, catalogue.genre_flags[tied][:, columns] > 0, MOST_FAVOURITES - len(chosen))
    return tuple(_tile_movie(catalogue, position) for position in chosen)


def _tile_movie(catalogue: Catalogue, position: int) -> TileMovie:
    """What the tile of a movie is drawn from."""
    title = display_title(catalogue.titles[position])
    return TileMovie(
        int(catalogue.movie_ids[position]), title, float(catalogue.years[position]), catalogue.genres[position]
    )


def _in_turn(movies: np.ndarray, has_genre: np.ndarray, count: int) -> list[int]:
    """At most `count` of some movies: the first left of each genre (columns) in turn; without any, the first left."""
    left = np.ones(len(movies), bool)
    chosen: list[int] = []
    while left.any() and len(chosen) < count:
        turns = [has_genre[:, column] for column in range(has_genre.shape[1])]
        if not any((turn & left).any() for turn in turns):
            turns = [left]
        for turn in turns:
            candidates = np.flatnonzero(turn & left)
            if len(candidates) and len(chosen) < count:
                left[candidates[0]] = False
                chosen.append(int(movies[candidates[0]]))
    return chosen
