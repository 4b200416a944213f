"""Reasons for a prediction: five groups of them that add up to it, and the ratings of one's own that moved it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import factorial

import numpy as np
import pandas as pd

from recsys.data.interactions import Interactions
from recsys.features.gaussian_process import GaussianProcess
from recsys.schema import BASE, EXPECTED, EXPECTED_WITHOUT, MOVIE, PROFILE_COLUMNS, RATING
from recsys.serving.candidate_scores import top_k
from recsys.serving.prediction_set import ConformalThreshold, PredictionSet
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

# Which features tell of what, by how their names begin; every feature is in exactly one group.
HABITS, TASTE_IN_GENRES, ALIKE, AUDIENCE, WHO = GROUPS = ("habits", "genres", "alike", "audience", "who")
BEGINNINGS: dict[str, tuple[str, ...]] = {
    HABITS: ("bias_expected", "bias_user", "user_"),
    TASTE_IN_GENRES: ("genre_",),
    ALIKE: ("gp_", "calibration_", "neighbour_"),
    AUDIENCE: ("bias_movie", "movie_", "raters_", "svd_", "ease", "usual_", "count_gap", "year_gap"),
    WHO: ("age", "gender_"),
}
NEAREST, INFLUENCES = 50, 3  # ratings
ELSEWHERE, GENRE_DAMPING = 200, 5.0  # movies


def group_of(name: str) -> str:
    """The group of a feature. KeyError for one that is in none, or in more than one."""
    found = [group for group, beginnings in BEGINNINGS.items() if name.startswith(beginnings)]
    if len(found) != 1:
        raise KeyError(f"the feature {name} is in {len(found)} groups of reasons; put it in one of BEGINNINGS")
    return found[0]


def _shapley(coalitions: np.ndarray) -> np.ndarray:
    """What each coalition's value weighs in each group's contribution, float64 (groups, coalitions)."""
    size, count = coalitions.sum(1), coalitions.shape[1]
    joining = [factorial(others) * factorial(count - others - 1) / factorial(count) for others in range(count)]
    weights = [np.where(inside, np.take(joining, size - 1), -np.take([*joining, 0.0], size)) for inside in coalitions.T]
    return np.array(weights)


COALITIONS = np.array(list(product([False, True], repeat=len(GROUPS))))  # from nobody to everybody
SHAPLEY = _shapley(COALITIONS)


@dataclass(frozen=True)
class Explanation:
    """Why one person is expected to give one movie so many stars. Contributions add up: base + their sum = expected."""

    movie_id: int
    expected: float  # stars, as predicted
    base: float  # stars, expected of somebody of whom nothing is known
    contributions: dict[str, float]  # stars, by group
    loo_influence: pd.DataFrame  # as `Explainer.loo_influence`
    prediction_set: PredictionSet


@dataclass(frozen=True)
class Explainer:
    """The reasons behind one person's predictions; `user_history` is a single row of ratings."""

    scorer: Scorer
    user_history: Interactions
    threshold: ConformalThreshold = field(default_factory=ConformalThreshold)  # of the sets of likely stars

    def reasons(self, movie_ids: Sequence[int]) -> pd.DataFrame:
        """One row a movie, in order: movie_id, expected, base, and the contribution of each of `GROUPS`, in stars.

        Exact Shapley values (Shapley 1953; Lundberg and Lee 2017, arXiv 1705.07874) of the expected rating: a group's
        contribution is what its coming changes, averaged over all orders in which groups may come. While a group
        is absent, its features are those of an empty history; while `who` is, nobody says who they are.
        `base` is what then is left, so base + contributions = expected. UnknownIdError as `predict`.
        """
        positions = known_positions(self.scorer.catalogue, movie_ids)
        return self._reasons(positions, self._by_coalition(positions))

    def _reasons(self, positions: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
        """`reasons` of some places in the catalogue, from the star probabilities of `_by_coalition`."""
        ids = self.scorer.catalogue.movie_ids[positions]
        expected = probabilities @ np.array(self.scorer.stars)
        contributions = dict(zip(GROUPS, SHAPLEY @ expected, strict=True))
        return pd.DataFrame({MOVIE: ids, EXPECTED: expected[-1], BASE: expected[0], **contributions})

    def loo_influence(self, movie_id: int, most: int = INFLUENCES) -> pd.DataFrame:
        """The person's own ratings that moved this prediction most, furthest first: movie_id, rating, without.

        `without` is the expected rating had they not given that one, in stars; exact, as `predict` would say it.
        Tried are the `NEAREST` rated movies, those whose tastes go most with the movie's.
        """
        position = known_positions(self.scorer.catalogue, [movie_id])
        expected = self.scorer.score(self.user_history, np.zeros(1, np.int64), position)[EXPECTED].item()
        return self._loo_influence(int(position[0]), expected, most)

    def _loo_influence(self, position: int, expected: float, most: int) -> pd.DataFrame:
        """`loo_influence` for a movie's place in the catalogue, where its expected rating is known."""
        scorer, user_history, tried = self.scorer, self.user_history, self._nearest(position)
        shortened = scorer.features.transform_without_each(user_history, tried, position)
        without = scorer.model.predict_proba(shortened) @ np.array(scorer.stars)
        chosen = np.argsort(-np.abs(without - expected), kind="stable")[:most]
        rated = scorer.catalogue.movie_ids[user_history.movies[tried[chosen]]]
        stars = user_history.stars[tried[chosen]].astype(np.float64)
        return pd.DataFrame({MOVIE: rated, RATING: stars, EXPECTED_WITHOUT: without[chosen]})

    def explain(self, movie_id: int) -> Explanation:
        """Everything that is known of one prediction."""
        scorer = self.scorer
        positions = known_positions(scorer.catalogue, [movie_id])
        probabilities = self._by_coalition(positions)
        row = self._reasons(positions, probabilities).iloc[0]
        return Explanation(
            movie_id=int(movie_id),
            expected=float(row[EXPECTED]),
            base=float(row[BASE]),
            contributions={group: float(row[group]) for group in GROUPS},
            loo_influence=self._loo_influence(int(positions[0]), row[EXPECTED], INFLUENCES),
            prediction_set=self.threshold.sets(probabilities[-1], scorer.stars)[0],
        )

    def _by_coalition(self, movies: np.ndarray) -> np.ndarray:
        """Star probabilities when only some groups are there, float64 (coalitions, movies, stars), in one pass."""
        model, others = self.scorer.model, _spread(self.scorer.counts)
        features = self._features(np.concatenate([movies, others]))
        layers = np.stack([self._dealt(empty, full, movies, others) for empty, full in features])
        told = COALITIONS[:, GROUPS.index(WHO)].astype(int)
        there = np.column_stack([np.ones(len(COALITIONS)), COALITIONS])
        matrix = np.einsum("cg,cgmn->cmn", there, layers[told])
        probabilities = model.predict_proba(matrix.reshape(-1, matrix.shape[-1]).astype(np.float32))
        return probabilities.reshape(len(COALITIONS), len(movies), len(model.stars))

    def _dealt(self, empty: np.ndarray, full: np.ndarray, movies: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Features of an empty history, then what each group adds to them, float64 (1 + groups, movies, names).

        Given are the features of an empty and of the whole history, for these movies and for others beside them.
        Features of the group `ALIKE` mix what a person does everywhere with what they feel for one movie. So their
        departure from an empty history is dealt out by where else it shows: what is the same at all kinds of movies
        is a habit, what is the same at movies of these genres is a taste in genres, and only the rest is this movie's.
        """
        scorer = self.scorer
        departure, elsewhere = np.split(full - empty, [len(movies)])
        usual = elsewhere.mean(0)
        of_genres = _among(scorer.catalogue.genre_flags, movies, others) @ (elsewhere - usual)
        group = np.array([group_of(name) for name in scorer.features.names])
        mixed = group == ALIKE
        parts = np.array([np.where(group == owner, departure, 0) for owner in GROUPS])
        parts[GROUPS.index(HABITS), :, mixed] = usual[mixed, None]
        parts[GROUPS.index(TASTE_IN_GENRES), :, mixed] = of_genres[:, mixed].T
        parts[GROUPS.index(ALIKE), :, mixed] -= (usual + of_genres)[:, mixed].T
        return np.concatenate([empty[None, : len(movies)], parts])

    def _features(self, movies: np.ndarray) -> np.ndarray:
        """Features of some movies, float64 (2, 2, movies, names), all in one pass.

        First of somebody who does not say who they are, then of the person; each without and with their ratings.
        """
        whose = (self.user_history.without_demographics(), self.user_history)
        profiles = {
            name: np.concatenate([np.repeat(getattr(who, name), 2) for who in whose]) for name in PROFILE_COLUMNS
        }
        people = replace(self.user_history.take(np.array([-1, 0, -1, 0])), **profiles)
        rows = np.repeat(np.arange(len(people)), len(movies))
        matrix = self.scorer.features.transform(people, rows, np.tile(movies, len(people)))
        return matrix.reshape(2, 2, len(movies), -1).astype(np.float64)

    def _nearest(self, position: int) -> np.ndarray:
        """Places in the history of the ratings whose movies' tastes go most with one movie's, ascending."""
        covariance = self.scorer.features.extractor(GaussianProcess).movie_covariance
        rated = self.user_history.movies
        alike = np.abs(covariance[position, rated]) / np.sqrt(covariance[rated, rated])
        return np.sort(np.argsort(-alike, kind="stable")[:NEAREST])


def _spread(counts: np.ndarray) -> np.ndarray:
    """Positions of movies from the best known to the median, to see what a person does everywhere."""
    ranked = top_k(counts, np.arange(len(counts)), max(len(counts) // 2, 1))
    return ranked[:: max(len(ranked) // ELSEWHERE, 1)]


def _among(flags: np.ndarray, movies: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How much each of some other movies counts among those of a movie's genres, (movies, others).

    By the cosine of genres; rows sum to less than 1 where few are alike.
    """
    units = flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1)
    alike = units[movies].astype(np.float64) @ units[others].T
    return alike / (alike.sum(1, keepdims=True) + GENRE_DAMPING)
