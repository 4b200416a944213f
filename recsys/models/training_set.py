"""From ratings to training rows: everything that is learned before the first tree grows."""

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
    """The catalogue, the ratings that were learned from as histories, and the rows that trees can be grown on."""

    catalogue: Catalogue
    interactions: Interactions
    rows: TrainingRows

    def without_ranking_examples(self) -> Self:
        """The same without what a ranker learns from, which would hold memory when there is one already."""
        return replace(self, rows=replace(self.rows, ranking_examples=self.rows.ranking_examples.none()))

    def pairs(self) -> pd.MultiIndex:
        """user_id and movie_id of the ratings that were learned from, in the histories' order."""
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


Learn = Callable[[Dataset, np.ndarray, Context], TrainingSet]


def learn(
    dataset: Dataset, train: np.ndarray, context: Context, progress: Callable[[float], None] = lambda fraction: None
) -> TrainingSet:
    """Learn from the ratings that are marked in `train` (bool per rating) and from no other."""
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = interactions_of(dataset.with_ratings(dataset.ratings[train]), catalogue)
    return TrainingSet(catalogue, interactions, crossfit(interactions, catalogue, context, progress))


def interactions_of(dataset: Dataset, catalogue: Catalogue) -> Interactions:
    """All ratings and profiles of a dataset as rows of users."""
    return Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
