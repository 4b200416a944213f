"""This project, through its public names only."""

from __future__ import annotations

import pandas as pd

import recsys
from benchmarks.peers import FittedPeer, PeerPredictions
from recsys.core.memory import return_freed_memory
from recsys.data import Dataset
from recsys.schema import EXPECTED, probability_columns

TRAIN = recsys.train  # imports its libraries now, before the clock starts


def train(dataset: Dataset, seed: int, preset: str) -> FittedPeer:
    """`recsys.train` on the train ratings, with memory handed back to the system, as on the command line."""
    return_freed_memory()
    recommender = TRAIN(dataset, preset=preset, seed=seed)

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        table = recommender.predict(pairs)
        return table[EXPECTED].to_numpy(), table[probability_columns(recommender.stars)].to_numpy()

    return predict
