"""Surprise's two strongest models: SVD++ with its defaults, and item neighbours as its documentation recommends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

# Surprise is in benchmarks/requirements.txt only.
from surprise import Dataset as SurpriseDataset  # pyright: ignore[reportMissingImports]
from surprise import KNNBaseline, Reader, SVDpp  # pyright: ignore[reportMissingImports]
from surprise.prediction_algorithms.algo_base import AlgoBase  # pyright: ignore[reportMissingImports]

from benchmarks.peers import FittedPeer, PeerPredictions
from recsys.data import Dataset
from recsys.schema import MOVIE, RATING, USER


def svdpp(dataset: Dataset, seed: int, **settings: Any) -> FittedPeer:
    """20 factors, 20 epochs: https://surprise.readthedocs.io/en/stable/matrix_factorization.html"""
    return _fit(SVDpp(random_state=seed, **settings), dataset)


def knn(dataset: Dataset, seed: int, k: int, sim_options: dict[str, Any]) -> FittedPeer:
    """Shrunk correlation of residuals: https://surprise.readthedocs.io/en/stable/knn_inspired.html"""
    return _fit(KNNBaseline(k=k, sim_options=dict(sim_options), verbose=False), dataset)


def _fit(algorithm: AlgoBase, dataset: Dataset) -> FittedPeer:
    reader = Reader(rating_scale=(dataset.stars[0], dataset.stars[-1]))
    table = SurpriseDataset.load_from_df(dataset.ratings[[USER, MOVIE, RATING]], reader)
    algorithm.fit(table.build_full_trainset())

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        expected = (algorithm.predict(*pair).est for pair in zip(pairs[USER], pairs[MOVIE], strict=True))
        return np.fromiter(expected, np.float64, len(pairs)), None

    return predict
