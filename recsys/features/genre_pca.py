"""Genres standardised and reduced by PCA, and the user's preference for each, from their ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context


@dataclass(frozen=True)
class GenrePca:
    """The fitted scaler and PCA, and every movie's components and mean rating."""

    config: TrainingConfig
    genre_names: np.ndarray = array("str", "genres")
    scaler_mean: np.ndarray = array("float64", "genres")
    scaler_scale: np.ndarray = array("float64", "genres")
    pca_components: np.ndarray = array("float64", "components", "genres")
    pca_variance_ratio: np.ndarray = array("float64", "components")
    movie_components: np.ndarray = array("float64", "movies", "components")
    movie_flags: np.ndarray = array("float64", "movies", "genres")  # summing to 1 where there is a genre
    movie_mean: np.ndarray = array("float64", "movies")  # stars, by the damped bias

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Scaler and PCA over the movies with a rating in these interactions, each counted once."""
        config, bias, size = context.config.genre_pca, context.fitted[DampedBias], len(catalogue)
        counts = sum_over_blocks(lambda block: {"n": np.bincount(block.movies, minlength=size)}, interactions)["n"]
        flags = catalogue.genre_flags.astype(np.float64)
        mean, scale, components, ratio = _scaled_pca(flags[counts > 0], config.variance)
        return cls(
            genre_names=np.array(catalogue.genre_names, dtype=str),
            scaler_mean=mean,
            scaler_scale=scale,
            pca_components=components,
            pca_variance_ratio=ratio,
            movie_components=(flags - mean) / scale @ components.T,
            movie_flags=flags / np.maximum(flags.sum(1, keepdims=True), 1),
            movie_mean=bias.mean + bias.movie_offset,
            config=context.config,
        )

    def names(self) -> list[str]:
        return ["genre_taste", "genre_taste_pca"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        damping, flags, components = self.config.genre_pca.damping, self.movie_flags, self.movie_components
        residual = interactions.stars - self.movie_mean[interactions.movies]
        offset = interactions.sum_by_user(residual) / (interactions.counts + damping)
        residual = residual - offset[interactions.user_index]
        by_genre = interactions.sum_rows(flags, residual) / (interactions.sum_rows(flags) + damping)
        by_component = interactions.sum_rows(components, residual) / (interactions.counts[:, None] + damping)
        preferences = [(by_genre, flags), (by_component, components)]
        return np.column_stack([(users[rows] * table[movies]).sum(1) for users, table in preferences])


def _scaled_pca(flags: np.ndarray, variance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean and scale of each genre, the components that keep this share of the variance, and the share of each."""
    genres = flags.shape[1]
    if not genres or not len(flags):
        return np.zeros(genres), np.ones(genres), np.zeros((0, genres)), np.zeros(0)
    scaler = StandardScaler().fit(flags)
    pca = PCA(svd_solver="full").fit(scaler.transform(flags))
    ratio = np.asarray(pca.explained_variance_ratio_)
    enough = np.nan_to_num(np.cumsum(ratio)) >= variance - 1e-9
    count = int(np.argmax(enough)) + 1 if enough.any() else len(ratio)
    components = np.asarray(pca.components_)
    return np.asarray(scaler.mean_), np.asarray(scaler.scale_), components[:count], ratio[:count]
