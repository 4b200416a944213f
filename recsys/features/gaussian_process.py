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
from recsys.data.interactions import Interactions, by_user, sum_over_blocks
from recsys.features.cooccurrence_svd import CooccurrenceSvd
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context
from recsys.features.movie_kernel import movie_kernel
from recsys.features.posterior import Evidence, Posterior
from recsys.features.rating_calibration import GRID, learn_calibration, shares
from recsys.features.user_covariates import AXES, PARTS, profile
from recsys.schema import star_name

NOISE = 0.25  # variance, in squared stars, of a rating around the person's own taste
RIDGE = 150.0  # of the regression on the profile
START_DAMPING, ERROR_DAMPING, NEAR_DAMPING = 5.0, 5.0, 0.5
LONGEST = 250  # ratings of one person that are solved together while learning: work grows with their cube


@dataclass(frozen=True)
class GaussianProcess:
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
    calibration: np.ndarray = array("float64", GRID, "stars")  # see `rating_calibration`
    error: np.ndarray = array("float64")
    movie_residual_share: np.ndarray = array("float64", "movies", "stars")
    movie_error: np.ndarray = array("float64", "movies")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Start from what movies are and from their mean ratings, then sweep; learn the habits last."""
        bias, company = context.fitted[DampedBias], context.fitted[CooccurrenceSvd]
        stars, nothing = np.array(context.stars), np.zeros(0)
        taste = cls(
            stars=stars,
            occupations=context.vocabulary.occupations,
            movie_axes=company.movie_axes[:, :AXES],
            movie_covariance=movie_kernel(interactions, catalogue, bias, company),
            movie_regression=nothing,
            calibration=nothing,
            error=nothing,
            movie_residual_share=nothing,
            movie_error=nothing,
        )
        taste = replace(taste, movie_regression=taste._start(interactions))
        for _ in range(context.config.em_iterations):
            taste = taste._sweep(interactions)
        return replace(taste, **learn_calibration(interactions, taste._loo_residual, stars, len(catalogue)))

    def names(self) -> list[str]:
        named = [star_name(star) for star in self.stars]
        over = [f"gp_over_{star}" for star in named[1:]]
        stars = [f"{what}_{star}" for what in ("calibration", "neighbour_share", "movie_residual") for star in named]
        rest = ["neighbour_weight", "neighbour_residual", "user_error", "movie_error"]
        return ["gp_expected", *over, "gp_new", "gp_variance", *stars, *rest]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        columns = np.empty((len(rows), len(self.names())), np.float32)
        profiles = self._profile(interactions)
        for user, here in by_user(rows):
            span = interactions.span(user)
            rated, stars = interactions.movies[span], interactions.stars[span]
            columns[here] = self._columns(self._evidence(rated, stars, profiles[user], movies[here]), movies[here])
        return columns

    def transform_without_each(
        self, user_history: Interactions, places: np.ndarray, shortened: Interactions, movie: int
    ) -> np.ndarray:
        """`transform` of one movie for each of the shortened histories, from one solve of the whole one."""
        rated, stars, movies = user_history.movies, user_history.stars, np.full(len(places), movie)
        profile, profiles = self._profile(user_history)[0], self._profile(shortened)
        mean_change = np.einsum("npl,tp->tnl", self.movie_regression[rated], profiles - profile, optimize=True)
        covariance = self.between(np.array([movie]), rated)[0]
        left = self._solve(rated, stars, profile).without_each(places, mean_change, covariance)
        residuals = left.weights @ np.diff(self.stars) / left.precision
        near = self._closeness(covariance[None], np.array([movie]), rated) * (places[:, None] != np.arange(len(rated)))
        evidence = Evidence(
            mean=profiles @ self.movie_regression[movie].astype(np.float64),
            shift=np.einsum("n,tnl->tl", covariance.astype(np.float64), left.weights),
            variance=self.own[movie] - left.explained,
            neighbour_stars=near @ (stars[:, None] == self.stars),
            neighbour_residual=(near * residuals).sum(1),
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
            neighbour_stars=near @ (stars[:, None] == self.stars),
            neighbour_residual=near @ residuals,
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
        calibration = shares(expected, self.calibration, self.stars)
        weight = evidence.neighbour_stars.sum(1, keepdims=True)
        neighbour_shares = (evidence.neighbour_stars + NEAR_DAMPING * calibration) / (weight + NEAR_DAMPING)
        error = (evidence.squares + ERROR_DAMPING * self.error) / (evidence.count + ERROR_DAMPING)
        blocks = [expected, over, evidence.shift @ steps / (1 + evidence.count), evidence.variance]
        blocks += [calibration, neighbour_shares, self.movie_residual_share[movies], weight]
        blocks += [evidence.neighbour_residual / (weight[:, 0] + NEAR_DAMPING), error, self.movie_error[movies]]
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

    def _profile(self, interactions: Interactions) -> np.ndarray:
        return profile(interactions, self.movie_axes, self.occupations)

    def _start(self, interactions: Interactions) -> np.ndarray:
        """The damped share of raters at or over each level, as the constant of the regression."""
        size, levels = len(self.movie_covariance), self.stars[1:]

        def totals(block: Interactions) -> dict[str, np.ndarray]:
            reached = [np.bincount(block.movies, block.stars >= level, size) for level in levels]
            return {"over": np.stack(reached, axis=1), "count": np.bincount(block.movies, minlength=size)}

        found = sum_over_blocks(totals, interactions)
        parts = self._profile(interactions.take(np.array([-1]))).shape[1]
        regression = np.zeros((size, parts, len(levels)), np.float32)
        overall = found["over"].sum(0) / max(found["count"].sum(), 1)
        regression[:, 0] = (found["over"] + START_DAMPING * overall) / (found["count"][:, None] + START_DAMPING)
        return regression

    def _sweep(self, interactions: Interactions) -> Self:
        """One EM step: the covariance moves by what the users' rows show of it, so does the regression."""
        found = sum_over_blocks(self._expect, interactions)
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

    def _expect(self, block: Interactions) -> dict[str, np.ndarray]:
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

    def _loo_residual(self, block: Interactions) -> np.ndarray:
        """What each rating was expected to be from the same user's other ratings, float64 (ratings,)."""
        profiles, steps, left = self._profile(block), np.diff(self.stars), np.zeros(len(block.movies))
        for user, piece in _pieces(block):
            posterior = self._solve(block.movies[piece], block.stars[piece], profiles[user])
            left[piece] = posterior.weights @ steps / posterior.precision()
        return block.stars - left


def _cells(movies: np.ndarray, others: np.ndarray, size: int) -> np.ndarray:
    """Where each two movies stand in a flat table over the catalogue: several times faster than two indices."""
    return movies[:, None] * np.int64(size) + others


def _pieces(block: Interactions) -> Iterator[tuple[int, np.ndarray]]:
    """Each user with the places of their ratings, long rows in several parts of at most `LONGEST`."""
    for user in np.flatnonzero(block.counts):
        mine = np.arange(block.start[user], block.start[user + 1])
        parts = -(-len(mine) // LONGEST)
        yield from ((user, mine[part::parts]) for part in range(parts))
