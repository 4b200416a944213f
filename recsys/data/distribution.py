"""How ratings are spread: over the stars, over people and over movies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from recsys.schema import star_name

EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # where a group of counts begins
HEAD_SHARE = 0.2  # of the movies: the most rated


@dataclass(frozen=True)
class Sizes:
    """How much there is: what was rated, by whom, and the whole catalogue, which may have movies that nobody rated."""

    ratings: int
    users: int  # with a rating
    rated: int  # movies
    catalogue: int  # movies

    @classmethod
    def of(cls, by_user: np.ndarray, by_movie: np.ndarray) -> Self:
        """From the number of ratings of each user, and of each movie of the catalogue."""
        return cls(int(by_movie.sum()), int((by_user > 0).sum()), int((by_movie > 0).sum()), len(by_movie))

    @property
    def movies(self) -> str:
        """`1,682 movies in the catalogue, 1,680 of them rated`."""
        rated = "all" if self.rated == self.catalogue else f"{self.rated:,}"
        movies = "1 movie" if self.catalogue == 1 else f"{self.catalogue:,} movies"
        return f"{movies} in the catalogue, {rated} of them rated"


def by_star(given: np.ndarray, stars: tuple[float, ...]) -> pd.DataFrame:
    """Columns label, count, share: how often each of `stars` was given, ascending."""
    counts = np.bincount(np.searchsorted(stars, given), minlength=len(stars))
    return _table([f"{star_name(star)} ★" for star in stars], counts)


def by_count(counts: np.ndarray) -> pd.DataFrame:
    """Columns label, count, share: how many people (or movies) have so many ratings; ends that are empty are left out.

    `counts` has the ratings of each, int (n,); those without any are not told of.
    """
    rated = counts[counts > 0]
    groups = np.bincount(np.digitize(rated, EDGES) - 1, minlength=len(EDGES))
    used = np.flatnonzero(groups)
    shown = slice(used[0], used[-1] + 1) if len(used) else slice(0)
    return _table([_label(place) for place in range(len(EDGES))][shown], groups[shown])


def head_share(counts: np.ndarray, share: float = HEAD_SHARE) -> float:
    """The share of all ratings that the most rated movies have; NaN without ratings."""
    most = np.sort(counts)[::-1][: int(np.ceil(share * len(counts)))]
    return float(most.sum() / counts.sum()) if counts.sum() else float("nan")


def _label(place: int) -> str:
    """`10–19` for the group that begins at 10; one alone is just that, and the last has no end."""
    if place + 1 == len(EDGES):
        return f"{EDGES[place]:,}+"
    last = EDGES[place + 1] - 1
    return f"{EDGES[place]:,}" if last == EDGES[place] else f"{EDGES[place]:,}–{last:,}"


def _table(labels: list[str], counts: np.ndarray) -> pd.DataFrame:
    total = max(int(counts.sum()), 1)
    return pd.DataFrame({"label": labels, "count": counts.astype(int), "share": counts / total})
