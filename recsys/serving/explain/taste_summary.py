"""A person's taste in a few words: how much they rated, which genres they favour, which movies they like best."""

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
    """What the ratings of one person say of them."""

    count: int
    mean: float  # stars, NaN without ratings
    genres: tuple[str, ...]  # rated above their own mean, furthest first
    favourites: tuple[int, ...]  # movie ids: the most stars, the best known first

    @classmethod
    def of(cls, catalogue: Catalogue, counts: np.ndarray, user_history: Interactions) -> Self:
        """From a single row of ratings; `counts` are ratings per movie, (movies,)."""
        stars, movies = user_history.stars.astype(np.float64), user_history.movies
        if not len(stars):
            return cls(0, float("nan"), (), ())
        flags = catalogue.genre_flags[movies]
        above = (stars - stars.mean()) @ flags / (flags.sum(axis=0) + DAMPING)
        genres = [catalogue.genre_names[column] for column in np.argsort(-above, kind="stable") if above[column] > 0]
        best = np.lexsort((movies, -counts[movies], -stars))[:NAMED]
        favourites = tuple(int(movie) for movie in catalogue.movie_ids[movies[best]])
        return cls(len(stars), float(stars.mean()), tuple(genres[:NAMED]), favourites)
