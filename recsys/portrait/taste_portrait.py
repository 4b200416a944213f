"""The figures of a taste portrait: one user beside everyone else, from the ratings alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.errors import InputError, Problem
from recsys.portrait.favourites import favourites
from recsys.portrait.population import MIN_RATINGS, Population, share_below
from recsys.portrait.user_statistics import UserStatistics, decades_of
from recsys.tiles import TileMovie

MOST_GENRES = 4
FEW_RATINGS = 20  # below it, one more rating can turn the portrait around


@dataclass(frozen=True)
class Share:
    """A share of a user's movies, beside the share that others have on average.

    Attributes
    ----------
    name : str
        The genre, or the first year of the decade.
    share : float
        Of the user's movies, 0 to 1.
    others : float
        Mean over the other users of their shares: each person counts once, however much they rate, because a person is
        compared with persons. NaN without other users.
    """

    name: str
    share: float
    others: float

    @property
    def difference(self) -> float:
        """The user's share above that of the others; the share itself without others."""
        return self.share - (0.0 if np.isnan(self.others) else self.others)


@dataclass(frozen=True)
class TastePortrait:
    """How one user's choices and stars compare with everyone's.

    Attributes
    ----------
    count : int
        Ratings of the user.
    top_count : int
        Those with the highest star of the scale.
    top_star : float
        The highest star of the scale.
    others : int
        Users whom this one is compared with.
    genres : tuple of Share
        The largest share first; each genre that the user has rated a movie of.
    characteristic_genres : tuple of Share
        Those of `characteristic`.
    decades : tuple of Share
        In order of time; each decade that the user has rated a movie of. Movies of unknown year do not count.
    stricter_than : float
        Share of the others who give the same movies more stars, 0 to 1: each user's mean of stars above what others
        gave that movie is compared, so that choosing good movies does not look generous. NaN without others.
    surplus : float
        The user's mean of these stars, less that of the median other user; NaN without others.
    rarer_than : float
        Share of the others who choose more popular movies, 0 to 1, NaN without others: the mean logarithm of how many
        others rated each movie is compared. Who rates many movies runs out of popular ones.
    typical_audience, others_audience : float
        How many others rated a typical (geometric mean) movie of the user, and of the median other user.
    favourites : tuple of TileMovie
        Movies with the user's highest stars, see `favourites`.
    """

    count: int
    top_count: int
    top_star: float
    others: int
    genres: tuple[Share, ...]
    characteristic_genres: tuple[Share, ...]
    decades: tuple[Share, ...]
    stricter_than: float
    surplus: float
    rarer_than: float
    typical_audience: float
    others_audience: float
    favourites: tuple[TileMovie, ...]

    @classmethod
    def of(
        cls,
        user: Interactions,
        population: Population,
        catalogue: Catalogue,
        top_star: float,
        user_id: int | None = None,
    ) -> Self:
        """Make the portrait of a single row of ratings.

        Parameters
        ----------
        user : Interactions
            One row.
        population : Population
            Everyone, of the same catalogue.
        catalogue : Catalogue
        top_star : float
            The highest star of the scale.
        user_id : int, optional
            The user's id if the population's ratings have theirs; None for a newcomer.

        Raises
        ------
        InputError
            The user has fewer than `MIN_RATINGS` ratings.
        """
        if len(user.movies) < MIN_RATINGS:
            raise InputError.of([too_few(len(user.movies))])
        included, mask, everyone = user_id is not None, population.others(user_id), population.statistics
        own = UserStatistics.of(user, catalogue, population.totals, included)
        genres = _by_share(_shares(catalogue.genre_names, own.genre_shares[0], everyone.genre_shares[mask]))
        named = characteristic(genres, len(user.movies))
        decades = [str(year) for year in decades_of(catalogue)]
        popularity = everyone.popularity[mask]
        return cls(
            count=len(user.movies),
            top_count=int((user.stars >= top_star).sum()),
            top_star=top_star,
            others=int(mask.sum()),
            genres=genres,
            characteristic_genres=named,
            decades=_shares(decades, own.decade_shares[0], everyone.decade_shares[mask]),
            stricter_than=share_below(-everyone.surplus[mask], -own.surplus[0]),
            surplus=float(own.surplus[0] - _median(everyone.surplus[mask])),
            rarer_than=share_below(-popularity, -own.popularity[0]),
            typical_audience=float(2 ** own.popularity[0] - 1),
            others_audience=float(2 ** _median(popularity) - 1),
            favourites=favourites(user, population.totals.counts, catalogue, [genre.name for genre in named]),
        )

    @property
    def from_few_ratings(self) -> bool:
        """Whether there are so few ratings that the portrait may soon look different."""
        return self.count < FEW_RATINGS


def too_few(count: int) -> Problem:
    """The problem with a history that is too short for a portrait."""
    return Problem(
        "history",
        f"{count} {'rating' if count == 1 else 'ratings'}",
        f"at least {MIN_RATINGS} ratings",
        f"Rate {MIN_RATINGS - count} more.",
    )


def _shares(names: Sequence[str], own: np.ndarray, others: np.ndarray) -> tuple[Share, ...]:
    """The shares of which the user has any."""
    means = others.mean(axis=0) if len(others) else np.full(len(names), np.nan)
    pairs = zip(names, own.tolist(), means.tolist(), strict=True)
    return tuple(Share(name, share, mean) for name, share, mean in pairs if share > 0)


def characteristic(genres: Sequence[Share], count: int) -> tuple[Share, ...]:
    """The genres that tell a user from others: up to `MOST_GENRES`, the largest share first.

    Of the genres that the user chooses more often than others do, and of which they have rated two movies or more (of
    `count`), those with the largest difference; if there are none, the genre with the largest share. The largest shares
    alone would be Drama and Comedy for almost everyone.
    """
    repeated = [genre for genre in genres if genre.difference > 0 and genre.share * count > 1.5]
    distinct = sorted(repeated, key=lambda genre: -genre.difference)
    return _by_share(distinct[:MOST_GENRES]) or tuple(genres[:1])


def _by_share(shares: Iterable[Share]) -> tuple[Share, ...]:
    """The largest share first."""
    return tuple(sorted(shares, key=lambda each: -each.share))


def _median(values: np.ndarray) -> float:
    """The median, NaN without values."""
    return float(np.median(values)) if len(values) else float("nan")
