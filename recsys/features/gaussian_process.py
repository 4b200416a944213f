"""Taste as a Gaussian process over movies: one covariance for all, each user solved exactly from their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from recsys.core import cholesky
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories, by_user, sums
from recsys.features.cooccurrence_svd import Company
from recsys.features.damped_bias import Bias
from recsys.features.extractor import Context
from recsys.features.movie_kernel import movie_kernel
from recsys.features.posterior import Evidence, Posterior
from recsys.features.rating_calibration import GRID, learn_habits, shares
from recsys.features.user_covariates import AXES, PARTS, profile
from recsys.schema import star_name

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

    stars: np.ndarray = array("float64", "stars")
    occupations: np.ndarray = array("str", "occupations")
    movie_axes: np.ndarray = array("float32", "movies", "axes")  # for the profile
    movie_covariance: np.ndarray = array("float32", "movies", "movies")
    movie_regression: np.ndarray = array("float32", "movies", PARTS, "stars + -1")  # on each part, of each level
    given: np.ndarray = array("float64", GRID, "stars")  # see `rating_calibration`
    error: np.ndarray = array("float64")
    movie_departure: np.ndarray = array("float64", "movies", "stars")
    movie_error: np.ndarray = array("float64", "movies")

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
        rest = ["near_weight", "near_left", "user_error", "movie_error"]
        return ["taste", *over, "taste_new", "taste_doubt", *stars, *rest]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        columns = np.empty((len(rows), len(self.names())), np.float32)
        profiles = self._profile(histories)
        for user, here in by_user(rows):
            span = histories.span(user)
            rated, stars = histories.movies[span], histories.stars[span]
            columns[here] = self._columns(self._evidence(rated, stars, profiles[user], movies[here]), movies[here])
        return columns

    def transform_without_each(
        self, person: Histories, places: np.ndarray, shortened: Histories, movie: int
    ) -> np.ndarray:
        """`transform` of one movie for each of the shortened histories, from one solve of the whole one."""
        rated, stars, movies = person.movies, person.stars, np.full(len(places), movie)
        profile, profiles = self._profile(person)[0], self._profile(shortened)
        mean_change = np.einsum("npl,tp->tnl", self.movie_regression[rated], profiles - profile, optimize=True)
        covariance = self.between(np.array([movie]), rated)[0]
        left = self._solve(rated, stars, profile).without_each(places, mean_change, covariance)
        residuals = left.weights @ np.diff(self.stars) / left.precision
        near = self._closeness(covariance[None], np.array([movie]), rated) * (places[:, None] != np.arange(len(rated)))
        evidence = Evidence(
            mean=profiles @ self.movie_regression[movie].astype(np.float64),
            shift=np.einsum("n,tnl->tl", covariance.astype(np.float64), left.weights),
            variance=self.own[movie] - left.explained,
            near_stars=near @ (stars[:, None] == self.stars),
            near_residual=(near * residuals).sum(1),
            squares=(residuals**2).sum(1),
            count=np.full(len(places), len(rated) - 1),
        )
        return self._columns(evidence, movies).astype(np.float32)

    def _evidence(self, rated: np.ndarray, stars: np.ndarray, profile: np.ndarray, movies: np.ndarray) -> Evidence:
        """What one user's ratings say of some movies. In float64, so that one movie alone is as among others."""
        posterior = self._solve(rated, stars, profile)
        root, covariance = posterior.root(), self.between(movies, rated)
        residuals = posterior.weights @ np.diff(self.stars) / (root.astype(np.float64) ** 2).sum(0)
        near = self._closeness(covariance, movies, rated)
        return Evidence(
            mean=self._mean(movies, profile),
            shift=covariance.astype(np.float64) @ posterior.weights,
            variance=self.own[movies] - ((covariance @ root.T) ** 2).sum(1),
            near_stars=near @ (stars[:, None] == self.stars),
            near_residual=near @ residuals,
            squares=np.full(len(movies), residuals @ residuals),
            count=np.full(len(movies), len(rated)),
        )

    def _closeness(self, covariance: np.ndarray, movies: np.ndarray, rated: np.ndarray) -> np.ndarray:
        """The squared correlation of some movies with the rated ones, 0 where it is negative, (movies, ratings)."""
        return np.maximum(covariance, 0).astype(np.float64) ** 2 / self.own[rated] / self.own[movies][:, None]

    def _columns(self, evidence: Evidence, movies: np.ndarray) -> np.ndarray:
        """The features `names` of some movies, float64 (movies, names), from what is known of each."""
        over, steps = evidence.mean + evidence.shift, np.diff(self.stars)
        expected = self.stars[0] + over @ steps
        given = shares(expected, self.given, self.stars)
        weight = evidence.near_stars.sum(1, keepdims=True)
        near_shares = (evidence.near_stars + NEAR_DAMPING * given) / (weight + NEAR_DAMPING)
        error = (evidence.squares + ERROR_DAMPING * self.error) / (evidence.count + ERROR_DAMPING)
        blocks = [expected, over, evidence.shift @ steps / (1 + evidence.count), evidence.variance]
        blocks += [given, near_shares, self.movie_departure[movies], weight]
        blocks += [evidence.near_residual / (weight[:, 0] + NEAR_DAMPING), error, self.movie_error[movies]]
        return np.column_stack(blocks)

    def between(self, movies: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The covariance of each two of some movies, float32 (movies, others)."""
        return self.movie_covariance.take(_cells(movies, others, len(self.movie_covariance)))

    @cached_property
    def own(self) -> np.ndarray:
        """The variance of taste for each movie, float32 (movies,)."""
        return np.diag(self.movie_covariance)

    def _solve(self, rated: np.ndarray, stars: np.ndarray, profile: np.ndarray) -> Posterior:
        """The posterior of one user, from their rated movies, stars and profile."""
        noisy = self.between(rated, rated)
        noisy.flat[:: len(rated) + 1] += np.float32(NOISE)
        return Posterior.solve(noisy, (stars[:, None] >= self.stars[1:]) - self._mean(rated, profile))

    def _mean(self, movies: np.ndarray, profile: np.ndarray) -> np.ndarray:
        """What the profile alone expects at or over each level, float64 (movies, levels)."""
        return np.tensordot(self.movie_regression[movies].astype(np.float64), profile, (1, 0))

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
        scatter = before @ cholesky.whole(np.triu(found.pop("scatter")))
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
            rated = block.movies[piece]
            posterior = self._solve(rated, block.stars[piece], profiles[user])
            pull = (posterior.weights @ steps).astype(np.float32)
            half = cholesky.half_inverse(posterior.factor)
            scatter[_cells(rated, rated, size)] += np.outer(pull, pull) - half.T
            weights[piece] = posterior.weights
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
            posterior = self._solve(block.movies[piece], block.stars[piece], profiles[user])
            left[piece] = posterior.weights @ steps / posterior.precision()
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
