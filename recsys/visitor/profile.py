"""A visitor's profile: ratings in order, movies saved, seen, hidden or skipped, and age, gender, occupation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.title_years import display_title, with_year

MOVIE_SETS = ("skipped", "saved", "seen", "hidden")  # of a profile: a movie is in at most one of them


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
    saved: tuple[MovieRef, ...] = ()  # to watch; may be rated
    seen: tuple[MovieRef, ...] = ()  # seen without a rating
    hidden: tuple[MovieRef, ...] = ()  # not interested
    who: Mapping[str, Any] = field(default_factory=dict)  # gender, age, occupation, where the visitor gave them

    @property
    def history(self) -> dict[int, float]:
        """Stars by movie id, as `Recommender.predict` and `top` take them."""
        return {rating.movie_ref.movie_id: rating.stars for rating in self.ratings}

    def rating(self, movie_id: int) -> UserRating | None:
        """The rating of a movie, or None."""
        return next((rating for rating in self.ratings if rating.movie_ref.movie_id == movie_id), None)

    @property
    def set_members(self) -> list[tuple[str, MovieRef]]:
        """Each movie of `MOVIE_SETS` with the name of its set."""
        return [(name, movie_ref) for name in MOVIE_SETS for movie_ref in getattr(self, name)]

    @property
    def movie_refs(self) -> list[MovieRef]:
        """All movies of the profile, a rated and saved one twice."""
        return [*(rating.movie_ref for rating in self.ratings), *(movie_ref for _, movie_ref in self.set_members)]

    @property
    def excluded_ids(self) -> tuple[int, ...]:
        """Movies that no list for the visitor shows, beside the rated ones: seen or hidden, ascending."""
        return tuple(sorted(movie_ref.movie_id for movie_ref in (*self.seen, *self.hidden)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return self == Profile()

    def rate(self, movie_ref: MovieRef, stars: float, prior: PriorPrediction | None = None) -> Self:
        """The profile with this rating; the movie is no longer saved, seen, hidden or skipped.

        A changed rating, or one of a movie set aside before, loses its prior prediction: the visitor has seen it.
        """
        before = self.rating(movie_ref.movie_id)
        if before is not None:
            changed = before if before.stars == stars else UserRating(movie_ref, stars)
            return replace(self, ratings=tuple(changed if rating is before else rating for rating in self.ratings))
        others = self.without(movie_ref.movie_id)
        rating = UserRating(movie_ref, stars, prior if len(others.skipped) == len(self.skipped) else None)
        return replace(others, ratings=(*self.ratings, rating))

    def skip(self, movie_ref: MovieRef) -> Self:
        """The profile with the movie set aside; its rating is removed."""
        return self.without(movie_ref.movie_id).put("skipped", movie_ref)

    def put(self, movie_set: str, *movie_refs: MovieRef) -> Self:
        """The profile with the movies as the latest of one of `MOVIE_SETS`, and in no other.

        A rating stays. A rated movie can be saved, to see it again; to mark it as seen, hidden or skipped changes
        nothing.
        """
        rated = () if movie_set == "saved" else self.history
        members = {movie_ref.movie_id: movie_ref for movie_ref in movie_refs if movie_ref.movie_id not in rated}
        kept = self._sets_without(members)
        return replace(self, **{**kept, movie_set: (*kept[movie_set], *members.values())})

    def remove(self, movie_set: str, movie_id: int) -> Self:
        """The profile without this movie in one of `MOVIE_SETS`; its rating stays."""
        return replace(self, **{movie_set: self._sets_without({movie_id})[movie_set]})

    def without(self, movie_id: int) -> Self:
        """The profile without anything about this movie."""
        ratings = tuple(rating for rating in self.ratings if rating.movie_ref.movie_id != movie_id)
        return replace(self, ratings=ratings, **self._sets_without({movie_id}))

    def _sets_without(self, movie_ids: Collection[int]) -> dict[str, tuple[MovieRef, ...]]:
        return {
            name: tuple(movie_ref for movie_ref in getattr(self, name) if movie_ref.movie_id not in movie_ids)
            for name in MOVIE_SETS
        }
