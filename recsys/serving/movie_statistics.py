"""How the ratings of one movie are distributed: over the stars, over groups of its raters, and over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.data.distribution import by_star
from recsys.evaluation.slices import user_labels
from recsys.schema import NO_TIME
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

NORMAL_QUANTILE = 1.96  # of a 95% interval
SMALL_GROUP = 10  # ratings; the mean of fewer says little
PERIODS = ("M", "Q", "Y")  # pandas' names of month, quarter and year
MOST_PERIODS = 12  # of a finer period than the year
GROUP_COLUMNS = ("slice", "group", "n", "mean", "difference", "low", "high")
PERIOD_COLUMNS = ("label", "count", "mean")


@dataclass(frozen=True)
class MovieStatistics:
    """The ratings of one movie.

    Attributes
    ----------
    movie_id : int
        The movie.
    count : int
        Number of its ratings.
    mean : float
        Their mean in stars; NaN without any.
    stars : DataFrame
        One row per star of the scale, ascending: label ("4 ★"), count and share.
    groups : DataFrame
        As `group_means` returns it.
    """

    movie_id: int
    count: int
    mean: float
    stars: pd.DataFrame
    groups: pd.DataFrame

    @property
    def large_groups(self) -> pd.DataFrame:
        """The rows of `groups` with at least `SMALL_GROUP` ratings, without groups that all raters are in."""
        return self.groups[(self.groups["n"] >= SMALL_GROUP) & (self.groups["n"] < self.count)]

    @property
    def small_groups(self) -> pd.DataFrame:
        """The rows of `groups` with fewer ratings."""
        return self.groups[self.groups["n"] < SMALL_GROUP]


def movie_statistics(scorer: Scorer, movie_id: int) -> MovieStatistics:
    """Statistics of the ratings of one movie.

    Parameters
    ----------
    scorer : Scorer
        The model with all ratings.
    movie_id : int
        A movie of the catalogue.

    Returns
    -------
    MovieStatistics

    Raises
    ------
    UnknownIdError
        The movie is not in the catalogue.
    """
    rows = _rows(scorer, movie_id)
    stars = scorer.interactions.stars[rows].astype(np.float64)
    return MovieStatistics(
        movie_id=int(movie_id),
        count=len(stars),
        mean=float(stars.mean()) if len(stars) else float("nan"),
        stars=by_star(stars, scorer.stars),
        groups=group_means(scorer, rows),
    )


def group_means(scorer: Scorer, rows: np.ndarray) -> pd.DataFrame:
    """Mean ratings by gender, age band and occupation of the raters, beside the mean of all of them.

    The interval belongs to the difference from the mean of all: its standard error is s √(1/n - 1/N), with the standard
    deviation s of all N ratings, of which the group gave n. Raters without a known label are in no group.

    Parameters
    ----------
    scorer : Scorer
        The model.
    rows : ndarray of int64, shape (ratings,)
        Indices in `scorer.interactions` of the ratings of one movie.

    Returns
    -------
    DataFrame
        One row per group with ratings: slice (gender, age or occupation), group, n (ratings), mean, difference (from
        the mean of all), low and high (95% interval of the difference), in stars; NaN with fewer than two ratings.
    """
    interactions = scorer.interactions
    users, stars = interactions.user_index[rows], interactions.stars[rows].astype(np.float64)
    deviation = stars.std(ddof=1) if len(stars) > 1 else np.nan
    tables = []
    for name, labels, order in user_labels(interactions, scorer.features.vocabulary):
        raters = pd.Series(stars).groupby(labels[users]).agg(["size", "mean"])
        groups = [group for group in order or sorted(raters.index) if group and group in raters.index]
        n, mean = raters.loc[groups, "size"].to_numpy(np.int64), raters.loc[groups, "mean"].to_numpy(np.float64)
        difference = mean - stars.mean() if len(stars) else mean
        margin = NORMAL_QUANTILE * deviation * np.sqrt(1 / n - 1 / max(len(stars), 1))
        columns = (name, groups, n, mean, difference, difference - margin, difference + margin)
        tables.append(pd.DataFrame(dict(zip(GROUP_COLUMNS, columns, strict=True))))
    return pd.concat(tables, ignore_index=True)


def rating_periods(scorer: Scorer, movie_id: int, times: np.ndarray) -> pd.DataFrame:
    """Number and mean of a movie's ratings by month; by quarter or year if there are more than `MOST_PERIODS` months.

    Parameters
    ----------
    scorer : Scorer
        The model with all ratings.
    movie_id : int
        A movie of the catalogue.
    times : ndarray of int64, shape (ratings,)
        When each rating of `scorer.interactions` was given, in seconds since 1970 UTC; ratings at `NO_TIME` are left
        out.

    Returns
    -------
    DataFrame
        One row per period from the movie's first rating to its last: label ("Sep 1997", "1997 Q3" or "1997"), count,
        mean (NaN without ratings).

    Raises
    ------
    UnknownIdError
        The movie is not in the catalogue.
    """
    rows = _rows(scorer, movie_id)
    stars, times = scorer.interactions.stars[rows].astype(np.float64), times[rows]
    known = times != NO_TIME
    if not known.any():
        return pd.DataFrame(columns=list(PERIOD_COLUMNS))
    period, index, every = _periods(pd.DatetimeIndex(times[known].astype("datetime64[s]")))
    ratings = pd.Series(stars[known]).groupby(index).agg(["size", "mean"]).reindex(every)
    form = {"M": "%b %Y", "Q": "%Y Q%q", "Y": "%Y"}[period]
    columns = (every.strftime(form), ratings["size"].fillna(0).to_numpy(np.int64), ratings["mean"].to_numpy())
    return pd.DataFrame(dict(zip(PERIOD_COLUMNS, columns, strict=True)))


def _periods(moments: pd.DatetimeIndex) -> tuple[str, pd.PeriodIndex, pd.PeriodIndex]:
    """The finest of `PERIODS` that gives few enough of them, the one of each moment, and every one in between."""
    indices = [(period, moments.to_period(period)) for period in PERIODS]
    choices = [(name, index, pd.period_range(index.min(), index.max(), freq=name)) for name, index in indices]
    return next((choice for choice in choices if len(choice[2]) <= MOST_PERIODS), choices[-1])


def _rows(scorer: Scorer, movie_id: int) -> np.ndarray:
    """Indices in `scorer.interactions` of the ratings of a movie."""
    position = int(known_positions(scorer.catalogue, [movie_id])[0])
    return np.flatnonzero(scorer.interactions.movies == position)
