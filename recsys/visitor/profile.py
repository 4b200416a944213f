"""A visitor's profile: what they rated, in order, what they set aside, and what they told of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.schema import display_title, with_year


@dataclass(frozen=True)
class MovieRef:
    """A movie by id, with the title and year that find it again in another catalogue."""

    movie_id: int
    title: str
    year: int | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, movie_id: int) -> Self:
        """The movie as this catalogue has it; the id must be one of its own."""
        position = int(catalogue.positions(np.array([movie_id]))[0])
        year = catalogue.years[position]
        return cls(int(movie_id), catalogue.titles[position], None if np.isnan(year) else int(year))

    @property
    def said(self) -> str:
        """The title as people say it, with the year: `The Godfather (1972)`."""
        return with_year(display_title(self.title), self.year)


@dataclass(frozen=True)
class PriorPrediction:
    """What was expected of a rating before it was given, in stars: by the model, and by the damped bias."""

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
    """One visitor. Never changed: each method gives a new one."""

    ratings: tuple[UserRating, ...] = ()  # each movie once, in the order of rating
    skipped: tuple[MovieRef, ...] = ()  # not seen, or a rating taken back; not asked again
    who: Mapping[str, Any] = field(default_factory=dict)  # gender, age, occupation, as far as told

    @property
    def history(self) -> dict[int, float]:
        """Stars by movie id, as `Recommender.predict` and `top` take them."""
        return {given.movie_ref.movie_id: given.stars for given in self.ratings}

    def rating(self, movie_id: int) -> UserRating | None:
        """The rating of a movie, or None."""
        return next((given for given in self.ratings if given.movie_ref.movie_id == movie_id), None)

    def rate(self, movie_ref: MovieRef, stars: float, prior: PriorPrediction | None = None) -> Self:
        """With this rating. A changed one, or one of a movie set aside before, counts as given with foreknowledge."""
        before = self.rating(movie_ref.movie_id)
        if before is not None:
            changed = before if before.stars == stars else UserRating(movie_ref, stars)
            return replace(self, ratings=tuple(changed if each is before else each for each in self.ratings))
        skipped = movie_ref.movie_id in {each.movie_id for each in self.skipped}
        kept = tuple(each for each in self.skipped if each.movie_id != movie_ref.movie_id)
        return replace(
            self, ratings=(*self.ratings, UserRating(movie_ref, stars, None if skipped else prior)), skipped=kept
        )

    def skip(self, movie_ref: MovieRef) -> Self:
        """With the movie set aside; a rating of it is taken back."""
        ratings = tuple(each for each in self.ratings if each.movie_ref.movie_id != movie_ref.movie_id)
        kept = tuple(each for each in self.skipped if each.movie_id != movie_ref.movie_id)
        return replace(self, ratings=ratings, skipped=(*kept, movie_ref))
