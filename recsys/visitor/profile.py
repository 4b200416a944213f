"""A visitor's profile: the movies they rated, in order, the ones they set aside, and age, gender and occupation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.title_years import display_title, with_year


@dataclass(frozen=True)
class MovieRef:
    """A movie by id, with the title and year that find it again in another catalogue."""

    movie_id: int
    title: str
    year: int | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, movie_id: int) -> Self:
        """The movie as this catalogue has it; the id must be in the catalogue."""
        position = int(catalogue.positions(np.array([movie_id]))[0])
        year = catalogue.years[position]
        return cls(int(movie_id), catalogue.titles[position], None if np.isnan(year) else int(year))

    @property
    def display_title(self) -> str:
        """The title for display, with the year: `The Godfather (1972)`."""
        return with_year(display_title(self.title), self.year)


@dataclass(frozen=True)
class PriorPrediction:
    """Expected rating before the rating was given, in stars: by the model, and by the damped bias."""

    expected: float
    baseline: float


@dataclass(frozen=True)
class UserRating:
    """One rating; `prior` only if it was given before its prediction was shown."""

    movie_ref: MovieRef
    stars: float
    prior: PriorPrediction | None = None


@dataclass(frozen=True)
class Profile:
    """One visitor. Immutable: each method returns a new profile."""

    ratings: tuple[UserRating, ...] = ()  # each movie once, in the order of rating
    skipped: tuple[MovieRef, ...] = ()  # not seen, or their rating removed; not asked again
    who: Mapping[str, Any] = field(default_factory=dict)  # gender, age, occupation, where the visitor gave them

    @property
    def history(self) -> dict[int, float]:
        """Stars by movie id, as `Recommender.predict` and `top` take them."""
        return {rating.movie_ref.movie_id: rating.stars for rating in self.ratings}

    def rating(self, movie_id: int) -> UserRating | None:
        """The rating of a movie, or None."""
        return next((rating for rating in self.ratings if rating.movie_ref.movie_id == movie_id), None)

    def rate(self, movie_ref: MovieRef, stars: float, prior: PriorPrediction | None = None) -> Self:
        """The profile with this rating.

        A changed rating, or one of a movie set aside before, loses its prior prediction: the visitor has seen it.
        """
        before = self.rating(movie_ref.movie_id)
        if before is not None:
            changed = before if before.stars == stars else UserRating(movie_ref, stars)
            return replace(self, ratings=tuple(changed if rating is before else rating for rating in self.ratings))
        skipped = self._skipped_without(movie_ref)
        rating = UserRating(movie_ref, stars, prior if len(skipped) == len(self.skipped) else None)
        return replace(self, ratings=(*self.ratings, rating), skipped=skipped)

    def skip(self, movie_ref: MovieRef) -> Self:
        """The profile with the movie set aside; its rating is removed."""
        ratings = tuple(rating for rating in self.ratings if rating.movie_ref.movie_id != movie_ref.movie_id)
        return replace(self, ratings=ratings, skipped=(*self._skipped_without(movie_ref), movie_ref))

    def _skipped_without(self, movie_ref: MovieRef) -> tuple[MovieRef, ...]:
        return tuple(skipped for skipped in self.skipped if skipped.movie_id != movie_ref.movie_id)
