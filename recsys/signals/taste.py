"""Taste as a Gaussian process over movies: one covariance for all, each user solved exactly from their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.linalg import lapack

from recsys.catalogue import Catalogue
from recsys.histories import Histories, by_user, sums
from recsys.schema import star_name
from recsys.signals import Context, definite
from recsys.signals.bias import Bias
from recsys.signals.company import Company
from recsys.signals.habits import learn_habits, shares
from recsys.signals.kernels import movie_kernel
from recsys.signals.profile import AXES, profile

NOISE = 0.25  # variance, in squared stars, of a rating around the person's own taste
RIDGE = 150.0  # of the regression on the profile
START_DAMPING, ERROR_DAMPING, NEAR_DAMPING = 5.0, 5.0, 0.5
LONGEST = 250  # ratings of one person that are solved together while learning: work grows with their cube


@dataclass(frozen=True)
class Taste:
    """What people's tastes for movies have in common, learned by EM from incomplete rows.

    Yu, Zhu, Lafferty and Gong 2009 (doi 10.1145/1571941.1571979); leave-one-out in closed form as Rasmussen and
    Williams, Gaussian Processes for Machine Learning, equation 5.12. The mean of a user's row is a regression on
    their profile. Targets are the indicators of a rating at or over each level, a level being every star but the
    lowest; they share one covariance, so what is expected of all levels together is a distribution.
    """

    stars: np.ndarray  # float64 (stars,)
    occupations: np.ndarray  # str (occupations,)
    movie_axes: np.ndarray  # float32 (movies, axes), for the profile
    movie_covariance: np.ndarray  # float32 (movies, movies)
    movie_regression: np.ndarray  # float32 (movies, parts of the profile, levels)
    given: np.ndarray  # float64 (points, stars), see `habits`
    error: np.ndarray  # float64 ()
    movie_departure: np.ndarray  # float64 (movies, stars)
    movie_error: np.ndarray  # float64 (movies,)

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Start from what movies are and from their mean ratings, then sweep; learn the habits last."""
        bias, company = context.fitted[Bias], context.fitted[Company]
        stars, nothing = np.array(context.stars), np.zeros(0)
        taste = cls(
            stars=stars,
            occupations=context.vocabulary.occupations,
            movie_axes=company.movie_axes[:, :AXES],
            movie_covariance=movie_kernel(histories, catalogue, bias, company),
            movie_regression=nothing,
            given=nothing,
            error=nothing,
            movie_departure=nothing,
            movie_error=nothing,
        )
        taste = replace(taste, movie_regression=taste._start(histories))
        for _ in range(context.recipe.sweeps):
            taste = taste._sweep(histories)
        return replace(taste, **learn_habits(histories, taste._left_out, stars, len(catalogue)))

    def names(self) -> list[str]:
        named = [star_name(star) for star in self.stars]
        over = [f"taste_over_{star}" for star in named[1:]]
        stars = [f"{what}_{star}" for what in ("taste_given", "taste_near", "movie_departure") for star in named]
        return [
            "taste",
            *over,
            "taste_new",
            "taste_doubt",
            *stars,
            "near_weight",
            "near_left",
            "user_error",
            "movie_error",
        ]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        found = np.empty((len(rows), len(self.names())), np.float32)
        profiles = self._profile(histories)
        for user, here in by_user(rows):
            mine = histories.span(user)
            row = _Row.solve(self, histories.movies[mine], histories.stars[mine], profiles[user])
            found[here] = self._describe(row, movies[here])
        return found

    def _describe(self, row: _Row, movies: np.ndarray) -> np.ndarray:
        """The features of one user's movies. In float64, so that one movie alone is told as among others."""
        root, steps = row.root(), np.diff(self.stars)
        left = row.left((root.astype(np.float64) ** 2).sum(0), steps)
        covariance = self.between(movies, row.movies)
        own = self.own[movies]
        shift = covariance.astype(np.float64) @ row.weights
        over = row.expected(self, movies) + shift
        new = shift @ steps / (1 + len(row.movies))
        expected = self.stars[0] + over @ steps
        given = shares(expected, self.given, self.stars)
        doubt = own - ((covariance @ root.T) ** 2).sum(1)
        near = np.maximum(covariance, 0).astype(np.float64) ** 2  # over both variances: the squared correlation
        told = np.column_stack([np.ones(len(left)), row.stars[:, None] == self.stars, left])
        told = near @ (told / self.own[row.movies][:, None]) / own[:, None]
        weight = told[:, :1]
        near_shares = (told[:, 1:-1] + NEAR_DAMPING * given) / (weight + NEAR_DAMPING)
        near_left = told[:, -1] / (weight[:, 0] + NEAR_DAMPING)
        error = (left @ left + ERROR_DAMPING * self.error) / (len(left) + ERROR_DAMPING)
        habits = [given, near_shares, self.movie_departure[movies], weight, near_left]
        return np.column_stack(
            [expected, over, new, doubt, *habits, np.full(len(movies), error), self.movie_error[movies]]
        )

    def between(self, movies: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The covariance of each two of some movies, float32 (movies, others)."""
        return self.movie_covariance.take(_cells(movies, others, len(self.movie_covariance)))

    @cached_property
    def own(self) -> np.ndarray:
        """The variance of taste for each movie, float32 (movies,)."""
        return np.diag(self.movie_covariance)

    def _profile(self, histories: Histories) -> np.ndarray:
        return profile(histories, self.movie_axes, self.occupations)

    def _start(self, histories: Histories) -> np.ndarray:
        """The damped share of raters at or over each level, as the constant of the regression."""
        size, levels = len(self.movie_covariance), self.stars[1:]

        def totals(block: Histories) -> dict[str, np.ndarray]:
            reached = [np.bincount(block.movies, block.stars >= level, size) for level in levels]
            return {"over": np.stack(reached, axis=1), "count": np.bincount(block.movies, minlength=size)}

        found = sums(totals, histories)
        parts = self._profile(histories.take(np.array([-1]))).shape[1]
        regression = np.zeros((size, parts, len(levels)), np.float32)
        overall = found["over"].sum(0) / max(found["count"].sum(), 1)
        regression[:, 0] = (found["over"] + START_DAMPING * overall) / (found["count"][:, None] + START_DAMPING)
        return regression

    def _sweep(self, histories: Histories) -> Self:
        """One EM step: the covariance moves by what the users' rows show of it, so does the regression."""
        found = sums(self._expect, histories)
        size, parts, levels = found["lift"].shape
        before = self.movie_covariance
        scatter = before @ definite.whole(np.triu(found.pop("scatter")))
        covariance = scatter @ before
        del scatter  # each table of movies by movies is let go as soon as it can be
        covariance /= np.float32(max(found["users"], 1))
        covariance += before
        penalty = np.diag([0.0, *[RIDGE] * (parts - 1)])
        lift = found["lift"].transpose(1, 0, 2).reshape(parts, -1)
        step = np.linalg.solve(found["gram"] + penalty, lift).reshape(parts, size, levels)
        moved = before @ step.transpose(1, 0, 2).reshape(size, -1).astype(np.float32)
        return replace(
            self,
            movie_covariance=(covariance + covariance.T) / 2,
            movie_regression=self.movie_regression + moved.reshape(size, parts, levels),
        )

    def _expect(self, block: Histories) -> dict[str, np.ndarray]:
        """What a block of users shows: sums that the covariance and the regression move by.

        Of `scatter` only the half above the diagonal and the diagonal are right.
        """
        size, profiles, steps = len(self.movie_covariance), self._profile(block), np.diff(self.stars)
        scatter, weights = np.zeros(size * size, np.float32), np.zeros((len(block.movies), len(steps)), np.float32)
        pieces = list(_pieces(block))
        for user, piece in pieces:
            row = _Row.solve(self, block.movies[piece], block.stars[piece], profiles[user])
            pull = (row.weights @ steps).astype(np.float32)
            scatter[_cells(row.movies, row.movies, size)] += np.outer(pull, pull) - definite.half_inverse(row.factor).T
            weights[piece] = row.weights
        lift = [block.dense(level, size).T @ profiles.astype(np.float32) for level in weights.T]
        shown = profiles[[user for user, _ in pieces]]
        return {
            "scatter": scatter.reshape(size, size),
            "lift": np.stack(lift, axis=2),
            "gram": shown.T @ shown,
            "users": np.asarray(len(shown)),
        }

    def _left_out(self, block: Histories) -> np.ndarray:
        """What each rating was expected to be from the same user's other ratings, float64 (ratings,)."""
        profiles, steps, left = self._profile(block), np.diff(self.stars), np.zeros(len(block.movies))
        for user, piece in _pieces(block):
            row = _Row.solve(self, block.movies[piece], block.stars[piece], profiles[user])
            left[piece] = row.left(np.diag(definite.half_inverse(row.factor)), steps)
        return block.stars - left


def _cells(movies: np.ndarray, others: np.ndarray, size: int) -> np.ndarray:
    """Where each two movies stand in a flat table over the catalogue: several times faster than two indices."""
    return movies[:, None] * np.int64(size) + others


def _pieces(block: Histories) -> Iterator[tuple[int, np.ndarray]]:
    """Each user with the places of their ratings, long rows in several parts of at most `LONGEST`."""
    for user in np.flatnonzero(block.counts):
        mine = np.arange(block.start[user], block.start[user + 1])
        parts = -(-len(mine) // LONGEST)
        yield from ((user, mine[part::parts]) for part in range(parts))


@dataclass(frozen=True)
class _Row:
    """One user solved: what their ratings weigh in every expectation."""

    movies: np.ndarray  # (ratings,)
    stars: np.ndarray  # (ratings,)
    profile: np.ndarray  # (parts,)
    factor: np.ndarray  # float32 (ratings, ratings), lower Cholesky factor of the ratings' covariance
    weights: np.ndarray  # float64 (ratings, levels), inverse covariance times what the profile does not explain

    @classmethod
    def solve(cls, taste: Taste, movies: np.ndarray, stars: np.ndarray, profile: np.ndarray) -> Self:
        noisy = taste.between(movies, movies)
        noisy.flat[:: len(movies) + 1] += np.float32(NOISE)
        row = cls(movies, stars, profile, noisy, np.zeros((0, len(taste.stars) - 1)))
        if not len(movies):
            return row
        factor = definite.factor(noisy)
        missed = (stars[:, None] >= taste.stars[1:]) - row.expected(taste, movies)
        weights, _ = lapack.spotrs(factor, missed.astype(np.float32), lower=True)
        return replace(row, factor=factor, weights=weights.astype(np.float64))

    def expected(self, taste: Taste, movies: np.ndarray) -> np.ndarray:
        """What the profile alone expects at or over each level, float64 (movies, levels)."""
        return np.tensordot(taste.movie_regression[movies].astype(np.float64), self.profile, (1, 0))

    def root(self) -> np.ndarray:
        """The inverse of the factor, float32 (ratings, ratings), lower."""
        return lapack.strtri(self.factor, lower=True)[0] if len(self.movies) else self.factor

    def left(self, precision: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Each rating less what the user's other ratings make expected of it, in stars, float64 (ratings,).

        `precision` is the diagonal of the ratings' inverse covariance.
        """
        return self.weights @ steps / precision
