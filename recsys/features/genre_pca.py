"""Genres standardised and reduced by PCA, and what a user's ratings say of their taste in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context

DAMPING = 5.0  # ratings' worth of no taste at all


@dataclass(frozen=True)
class GenrePca:
    """The fitted scaler and PCA, every movie's place in the reduced space, and what is usual for each movie."""

    genre_names: np.ndarray = array("str", "genres")
    scaler_mean: np.ndarray = array("float64", "genres")
    scaler_scale: np.ndarray = array("float64", "genres")
    pca_components: np.ndarray = array("float64", "components", "genres")
    pca_variance_ratio: np.ndarray = array("float64", "components")
    movie_components: np.ndarray = array("float64", "movies", "components")
    movie_flags: np.ndarray = array("float64", "movies", "genres")  # summing to 1 where there is a genre
    movie_history_mean: np.ndarray = array("float64", "movies")  # stars by the movie's own offset

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Scaler and PCA over the movies that somebody in these histories rated, each counted once."""
        size = len(catalogue)
        counted = sum_over_blocks(lambda block: {"n": np.bincount(block.movies, minlength=size)}, interactions)
        bias = context.fitted[DampedBias]
        usual = bias.mean + bias.movie_offset
        flags, rated = catalogue.genre_flags.astype(np.float64), counted["n"] > 0
        if not catalogue.genre_names or not rated.any():
            nothing = np.zeros(flags.shape[1])
            return cls._of(catalogue, usual, nothing, nothing + 1, np.zeros((0, len(nothing))), np.zeros(0))
        scaler = StandardScaler().fit(flags[rated])
        pca = PCA(svd_solver="full").fit(scaler.transform(flags[rated]))
        kept = _components_for(pca.explained_variance_ratio_, context.config.pca_variance)
        ratio = pca.explained_variance_ratio_[:kept]
        return cls._of(catalogue, usual, scaler.mean_, scaler.scale_, pca.components_[:kept], ratio)

    @classmethod
    def _of(
        cls, catalogue: Catalogue, usual: np.ndarray, mean: np.ndarray, scale: np.ndarray, components: np.ndarray,
        ratio: np.ndarray,
    ) -> Self:  # fmt: skip
        """The signal of a fitted scaler and PCA, every movie put in its place."""
        flags = catalogue.genre_flags.astype(np.float64)
        return cls(
            genre_names=np.array(catalogue.genre_names, dtype=str),
            scaler_mean=mean,
            scaler_scale=scale,
            pca_components=components,
            pca_variance_ratio=ratio,
            movie_components=(flags - mean) / scale @ components.T,
            movie_flags=flags / np.maximum(flags.sum(1, keepdims=True), 1),
            movie_history_mean=usual,
        )

    def names(self) -> list[str]:
        return ["genre_taste", "genre_taste_pca"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        left = interactions.stars - self.movie_history_mean[interactions.movies]
        offset = interactions.sum_by_user(left) / (interactions.counts + DAMPING)
        left = left - offset[interactions.user_index]
        shares, places = self.movie_flags, self.movie_components
        by_genre = interactions.sum_rows(shares, left) / (interactions.sum_rows(shares) + DAMPING)
        by_component = interactions.sum_rows(places, left) / (interactions.counts[:, None] + DAMPING)
        return np.column_stack([(by_genre[rows] * shares[movies]).sum(1), (by_component[rows] * places[movies]).sum(1)])


def _components_for(variance_ratio: np.ndarray, share: float) -> int:
    """The fewest components that together keep the share of the variance."""
    kept = np.nan_to_num(np.cumsum(variance_ratio)) >= share - 1e-9
    return int(np.argmax(kept)) + 1 if kept.any() else len(variance_ratio)
