"""This project, through its public names only."""

from __future__ import annotations

import pandas as pd

import recsys
from benchmarks.peers import Answer, Fitted
from recsys.core.memory import return_freed_memory
from recsys.data import Dataset
from recsys.schema import EXPECTED, probability_columns

TRAIN = recsys.train  # its libraries are imported now, not when it is first called


def train(dataset: Dataset, seed: int, preset: str) -> Fitted:
    """`recsys.train` on the train ratings, in a process that hands memory back as the command line does."""
    return_freed_memory()
    recommender = TRAIN(dataset, preset=preset, seed=seed)

    def predict(pairs: pd.DataFrame) -> Answer:
        said = recommender.predict(pairs)
        return said[EXPECTED].to_numpy(), said[probability_columns(recommender.stars)].to_numpy()

    return predict
