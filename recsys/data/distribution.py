"""How ratings are distributed: over the stars, the users and the movies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from recsys.schema import star_name

EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # the first count of each group
HEAD_SHARE = 0.2  # of the movies: the most rated ones


@dataclass(frozen=True)
class Sizes:
    """How many ratings, users, rated movies and movies a dataset has; some movies may have no ratings."""

    ratings: int
    users: int  # with ratings
    rated: int  # movies with ratings
    catalogue: int  # movies

    @classmethod
    def of(cls, by_user: np.ndarray, by_movie: np.ndarray) -> Self:
        """Sizes from the number of ratings of each user, and of each movie of the catalogue."""
        return cls(int(by_movie.sum()), int((by_user > 0).sum()), int((by_movie > 0).sum()), len(by_movie))

    @property
    def movies(self) -> str:
        """`1,682 movies in the catalogue, 1,680 of them rated`."""
        rated = "all" if self.rated == self.catalogue else f"{self.rated:,}"
        movies = "1 movie" if self.catalogue == 1 else f"{self.catalogue:,} movies"
        return f"{movies} in the catalogue, {rated} of them rated"


def by_star(ratings: np.ndarray, stars: tuple[float, ...]) -> pd.DataFrame:
    """How often each star was given: columns label, count and share, ascending by star."""
    counts = np.bincount(np.searchsorted(stars, ratings), minlength=len(stars))
    return _share_table([f"{star_name(star)} ★" for star in stars], counts)


def by_count(counts: np.ndarray) -> pd.DataFrame:
    """How many users (or movies) have how many ratings, in groups from `EDGES`; empty groups at both ends are left out.

    Parameters
    ----------
    counts : int array, (n,)
        Ratings of each user (or movie); those without ratings are left out.

    Returns
    -------
    DataFrame
        Columns label (such as "10–19"), count and share.
    """
    rated = counts[counts > 0]
    groups = np.bincount(np.digitize(rated, EDGES) - 1, minlength=len(EDGES))
    used_groups = np.flatnonzero(groups)
    slice_with_data = slice(used_groups[0], used_groups[-1] + 1) if len(used_groups) else slice(0)
    return _share_table([_label(index) for index in range(len(EDGES))][slice_with_data], groups[slice_with_data])


def head_share(counts: np.ndarray, share: float = HEAD_SHARE) -> float:
    """Share of all ratings that belong to the most rated movies (the fraction `share` of them); NaN without ratings."""
    head_counts = np.sort(counts)[::-1][: int(np.ceil(share * len(counts)))]
    return float(head_counts.sum() / counts.sum()) if counts.sum() else float("nan")


def _label(index: int) -> str:
    """`10–19` for the group that begins at 10, `1` for a group of one count, `1,000+` for the last."""
    if index + 1 == len(EDGES):
        return f"{EDGES[index]:,}+"
    last = EDGES[index + 1] - 1
    return f"{EDGES[index]:,}" if last == EDGES[index] else f"{EDGES[index]:,}–{last:,}"


def _share_table(labels: list[str], counts: np.ndarray) -> pd.DataFrame:
    total = max(int(counts.sum()), 1)
    return pd.DataFrame({"label": labels, "count": counts.astype(int), "share": counts / total})
