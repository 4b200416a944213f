"""The scorer of pairs of user and movie: lists, similar movies and explanations need nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.title_years import display_title
from recsys.features.matrix import Features
from recsys.models.ranker.ranker import Ranker
from recsys.models.star_model import StarModel, argmax_rating
from recsys.schema import EXPECTED, LIKED_SHARE, RATING, probability_columns
from recsys.serving.filters import Titles

CHUNK_PAIRS = 20_000  # at a time: more would take memory and save no time


@dataclass(frozen=True)
class Scorer:
    """A trained model with its catalogue and the interactions that it is served with.

    Attributes
    ----------
    catalogue : Catalogue
        The movies.
    features : Features
        The learned feature extractors.
    model : StarModel
        Predicts the probability of each star.
    ranker : Ranker
        Scores movies for the personal top-N list.
    interactions : Interactions
        The histories of all users.
    """

    catalogue: Catalogue
    features: Features
    model: StarModel
    ranker: Ranker
    interactions: Interactions

    @property
    def stars(self) -> tuple[float, ...]:
        """Star values of the data, ascending."""
        return self.model.stars

    @cached_property
    def counts(self) -> np.ndarray:
        """Ratings of each movie of the catalogue, int64 (movies,)."""
        return np.bincount(self.interactions.movies, minlength=len(self.catalogue))

    @cached_property
    def mean_ratings(self) -> np.ndarray:
        """Mean rating of each movie in stars, float64 (movies,), NaN without ratings."""
        return self._mean_by_movie(self.interactions.stars)

    @cached_property
    def liked_shares(self) -> np.ndarray:
        """Share of liked ratings of each movie, float64 (movies,), NaN without ratings."""
        return self._mean_by_movie(self.interactions.stars >= LIKED_SHARE * self.stars[-1])

    def _mean_by_movie(self, values: np.ndarray) -> np.ndarray:
        """The mean of one value per rating."""
        sums = np.bincount(self.interactions.movies, values, len(self.catalogue))
        return np.divide(sums, self.counts, out=np.full(len(self.catalogue), np.nan), where=self.counts > 0)

    def display_title(self, movie_id: int) -> str:
        """The title of a movie of the catalogue as it is shown, without its year."""
        return str(self.display_titles[self.catalogue.positions(np.array([movie_id]))[0]])

    @cached_property
    def display_titles(self) -> np.ndarray:
        """`display_title` of each movie, object (movies,)."""
        return np.array([display_title(title) for title in self.catalogue.titles], object)

    @cached_property
    def titles(self) -> Titles:
        """Entries of the catalogue with the same title."""
        return Titles.of(self.catalogue, self.counts)

    def score(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> dict[str, np.ndarray]:
        """Predict pairs of user and movie.

        Parameters
        ----------
        interactions : Interactions
            Histories, one row per user.
        rows : ndarray of int64, shape (pairs,)
            Rows of `interactions`; -1 is a user without a history.
        movies : ndarray of int64, shape (pairs,)
            Catalogue positions.

        Returns
        -------
        dict of str to ndarray of float64, shape (pairs,)
            The columns rating (predicted star), expected (stars) and p_* (probability of each star).
        """
        distinct, rows = np.unique(rows, return_inverse=True)
        users = interactions.take(distinct)
        chunks = [
            self.model.predict_proba(
                self.features.transform(users, rows[low : low + CHUNK_PAIRS], movies[low : low + CHUNK_PAIRS])
            )
            for low in range(0, len(rows), CHUNK_PAIRS)
        ]
        probabilities = np.vstack([np.empty((0, len(self.stars))), *chunks])
        columns = dict(zip(probability_columns(self.stars), probabilities.T, strict=True))
        rating = argmax_rating(probabilities, self.stars)
        return {RATING: rating, EXPECTED: probabilities @ np.array(self.stars), **columns}
