"""What scores a pair of user and movie: lists, similar movies and explanations are made from this alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.matrix import Features
from recsys.models.ranker.ranker import Ranker
from recsys.models.star_model import StarModel, argmax_rating
from recsys.schema import EXPECTED, RATING, probability_columns
from recsys.serving.filters import Titles

CHUNK_PAIRS = 20_000  # at a time: more would hold memory and save nothing


@dataclass(frozen=True)
class Scorer:
    """A trained model with the catalogue it knows and the histories it is served with."""

    catalogue: Catalogue
    features: Features
    model: StarModel
    ranker: Ranker
    interactions: Interactions

    @property
    def stars(self) -> tuple[float, ...]:
        """The star values of the data, ascending."""
        return self.model.stars

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each movie of the catalogue was rated, int64 (movies,)."""
        return np.bincount(self.interactions.movies, minlength=len(self.catalogue))

    @cached_property
    def titles(self) -> Titles:
        """Which entries of the catalogue are the same title."""
        return Titles.of(self.catalogue, self.counts)

    def score(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> dict[str, np.ndarray]:
        """The columns rating, expected, p_* of pairs (row of `interactions` or -1, catalogue position)."""
        distinct, rows = np.unique(rows, return_inverse=True)
        taken = interactions.take(distinct)
        parts = [
            self.model.predict_proba(
                self.features.transform(taken, rows[low : low + CHUNK_PAIRS], movies[low : low + CHUNK_PAIRS])
            )
            for low in range(0, len(rows), CHUNK_PAIRS)
        ]
        found = np.vstack([np.empty((0, len(self.stars))), *parts])
        columns = dict(zip(probability_columns(self.stars), found.T, strict=True))
        return {RATING: argmax_rating(found, self.stars), EXPECTED: found @ np.array(self.stars), **columns}
