"""A user's taste in a few words: number and mean of ratings, favourite genres, favourite movies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions

DAMPING = 5.0  # movies of a genre at which its mean counts half
NAMED = 3  # genres and favourites


@dataclass(frozen=True)
class TasteSummary:
    """A summary of one user's ratings."""

    count: int
    mean: float  # stars, NaN without ratings
    genres: tuple[str, ...]  # rated above the user's mean, the largest difference first
    favourites: tuple[int, ...]  # movie ids: the highest rated, of equals the most popular

    @classmethod
    def of(cls, catalogue: Catalogue, counts: np.ndarray, user_history: Interactions) -> Self:
        """Summarise a single row of ratings; `counts` are ratings of each movie by all users, int64 (movies,)."""
        stars, movies = user_history.stars.astype(np.float64), user_history.movies
        if not len(stars):
            return cls(0, float("nan"), (), ())
        flags = catalogue.genre_flags[movies]
        offset = (stars - stars.mean()) @ flags / (flags.sum(axis=0) + DAMPING)
        genres = [catalogue.genre_names[column] for column in np.argsort(-offset, kind="stable") if offset[column] > 0]
        best = np.lexsort((movies, -counts[movies], -stars))[:NAMED]
        favourites = tuple(int(movie_id) for movie_id in catalogue.movie_ids[movies[best]])
        return cls(len(stars), float(stars.mean()), tuple(genres[:NAMED]), favourites)
