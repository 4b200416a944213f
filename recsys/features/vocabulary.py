"""The genders and occupations in the users' profiles, and whether any age is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from recsys.config.features import VocabularyConfig
from recsys.core.array_spec import array
from recsys.data import Dataset
from recsys.schema import AGE, GENDER, OCCUPATION, USER


@dataclass(frozen=True)
class Vocabulary:
    """One list for a whole dataset, so that no column depends on which users a fold or a split contains."""

    genders: np.ndarray = array("str", "genders")  # ascending
    occupations: np.ndarray = array("str", "occupations")  # ascending
    has_age: np.ndarray = array("bool")

    @classmethod
    def of(cls, dataset: Dataset, config: VocabularyConfig | None = None) -> Self:
        """The commonest words of all users who rated, in train and test; a rarer word counts as missing."""
        config = config or VocabularyConfig()
        if dataset.users is None:
            return cls(_commonest(pd.Series(dtype=str), 0), _commonest(pd.Series(dtype=str), 0), np.array(False))
        users = dataset.users[dataset.users[USER].isin(dataset.ratings[USER])]
        return cls(
            _commonest(users[GENDER], config.max_genders),
            _commonest(users[OCCUPATION], config.max_occupations),
            np.array(bool(users[AGE].notna().any())),
        )


def _commonest(words: pd.Series, most: int) -> np.ndarray:
    """At most `most` words, the commonest first; of equally common ones the first by name."""
    counts = words[words.fillna("") != ""].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return np.array(sorted(counts.index[:most]), dtype=str)
