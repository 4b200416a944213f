"""Genres standardised and reduced by PCA, as the original recipe does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from recsys.catalogue import Catalogue
from recsys.histories import Histories, sums
from recsys.signals import Context


@dataclass(frozen=True)
class Genres:
    """The fitted scaler and PCA, and every movie's place in the reduced space."""

    genre_names: np.ndarray  # str (genres,)
    scaler_mean: np.ndarray  # float64 (genres,)
    scaler_scale: np.ndarray  # float64 (genres,)
    pca_components: np.ndarray  # float64 (components, genres)
    pca_variance_ratio: np.ndarray  # float64 (components,)
    movie_components: np.ndarray  # float64 (movies, components)

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Scaler and PCA over the movies that somebody in these histories rated, each counted once."""
        size = len(catalogue)
        counted = sums(lambda block: {"n": np.bincount(block.movies, minlength=size)}, histories)
        flags, rated = catalogue.genre_flags.astype(np.float64), counted["n"] > 0
        if not catalogue.genre_names or not rated.any():
            nothing = np.zeros(flags.shape[1])
            return cls._of(catalogue, nothing, nothing + 1, np.zeros((0, len(nothing))), np.zeros(0))
        scaler = StandardScaler().fit(flags[rated])
        pca = PCA(svd_solver="full").fit(scaler.transform(flags[rated]))
        kept = _components_for(pca.explained_variance_ratio_, context.recipe.pca_variance)
        ratio = pca.explained_variance_ratio_[:kept]
        return cls._of(catalogue, scaler.mean_, scaler.scale_, pca.components_[:kept], ratio)

    @classmethod
    def _of(
        cls, catalogue: Catalogue, mean: np.ndarray, scale: np.ndarray, components: np.ndarray, ratio: np.ndarray
    ) -> Self:
        """The signal of a fitted scaler and PCA, every movie put in its place."""
        return cls(
            genre_names=np.array(catalogue.genre_names, dtype=str),
            scaler_mean=mean,
            scaler_scale=scale,
            pca_components=components,
            pca_variance_ratio=ratio,
            movie_components=(catalogue.genre_flags - mean) / scale @ components.T,
        )

    def names(self) -> list[str]:
        return [f"genre_pc{number}" for number in range(1, len(self.pca_components) + 1)]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        return self.movie_components[movies]


def _components_for(variance_ratio: np.ndarray, share: float) -> int:
    """The fewest components that together keep the share of the variance."""
    kept = np.nan_to_num(np.cumsum(variance_ratio)) >= share - 1e-9
    return int(np.argmax(kept)) + 1 if kept.any() else len(variance_ratio)
