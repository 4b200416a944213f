"""From ratings to training rows: everything learned before the first tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from recsys.data import Dataset
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.models.cross_fitting import TrainingRows, crossfit
from recsys.schema import MOVIE, USER


@dataclass(frozen=True)
class TrainingSet:
    """The catalogue, the ratings learned from, and the rows that trees are grown on."""

    catalogue: Catalogue
    interactions: Interactions
    rows: TrainingRows

    def without_ranking_examples(self) -> Self:
        """The same without the ranking examples, to free their memory once the ranker is trained."""
        return replace(self, rows=replace(self.rows, ranking_examples=self.rows.ranking_examples.none()))

    def pairs(self) -> pd.MultiIndex:
        """user_id and movie_id of the ratings learned from, in their order."""
        users = self.interactions.user_ids[self.interactions.user_index]
        return pd.MultiIndex.from_arrays(
            [users, self.catalogue.movie_ids[self.interactions.movies]], names=[USER, MOVIE]
        )

    def features_of(self, pairs: pd.DataFrame) -> np.ndarray:
        """Features of any pairs (columns user_id, movie_id) as they are predicted from, float32 (pairs, names)."""
        rows = self.interactions.rows(pairs[USER].to_numpy())
        movies = self.catalogue.positions(pairs[MOVIE].to_numpy())
        distinct, rows = np.unique(rows, return_inverse=True)
        return self.rows.features.transform(self.interactions.take(distinct), rows, movies)


MakeTrainingSet = Callable[[Dataset, np.ndarray, Context], TrainingSet]


def make_training_set(
    dataset: Dataset, train: np.ndarray, context: Context, progress: Callable[[float], None] = lambda fraction: None
) -> TrainingSet:
    """Learn from the ratings marked in `train` (bool per rating) and from no other."""
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = interactions_of(dataset.with_ratings(dataset.ratings[train]), catalogue)
    return TrainingSet(catalogue, interactions, crossfit(interactions, catalogue, context, progress))


def interactions_of(dataset: Dataset, catalogue: Catalogue) -> Interactions:
    """All ratings and profiles of a dataset, one row per user."""
    return Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
