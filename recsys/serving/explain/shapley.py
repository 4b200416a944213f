"""Explanation of a prediction: Shapley values of five groups of features, and the user's ratings that matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from math import factorial

import numpy as np
import pandas as pd

from recsys.data.interactions import Interactions
from recsys.schema import BASE, EXPECTED, MOVIE, PROFILE_COLUMNS
from recsys.serving.candidate_scores import top_k
from recsys.serving.explain.loo_influence import INFLUENCES, influence_on, loo_influence
from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.prediction_set import ConformalThresholds, PredictionSet
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

RATING_HABITS, GENRE_TASTE, SIMILAR_MOVIES, MOVIE_REPUTATION, DEMOGRAPHICS = GROUPS = (
    "habits",
    "genres",
    "alike",
    "audience",
    "who",
)
GROUP_PREFIXES: dict[str, tuple[str, ...]] = {  # of the names of features; every feature is in exactly one group
    RATING_HABITS: ("bias_expected", "bias_user", "user_"),
    GENRE_TASTE: ("genre_",),
    SIMILAR_MOVIES: ("gp_", "calibration_", "neighbour_"),
    MOVIE_REPUTATION: ("bias_movie", "movie_", "raters_", "svd_", "ease", "usual_", "count_gap", "year_gap"),
    DEMOGRAPHICS: ("age", "gender_"),
}
BACKGROUND_MOVIES, GENRE_DAMPING = 200, 5.0


def group_of(name: str) -> str:
    """The group of a feature. Raises KeyError for a feature in none, or in more than one."""
    groups = [group for group, prefixes in GROUP_PREFIXES.items() if name.startswith(prefixes)]
    if len(groups) != 1:
        raise KeyError(f"the feature {name} is in {len(groups)} groups of reasons; put it in one of GROUP_PREFIXES")
    return groups[0]


def _shapley_weights(coalitions: np.ndarray) -> np.ndarray:
    """The weight of each coalition's value in each group's Shapley value, float64 (groups, coalitions)."""
    size, count = coalitions.sum(1), coalitions.shape[1]
    joining = [factorial(others) * factorial(count - others - 1) / factorial(count) for others in range(count)]
    weights = [np.where(member, np.take(joining, size - 1), -np.take([*joining, 0.0], size)) for member in coalitions.T]
    return np.array(weights)


COALITIONS = np.array(list(product([False, True], repeat=len(GROUPS))))  # bool (coalitions, groups), empty one first
SHAPLEY = _shapley_weights(COALITIONS)


@dataclass(frozen=True)
class Explanation:
    """Why a user is expected to give a movie so many stars: base + sum of contributions = expected.

    Attributes
    ----------
    movie_id : int
        The movie.
    expected : float
        Expected rating in stars, as predicted.
    base : float
        Expected rating of a user without history and profile, in stars.
    contributions : dict of str to float
        Shapley value of each of `GROUPS`, in stars.
    named_reason : NamedReason
        The user's liked ratings that raise it most.
    loo_influence : DataFrame
        The user's ratings that influence the prediction most, as `Explainer.loo_influence`.
    prediction_set : PredictionSet or None
        The interval of stars that probably contains the rating; None beside a rating that the user has given.
    """

    movie_id: int
    expected: float
    base: float
    contributions: dict[str, float]
    named_reason: NamedReason
    loo_influence: pd.DataFrame
    prediction_set: PredictionSet | None


@dataclass(frozen=True)
class Explainer:
    """Explains the predictions for one user, whose ratings are the single row of `user_history`."""

    scorer: Scorer
    user_history: Interactions
    thresholds: ConformalThresholds = field(default_factory=ConformalThresholds)  # of the prediction sets

    def contributions(self, movie_ids: Iterable[int]) -> pd.DataFrame:
        """Exact Shapley values of the expected rating, by group of features.

        A group's Shapley value is the change that it makes when it joins, averaged over all orders of joining. The
        features of an absent group are those of an empty history; without `DEMOGRAPHICS` the profile is unknown.

        Parameters
        ----------
        movie_ids : iterable of int
            Movies of the catalogue.

        Returns
        -------
        DataFrame
            One row per movie in the same order: movie_id, expected, base and each of `GROUPS`, in stars;
            base + contributions = expected.

        Raises
        ------
        UnknownIdError
            A movie is not in the catalogue.

        References
        ----------
        Shapley 1953; Lundberg and Lee 2017, arXiv 1705.07874.
        """
        positions = known_positions(self.scorer.catalogue, movie_ids)
        return self._contribution_table(positions, self._coalition_probabilities(positions))

    def _contribution_table(self, positions: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
        ids = self.scorer.catalogue.movie_ids[positions]
        expected = probabilities @ np.array(self.scorer.stars)
        contributions = dict(zip(GROUPS, SHAPLEY @ expected, strict=True))
        return pd.DataFrame({MOVIE: ids, EXPECTED: expected[-1], BASE: expected[0], **contributions})

    def loo_influence(self, movie_id: int, n: int = INFLUENCES) -> pd.DataFrame:
        """Leave-one-out influence of the user's own ratings on one prediction: see `loo_influence`."""
        return loo_influence(self.scorer, self.user_history, movie_id, n)

    def explain(self, movie_id: int, influences: int = INFLUENCES) -> Explanation:
        """The full explanation of one prediction, with so many influential ratings at most.

        Raises UnknownIdError if the movie is not in the catalogue.
        """
        scorer = self.scorer
        positions = known_positions(scorer.catalogue, [movie_id])
        probabilities = self._coalition_probabilities(positions)
        row = self._contribution_table(positions, probabilities).iloc[0]
        rated = bool(np.isin(positions[0], self.user_history.movies))
        return Explanation(
            movie_id=int(movie_id),
            expected=float(row[EXPECTED]),
            base=float(row[BASE]),
            contributions={group: float(row[group]) for group in GROUPS},
            named_reason=named_reasons(scorer, self.user_history, [movie_id])[0],
            loo_influence=influence_on(scorer, self.user_history, int(positions[0]), row[EXPECTED], influences),
            prediction_set=None if rated else self.thresholds.sets(probabilities[-1], scorer.stars)[0],
        )

    def _coalition_probabilities(self, movies: np.ndarray) -> np.ndarray:
        """Star probabilities of each coalition of groups, float64 (coalitions, movies, stars)."""
        model, background = self.scorer.model, _background_movies(self.scorer.counts)
        without_profile, with_profile = self._features(np.concatenate([movies, background]))
        layers = np.stack(
            [self._group_terms(empty, full, movies, background) for empty, full in (without_profile, with_profile)]
        )
        has_profile = COALITIONS[:, GROUPS.index(DEMOGRAPHICS)].astype(int)
        members = np.column_stack([np.ones(len(COALITIONS)), COALITIONS])
        matrix = np.einsum("cg,cgmn->cmn", members, layers[has_profile])
        probabilities = model.predict_proba(matrix.reshape(-1, matrix.shape[-1]).astype(np.float32))
        return probabilities.reshape(len(COALITIONS), len(movies), len(model.stars))

    def _group_terms(
        self, empty: np.ndarray, full: np.ndarray, movies: np.ndarray, background: np.ndarray
    ) -> np.ndarray:
        """Features of an empty history, then what each group adds to them, float64 (1 + groups, movies, names).

        `empty` and `full` are the features of an empty and of the full history for the movies and the background ones.
        Features of `SIMILAR_MOVIES` mix general habits with the opinion of one movie, so their difference from an empty
        history is divided: its mean over the background is a habit, its mean over movies of the same genres a taste in
        genres, and only what remains belongs to the movie.
        """
        scorer = self.scorer
        difference, background_difference = np.split(full - empty, [len(movies)])
        general = background_difference.mean(0)
        by_genre = _genre_weights(scorer.catalogue.genre_flags, movies, background) @ (background_difference - general)
        group = np.array([group_of(name) for name in scorer.features.names])
        mixed = group == SIMILAR_MOVIES
        terms = np.array([np.where(group == each, difference, 0) for each in GROUPS])
        terms[GROUPS.index(RATING_HABITS), :, mixed] = general[mixed, None]
        terms[GROUPS.index(GENRE_TASTE), :, mixed] = by_genre[:, mixed].T
        terms[GROUPS.index(SIMILAR_MOVIES), :, mixed] -= (general + by_genre)[:, mixed].T
        return np.concatenate([empty[None, : len(movies)], terms])

    def _features(self, movies: np.ndarray) -> np.ndarray:
        """Features of some movies without and with the profile, of an empty and of the full history.

        float64 (profile, history, movies, names): 2, 2, ...
        """
        rows = (self.user_history.without_demographics(), self.user_history)
        profiles = {
            name: np.concatenate([np.repeat(getattr(row, name), 2) for row in rows]) for name in PROFILE_COLUMNS
        }
        users = replace(self.user_history.take(np.array([-1, 0, -1, 0])), **profiles)
        user_rows = np.repeat(np.arange(len(users)), len(movies))
        matrix = self.scorer.features.transform(users, user_rows, np.tile(movies, len(users)))
        return matrix.reshape(2, 2, len(movies), -1).astype(np.float64)


def _background_movies(counts: np.ndarray) -> np.ndarray:
    """Positions of movies from the most rated to the median, which show a user's general habits."""
    ranked = top_k(counts, np.arange(len(counts)), max(len(counts) // 2, 1))
    return ranked[:: max(len(ranked) // BACKGROUND_MOVIES, 1)]


def _genre_weights(flags: np.ndarray, movies: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Weight of each background movie by the cosine of its genres to those of a movie, (movies, background).

    Rows sum to less than 1 where few background movies have similar genres.
    """
    units = flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1)
    cosine = units[movies].astype(np.float64) @ units[background].T
    return cosine / (cosine.sum(1, keepdims=True) + GENRE_DAMPING)
