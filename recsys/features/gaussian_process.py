"""A Gaussian process over movies: one covariance for all users, each user solved exactly from their history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core import cholesky
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user, sum_over_blocks
from recsys.features.cooccurrence_svd import CooccurrenceSvd
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context
from recsys.features.level_shares import level_shares
from recsys.features.movie_kernel import movie_kernel
from recsys.features.posterior import Posterior, PosteriorSummary, RecentPosteriors, flat_positions, history_pieces
from recsys.features.rating_calibration import learn_calibration, star_shares
from recsys.features.user_covariates import COVARIATES, user_covariates
from recsys.schema import star_name


@dataclass(frozen=True)
class GaussianProcess:
    """Users' tastes as draws from one Gaussian process over movies, learned by EM from incomplete rows.

    Targets are the indicators of a rating at or over each level, a level being every star but the lowest. They share
    one covariance, so the expectations of all levels together are a distribution. The mean of a user's row is a
    regression on their covariates.

    References
    ----------
    Yu, Zhu, Lafferty and Gong 2009, doi 10.1145/1571941.1571979; leave-one-out in closed form as Rasmussen and
    Williams 2006, Gaussian Processes for Machine Learning, equation 5.12.
    """

    config: TrainingConfig
    stars: np.ndarray = array("float64", "stars")
    occupations: np.ndarray = array("str", "occupations")
    movie_axes: np.ndarray = array("float32", "movies", "axes")  # for the covariates
    movie_covariance: np.ndarray = array("float32", "movies", "movies")
    movie_regression: np.ndarray = array("float32", "movies", COVARIATES, "stars + -1")  # on each covariate, by level
    calibration: np.ndarray = array("float64", "points", "stars")  # see `rating_calibration`
    error: np.ndarray = array("float64")
    movie_residual_share: np.ndarray = array("float64", "movies", "stars")
    movie_error: np.ndarray = array("float64", "movies")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Start from the movie kernel and mean ratings, then EM steps; learn the calibration last."""
        bias, svd, config = context.fitted[DampedBias], context.fitted[CooccurrenceSvd], context.config
        stars, empty = np.array(context.stars), np.zeros(0)
        process = cls(
            stars=stars,
            occupations=context.vocabulary.occupations,
            movie_axes=svd.movie_axes[:, : config.user_covariates.axes],
            movie_covariance=movie_kernel(interactions, catalogue, bias, svd, config.movie_kernel),
            config=config,
            **dict.fromkeys(("movie_regression", "calibration", "error", "movie_residual_share", "movie_error"), empty),
        )
        process = replace(process, movie_regression=process._start(interactions))
        for _ in range(config.gaussian_process.em_iterations):
            process = process._em_step(interactions)
        learned = learn_calibration(
            interactions, process._loo_expected, stars, len(catalogue), config.rating_calibration
        )
        return replace(process, **learned)

    def names(self) -> list[str]:
        stars = [star_name(star) for star in self.stars]
        over = [f"gp_over_{star}" for star in stars[1:]]
        shares = [f"{what}_{star}" for what in ("calibration", "neighbour_share", "movie_residual") for star in stars]
        errors = ["neighbour_weight", "neighbour_residual", "user_error", "movie_error"]
        return ["gp_expected", *over, "gp_new", "gp_variance", *shares, *errors]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        columns = np.empty((len(rows), len(self.names())), np.float32)
        covariates = self._covariates(interactions)
        for user, pairs in by_user(rows):
            row = interactions.row_slice(user)
            rated, stars = interactions.movies[row], interactions.stars[row]
            summary = self._summarise(rated, stars, covariates[user], movies[pairs])
            columns[pairs] = self._columns(summary, movies[pairs])
        return columns

    def transform_without_each(
        self,
        user_history: Interactions,
        omitted: np.ndarray,
        shortened: Interactions,
        rows: np.ndarray,
        movies: np.ndarray,
    ) -> np.ndarray:
        """`transform` of the shortened histories, from one solve of the whole one."""
        rated, stars = user_history.movies, user_history.stars
        covariates, shortened_covariates = self._covariates(user_history)[0], self._covariates(shortened)
        change = shortened_covariates - covariates
        mean_change = np.einsum("npl,tp->tnl", self.movie_regression[rated], change, optimize=True)
        covariance = self.covariance(movies, rated)
        posterior = self._posterior(rated, stars, covariates).without_each(omitted, mean_change)
        residuals = posterior.weights @ np.diff(self.stars) / posterior.precision
        is_left = (omitted[:, :, None] != np.arange(len(rated))).all(axis=1)
        closeness = self._closeness(covariance, movies, rated) * is_left[rows]
        summary = PosteriorSummary(
            mean=np.einsum("tp,tpl->tl", shortened_covariates[rows], self.movie_regression[movies].astype(np.float64)),
            shift=(covariance[:, None].astype(np.float64) @ posterior.weights[rows])[:, 0],
            variance=self.variance[movies] - posterior.explained(covariance, rows),
            neighbour_stars=closeness @ (stars[:, None] == self.stars),
            neighbour_residual=(closeness * residuals[rows]).sum(1),
            squares=(residuals**2).sum(1)[rows],
            count=shortened.counts[rows],
        )
        return self._columns(summary, movies).astype(np.float32)

    def _summarise(
        self, rated: np.ndarray, stars: np.ndarray, covariates: np.ndarray, movies: np.ndarray
    ) -> PosteriorSummary:
        """The posterior of some movies for one user. In float64, so that one movie alone is as among others."""
        posterior = self._posterior(rated, stars, covariates)
        root, covariance = posterior.root, self.covariance(movies, rated)
        residuals = posterior.weights @ np.diff(self.stars) / (root.astype(np.float64) ** 2).sum(0)
        closeness = self._closeness(covariance, movies, rated)
        return PosteriorSummary(
            mean=self._mean(movies, covariates),
            shift=covariance.astype(np.float64) @ posterior.weights,
            variance=self.variance[movies] - ((covariance @ root.T) ** 2).sum(1),
            neighbour_stars=closeness @ (stars[:, None] == self.stars),
            neighbour_residual=closeness @ residuals,
            squares=np.full(len(movies), residuals @ residuals),
            count=np.full(len(movies), len(rated)),
        )

    def _closeness(self, covariance: np.ndarray, movies: np.ndarray, rated: np.ndarray) -> np.ndarray:
        """The squared correlation of some movies with the rated ones, 0 where it is negative, (movies, ratings)."""
        return np.maximum(covariance, 0).astype(np.float64) ** 2 / self.variance[rated] / self.variance[movies][:, None]

    def _columns(self, summary: PosteriorSummary, movies: np.ndarray) -> np.ndarray:
        """The features `names` of some movies, float64 (movies, names)."""
        over, steps = summary.mean + summary.shift, np.diff(self.stars)
        config, damping = self.config.gaussian_process, self.config.gaussian_process.neighbour_damping
        expected = self.stars[0] + over @ steps
        calibration = star_shares(expected, self.calibration, self.stars)
        weight = summary.neighbour_stars.sum(1, keepdims=True)
        neighbour_shares = (summary.neighbour_stars + damping * calibration) / (weight + damping)
        error = (summary.squares + config.error_damping * self.error) / (summary.count + config.error_damping)
        blocks = [expected, over, summary.shift @ steps / (1 + summary.count), summary.variance]
        blocks += [calibration, neighbour_shares, self.movie_residual_share[movies], weight]
        blocks += [summary.neighbour_residual / (weight[:, 0] + damping), error, self.movie_error[movies]]
        return np.column_stack(blocks)

    def deviation(self, user_history: Interactions, movies: np.ndarray) -> np.ndarray:
        """How far one user's expected stars of some movies are from a user's of whom nothing is known, float64."""
        unknown, covariates = self._covariates(user_history.take(np.array([-1, 0])))
        posterior = self._posterior(user_history.movies, user_history.stars, covariates)
        shift = self.covariance(movies, user_history.movies).astype(np.float64) @ posterior.weights
        return (self._mean(movies, covariates) - self._mean(movies, unknown) + shift) @ np.diff(self.stars)

    def covariance(self, movies: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The covariance of each two of some movies, float32 (movies, others)."""
        return self.movie_covariance.take(flat_positions(movies, others, len(self.movie_covariance)))

    @cached_property
    def variance(self) -> np.ndarray:
        """The variance of users' taste for each movie, float32 (movies,)."""
        return np.diag(self.movie_covariance)

    @cached_property
    def _recent(self) -> RecentPosteriors:
        return RecentPosteriors()

    def _posterior(self, rated: np.ndarray, stars: np.ndarray, covariates: np.ndarray) -> Posterior:
        """`_solve`, at once for a recent user."""
        return self._recent.get((rated, stars, covariates), self._solve)

    def _solve(self, rated: np.ndarray, stars: np.ndarray, covariates: np.ndarray) -> Posterior:
        """The posterior of one user, from their rated movies, stars and covariates."""
        noisy = self.covariance(rated, rated)
        noisy.flat[:: len(rated) + 1] += np.float32(self.config.gaussian_process.noise)
        return Posterior.solve(noisy, (stars[:, None] >= self.stars[1:]) - self._mean(rated, covariates))

    def _mean(self, movies: np.ndarray, covariates: np.ndarray) -> np.ndarray:
        """The expectation at or over each level from the covariates alone, float64 (movies, levels)."""
        return np.tensordot(self.movie_regression[movies].astype(np.float64), covariates, (1, 0))

    def _covariates(self, interactions: Interactions) -> np.ndarray:
        return user_covariates(interactions, self.movie_axes, self.occupations, self.config)

    def _start(self, interactions: Interactions) -> np.ndarray:
        """The damped share of raters at or over each level, as the constant of the regression."""
        size, levels, damping = len(self.movie_covariance), self.stars[1:], self.config.gaussian_process.start_damping
        covariates = self._covariates(interactions.take(np.array([-1]))).shape[1]
        regression = np.zeros((size, covariates, len(levels)), np.float32)
        regression[:, 0] = level_shares(interactions, size, levels, damping)
        return regression

    def _em_step(self, interactions: Interactions) -> Self:
        """One EM step of the covariance and the regression, from the posteriors of all users."""
        sums = sum_over_blocks(self._posterior_sums, interactions)
        size, covariates, levels = sums["lift"].shape
        before = self.movie_covariance
        scatter = before @ cholesky.whole(np.triu(sums.pop("scatter")))
        covariance = scatter @ before
        del scatter  # each table of movies by movies is freed as soon as it can be
        covariance /= np.float32(max(sums["users"], 1))
        covariance += before
        penalty = np.diag([0.0, *[self.config.gaussian_process.ridge] * (covariates - 1)])
        lift = sums["lift"].transpose(1, 0, 2).reshape(covariates, -1)
        step = np.linalg.solve(sums["gram"] + penalty, lift).reshape(covariates, size, levels)
        change = before @ step.transpose(1, 0, 2).reshape(size, -1).astype(np.float32)
        return replace(
            self,
            movie_covariance=(covariance + covariance.T) / 2,
            movie_regression=self.movie_regression + change.reshape(size, covariates, levels),
        )

    def _posterior_sums(self, block: Interactions) -> dict[str, np.ndarray]:
        """Sums over a block of users that one EM step needs.

        Of `scatter` only the diagonal and the half above it are right.
        """
        size, covariates, steps = len(self.movie_covariance), self._covariates(block), np.diff(self.stars)
        scatter, weights = np.zeros(size * size, np.float32), np.zeros((len(block.movies), len(steps)), np.float32)
        pieces = list(history_pieces(block, self.config.gaussian_process.longest_history))
        for user, piece in pieces:
            rated = block.movies[piece]
            posterior = self._solve(rated, block.stars[piece], covariates[user])
            weight = (posterior.weights @ steps).astype(np.float32)
            half = cholesky.half_inverse(posterior.factor)
            scatter[flat_positions(rated, rated, size)] += np.outer(weight, weight) - half.T
            weights[piece] = posterior.weights
        lift = [block.dense(level, size).T @ covariates.astype(np.float32) for level in weights.T]
        solved = covariates[[user for user, _ in pieces]]
        return {
            "scatter": scatter.reshape(size, size),
            "lift": np.stack(lift, axis=2),
            "gram": solved.T @ solved,
            "users": np.asarray(len(solved)),
        }

    def _loo_expected(self, block: Interactions) -> np.ndarray:
        """The expectation of each rating from the same user's other ratings, float64 (ratings,)."""
        covariates, steps, residual = self._covariates(block), np.diff(self.stars), np.zeros(len(block.movies))
        for user, piece in history_pieces(block, self.config.gaussian_process.longest_history):
            posterior = self._solve(block.movies[piece], block.stars[piece], covariates[user])
            residual[piece] = posterior.weights @ steps / posterior.precision()
        return block.stars - residual
